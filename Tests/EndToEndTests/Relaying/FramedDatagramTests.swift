import SockTestSupport
import Testing

/// `relay --frame`: messages on one side, and a stream of bytes on the other.
@Suite(.endToEnd) struct FramedDatagramTests {
  private static let frames = """
    def frame(how, m):
      if how == 'line': return m + b'\\n'
      if how == 'length': return struct.pack('!H', len(m)) + m
      if how == 'netstring': return b'%d:%s,' % (len(m), m)
      return b'\\xc0' + m.replace(b'\\xdb', b'\\xdb\\xdd').replace(b'\\xc0', b'\\xdb\\xdc') + b'\\xc0'
    def messages(how):
      short = [b'hello', b'\\xc0\\xdb' * 50, b'z' * 1400, b'y' * 65507]
      return short if how == 'slip' else [b''] + short

    """

  @Test(
    "Datagrams become frames of a stream and frames become datagrams, however the stream is split",
    arguments: ["line", "length", "netstring", "slip"])
  func bothWays(how: String) throws {
    let (server, port) = try PythonPeer.server(
      Self.frames + """
        want = b''.join(frame('\(how)', m) for m in messages('\(how)'))
        say(receive_exactly(c, len(want)) == want)
        for n in range(0, len(want), 997): c.sendall(want[n:n + 997])
        hear()
        """)
    let relay = try SockListener.relay(["--frame", how], left: "udp://127.0.0.1:0", "127.0.0.1:\(port)")
    let client = try PythonPeer(
      Self.frames + """
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.settimeout(20)
        s.connect(('127.0.0.1', \(relay.port)))
        for m in messages('\(how)'): s.send(m)
        say([s.recv(70000) for m in messages('\(how)')] == messages('\(how)'))
        """)
    #expect(try server.reply() == "True")
    #expect(try client.reply() == "True")
    try server.tell()
  }

  @Test("A DNS client over UDP asks a server over TCP")
  func dns() throws {
    let (server, port) = try PythonPeer.server(
      """
      while True:
        count = struct.unpack('!H', receive_exactly(c, 2))[0]
        question = receive_exactly(c, count)
        answer = question[:2] + b'\\x81\\x80' + question[4:6] + b'\\0\\1' + question[8:] + (
          b'\\xc0\\x0c\\0\\1\\0\\1\\0\\0\\0\\x3c\\0\\4\\xc0\\0\\2\\7')
        c.sendall(struct.pack('!H', len(answer)) + answer)
      """)
    let relay = try SockListener.relay(["--frame", "length"], left: "udp://127.0.0.1:0", "127.0.0.1:\(port)")
    let client = try PythonPeer(
      """
      s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      s.settimeout(20)
      s.connect(('127.0.0.1', \(relay.port)))
      for number in range(1, 4):
        s.send(struct.pack('!6H', number, 0x100, 1, 0, 0, 0) + b'\\4host\\7example\\0\\0\\1\\0\\1')
        answer = s.recv(512)
        say(struct.unpack('!H', answer[:2])[0], socket.inet_ntoa(answer[-4:]))
      """)
    for number in 1...3 { #expect(try client.reply() == "\(number) 192.0.2.7") }
    _ = server
  }

  @Test("Each peer has a connection of its own, and begins anew when that has ended")
  func sessions() throws {
    let server = try PythonPeer(
      """
      l = listen()
      for n in range(3):
        c, who = l.accept()
        say(receive_exactly(c, 7).decode().strip())
        if n != 0: c.close()
        else: first = c
      hear()
      """)
    let port = try server.port()
    let relay = try SockListener.relay(
      ["--frame", "line", "--json"], left: "udp://127.0.0.1:0", "127.0.0.1:\(port)")
    let clients = try PythonPeer(
      """
      a, b = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for n in range(2)]
      for s in (a, b): s.connect(('127.0.0.1', \(relay.port)))
      for s, m in ((a, b'from a'), (b, b'from b'), (b, b'from c')):
        hear()
        s.send(m)
      """)
    for (count, name) in ["from a", "from b", "from c"].enumerated() {
      if count == 2 {
        try eventually("the end of b's connection") { relay.errors.text.contains(#""closed","connection":2"#) }
      }
      try clients.tell()
      #expect(try server.reply() == name)
    }
    try server.tell()
  }

  @Test("A silent peer is forgotten: the stream gets its end, and --once ends with 0")
  func expiry() throws {
    let (server, port) = try PythonPeer.server("say(receive_all(c).decode())")
    let relay = try SockListener.relay(
      ["--frame", "netstring", "--peer-timeout", "300ms", "--once"], left: "udp://127.0.0.1:0", "127.0.0.1:\(port)")
    _ = try Sock.run(["udp-send", "127.0.0.1", "\(relay.port)", "hello"])
    #expect(try server.reply() == "5:hello,")
    #expect(try relay.outcome().status == 0)
  }

  @Test("A stream on the left sends datagrams, and after its end the answers still come")
  func streamToDatagrams() throws {
    let (server, port) = try PythonPeer.datagrams(
      """
      s.settimeout(20)
      for n in range(3):
        data, who = s.recvfrom(70000)
        s.sendto(data.upper() + b'!', who)
      """)
    let relay = try SockListener.relay(["--frame", "line"], "udp://127.0.0.1:\(port)")
    let client = try Sock.run(["send", "127.0.0.1", "\(relay.port)"], input: .text("one\n\nlast"))
    #expect(client.text == "ONE!\n!\nLAST!\n", "\(client)")
    try server.finish()
  }

  @Test("Messages of a connection keep their boundaries over a stream")
  func seqpacket() throws {
    let directory = try TemporaryDirectory()
    let path = directory("s")
    let server = try PythonPeer(
      """
      l = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
      l.bind('\(path)')
      l.listen(8)
      say('bound')
      c, who = l.accept()
      say([c.recv(100) for n in range(4)])
      c.send(b'x')
      c.send(b'yz')
      """)
    #expect(try server.reply() == "bound")
    let relay = try SockListener.relay(["--frame", "netstring"], "unix-seqpacket:\(path)")
    let client = try Sock.run(["send", "127.0.0.1", "\(relay.port)"], input: .text("3:one,5:three,0:,2:to,"))
    #expect(try server.reply() == "[b'one', b'three', b'to', b'']")
    #expect(client.text == "1:x,2:yz,", "\(client)")
  }

  @Test("UDP and messages of a connection need no frames")
  func datagramsToSeqpacket() throws {
    let directory = try TemporaryDirectory()
    let path = directory("s")
    let server = try PythonPeer(
      """
      l = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
      l.bind('\(path)')
      l.listen(8)
      say('bound')
      c, who = l.accept()
      for n in range(2): c.send(c.recv(100).upper())
      hear()
      """)
    #expect(try server.reply() == "bound")
    let relay = try SockListener.relay([], left: "udp://127.0.0.1:0", "unix-seqpacket:\(path)")
    let client = try PythonPeer(
      """
      s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      s.settimeout(20)
      s.connect(('127.0.0.1', \(relay.port)))
      for m in (b'one', b'', b'three'): s.send(m)
      say(s.recv(100), s.recv(100))
      """)
    #expect(try client.reply() == "b'ONE' b'THREE'")
    try server.tell()
  }

  @Test(
    "What is no frame is an error of the peer that sent it, with status 76, and resets its connection",
    arguments: [
      ("line", "'z' * 70000", "a line of more than 65536 bytes"), ("length", "'\\0\\5ab'", "middle of a frame"),
      ("netstring", "'hello'", "no netstring"), ("slip", "'\\xdb\\0'", "an escape that SLIP does not have"),
    ])
  func broken(how: String, bytes: String, fault: String) throws {
    let (server, port) = try PythonPeer.server(
      """
      c.recv(100)
      try:
        c.sendall((\(bytes)).encode('latin-1'))
        c.shutdown(socket.SHUT_WR)
        while c.recv(100): pass
      except OSError as error: say(type(error).__name__)
      """)
    let relay = try SockListener.relay(
      ["--frame", how, "--once"], left: "udp://127.0.0.1:0", "127.0.0.1:\(port)")
    _ = try Sock.run(["udp-send", "127.0.0.1", "\(relay.port)", "hello"])
    let outcome = try relay.outcome()
    #expect(outcome.status == 76, "\(outcome)")
    #expect(outcome.errors.contains("127.0.0.1:\(port) sent ") && outcome.errors.contains(fault), "\(outcome)")
    #expect(["ConnectionResetError", "BrokenPipeError", "OSError"].contains(try server.reply()))
  }

  @Test("A refused datagram resets the stream, and is an error of the right side")
  func refused() throws {
    let relay = try SockListener.relay(["--frame", "line", "--once"], "udp://127.0.0.1:\(try Ports.free())")
    let client = try Sock.run(["send", "127.0.0.1", "\(relay.port)", "hello\n"])
    #expect(client.status == 74, "\(client)")
    let outcome = try relay.outcome()
    #expect(outcome.status == 69 && outcome.errors.contains("ECONNREFUSED"), "\(outcome)")
  }

  @Test("Datagrams go to a program, and to a file that is added to")
  func programs() throws {
    let relay = try SockListener.relay(
      ["--frame", "line"], left: "udp://127.0.0.1:0", "exec:sed -u 's/^/got /'")
    let answer = try Sock.run(["udp-send", "--reply", "--wait", "10", "127.0.0.1", "\(relay.port)", "hello"])
    #expect(answer.text == "got hello", "\(answer)")

    let directory = try TemporaryDirectory()
    let log = try SockListener.relay(
      ["--frame", "line"], left: "udp://127.0.0.1:0", "append:\(directory("log"))")
    for text in ["one", "two"] { _ = try Sock.run(["udp-send", "127.0.0.1", "\(log.port)", text]) }
    try eventually("both lines") {
      Set(String(decoding: try readFile(directory("log")), as: UTF8.self).split(separator: "\n")) == ["one", "two"]
    }
  }
}

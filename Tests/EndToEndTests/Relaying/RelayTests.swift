import Glibc
import SockTestSupport
import Testing

/// `relay`: sockets on both sides.
@Suite(.endToEnd) struct RelayTests {
  @Test("Both directions arrive whole, and each end reaches the other side while the other direction goes on")
  func bothWays() throws {
    let (server, port) = try PythonPeer.server(
      """
      got = receive_all(c)  # until the client's half has ended
      say(digest(got))
      c.sendall(bytes(range(256)) * 16384)
      c.close()
      """)
    let relay = try SockListener.relay("127.0.0.1:\(port)")
    let client = try PythonPeer.client(
      port: relay.port,
      """
      data = b'to the right ' * 300000
      say(digest(data))
      c.sendall(data)
      c.shutdown(socket.SHUT_WR)
      say(digest(receive_all(c)) == digest(bytes(range(256)) * 16384))
      """)
    #expect(try client.reply() == server.reply())
    #expect(try client.reply() == "True")
    #expect(relay.process.isRunning)
  }

  @Test("A refused right side resets the left, and is one line of error; the relay goes on")
  func refused() throws {
    let relay = try SockListener.relay("127.0.0.1:\(try Ports.free())")
    for _ in 0..<2 {
      let outcome = try Sock.run(["send", "127.0.0.1", "\(relay.port)", "hello"])
      #expect(outcome.status == 74 && outcome.errors.contains("ECONNRESET"), "\(outcome)")
    }
    try relay.errors.waitForLine(containing: "ECONNREFUSED")
    relay.process.send(SIGTERM)
    let ended = try relay.outcome()
    #expect(ended.status == 143 && ended.errorLines.filter { $0.contains("ECONNREFUSED") }.count == 2, "\(ended)")
  }

  @Test("A reset on one side resets the other, after what was sent before", arguments: ["left", "right"])
  func reset(of side: String) throws {
    let rude = "c.sendall(b'before')\nhear()\nreset(c)"
    let kept = """
      say(receive_exactly(c, 6).decode())
      try: say(repr(c.recv(1)))
      except ConnectionResetError: say('reset')
      """
    let (server, port) = try PythonPeer.server(side == "right" ? rude : kept)
    let relay = try SockListener.relay("127.0.0.1:\(port)")
    let client = try PythonPeer.client(port: relay.port, side == "left" ? rude : kept)
    let (first, second) = side == "left" ? (client, server) : (server, client)
    #expect(try second.reply() == "before")
    try first.tell()
    #expect(try second.reply() == "reset")
  }

  @Test("With --once the status is that of the connection, and the listener is gone after it")
  func once() throws {
    let (server, port) = try PythonPeer.server("say(receive_all(c).decode())\nhear()\nreset(c)")
    let relay = try SockListener.relay(["--once"], "127.0.0.1:\(port)")
    let client = try PythonPeer.client(port: relay.port, "c.sendall(b'x')\nc.shutdown(socket.SHUT_WR)\nhear()")
    #expect(try server.reply() == "x")
    #expect(try Sock.run(["connect", "-z", "127.0.0.1", "\(relay.port)"]).status == 69)
    try server.tell()
    #expect(try relay.outcome().status == 74)
    _ = client
  }

  @Test("An echo that reads late gets 50 MB through, and so does the answer")
  func lateEcho() throws {
    let (_, port) = try PythonPeer.server(
      """
      time.sleep(0.3)
      while True:
        part = c.recv(1 << 16)
        if not part: break
        c.sendall(part)
      c.close()
      """)
    let relay = try SockListener.relay("127.0.0.1:\(port)")
    let client = try PythonPeer.client(
      port: relay.port,
      """
      data = os.urandom(1 << 20) * 50
      t = threading.Thread(target=lambda: (c.sendall(data), c.shutdown(socket.SHUT_WR)))
      t.start()
      say(digest(receive_all(c)) == digest(data))
      """)
    #expect(try client.reply(within: .seconds(60)) == "True")
  }

  @Test("Events of both sides have one connection number, and each names its side")
  func events() throws {
    let (_, port) = try PythonPeer.server("c.sendall(receive_all(c))\nc.close()")
    let relay = try SockListener.relay(["--json", "--once"], "127.0.0.1:\(port)")
    #expect(try Sock.run(["send", "127.0.0.1", "\(relay.port)", "hello"]).text == "hello")
    let events = try relay.outcome().errorLines
    for (event, side) in [("accepted", "left"), ("connected", "right"), ("closed", "left"), ("closed", "right")] {
      #expect(
        events.contains { $0.contains(#""event":"\#(event)","connection":1,"side":"\#(side)""#) },
        "\(event) \(side): \(events)")
    }
  }

  @Test("A dump names the connection and the side that the bytes came from")
  func dump() throws {
    let (_, port) = try PythonPeer.server("receive_all(c)\nc.sendall(b'answer')\nc.close()")
    let relay = try SockListener.relay(["--hex", "--once"], "127.0.0.1:\(port)")
    #expect(try Sock.run(["send", "127.0.0.1", "\(relay.port)", "question"]).text == "answer")
    let lines = try relay.outcome().errorLines
    #expect(lines.contains { $0.contains(" 1 left ") && $0.contains("question") }, "\(lines)")
    #expect(lines.contains { $0.contains(" 1 right ") && $0.contains("answer") }, "\(lines)")
  }

  @Test("A left side without a host is loopback alone; with * it is every interface")
  func loopback() throws {
    let relay = try SockListener.relay(["-v"], left: "0", "echo:")
    try relay.errors.waitForLine(containing: "::1")
    #expect(relay.report.contains("127.0.0.1:"))
    let open = try SockListener.relay(["-v"], left: "*:0", "echo:")
    #expect(open.report.contains("0.0.0.0:") || open.report.contains("[::]:") || open.report.contains("*:"))
  }

  @Test("Two listeners, and two clients, are joined")
  func roles() throws {
    let both = try SockListener.relay(["-v"], left: "listen:127.0.0.1:0", "listen:127.0.0.1:0")
    let ports = try eventuallySome("two listening lines") {
      let lines = both.errors.text.split(separator: "\n").filter { $0.contains("listening") }
      return lines.count == 2 ? try lines.map { try SockListener.port(in: String($0)) } : nil
    }
    let first = try PythonPeer.client(port: ports[0], "say(receive_exactly(c, 2).decode())\nhear()")
    let second = try PythonPeer.client(port: ports[1], "c.sendall(b'hi')\nhear()")
    #expect(try first.reply() == "hi")
    _ = second

    let (left, leftPort) = try PythonPeer.server("c.sendall(b'from the left')\nc.close()")
    let (right, rightPort) = try PythonPeer.server("say(receive_all(c).decode())\nc.close()")
    let relay = try Sock.start(["relay", "connect:127.0.0.1:\(leftPort)", "127.0.0.1:\(rightPort)"])
    #expect(try right.reply() == "from the left")
    #expect(try Sock.outcome(of: relay).status == 0)
    _ = left
  }

  @Test("Urgent data stays urgent, at its place in the stream", arguments: ["small", "large"])
  func urgent(_ size: String) throws {
    let count = size == "small" ? 2 : 3 << 20
    let (server, port) = try PythonPeer.server(
      """
      c.setsockopt(socket.SOL_SOCKET, socket.SO_OOBINLINE, 1)
      got = b''
      def at_mark(): return struct.unpack('i', fcntl.ioctl(c, 0x8905, bytes(4)))[0]
      while True:  # a read never goes past the mark, but it begins at one that comes while it waits
        select.select([c], [], [])
        mark = at_mark()
        part = c.recv(1 if mark else 1 << 16)
        if not part: break
        if mark: say('urgent', part.decode(), len(got))
        got += part
      say(len(got), got[-2:].decode())
      """)
    let relay = try SockListener.relay("127.0.0.1:\(port)")
    let client = try PythonPeer.client(
      port: relay.port,
      "c.sendall(b'a' * \(count))\nc.send(b'!', socket.MSG_OOB)\ntime.sleep(0.2)\nc.sendall(b'cd')\nc.close()")
    #expect(try server.reply() == "urgent ! \(count)")
    #expect(try server.reply() == "\(count + 3) cd")
    _ = client
  }

  @Test("A hundred connections at once, and no descriptor is left behind")
  func many() throws {
    let relay = try SockListener.relay("echo:")
    let descriptors = { () throws -> Int in
      let list = try RunningProcess("ls", ["/proc/\(relay.process.identifier)/fd"])
      try list.wait()
      return list.output?.text.split(separator: "\n").count ?? 0
    }
    #expect(try Sock.run(["send", "127.0.0.1", "\(relay.port)", "x"]).text == "x")
    try relay.process.waitUntilIdle()
    let before = try descriptors()
    try PythonPeer(
      """
      all = [socket.create_connection(('127.0.0.1', \(relay.port))) for n in range(100)]
      for n, c in enumerate(all): c.sendall(b'client %03d' % n)
      for n, c in enumerate(all): assert receive_exactly(c, 10) == b'client %03d' % n
      for n, c in enumerate(all):
        if n % 2: c.close()
        else: reset(c)
      """
    ).finish()
    try eventually("as many descriptors as before") { try descriptors() <= before }
  }

  @Test("Options of one side stand behind it, and a wrong one is refused with the nearest name")
  func sideOptions() throws {
    let (server, port) = try PythonPeer.server("say(who[0])\nc.close()")
    let relay = try SockListener.relay("127.0.0.1:\(port)?source=127.0.0.7&timeout=2s")
    _ = try Sock.run(["send", "127.0.0.1", "\(relay.port)", "x"])
    #expect(try server.reply() == "127.0.0.7")

    let directory = try TemporaryDirectory()
    let unix = try Sock.start(["relay", "-v", "unix:\(directory("s"))?mode=600", "echo:"])
    try unix.errors?.waitForLine(containing: "listening")
    #expect(fileStatus(directory("s")).map { $0.st_mode & 0o777 } == 0o600)

    let refused: [(String, String)] = [
      ("localhost:80?sorce=127.0.0.1", "did you mean source?"),
      ("localhost:80?mode=600", "no option of a side that connects"),
      ("localhost:80?timeout", "timeout=SECS"), ("localhost:80?timeout=soon", "--timeout"),
      ("localhost:80?ipv4=1", "takes no value"), ("localhost:80?", "NAME=VALUE"),
    ]
    for (word, words) in refused {
      let outcome = try Sock.run(["relay", "0", word])
      #expect(outcome.status == 64 && outcome.errors.contains(words), "\(word): \(outcome)")
    }
  }
}

import Glibc
import SockTestSupport
import Testing

/// `listen --echo` and its like: what a server answers by itself.
@Suite(.endToEnd) struct AnswerTests {
  private static func ask(_ options: [String], _ message: String = "") throws -> Sock.Outcome {
    let listener = try SockListener(options)
    return try Sock.run(["send", "127.0.0.1", "\(listener.port)", message])
  }

  private static func askByDatagram(_ options: [String], _ message: String = "") throws -> Sock.Outcome {
    let listener = try SockListener(options + ["--udp"])
    return try Sock.run(["udp-send", "127.0.0.1", "\(listener.port)", message, "--reply"])
  }

  @Test("--echo sends back every byte, to a peer that reads late and has long shut down its sending half, too")
  func echo() throws {
    let listener = try SockListener(["--echo"])
    let peer = try PythonPeer.client(
      port: listener.port,
      """
      data = os.urandom(8 << 20)
      sender = threading.Thread(target=lambda: (c.sendall(data), c.shutdown(socket.SHUT_WR)))
      sender.start()
      time.sleep(0.3)
      say(receive_all(c) == data)
      c = socket.create_connection(('127.0.0.1', \(listener.port)))
      for n in range(100):
        c.sendall(b'%03d' % n)
        assert receive_exactly(c, 3) == b'%03d' % n
      say('short')
      """)
    #expect(try peer.reply() == "True")
    #expect(try peer.reply() == "short")
    try peer.finish()
  }

  @Test("--echo serves a hundred peers at once, and a stalled one delays nobody")
  func many() throws {
    let listener = try SockListener(["--echo"])
    let peer = try PythonPeer(
      """
      stalled = socket.create_connection(('127.0.0.1', \(listener.port)))
      stalled.setblocking(False)
      try:
        while True: stalled.send(b'x' * 65536)
      except BlockingIOError: pass
      all = [socket.create_connection(('127.0.0.1', \(listener.port))) for n in range(100)]
      for n, c in enumerate(all): c.sendall(b'%04d' % n)
      say(all and [receive_exactly(c, 4) for c in all] == [b'%04d' % n for n in range(100)])
      """)
    #expect(try peer.reply() == "True")
  }

  @Test("Answers are given over Unix streams and seqpacket sockets, whose messages stay whole")
  func unix() throws {
    let directory = try TemporaryDirectory()
    for (type, kind) in [("stream", "SOCK_STREAM"), ("seqpacket", "SOCK_SEQPACKET")] {
      let path = directory(type)
      let process = try Sock.start(["listen", "-v", "--unix", path, "--type", type, "--echo"])
      _ = try process.errors?.waitForLine(containing: "listening")
      let peer = try PythonPeer(
        """
        c = socket.socket(socket.AF_UNIX, socket.\(kind))
        c.connect('\(path)')
        for message in (b'one', b'twenty', b'x' * 60000):
          c.send(message)
          assert receive_exactly(c, len(message)) == message
        c.send(b'a'); c.send(b'bc')
        say(c.recv(10).decode() if '\(type)' == 'seqpacket' else receive_exactly(c, 1).decode())
        """)
      #expect(try peer.reply() == "a")
      process.send(SIGTERM)
      #expect(try process.wait().status == 143)
    }
  }

  @Test("--discard takes everything and says nothing; its end follows the peer's")
  func discard() throws {
    let listener = try SockListener(["--discard", "-v"])
    let client = try Sock.run(["send", "127.0.0.1", "\(listener.port)"], input: .bytes(RandomData.bytes(1_000_000)))
    #expect(client.status == 0 && client.output.isEmpty)
    _ = try listener.errors.waitForLine(containing: "sent 0 bytes, received 1000000 bytes")
  }

  @Test("--chargen sends rotating lines of 72 characters until the peer has had enough, which is no error")
  func chargen() throws {
    let listener = try SockListener(["--chargen", "-v"])
    let peer = try PythonPeer.client(
      port: listener.port, "say(receive_exactly(c, 74 * 200)[74 * 96:74 * 97].decode('latin1')[:10])\nreset(c)")
    #expect(try peer.reply() == "!\"#$%&'()*")
    _ = try listener.errors.waitForLine(containing: "closed")
    listener.process.send(SIGTERM)
    #expect(!(try listener.outcome()).errors.contains("reset"))
    for _ in 0..<5 { #expect(try Self.askByDatagram(["--chargen"]).output.count <= 512) }
  }

  @Test("--daytime is a line with the date, and --time the seconds since 1900")
  func clock() throws {
    for answer in [try Self.ask(["--daytime"]), try Self.askByDatagram(["--daytime"], "?")] {
      #expect(answer.text.hasSuffix("\r\n") && answer.text.split(separator: " ").count == 5, "\(answer)")
    }
    for answer in [try Self.ask(["--time"]), try Self.askByDatagram(["--time"])] {
      let seconds = answer.output.reduce(0) { $0 << 8 | Int($1) }
      #expect(answer.output.count == 4 && abs(seconds - 2_208_988_800 - time(nil)) < 60, "\(answer)")
    }
  }

  @Test("--qotd sends one of the quotes of a file")
  func quotes() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file("quotes", containing: "First.\n%\nSecond,\nin two lines.\n")
    for _ in 0..<4 {
      let answer = try Self.ask(["--qotd", file])
      #expect(["First.\n", "Second,\nin two lines.\n"].contains(answer.text))
    }
    #expect(try Self.askByDatagram(["--qotd", file]).text.hasSuffix(".\n"))
  }

  @Test("--reply sends a text, or the contents of a file, to a peer that speaks late, too")
  func reply() throws {
    #expect(try Self.ask(["--reply", "There you are.\n"], "hello?").text == "There you are.\n")
    #expect(try Self.askByDatagram(["--reply", "here"], "hello?").text == "here")
    let directory = try TemporaryDirectory()
    let file = try directory.file("contents", containing: String(repeating: "long ", count: 100_000))
    #expect(try Self.ask(["--reply", "@" + file]).output.count == 500_000)
    let listener = try SockListener(["--reply", "early"])
    let peer = try PythonPeer.client(
      port: listener.port, "time.sleep(0.3)\nc.sendall(b'late' * 1000)\nsay(receive_all(c).decode())")
    #expect(try peer.reply() == "early")
  }

  @Test("--max-served ends the server, for datagrams, too")
  func served() throws {
    for options in [["--echo"], ["--echo", "--udp"]] {
      let listener = try SockListener(options + ["--max-served", "2"])
      let client = options.count == 1 ? ["send"] : ["udp-send", "--reply"]
      for _ in 0..<2 {
        #expect(try Sock.run(client + ["127.0.0.1", "\(listener.port)", "x"]).text == "x")
      }
      #expect(try listener.outcome().status == 0)
    }
  }

  @Test("A datagram is echoed to its sender, whole, empty ones and many in a row, too")
  func datagrams() throws {
    let listener = try SockListener(["--echo", "--udp"])
    let peer = try PythonPeer(
      """
      s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      s.settimeout(20)
      s.connect(('127.0.0.1', \(listener.port)))
      for size in (0, 1, 1472, 9000, 65507):
        data = os.urandom(size)
        s.send(data)
        assert s.recv(70000) == data
      for turn in range(20):
        for n in range(10): s.send(b'%d' % n)
        assert [s.recv(10) for n in range(10)] == [b'%d' % n for n in range(10)]
      say('all')
      """)
    #expect(try peer.reply() == "all")
  }

  @Test(
    "Datagrams from the ports of answering services get no answer, which is said once",
    .enabled(if: Sock.canMakeNamespaces))
  func loops() throws {
    let outcome = try Sock.inNamespace(
      """
      "$SOCK" listen -u 127.0.0.1 7 --echo 2>"$TMP" &
      python3 -c "
      import socket
      for port in (7, 13, 17, 19, 37):
        for again in range(2):
          s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
          s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
          s.bind(('127.0.0.2', port)); s.settimeout(0.1)
          import time
          time.sleep(0.2)
          s.sendto(b'x', ('127.0.0.1', 7))
          try: print(s.recv(10))
          except OSError: pass
          s.close()
      s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(5)
      s.sendto(b'x', ('127.0.0.1', 7)); print(s.recv(10))
      "
      kill $!; cat "$TMP"
      """)
    #expect(outcome.lines.filter { $0 == "b'x'" }.count == 1, "\(outcome)")
    #expect(outcome.lines.filter { $0.contains("are not answered") }.count == 1, "\(outcome)")
  }

  @Test(
    "What cannot be answered, and what cannot be combined, is refused before anything is listened on",
    arguments: [
      (["--echo", "--discard"], "a server gives one answer"), (["--echo", "--exec", "cat"], "no use"),
      (["--stall", "--udp"], "datagrams have none"), (["--http-file", "/etc/passwd", "-u"], "datagrams have none"),
      (["--drop", "x"], "number of bytes"), (["--qotd", "/nonexistent"], "cannot read /nonexistent"),
      (["--qotd", "/dev/null"], "no quote"), (["--qotd", "/"], "EISDIR"), (["--http-file", "/"], "EISDIR"),
      (["--http-file", "/dev/null"], "no regular file"), (["--reply", "@"], "names no file"),
      (["--reply", "@/nonexistent"], "cannot read"), (["--slow", "0"], "1 or more"),
      (["--echo", "--udp", "-i", "1"], "is for connections"), (["--echo", "--interactive"], "no use"),
      (["--slow", "5", "--limit-rate", "5"], "both set the rate"),
    ])
  func refused(_ options: [String], _ reason: String) throws {
    let outcome = try Sock.run(["listen", "127.0.0.1", "0"] + options)
    #expect(outcome.status == 64 && outcome.errors.contains(reason), "\(outcome)")
    #expect(!outcome.errors.contains("listening"))
  }
}

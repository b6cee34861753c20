import Glibc
import SockTestSupport
import Testing

/// `relay`: several rights, and ends that are not there yet.
@Suite(.endToEnd) struct SeveralRightsTests {
  /// A relay to three servers, each of which is known by its answer.
  private static func relay(_ options: [String]) throws -> (SockListener, [SockListener]) {
    let servers = try ["a", "b", "c"].map { try SockListener.relay("text:\($0)") }
    let words = servers.flatMap { ["--to", "127.0.0.1:\($0.port)"] }
    let process = try Sock.start(["relay", "127.0.0.1:0"] + words + options)
    return (try SockListener(running: process), servers)
  }

  private static func answers(_ count: Int, of relay: SockListener) throws -> String {
    try (0..<count).map { _ in try Sock.run(["send", "127.0.0.1", "\(relay.port)", "x"]).text }.joined()
  }

  @Test("Each connection gets the next right by default, and the same one by --balance source or failover")
  func policies() throws {
    let (relay, servers) = try Self.relay([])
    #expect(try Self.answers(6, of: relay) == "abcabc")
    let (failover, others) = try Self.relay(["--balance", "failover"])
    #expect(try Self.answers(3, of: failover) == "aaa")
    let (source, more) = try Self.relay(["--balance", "source"])
    #expect(Set(try Self.answers(4, of: source)).count == 1)
    _ = (servers, others, more)
  }

  @Test("The one with the fewest connections is chosen by --balance least")
  func least() throws {
    let echoes = try (0..<2).map { _ in try SockListener.relay(["-v"], "echo:") }
    let process = try Sock.start(
      [
        "relay", "127.0.0.1:0", "127.0.0.1:\(echoes[0].port)", "--to", "127.0.0.1:\(echoes[1].port)", "--balance",
        "least",
      ])
    let relay = try SockListener(running: process)
    let client = try PythonPeer(
      """
      all = [socket.create_connection(('127.0.0.1', \(relay.port))) for n in range(4)]
      for c in all:
        c.sendall(b'x')
        assert c.recv(1) == b'x'
      say('in')
      hear()
      """)
    #expect(try client.reply() == "in")
    for echo in echoes {
      // What a server has written may not have been read yet.
      try eventually("a server has two connections") {
        echo.errors.text.split(separator: "\n").count { $0.contains("accepted") } == 2
      }
    }
  }

  @Test("A right that fails is left out, and its connection gets the next one")
  func leftOut() throws {
    let server = try SockListener.relay("text:b")
    let process = try Sock.start(
      ["relay", "127.0.0.1:0", "127.0.0.1:\(try Ports.free())", "--to", "127.0.0.1:\(server.port)"])
    let relay = try SockListener(running: process)
    #expect(try Self.answers(4, of: relay) == "bbbb")
    #expect(relay.errors.text.contains("is left out for "), "\(relay.errors.text)")
  }

  @Test("With --retry a connection waits for a server that is not there yet")
  func retry() throws {
    let directory = try TemporaryDirectory()
    let path = directory("s")
    let relay = try SockListener.relay(["--retry", "forever"], "unix:\(path)")
    let client = try RunningProcess(Sock.binary, ["send", "127.0.0.1", "\(relay.port)", "hello"])
    try relay.errors.waitForLine(containing: "trying again")
    let server = try Sock.start(["relay", "-v", "unix:\(path)", "echo:"])
    try server.errors?.waitForLine(containing: "listening")
    #expect(try client.wait().status == 0)
    #expect(client.output?.text == "hello")
    let limited = try SockListener.relay(["--retry", "2", "--once"], "unix:\(directory("none"))")
    #expect(try Sock.run(["send", "127.0.0.1", "\(limited.port)", "x"]).status == 74)
    #expect(try limited.outcome().status == 69)
  }

  @Test("--pass-fds passes descriptors on with the bytes that they came with")
  func descriptors() throws {
    let directory = try TemporaryDirectory()
    let (left, right) = (directory("left"), directory("right"))
    let server = try PythonPeer(
      """
      l = socket.socket(socket.AF_UNIX)
      l.bind('\(right)')
      l.listen(1)
      say('bound')
      c, _ = l.accept()
      for n in range(3):
        data, fds, flags, _ = socket.recv_fds(c, 100, 10)
        say(data.decode(), len(fds), *(os.read(f, 100).decode() for f in fds))
        socket.send_fds(c, [b'back'], fds)
      """)
    #expect(try server.reply() == "bound")
    let relay = try Sock.start(["relay", "-v", "--pass-fds", "unix:\(left)", "unix:\(right)"])
    try relay.errors?.waitForLine(containing: "listening")
    let client = try PythonPeer(
      """
      c = socket.socket(socket.AF_UNIX)
      c.connect('\(left)')
      def pipe(text):
        r, w = os.pipe()
        os.write(w, text)
        return r
      for words in [[b'one'], [], [b'two', b'three']]:
        socket.send_fds(c, [b'data'], [pipe(text) for text in words]) if words else c.sendall(b'data')
        data, fds, _, _ = socket.recv_fds(c, 100, 10)
        say(data.decode(), len(fds))
      """)
    for (there, back) in [("data 1 one", "back 1"), ("data 0", "back 0"), ("data 2 two three", "back 2")] {
      #expect(try server.reply() == there)
      #expect(try client.reply() == back)
    }
    #expect(try Sock.run(["relay", "--pass-fds", "unix:\(directory("x"))", "localhost:1"]).status == 64)
  }

  @Test("What makes no sense is refused")
  func refused() throws {
    for words in [
      ["0", "echo:", "--balance", "least"], ["0", "--to", "echo:", "--balance", "best"],
      ["0", "echo:", "--to", "listen:1"], ["0", "echo:", "--retry", "often"],
    ] {
      let outcome = try Sock.run(["relay"] + words)
      #expect(outcome.status == 64, "\(words): \(outcome)")
    }
  }
}

import Glibc
import SockTestSupport
import Testing

/// `relay`: a program on one side.
@Suite(.endToEnd) struct RelayedProgramTests {
  private static func answer(_ end: String, to message: String, once: Bool = true) throws -> (
    client: Sock.Outcome, relay: Sock.Outcome
  ) {
    let relay = try SockListener.relay(["--once"], end)
    let client = try Sock.run(["send", "127.0.0.1", "\(relay.port)", message])
    return (client, try relay.outcome())
  }

  @Test("A program gets what the peer sends until its end, and the peer all that it writes")
  func exec() throws {
    let (client, relay) = try Self.answer("exec:tr a-z 'A-Z'", to: "quietly")
    #expect(client.text == "QUIETLY" && client.status == 0 && relay.status == 0, "\(client) \(relay)")
    let shell = try Self.answer("shell:read word; echo \"<$word>\"", to: "one\n")
    #expect(shell.client.text == "<one>\n")
  }

  @Test("A program that writes a megabyte and exits at once is drained to its last byte", arguments: 1...10)
  func drained(_ run: Int) throws {
    let (client, relay) = try Self.answer("shell:head -c 1000000 /dev/zero", to: "")
    #expect(client.output.count == 1_000_000 && client.status == 0 && relay.status == 0)
  }

  @Test("A program that does not read its input is no failure")
  func unread() throws {
    // It waits for its input, so that it does not end before the peer has begun to send.
    let program = "exec:python3 -c 'import select; select.select([0], [], []); print(\"hello\")'"
    let (client, relay) = try Self.answer(program, to: String(repeating: "x", count: 100_000))
    #expect(client.text == "hello\n" && client.status == 0 && relay.status == 0, "\(client) \(relay)")
  }

  @Test("The exit status of a single program is that of the relay; a signal resets the peer")
  func statuses() throws {
    let failed = try Self.answer("shell:echo partly; exit 3", to: "")
    #expect(failed.client.text == "partly\n" && failed.client.status == 0)
    #expect(failed.relay.status == 3 && failed.relay.errors.contains("ended with status 3"))
    let killed = try Self.answer("shell:read word; echo partly; kill -9 $$", to: "go\n")
    #expect(killed.client.text == "partly\n" && killed.client.status == 74, "\(killed.client)")
    #expect(killed.relay.status == 137 && killed.relay.errors.contains("signal 9"))
  }

  @Test("A program learns who its peer is")
  func environment() throws {
    let (client, _) = try Self.answer(
      "shell:echo $SOCK_PEER_ADDRESS $SOCK_LOCAL_ADDRESS $SOCK_TRANSPORT $NCAT_PROTO; test $SOCK_PEER_PORT -gt 0",
      to: "")
    #expect(client.text == "127.0.0.1 127.0.0.1 tcp TCP\n", "\(client)")
  }

  @Test("A peer's reset ends the program by SIGTERM, not by the end of its input")
  func reset() throws {
    let directory = try TemporaryDirectory()
    let relay = try SockListener.relay(
      "shell:trap 'echo term >\(directory("end")); exit' TERM; echo on; while :; do sleep 0.01; done")
    let client = try PythonPeer.client(port: relay.port, "say(receive_exactly(c, 3).decode().strip())\nreset(c)")
    #expect(try client.reply() == "on")
    try eventually("the program was told") { (try? readFile(directory("end"))) == Array("term\n".utf8) }
  }

  @Test("A program that ignores SIGTERM is killed, and nothing is left of it")
  func stubborn() throws {
    let relay = try SockListener.relay("shell:trap '' TERM; echo $$; while :; do sleep 0.01; done")
    let client = try PythonPeer.client(port: relay.port, "say(c.makefile().readline().strip())\nhear()")
    let identifier = try #require(pid_t(try client.reply()))
    relay.process.send(SIGTERM)
    #expect(try relay.process.wait().status == 143)
    #expect(kill(identifier, 0) == -1 && errno == ESRCH)
  }

  @Test("Two programs are joined as by a pipe")
  func pipe() throws {
    let directory = try TemporaryDirectory()
    let outcome = try Sock.run(
      ["relay", "exec:seq 100000", "shell:sleep 0.1; wc -l >\(directory("count"))"])
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try readFile(directory("count")) == Array("100000\n".utf8))
  }

  @Test("What cannot be run is refused before anything is listened on")
  func refused() throws {
    let refused: [(String, CInt, String)] = [
      ("exec:nosuchprogram", 64, "nosuchprogram"), ("exec:/no/such", 64, "ENOENT"), ("exec:/etc/passwd", 77, "EACCES"),
      ("exec:/tmp", 77, "EACCES"), ("exec:", 64, "command"), ("exec:'cat", 64, "no closing"), ("shell:", 64, "command"),
    ]
    for (word, status, words) in refused {
      let outcome = try Sock.run(["relay", "-v", "127.0.0.1:0", word])
      #expect(outcome.status == status && outcome.errors.contains(words), "\(word): \(outcome)")
      #expect(!outcome.errors.contains("listening"))
    }
  }

  @Test("pty: gives a terminal")
  func terminal() throws {
    let (client, _) = try Self.answer("pty:sh -c 'test -t 0 && test -t 1 && stty size && tty'", to: "")
    #expect(client.text.contains("24 80") && client.text.contains("/dev/pts/"), "\(client)")
  }
}

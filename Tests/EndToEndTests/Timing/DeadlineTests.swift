import SockTestSupport
import Testing

/// `--deadline`: how long a run may take.
@Suite(.endToEnd) struct DeadlineTests {
  @Test("--deadline limits the run, in every unit", arguments: ["0.4", "400ms", "0.4s", "0.007m", "0.00012h"])
  func deadlineTakesEveryUnit(_ time: String) throws {
    let (_, port) = try PythonPeer.server("hear()")
    let sock = try Sock.start(["connect", "--deadline", time, "127.0.0.1", "\(port)"], input: .pipe)
    let outcome = try Sock.outcome(of: sock)
    #expect(outcome.status == 75)
    #expect(outcome.seconds >= 0.4 && outcome.seconds < 8)
    #expect(outcome.errors.contains("deadline"))
  }

  @Test(
    "--deadline limits a wait for peers",
    arguments: [["listen"], ["listen", "-u"], ["listen", "-k"], ["recv"], ["udp-recv"]])
  func deadlineLimitsWaiting(_ words: [String]) throws {
    let listener = try SockListener(words.dropFirst() + ["--deadline", "0.5"], verb: words[0], input: .pipe)
    #expect(try listener.outcome().status == 75)
  }

  @Test("--deadline limits a transfer in progress")
  func deadlineLimitsATransfer() throws {
    let (_, port) = try PythonPeer.server("while c.recv(1 << 20): pass")
    let outcome = try Sock.run(["connect", "--deadline", "1", "127.0.0.1", "\(port)"], input: .file("/dev/zero"))
    #expect(outcome.status == 75)
    #expect(outcome.seconds >= 1 && outcome.seconds < 10)
  }

  @Test("--deadline limits a run whose stdout is never read")
  func deadlineIgnoresAStuckStdout() throws {
    let (_, port) = try PythonPeer.server("while True: c.sendall(bytes(65536))")
    let output = try Pipe()
    let sock = try Sock.start(
      ["connect", "--deadline", "1", "127.0.0.1", "\(port)"], output: .descriptor(output.writer))
    #expect(try sock.wait().status == 75)
    output.reader.close()
  }

  @Test("A dump that is never read does not delay the deadline")
  func stuckDumpDoesNotDelayTheDeadline() throws {
    let (_, port) = try PythonPeer.server(
      """
      try: c.sendall(b"x" * 10_000_000)
      except OSError: pass
      """)
    let errors = try Pipe()
    let sock = try Sock.start(
      ["connect", "-x", "--deadline", "1", "127.0.0.1", "\(port)"], output: .null, errors: .descriptor(errors.writer))
    #expect(try sock.wait(within: .seconds(10)).status == 75)
  }
}

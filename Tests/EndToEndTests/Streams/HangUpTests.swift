import SockTestSupport
import Testing

/// Servers that take the end of our input for a hang-up, and how they are told from those that only receive.
@Suite(.endToEnd) struct HangUpTests {
  /// Ends as soon as it sees our FIN, without an answer.
  static let hangsUp = "receive_all(c)\nc.close()"
  static let advice = "--on-eof keep"

  private func run(_ words: [String], input: RunningProcess.Input, server: String = hangsUp) throws -> Sock.Outcome {
    let (_, port) = try PythonPeer.server(server)
    let outcome = try Sock.run(words + ["127.0.0.1", "\(port)"], input: input)
    #expect(outcome.status == 0, "\(outcome)")
    return outcome
  }

  /// A request of HTTP, and one of the protocol of ssh-agent.
  static let requests: [[UInt8]] = [Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8), [0, 0, 0, 1, 11]]

  @Test("A request that a server drops at our FIN is a warning", arguments: requests, ["connect", "send"])
  func droppedRequestIsAWarning(_ request: [UInt8], _ verb: String) throws {
    let outcome = try run([verb], input: .bytes(request))
    #expect(outcome.errorLines.filter { $0.contains("warning") && $0.contains(Self.advice) }.count == 1, "\(outcome)")
  }

  @Test("A server that only receives is none, except with -v", arguments: [[], ["-v"]])
  func sinkIsNoWarning(_ options: [String]) throws {
    let outcome = try run(["send"] + options, input: .text("some data\n"))
    #expect(outcome.errors.contains(Self.advice) == (options == ["-v"]), "\(outcome)")
  }

  @Test(
    "Nor is it a warning without a FIN, without input, or where no answer is wanted",
    arguments: [["--on-eof", "close"], ["--send-only"]])
  func unansweredOnPurposeIsNoWarning(_ options: [String]) throws {
    let outcome = try run(["connect", "-v"] + options, input: .bytes(Self.requests[0]))
    #expect(!outcome.errors.contains(Self.advice), "\(outcome)")
    #expect(!(try run(["connect", "-v"], input: .null)).errors.contains(Self.advice))
  }

  @Test("Nor where the server answers, or ends later")
  func answerIsNoWarning() throws {
    for server in ["receive_all(c)\nc.sendall(b'x')\nc.close()", "receive_all(c)\ntime.sleep(0.5)\nc.close()"] {
      let outcome = try run(["connect", "-v"], input: .bytes(Self.requests[0]), server: server)
      #expect(!outcome.errors.contains(Self.advice), "\(outcome)")
    }
  }

  @Test("With --on-eof keep such a server answers")
  func keepGetsTheAnswer() throws {
    let server = """
      request = c.recv(1000)
      ready = select.select([c], [], [], 0.3)[0]
      if not ready: c.sendall(b'answer')
      c.close()
      """
    #expect(try run(["connect", "--on-eof", "keep"], input: .bytes(Self.requests[0]), server: server).text == "answer")
  }
}

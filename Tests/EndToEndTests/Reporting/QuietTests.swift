import SockTestSupport
import Testing

/// `--quiet`: errors, and no warnings.
@Suite(.endToEnd) struct QuietTests {
  /// What is said about a skip past the end of the input, which is a warning.
  static func send(_ options: [String]) throws -> String {
    let directory = try TemporaryDirectory()
    try writeFile(directory("in"), [1, 2, 3])
    let listener = try SockListener([], verb: "recv")
    let outcome = try Sock.run(
      ["send", "--skip", "500"] + options + ["127.0.0.1", "\(listener.port)"], input: .file(directory("in")))
    #expect(outcome.status == 0)
    _ = try listener.outcome()
    return outcome.errors
  }

  @Test func `warnings are hidden, as text and as JSON`() throws {
    #expect(try Self.send([]).hasPrefix("sock: warning: "))
    #expect(try Self.send(["--quiet"]) == "")
    #expect(try Self.send(["--json"]).contains("\"event\":\"warning\""))
    #expect(try Self.send(["--json", "--quiet"]) == "")
  }

  @Test func `errors are shown, and so is what was asked for`() throws {
    let refused = try Sock.run(["connect", "--quiet", "127.0.0.1", "1"])
    #expect(refused.status == 69 && refused.errors.hasPrefix("sock: connect to 127.0.0.1:1: "))
    #expect(try Self.send(["--quiet", "--checksum", "md5"]).hasPrefix("sock: md5 of 0 bytes sent to "))
    // The listener tells its port.
    let listener = try SockListener(["--quiet"], verb: "recv")
    _ = try Sock.run(["send", "127.0.0.1", "\(listener.port)", "x"])
    #expect(try listener.outcome().errors.split(separator: "\n").count == 1)
  }

  @Test func `it does not go with -v`() throws {
    let outcome = try Sock.run(["recv", "-v", "--quiet", "0"])
    #expect(outcome.status == 64 && outcome.errors.contains("--quiet and --verbose exclude each other"))
  }
}

import SockTestSupport
import Testing

/// `--retry`: what nothing answers is tried again.
@Suite(.endToEnd) struct RetryTests {
  @Test("A refused connection is tried again until it succeeds")
  func retriesUntilOpen() throws {
    let port = try Ports.free()
    let sock = try Sock.start(
      ["connect", "-v", "--retry", "forever", "--retry-delay", "50ms", "127.0.0.1", "\(port)"], input: .text("hello"))
    try sock.errors?.waitForLine(containing: "(3)")
    let listener = try Sock.start(["recv", "127.0.0.1", "\(port)"])
    #expect(try Sock.outcome(of: sock).status == 0)
    #expect(try Sock.outcome(of: listener).text == "hello")
  }

  @Test("After so many retries the error and its status are those of the last attempt")
  func givesUp() throws {
    let port = try Ports.free()
    let outcome = try Sock.run(
      ["send", "--json", "--retry", "2", "--retry-delay", "20ms", "127.0.0.1", "\(port)", "x"])
    #expect(outcome.status == 69)
    let retries = outcome.errorLines.filter { $0.contains(#""event":"retry""#) }
    #expect(retries.count == 2 && retries.allSatisfy { $0.contains(#""errno":"ECONNREFUSED""#) }, "\(outcome)")
    #expect(retries.last?.contains("(2 of 2)") == true)
  }

  @Test(
    "What cannot come right is not tried again",
    arguments: [
      (["connect", "127.0.0.1", "70000"], 64), (["connect", "-s", "192.0.2.1", "127.0.0.1", "9"], 71),
      (["connect", "-u", "127.0.0.1", "9"], 64), (["connect", "-z", "127.0.0.1", "9"], 64),
    ])
  func fatalErrors(_ words: [String], _ status: Int) throws {
    let outcome = try Sock.run(words + ["--retry", "forever"], within: .seconds(10))
    #expect(outcome.status == CInt(status), "\(outcome)")
  }

  @Test(
    "An unknown name is not tried again",
    .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"))
  func unknownName() throws {
    let outcome = try Sock.inNamespace(
      TestNetwork.withoutDNS("exec $SOCK connect --retry forever nosuch 80"), within: .seconds(10))
    #expect(outcome.status == 68)
  }

  @Test("Standard input is not read before there is a connection")
  func inputIsLeftAlone() throws {
    let input = try Pipe()
    try input.writer.write("keep me")
    let outcome = try Sock.outcome(
      of: Sock.start(
        ["connect", "--retry", "2", "--retry-delay", "10ms", "127.0.0.1", "\(try Ports.free())"],
        input: .descriptor(input.reader)))
    #expect(outcome.status == 69)
    #expect(try input.reader.read() == Array("keep me".utf8))
  }

  @Test("The deadline and a signal end the waiting", arguments: [true, false])
  func deadline(_ isDeadline: Bool) throws {
    let sock = try Sock.start(
      ["connect", "-v", "--retry", "forever", "--retry-delay", "60s"] + (isDeadline ? ["--deadline", "300ms"] : [])
        + ["127.0.0.1", "\(try Ports.free())"])
    try sock.errors?.waitForLine(containing: "trying again in")
    if !isDeadline { sock.send(15) }
    #expect(try sock.wait(within: .seconds(10)).status == (isDeadline ? 75 : 143))
  }
}

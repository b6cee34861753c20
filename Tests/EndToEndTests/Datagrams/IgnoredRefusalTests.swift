import SockTestSupport
import Testing

/// `--ignore-refused`: a sender outlives its receiver's restart.
@Suite(.endToEnd) struct IgnoredRefusalTests {
  @Test(
    "A session goes on, loses nothing once the receiver is back, and counts the refusals",
    arguments: ["send", "connect"])
  func session(_ verb: String) throws {
    let port = try Ports.free()
    let sock = try Sock.start(
      [verb, "-u", "--frame", "line", "--ignore-refused", "127.0.0.1", "\(port)"], input: .pipe)
    try sock.input?.write("1\n")
    try sock.errors?.waitForLine(containing: "port unreachable")
    try sock.input?.write("2\n")
    #expect(sock.keepsRunning(for: .milliseconds(200)))
    let receiver = try Sock.start(["recv", "-u", "--lines", "2", "127.0.0.1", "\(port)"])
    try SocketTable.udp.waitForListener(on: port)
    // The refusal of the second datagram keeps the third from being sent at first.
    try sock.input?.write("3\n")
    try sock.input?.write("4\n")
    #expect(try Sock.outcome(of: receiver).text == "3\n4\n")
    sock.input?.close()
    let outcome = try Sock.outcome(of: sock)
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("2 datagrams were refused"), "\(outcome)")
  }

  @Test("udp-send is 0 with a warning")
  func singleDatagram() throws {
    let outcome = try Sock.run(["udp-send", "--ignore-refused", "127.0.0.1", "\(try Ports.free())", "x"])
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("warning: ") && outcome.errors.contains("a datagram was refused"), "\(outcome)")
  }

  @Test(
    "It is for UDP", arguments: [["send"], ["send", "-U", "--type", "dgram"], ["connect", "-u", "-z"]])
  func usage(_ words: [String]) throws {
    let endpoint = words.contains("-U") ? ["/nosuch"] : ["127.0.0.1", "9"]
    #expect(try Sock.run(words + ["--ignore-refused"] + endpoint).status == 64)
  }
}

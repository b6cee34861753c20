import SockTestSupport
import Testing

/// `--write-out`: what is known of the connection, by a format, on standard error.
@Suite(.endToEnd) struct WriteOutTests {
  @Test func `a connection in numbers`() throws {
    let (peer, port) = try PythonPeer.server("receive_all(c)\ntime.sleep(0.2)\nc.sendall(b'answer')\nc.close()")
    let format =
      #"%{local} %{peer} %{transport}\n%{bytes_sent} %{bytes_received}\n%{time_connect} %{time_first_byte} "#
      + #"%{time_total}\n%{tcp_rtt} %{tcp_retransmits}\n%{exit_cause} %{exit_status}%%\t\\%{errno}"#
    let outcome = try Sock.run(["send", "-E", format, "127.0.0.1", "\(port)", "hello"])
    #expect(outcome.status == 0 && outcome.text == "answer")
    let lines = outcome.errorLines
    try #require(lines.count == 5, "\(outcome)")
    #expect(lines[0].hasPrefix("127.0.0.1:") && lines[0].hasSuffix(" 127.0.0.1:\(port) tcp"))
    #expect(lines[1] == "5 6")
    let times = lines[2].split(separator: " ").compactMap { Double($0) }
    try #require(times.count == 3)
    #expect(times[0] > 0 && times[0] < times[1] && times[1] <= times[2] && times[1] > 0.15, "\(lines[2])")
    let tcp = lines[3].split(separator: " ")
    #expect((Double(tcp[0]) ?? 0) > 0 && tcp[1] == "0", "\(lines[3])")
    #expect(lines[4] == "success 0%\t\\")
    try peer.finish()
  }

  @Test func `a failure, behind its message`() throws {
    let outcome = try Sock.run(
      ["connect", "--write-out", #"%{exit_cause} %{exit_status} %{errno} %{bytes_sent} [%{peer}]\n"#, "127.0.0.1", "1"])
    #expect(outcome.status == 69)
    #expect(outcome.errorLines.last == "unreachable 69 ECONNREFUSED 0 []")
    #expect(outcome.errorLines.first?.hasPrefix("sock: connect to 127.0.0.1:1: ") == true)
  }

  @Test func `a name, and a listener`() throws {
    let listener = try SockListener(["--write-out", #"%{peer} %{bytes_received} %{exit_cause}\n"#], input: .null)
    let client = try Sock.run(
      ["send", "-E", #"%{time_resolve} %{time_connect}\n"#, "localhost", "\(listener.port)", "12345"])
    let times = client.errors.split(separator: " ").compactMap { Double($0.filter { $0 != "\n" }) }
    #expect(times.count == 2 && times[0] > 0 && times[0] < times[1], "\(client)")
    let outcome = try listener.outcome()
    #expect(outcome.errorLines.last?.hasSuffix(" 5 success") == true, "\(outcome)")
  }

  @Test func `with --trace, both are written`() throws {
    let (peer, port) = try PythonPeer.server("c.sendall(receive_all(c))\nc.close()")
    let outcome = try Sock.run(["send", "--trace", "-E", "%{bytes_received}", "127.0.0.1", "\(port)", "abc"])
    #expect(outcome.errors.contains("connect(") && outcome.errorLines.last == "3")
    try peer.finish()
  }

  @Test(arguments: [
    ("%{time_totl}", "did you mean %{time_total}?"), ("%{x}", "there are time_resolve"),
    ("100%", "%% for a percent sign"),
    ("%{peer", "write %{NAME}"), (#"\q"#, "there are \\n"), (#"end\"#, "a backslash at the end"),
  ])
  func `a wrong format is refused before anything is done`(format: String, wanted: String) throws {
    let outcome = try Sock.run(["connect", "-E", format, "127.0.0.1", "1"])
    #expect(outcome.status == 64 && outcome.errors.contains(wanted), "\(outcome)")
  }

  @Test func `not with --keep-open`() throws {
    #expect(try Sock.run(["listen", "-k", "-E", "x", "0"]).status == 64)
  }
}

import SockTestSupport
import Testing

/// `--line-delay`: a pause between two lines of the input.
@Suite(.endToEnd) struct LinePacingTests {
  /// Python that receives pieces of `c` and says when each came, in tenths of a second, and what it was.
  static let listens = """
    start = time.monotonic()
    while True:
      piece = c.recv(1000)
      if not piece: break
      say(int((time.monotonic() - start) * 10 + 0.5), piece)
    say('end', int((time.monotonic() - start) * 10 + 0.5))
    """

  @Test("Over a connection each line is sent on its own, and the end does not wait", arguments: ["send", "connect"])
  func stream(_ verb: String) throws {
    let (peer, port) = try PythonPeer.server(Self.listens)
    let sock = try Sock.start(
      [verb, "--line-delay", "300ms", "127.0.0.1", "\(port)"], input: .text("a\nb\nc\n"))
    var lines: [String] = []
    for _ in 0..<4 { lines.append(try peer.reply()) }
    #expect(lines.map { $0.drop { $0 != "b" && $0 != "e" } }.prefix(3) == [#"b'a\n'"#, #"b'b\n'"#, #"b'c\n'"#])
    let times = lines.compactMap { Int($0.split(separator: " ").first ?? "") }
    #expect(times.count == 3 && times[1] - times[0] >= 2 && times[2] - times[1] >= 2, "\(lines)")
    #expect(try Sock.outcome(of: sock).status == 0)
  }

  @Test("--skip and --bytes choose the lines, and a last line without a line feed is sent")
  func part() throws {
    let listener = try SockListener(verb: "recv")
    let outcome = try Sock.run(
      ["send", "--line-delay", "10ms", "--skip", "2", "--bytes", "3", "127.0.0.1", "\(listener.port)"],
      input: .text("a\nb\ncdef\n"))
    #expect(outcome.status == 0)
    #expect(try listener.outcome().text == "b\nc")
  }

  @Test("Over UDP each line is a datagram")
  func datagrams() throws {
    let listener = try SockListener(["--udp", "-v", "--count", "3"], verb: "recv")
    let outcome = try Sock.run(
      ["send", "-u", "--line-delay", "50ms", "127.0.0.1", "\(listener.port)"], input: .text("a\nbb\nc"))
    #expect(outcome.status == 0)
    let received = try listener.outcome()
    #expect(received.text == "a\nbb\nc")
    let sizes = received.errorLines.compactMap { $0.range(of: "received ") == nil ? nil : $0.split(separator: " ")[2] }
    #expect(sizes == ["2", "3", "1"], "\(received)")
  }

  @Test("A listener with many clients paces what it sends to all")
  func broadcast() throws {
    let listener = try SockListener(["-k", "--line-delay", "300ms"], input: .text("a\nb\n"))
    let client = try PythonPeer.client(port: listener.port, "say(c.recv(9)); say(c.recv(9))")
    #expect(try client.reply() == #"b'a\n'"#)
    #expect(try client.reply() == #"b'b\n'"#)
  }
}

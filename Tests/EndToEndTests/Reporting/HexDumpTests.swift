import SockTestSupport
import Testing

/// `-x`: dumps on standard error.
@Suite(.endToEnd) struct HexDumpTests {
  private func dump(_ lines: [String]) -> [String] { lines.filter { $0.hasSuffix("|") } }

  @Test("The columns of both directions align, within 100", arguments: ["127.0.0.1", "::1"])
  func columns(_ host: String) throws {
    let (_, port) = try PythonPeer.server(host: host, "c.sendall(receive_exactly(c, 20)); c.close()")
    let outcome = try Sock.run(["send", "-x", host, "\(port)", "01234567890123456789"])
    let lines = dump(outcome.errorLines)
    #expect(lines.count == 4 && outcome.errorLines.count == 4, "\(outcome)")
    let places = Set(
      lines.map { line in
        line.utf8.firstIndex(of: UInt8(ascii: "|")).map { line.utf8.distance(from: line.startIndex, to: $0) }
      })
    #expect(places.count == 1)
    #expect(lines.allSatisfy { $0.utf8.count <= 100 })
    #expect(
      lines.filter { $0.contains(" > 000000") }.count == 2 && lines.filter { $0.contains(" < 000000") }.count == 2)
  }

  @Test("With several senders, a line names each before its data")
  func peers() throws {
    let listener = try SockListener(["-x", "--count", "3"], verb: "udp-recv")
    let sender = try PythonPeer(
      "a, b = bound(), bound()\n"
        + "for s, data in ((a, b'1'), (a, b'2'), (b, b'3')): s.sendto(data, ('127.0.0.1', \(listener.port)))\n")
    let ports = [try sender.port(), try sender.port()]
    let outcome = try listener.outcome()
    let lines = outcome.errorLines.filter { $0.contains(" < ") }.map { $0.split(separator: " ")[2] }
    #expect(
      lines == ["127.0.0.1:\(ports[0])", "00000000", "00000000", "127.0.0.1:\(ports[1])", "00000000"], "\(outcome)")
  }
}

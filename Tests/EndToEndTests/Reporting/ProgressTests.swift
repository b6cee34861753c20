import Glibc
import SockTestSupport
import Testing

/// `--progress`, on a terminal and elsewhere.
@Suite(.endToEnd) struct ProgressTests {
  private static let sent = RandomData.bytes(600_000, seed: 8)
  /// The whole transfer takes half a second.
  private static let slowly = ["--limit-rate", "1200k"]

  private let directory: TemporaryDirectory
  init() throws {
    directory = try TemporaryDirectory()
    try writeFile(directory("in"), Self.sent)
  }

  @Test("On a terminal one line is redrawn, and events appear above it")
  func oneLineIsRedrawn() throws {
    let listener = try SockListener(verb: "recv")
    let terminal = try Terminal(
      ["send", "-v", "--progress", "127.0.0.1", "\(listener.port)"] + Self.slowly, state: directory,
      file: directory("in"))
    try terminal.wait(for: "\rsent ")
    let first = try terminal.wait(for: "\r")
    #expect(first.contains(" of 586 KiB, ") && first.contains(", ETA 0:01 ["), "\(first)")
    let rest = try terminal.wait(for: "sock: closed") + terminal.wait(for: "\n")
    // The line is erased before the event is written.
    #expect(rest.contains(" \rsock: closed"), "\(rest)")
    let last = try terminal.wait(for: "sent 586 KiB, ") + terminal.wait(for: "\n")
    #expect(last.contains("iB/s, in 0."), "\(last)")
    #expect(try terminal.process.wait().status == 0)
    #expect(try listener.outcome().output == Self.sent)
  }

  @Test("A narrow terminal gets a short line")
  func narrowTerminalHasAShortLine() throws {
    let listener = try SockListener(verb: "recv")
    let terminal = try Terminal(
      ["send", "--progress", "127.0.0.1", "\(listener.port)"] + Self.slowly, state: directory, columns: 30,
      file: directory("in"))
    #expect(try terminal.process.wait().status == 0)
    let shown = try terminal.wait(for: "\r\n")
    let lines = shown.split { $0 == "\r" || $0 == "\r\n" }
    #expect(lines.count >= 2)
    #expect(lines.allSatisfy { $0.utf8.count < 30 }, "\(lines)")
  }

  @Test("A stopped terminal does not hold up the transfer")
  func stoppedTerminalBlocksNothing() throws {
    let listener = try SockListener(verb: "recv")
    let terminal = try Terminal(
      ["send", "--progress", "127.0.0.1", "\(listener.port)"] + Self.slowly, state: directory,
      file: directory("in"))
    try terminal.wait(for: "\rsent ")
    try terminal.type("\u{13}")
    #expect(try terminal.process.wait().status == 0)
    #expect(try listener.outcome().output == Self.sent)
  }

  @Test("Payload on the same terminal is not drawn over")
  func payloadIsNotDrawnOver() throws {
    let terminal = try Terminal(["recv", "--progress", "127.0.0.1", "0"], state: directory)
    let line = try terminal.wait(for: "listening on 127.0.0.1:") + terminal.wait(for: " ")
    let port = try #require(Int(line.split(separator: ":").last?.dropLast() ?? ""))
    let peer = try PythonPeer.client(
      port: port,
      """
      c.sendall(b'one\\n'); hear()
      c.sendall(b'within '); time.sleep(0.6); c.sendall(b'a line\\n'); hear()
      c.sendall(b'no line end'); c.close()
      """)
    try terminal.wait(for: "one\r\n")
    try terminal.wait(for: "\rreceived 4 B, ")
    try peer.tell()
    // For half a second the cursor was within a line, and nothing was drawn there.
    #expect(try terminal.wait(for: "a line").contains("\rwithin a line"))
    try terminal.wait(for: "\rreceived 18 B, ")
    try peer.tell()
    try terminal.wait(for: "\rno line end\r\nreceived 29 B, ")
    #expect(try terminal.process.wait().status == 0)
  }

  @Test("Without a terminal nothing is shown, except with =always")
  func offWithoutATerminal() throws {
    for (options, isShown) in [(["--progress"], false), (["--progress=never"], false), (["--progress=always"], true)] {
      let listener = try SockListener(verb: "recv")
      let outcome = try Sock.run(
        ["send", "127.0.0.1", "\(listener.port)"] + options, input: .file(directory("in")))
      #expect(outcome.status == 0)
      #expect(outcome.errorLines.count == (isShown ? 1 : 0), "\(outcome)")
      #expect(outcome.errors.hasPrefix("sock: sent 586 KiB, ") == isShown)
    }
  }

  @Test("JSON has a progress event about every second")
  func jsonHasAnEventASecond() throws {
    let listener = try SockListener(["--progress=always", "--json"], verb: "recv")
    _ = try Sock.run(
      ["send", "--limit-rate", "500k", "127.0.0.1", "\(listener.port)"], input: .file(directory("in")))
    let lines = try listener.outcome().errorLines.filter { $0.contains(#""event":"progress""#) }
    #expect(lines.count == 2, "\(lines)")
    #expect(lines.last?.contains(#""received":600000,"received-rate":"#) == true)
    // A verb that sends nothing does not show a sent count.
    #expect(lines.allSatisfy { !$0.contains("sent") && !$0.contains("total") })
  }

  @Test(
    "The total is what will be sent, where that is known",
    arguments: [(["--bytes", "1000"], "1000"), (["--skip", "599000"], "1000"), (["--crlf"], nil)])
  func totalIsKnown(_ options: [String], _ total: String?) throws {
    let listener = try SockListener(verb: "recv")
    let outcome = try Sock.run(
      ["send", "--progress=always", "--json", "127.0.0.1", "\(listener.port)"] + options, input: .file(directory("in")))
    let line = try #require(outcome.errorLines.last { $0.contains(#""event":"progress""#) })
    #expect(line.contains(#""total":"#) == (total != nil))
    if let total { #expect(line.contains(#""sent":\#(total),"#) && line.contains(#""total":\#(total),"#), "\(line)") }
  }

  @Test("A server sums up its connections")
  func serverSumsUpConnections() throws {
    let listener = try SockListener(["-k", "--progress=always", "--recv-only"])
    for _ in 0..<3 {
      #expect(try Sock.run(["send", "127.0.0.1", "\(listener.port)", "12345"]).status == 0)
    }
    try listener.output.waitForBytes(15)
    listener.process.send(SIGTERM)
    let outcome = try listener.outcome()
    #expect(outcome.status == 128 + SIGTERM)
    #expect(outcome.errorLines.last?.hasPrefix("sock: received 15 B, ") == true, "\(outcome)")
  }

  @Test("A transfer that fails keeps its total")
  func brokenTransferKeepsItsTotal() throws {
    let (_, port) = try PythonPeer.server("receive_exactly(c, 1000)\nreset(c)")
    let outcome = try Sock.run(
      ["send", "--progress=always", "127.0.0.1", "\(port)"] + Self.slowly, input: .file(directory("in")))
    #expect(outcome.status == 74 && outcome.errors.contains(" of 586 KiB, "), "\(outcome)")
  }

  /// Files in /sys report a size of 4096 bytes.
  @Test(
    "A file that ends before its reported size was sent whole",
    .enabled(if: fileStatus(longFile) != nil, "needs a file that is shorter than its reported size"),
    arguments: [[], ["--udp"]])
  func fileShorterThanItsSizeIsWhole(_ options: [String]) throws {
    let count = try readFile(Self.longFile).count
    let listener = try SockListener(options, verb: "recv")
    let outcome = try Sock.run(
      ["send", "--no-reply", "--progress=always", "127.0.0.1", "\(listener.port)"] + options,
      input: .file(Self.longFile))
    #expect(outcome.status == 0 && outcome.errors.hasPrefix("sock: sent \(count) B, "), "\(outcome)")
  }
  private static let longFile = "/sys/class/net/lo/mtu"

  @Test("The clock starts with the first datagram")
  func clockStartsWithTheFirstDatagram() throws {
    let listener = try SockListener(["-u", "--progress=always", "--json"], verb: "recv")
    _ = listener.process.keepsRunning(for: .milliseconds(1500))
    #expect(try Sock.run(["udp-send", "127.0.0.1", "\(listener.port)", "12345"]).status == 0)
    try listener.output.waitForBytes(5)
    listener.process.send(SIGTERM)
    let line = try listener.outcome().errorLines.last { $0.contains("progress") } ?? ""
    let seconds = line.firstMatch(of: /"seconds":([0-9.]+)/).flatMap { Double($0.1) }
    #expect(seconds ?? 9 < 1.2, "\(line)")
  }

  @Test("Datagrams are counted, too", arguments: ["recv", "udp-recv", "listen"]) func datagramsAreCounted(
    _ verb: String
  ) throws {
    let options = verb == "udp-recv" ? [] : ["-u"]
    let listener = try SockListener(options + ["--progress=always"], verb: verb)
    #expect(try Sock.run(["udp-send", "127.0.0.1", "\(listener.port)", "12345"]).status == 0)
    try listener.output.waitForBytes(5)
    listener.process.send(SIGTERM)
    #expect(try listener.outcome().errorLines.last?.contains("received 5 B, ") == true)
  }
}

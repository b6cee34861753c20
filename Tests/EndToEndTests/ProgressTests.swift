import Glibc
import SockTestSupport
import Testing

/// `--progress`: how far it has come, on a terminal and elsewhere.
@Suite(.endToEnd) struct ProgressTests {
  private static let sent = RandomData.bytes(600_000, seed: 8)
  /// Half a second for all of it.
  private static let slowly = ["--limit-rate", "1200k"]

  private let directory: TemporaryDirectory
  init() throws {
    directory = try TemporaryDirectory()
    try writeFile(directory("in"), Self.sent)
  }

  @Test func `on a terminal one line is drawn again and again, and events stand above it`() throws {
    let listener = try SockListener(verb: "recv")
    let terminal = try Terminal(
      ["send", "-v", "--progress", "127.0.0.1", "\(listener.port)"] + Self.slowly, state: directory,
      file: directory("in"))
    try terminal.wait(for: "\rsent ")
    let first = try terminal.wait(for: "\r")
    #expect(first.contains(" of 586 KiB, ") && first.contains(", ETA 0:01 ["), "\(first)")
    let rest = try terminal.wait(for: "sock: closed") + terminal.wait(for: "\n")
    // The line has gone before the event is written.
    #expect(rest.contains(" \rsock: closed"), "\(rest)")
    let last = try terminal.wait(for: "sent 586 KiB, ") + terminal.wait(for: "\n")
    #expect(last.contains("iB/s, in 0."), "\(last)")
    #expect(try terminal.process.wait().status == 0)
    #expect(try listener.outcome().output == Self.sent)
  }

  @Test func `a narrow terminal has a short line`() throws {
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

  @Test func `a terminal that was stopped holds nothing up`() throws {
    let listener = try SockListener(verb: "recv")
    let terminal = try Terminal(
      ["send", "--progress", "127.0.0.1", "\(listener.port)"] + Self.slowly, state: directory,
      file: directory("in"))
    try terminal.wait(for: "\rsent ")
    try terminal.type("\u{13}")
    #expect(try terminal.process.wait().status == 0)
    #expect(try listener.outcome().output == Self.sent)
  }

  @Test func `payload on the same terminal is not drawn over`() throws {
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
    // For half a second the cursor stood within a line, and nothing was drawn there.
    #expect(try terminal.wait(for: "a line").contains("\rwithin a line"))
    try terminal.wait(for: "\rreceived 18 B, ")
    try peer.tell()
    try terminal.wait(for: "\rno line end\r\nreceived 29 B, ")
    #expect(try terminal.process.wait().status == 0)
  }

  @Test func `elsewhere nothing is shown unless it is always wanted`() throws {
    for (options, isShown) in [(["--progress"], false), (["--progress=never"], false), (["--progress=always"], true)] {
      let listener = try SockListener(verb: "recv")
      let outcome = try Sock.run(
        ["send", "127.0.0.1", "\(listener.port)"] + options, input: .file(directory("in")))
      #expect(outcome.status == 0)
      #expect(outcome.errorLines.count == (isShown ? 1 : 0), "\(outcome)")
      #expect(outcome.errors.hasPrefix("sock: sent 586 KiB, ") == isShown)
    }
  }

  @Test func `JSON has an event for it, about each second`() throws {
    let listener = try SockListener(["--progress=always", "--json"], verb: "recv")
    _ = try Sock.run(
      ["send", "--limit-rate", "500k", "127.0.0.1", "\(listener.port)"], input: .file(directory("in")))
    let lines = try listener.outcome().errorLines.filter { $0.contains(#""event":"progress""#) }
    #expect(lines.count == 2, "\(lines)")
    #expect(lines.last?.contains(#""received":600000,"received-rate":"#) == true)
    // What is not sent by this verb has no place there.
    #expect(lines.allSatisfy { !$0.contains("sent") && !$0.contains("total") })
  }

  @Test(arguments: [(["--bytes", "1000"], "1000"), (["--skip", "599000"], "1000"), (["--crlf"], nil)])
  func `the total is what will be sent, where that is known`(_ options: [String], _ total: String?) throws {
    let listener = try SockListener(verb: "recv")
    let outcome = try Sock.run(
      ["send", "--progress=always", "--json", "127.0.0.1", "\(listener.port)"] + options, input: .file(directory("in")))
    let line = try #require(outcome.errorLines.last { $0.contains(#""event":"progress""#) })
    #expect(line.contains(#""total":"#) == (total != nil))
    if let total { #expect(line.contains(#""sent":\#(total),"#) && line.contains(#""total":\#(total),"#), "\(line)") }
  }

  @Test func `a server sums up its connections`() throws {
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

  @Test func `a transfer that breaks off keeps its total`() throws {
    let (_, port) = try PythonPeer.server("receive_exactly(c, 1000)\nreset(c)")
    let outcome = try Sock.run(
      ["send", "--progress=always", "127.0.0.1", "\(port)"] + Self.slowly, input: .file(directory("in")))
    #expect(outcome.status == 74 && outcome.errors.contains(" of 586 KiB, "), "\(outcome)")
  }

  /// The files of /sys call themselves 4096 bytes long.
  @Test(
    .enabled(if: fileStatus(longFile) != nil, "needs a file that calls itself longer than it is"),
    arguments: [[], ["--udp"]])
  func `a file that ends before its size was sent whole`(_ options: [String]) throws {
    let count = try readFile(Self.longFile).count
    let listener = try SockListener(options, verb: "recv")
    let outcome = try Sock.run(
      ["send", "--no-reply", "--progress=always", "127.0.0.1", "\(listener.port)"] + options,
      input: .file(Self.longFile))
    #expect(outcome.status == 0 && outcome.errors.hasPrefix("sock: sent \(count) B, "), "\(outcome)")
  }
  private static let longFile = "/sys/class/net/lo/mtu"

  @Test func `the clock starts with the first datagram`() throws {
    let listener = try SockListener(["-u", "--progress=always", "--json"], verb: "recv")
    _ = listener.process.keepsRunning(for: .milliseconds(1500))
    #expect(try Sock.run(["udp-send", "127.0.0.1", "\(listener.port)", "12345"]).status == 0)
    try listener.output.waitForBytes(5)
    listener.process.send(SIGTERM)
    let line = try listener.outcome().errorLines.last { $0.contains("progress") } ?? ""
    let seconds = line.firstMatch(of: /"seconds":([0-9.]+)/).flatMap { Double($0.1) }
    #expect(seconds ?? 9 < 1.2, "\(line)")
  }

  @Test(arguments: ["recv", "udp-recv", "listen"]) func `datagrams are counted too`(_ verb: String) throws {
    let options = verb == "udp-recv" ? [] : ["-u"]
    let listener = try SockListener(options + ["--progress=always"], verb: verb)
    #expect(try Sock.run(["udp-send", "127.0.0.1", "\(listener.port)", "12345"]).status == 0)
    try listener.output.waitForBytes(5)
    listener.process.send(SIGTERM)
    #expect(try listener.outcome().errorLines.last?.contains("received 5 B, ") == true)
  }
}

import SockTestSupport
import Testing

/// `--limit-rate`, `--bytes` and `--skip`: how fast, and how much.
@Suite(.endToEnd) struct RateAndRangeTests {
  private static let sent = RandomData.bytes(300_000, seed: 6)

  /// From a file or a pipe, limited by the sender or by the receiver.
  @Test(
    "A rate limit slows the transfer, and all of it arrives",
    arguments: [true, false],
    [(["--limit-rate", "600k"], []), (["--limit-rate=send=600k"], []), ([], ["--limit-rate", "recv=600k"])])
  func limitedTransferTakesItsTime(
    _ isFile: Bool, _ options: (sender: [String], receiver: [String])
  ) throws {
    let directory = try TemporaryDirectory()
    try writeFile(directory("in"), Self.sent)
    let listener = try SockListener(options.receiver, verb: "recv")
    let start = ContinuousClock.now
    let arguments = ["send"] + options.sender + ["127.0.0.1", "\(listener.port)"]
    let outcome =
      isFile
      ? try Sock.run(arguments, input: .file(directory("in"))) : try Sock.run(arguments, input: .bytes(Self.sent))
    #expect(outcome.status == 0)
    #expect(try listener.outcome().status == 0)
    let seconds = ContinuousClock.now - start
    // 300,000 bytes at 614,400 a second take 0.49 s, less the initial burst of a hundredth of a second.
    #expect(seconds > .milliseconds(400))
    #expect(listener.output.bytes == Self.sent)
  }

  @Test("The sender limits the rate of its datagrams")
  func datagramRateIsLimitedBySender() throws {
    let listener = try SockListener([], verb: "udp-recv")
    let directory = try TemporaryDirectory()
    try writeFile(directory("in"), Self.sent)
    let start = ContinuousClock.now
    let outcome = try Sock.run(
      ["send", "-u", "-q", "0", "--datagram-size", "1000", "--limit-rate", "600k", "127.0.0.1", "\(listener.port)"],
      input: .file(directory("in")))
    #expect(outcome.status == 0)
    #expect(ContinuousClock.now - start > .milliseconds(400))
    try listener.output.waitForBytes(Self.sent.count)
    #expect(listener.output.bytes == Self.sent)
  }

  @Test(
    "The receiver limits the rate of datagrams",
    arguments: [["recv", "-u"], ["listen", "-u"], ["listen", "-u", "-k"]])
  func datagramRateIsLimitedByReceiver(_ words: [String]) throws {
    let listener = try SockListener(
      Array(words.dropFirst()) + ["--limit-rate", "recv=240k"], verb: words[0], input: .null)
    let sent = Array(Self.sent.prefix(120_000))
    let start = ContinuousClock.now
    let outcome = try Sock.run(
      ["send", "-u", "-q", "0", "--datagram-size", "1000", "127.0.0.1", "\(listener.port)"], input: .bytes(sent))
    #expect(outcome.status == 0)
    try listener.output.waitForBytes(sent.count)
    #expect(ContinuousClock.now - start > .milliseconds(400))
    #expect(listener.output.bytes == sent)
  }

  @Test("--skip and --bytes send a part of the input", arguments: [true, false], [[], ["-u", "-q", "0"]])
  func partOfInputIsSent(_ isFile: Bool, _ transport: [String]) throws {
    let directory = try TemporaryDirectory()
    try writeFile(directory("in"), Self.sent)
    for (options, range) in [
      (["--bytes", "70001"], 0..<70_001), (["--skip", "1k"], 1024..<300_000), (["--bytes", "1G"], 0..<300_000),
      (["--skip", "299000", "--bytes", "500"], 299_000..<299_500), (["--skip", "1", "--bytes", "64k"], 1..<65_537),
      (["--skip", "300001"], 0..<0), (["--bytes", "0"], 0..<0),
    ] {
      let listener = try SockListener(transport.isEmpty ? [] : ["-u"], verb: "recv")
      let arguments = ["send"] + transport + options + ["127.0.0.1", "\(listener.port)"]
      let outcome =
        isFile
        ? try Sock.run(arguments, input: .file(directory("in"))) : try Sock.run(arguments, input: .bytes(Self.sent))
      #expect(outcome.status == 0, "\(options)")
      if transport.isEmpty { #expect(try listener.outcome().status == 0) }
      try listener.output.waitForBytes(range.count)
      #expect(listener.output.bytes == Array(Self.sent[range]), "\(options)")
    }
  }

  /// 150,000 empty lines are 300,000 bytes on the wire.
  @Test("The rate limit counts bytes on the connection, not bytes of input")
  func rateCountsBytesOnTheWire() throws {
    let listener = try SockListener([], verb: "recv")
    let start = ContinuousClock.now
    let outcome = try Sock.run(
      ["send", "--crlf", "--limit-rate", "600k", "127.0.0.1", "\(listener.port)"],
      input: .bytes([UInt8](repeating: 10, count: 150_000)))
    #expect(outcome.status == 0)
    #expect(ContinuousClock.now - start > .milliseconds(400))
    #expect(try listener.outcome().output.count == 300_000)
  }

  @Test("Skipping past the end of the file is a warning")
  func skipPastTheEndWarns() throws {
    let directory = try TemporaryDirectory()
    try writeFile(directory("in"), Array(Self.sent.prefix(500)))
    for (skip, isWarned) in [("500", false), ("501", true), ("1T", true)] {
      let listener = try SockListener([], verb: "recv")
      let outcome = try Sock.run(
        ["send", "--skip", skip, "127.0.0.1", "\(listener.port)"], input: .file(directory("in")))
      #expect(outcome.status == 0 && outcome.errors.contains("which has 500 bytes") == isWarned, "\(outcome)")
      #expect(try listener.outcome().output.isEmpty)
    }
  }

  @Test("A file that reports size 0 is still read")
  func fileWithoutSizeIsNotEmpty() throws {
    let all = try readFile("/proc/version")
    let listener = try SockListener([], verb: "recv")
    let outcome = try Sock.run(
      ["send", "--skip", "5", "--progress=always", "127.0.0.1", "\(listener.port)"], input: .file("/proc/version"))
    #expect(outcome.status == 0 && outcome.errors.hasPrefix("sock: sent \(all.count - 5) B, "), "\(outcome)")
    #expect(try listener.outcome().output == Array(all.dropFirst(5)))
  }

  @Test(
    "An invalid amount is refused",
    arguments: [
      ("send --limit-rate 0 h 1", "--limit-rate '0' is not a rate"), ("send --limit-rate recv h 1", "is not a rate"),
      ("send --limit-rate send=1,send=2 h 1", "is not a rate"), ("send --bytes 5 h 1 message", "for standard input"),
      ("send --skip=-1 h 1", "--skip '-1' is not a number"),
    ])
  func wrongAmountIsRefused(_ line: String, _ message: String) throws {
    let outcome = try Sock.run(line.split(separator: " ").map(String.init))
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }
}

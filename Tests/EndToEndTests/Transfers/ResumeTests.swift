import Glibc
import SockTestSupport
import Testing

/// `--resume`: from file to file, continuing where an earlier transfer ended.
@Suite(.endToEnd) struct ResumeTests {
  private static let sent = RandomData.bytes(3_000_000, seed: 10)
  private let directory: TemporaryDirectory
  init() throws {
    directory = try TemporaryDirectory()
    try writeFile(directory("in"), Self.sent)
  }

  private func open(_ path: String, _ flags: CInt = O_WRONLY | O_APPEND | O_CREAT) throws -> Descriptor {
    try Descriptor.open(path, flags)
  }

  private func receiver(_ options: [String] = [], _ flags: CInt = O_WRONLY | O_APPEND | O_CREAT) throws -> SockListener
  {
    let file = try open(directory("out"), flags)
    defer { file.close() }
    return try SockListener(["--resume"] + options, verb: "recv", output: .descriptor(file))
  }

  private func send(_ listener: SockListener, _ options: [String] = []) throws -> Sock.Outcome {
    try Sock.run(["send", "--resume", "127.0.0.1", "\(listener.port)"] + options, input: .file(directory("in")))
  }

  @Test(
    "Only the missing part is sent", arguments: [0, 1, 1_500_000, 2_999_999, 3_000_000],
    [[], ["--checksum", "sha256"]])
  func onlyTheMissingPartIsSent(_ have: Int, _ sums: [String]) throws {
    try writeFile(directory("out"), Array(Self.sent.prefix(have)))
    let listener = try receiver(["-v"] + sums)
    let sender = try send(listener, ["-v"] + sums)
    let received = try listener.outcome()
    #expect(sender.status == 0 && received.status == 0)
    #expect(try readFile(directory("out")) == Self.sent)
    #expect(sender.errors.contains(": sent \(3_000_000 - have) byte"), "\(sender)")
    #expect(received.errors.contains("sock: resumed from byte \(have) of 3000000\n"), "\(received)")
    let bytes = have == 1 ? "1 byte" : "\(have) bytes"
    let isSummedUp = received.errors.hasPrefix(
      "sock: summing up the \(bytes) of standard output first\nsock: listening on ")
    #expect(isSummedUp == (have > 0 && !sums.isEmpty), "\(received)")
    // The checksums are of the whole file.
    let sum = sender.errorLines.first { $0.contains("sha256 of 3000000 bytes sent to ") }?.split(separator: " ").last
    #expect((sum == nil) == sums.isEmpty)
    if let sum { #expect(received.errors.contains(": \(sum)\n")) }
  }

  @Test("A file not opened for appending is continued at its end")
  func fileNotOpenedForAppending() throws {
    try writeFile(directory("out"), Array(Self.sent.prefix(1000)))
    let listener = try receiver([], O_WRONLY)
    #expect(try send(listener).status == 0)
    #expect(try listener.outcome().status == 0)
    #expect(try readFile(directory("out")) == Self.sent)
  }

  @Test("A part of the input is resumed within that part")
  func partOfInputIsResumed() throws {
    let part = Array(Self.sent[1_000_000..<2_500_000])
    try writeFile(directory("out"), Array(part.prefix(700_000)))
    let listener = try receiver(["--checksum", "sha256"])
    #expect(try send(listener, ["--skip", "1000000", "--bytes", "1500000"]).status == 0)
    #expect(try listener.outcome().status == 0)
    #expect(try readFile(directory("out")) == part)
  }

  /// Either side is killed again and again, at different moments, until one transfer gets through.
  @Test("Transfers killed again and again complete in the end", arguments: [1, 2]) func killedTransfersCompleteInTheEnd(
    _ seed: UInt64
  ) throws {
    var random = RandomData(seed: seed)
    var kills = 0
    while true {
      let had = (try? readFile(directory("out")).count) ?? 0
      let listener = try receiver(["--checksum", "sha256"])
      let sender = try Sock.start(
        ["send", "--resume", "--checksum", "sha256", "--limit-rate", "4M", "127.0.0.1", "\(listener.port)"],
        input: .file(directory("in")))
      // The last attempt is left alone: the rest could be under way before the sender is killed.
      let isLast = had > 2_000_000
      if !isLast {
        let wanted = had + Int.random(in: 1...400_000, using: &random)
        while try readFile(directory("out")).count < wanted, sender.isRunning, listener.process.isRunning {
          usleep(1000)
        }
        let (victim, survivor) = Bool.random(using: &random) ? (sender, listener.process) : (listener.process, sender)
        victim.kill()
        #expect(try survivor.wait().status == 74)
        kills += 1
        continue
      }
      #expect(try sender.wait().status == 0)
      #expect(try listener.outcome().status == 0)
      break
    }
    #expect(kills >= 5)
    #expect(try readFile(directory("out")) == Self.sent)
  }

  @Test("A receiver whose sender is killed reports how far it got")
  func receiverReportsHowFarItGot() throws {
    let listener = try receiver()
    let peer = try PythonPeer.client(
      port: listener.port,
      """
      assert receive_exactly(c, 16) == b'sock-resume 1 0\\n'
      c.sendall(b'sock-resume 1 100\\n' + b'x' * 40); c.close()
      """)
    try peer.finish()
    let outcome = try listener.outcome()
    #expect(outcome.status == 74)
    #expect(outcome.errors.contains("ended behind 40 of 100 bytes"), "\(outcome)")
  }

  @Test(
    "Files that differ end with 65 on both sides",
    arguments: [
      ("longer", [], "the receiver has 3000001 bytes already, the sender's file only 3000000"),
      ("other", ["--checksum", "sha256"], "the first 1000 bytes are not the same on both sides"),
    ])
  func differentFilesEndWith65(
    _ name: String, _ options: [String], _ message: String
  ) throws {
    let there = name == "longer" ? Self.sent + [1] : [UInt8](repeating: 1, count: 1000)
    try writeFile(directory("out"), there)
    let listener = try receiver(options)
    let sender = try send(listener)
    let received = try listener.outcome()
    #expect(sender.status == 65 && sender.errors.contains(message), "\(sender)")
    #expect(received.status == 65 && received.errors.contains(message), "\(received)")
    #expect(try readFile(directory("out")) == there)
  }

  @Test("A sender without --resume is refused, and nothing it sends is written")
  func senderWithoutResumeIsRefused() throws {
    let listener = try receiver()
    let sender = try Sock.run(["send", "127.0.0.1", "\(listener.port)"], input: .file(directory("in")))
    let received = try listener.outcome()
    #expect(received.status == 76 && received.errors.contains("a sock with --resume too"), "\(received)")
    #expect(sender.status == 74)
    #expect(try readFile(directory("out")).isEmpty)
  }

  @Test("A receiver without --resume is not waited for indefinitely")
  func receiverWithoutResumeTimesOut() throws {
    let listener = try SockListener(verb: "recv")
    let sender = try send(listener, ["-w", "0.2"])
    #expect(sender.status == 76 && sender.errors.contains("has not told within 200 ms"), "\(sender)")
    // Without --resume, an immediate end of the connection would look like an empty file.
    let received = try listener.outcome()
    #expect(received.status == 74 && received.output.isEmpty, "\(received)")
  }

  @Test(
    "A peer that says something else is refused",
    arguments: [
      "sock-resume 2 5\\n", "HTTP/1.1 400 no\\r\\n", "sock-resume 1 x\\n", "sock-resume 1 ", "",
      "sock-resume 1 5 crc:00\\n",
    ])
  func wrongGreetingIsRefused(_ line: String) throws {
    let (peer, port) = try PythonPeer.server(
      "c.sendall('\(line)'.encode() * (20 if len('\(line)') == 14 else 1)); c.shutdown(1); receive_all(c)")
    let outcome = try Sock.run(
      ["send", "--resume", "127.0.0.1", "\(port)"], input: .file(directory("in")))
    #expect(outcome.status == (line.isEmpty ? 74 : 76), "\(outcome)")
    #expect(outcome.errors.contains("how much it has"), "\(outcome)")
    try? peer.finish()
  }

  @Test("A peer that sends more than it announced is an error")
  func tooMuchDataIsAnError() throws {
    let listener = try receiver()
    let peer = try PythonPeer.client(
      port: listener.port, "c.sendall(b'sock-resume 1 3\\nfour'); c.shutdown(1); receive_all(c)")
    let outcome = try listener.outcome()
    #expect(outcome.status == 76 && outcome.errors.contains("more than the 3 bytes"), "\(outcome)")
    try peer.finish()
  }

  @Test("Nothing is written beyond the agreed size", arguments: [1, 300_000])
  func nothingIsWrittenBeyondTheSize(_ more: Int) throws {
    let listener = try receiver()
    let peer = try PythonPeer.client(
      port: listener.port, "c.recv(100)\nc.sendall(b'sock-resume 1 3\\nabc' + b'X' * \(more))\nhear()")
    let outcome = try listener.outcome()
    #expect(outcome.status == 76 && outcome.errors.contains("more than the 3 bytes"), "\(outcome)")
    #expect(try readFile(directory("out")) == Array("abc".utf8))
    try peer.tell()
  }

  @Test("Checksums on the sender only compare nothing, and that is reported")
  func oneSidedChecksumsAreReported() throws {
    try writeFile(directory("out"), Array(Self.sent.prefix(1000)))
    let listener = try receiver()
    let sender = try send(listener, ["--checksum", "sha256"])
    #expect(sender.status == 0 && sender.errors.contains("1000 bytes were not compared"), "\(sender)")
    #expect(try listener.outcome().status == 0)
  }

  @Test("A peer that ends within its greeting is 74, at any place", arguments: ["", "sock-res", "sock-resume 1 12"])
  func endWithinTheGreetingIs74(_ line: String) throws {
    let listener = try receiver()
    let peer = try PythonPeer.client(port: listener.port, "c.recv(100)\nc.sendall(b'\(line)'); c.close()")
    try peer.finish()
    #expect(try listener.outcome().status == 74)
  }

  @Test("The connecting side may be the receiver")
  func connectingSideMayReceive() throws {
    try writeFile(directory("out"), Array(Self.sent.prefix(10)))
    let listener = try SockListener(["--send-only", "--resume"], input: .file(directory("in")))
    let file = try open(directory("out"))
    defer { file.close() }
    let process = try Sock.start(
      ["connect", "--recv-only", "--resume", "127.0.0.1", "\(listener.port)"], output: .descriptor(file))
    #expect(try process.wait().status == 0)
    #expect(try listener.outcome().status == 0)
    #expect(try readFile(directory("out")) == Self.sent)
  }

  @Test("The receiver knows how far along it is")
  func receiverShowsProgress() throws {
    let listener = try receiver(["--json", "--progress=always"])
    #expect(try send(listener).status == 0)
    let line = try listener.outcome().errorLines.last { $0.contains("progress") }
    #expect(
      line?.contains(#""received":3000000,"#) == true && line?.contains(#""total":3000000,"#) == true, "\(line ?? "")")
  }

  @Test(
    "What cannot be resumed is refused",
    arguments: [
      ("send --resume h 1 message", "give no message"), ("recv --resume -c 2 1", "--count"),
      ("listen --resume 1", "--send-only or --recv-only"), ("connect --resume h 1", "--send-only or --recv-only"),
      ("listen -k --recv-only --resume 1", "--keep-open"), ("send --resume -u h 1", "not for udp"),
      ("recv --resume --sctp 1", "not for sctp"), ("send --resume --crlf h 1", "--crlf"),
      ("send --resume --on-eof keep h 1", "--on-eof"), ("connect -z --resume --send-only h 1", "--zero"),
      ("send --resume h 1", "by <FILE"), ("recv --resume 0", "by >>FILE"),
    ])
  func whatCannotBeResumedIsRefused(_ line: String, _ message: String) throws {
    let outcome = try Sock.run(line.split(separator: " ").map(String.init))
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("--resume") && outcome.errors.contains(message), "\(outcome)")
  }
}

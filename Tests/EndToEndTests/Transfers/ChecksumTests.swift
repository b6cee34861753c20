import Glibc
import SockTestSupport
import Testing

/// `--checksum`: the checksums of what was sent and received, as sha256sum(1) and its like print them.
@Suite(.endToEnd) struct ChecksumTests {
  private static let sent = RandomData.bytes(700_000, seed: 9)
  private let directory: TemporaryDirectory
  init() throws {
    directory = try TemporaryDirectory()
    try writeFile(directory("in"), Self.sent)
  }

  /// What another program computes.
  private func sum(_ program: String, _ path: String) throws -> String {
    let process = try RunningProcess(program, [path])
    try process.wait()
    return String(decoding: (process.output?.bytes ?? []).prefix { $0 != 0x20 }, as: UTF8.self)
  }

  @Test(
    "Both sides print the checksum of the file",
    arguments: [
      ("sha256", "sha256sum"), ("md5", "md5sum"), ("sha1", "sha1sum"), ("sha512", "sha512sum"), ("blake2b", "b2sum"),
    ],
    [true, false])
  func bothSidesPrintTheChecksum(_ algorithm: (name: String, program: String), _ isFile: Bool) throws {
    let listener = try SockListener(["--checksum", algorithm.name], verb: "recv", output: .file(directory("out")))
    let outcome = try Sock.run(
      ["send", "--checksum", algorithm.name, "127.0.0.1", "\(listener.port)"],
      input: isFile ? .file(directory("in")) : .bytes(Self.sent))
    let received = try listener.outcome()
    #expect(outcome.status == 0 && received.status == 0)
    let sum = try sum(algorithm.program, directory("out"))
    #expect(try sum == self.sum(algorithm.program, directory("in")))
    let peer = "127.0.0.1:\(listener.port)"
    #expect(outcome.errorLines.first == "sock: \(algorithm.name) of 700000 bytes sent to \(peer): \(sum)")
    #expect(outcome.errorLines.last?.hasPrefix("sock: \(algorithm.name) of 0 bytes received from \(peer): ") == true)
    let line = try #require(received.errorLines.last)
    #expect(
      line.hasPrefix("sock: \(algorithm.name) of 700000 bytes received from 127.0.0.1:") && line.hasSuffix(": " + sum))
  }

  @Test(
    "The checksum is of the bytes on the wire, whichever path they take",
    arguments: [
      (["-u", "-q", "0"], ["-u", "--count", "700"], ["--datagram-size", "1000"]),
      (["-U", "--type", "seqpacket"], ["-U", "--type", "seqpacket"], []), (["--crlf"], [], []),
      (["--limit-rate", "2M"], [], []),
      (["--skip", "10", "--bytes", "1000"], [], []), ([], ["--log", "/dev/null"], ["--log", "/dev/null"]),
    ])
  func checksumCoversTheWire(
    _ sender: [String], _ receiver: [String], _ more: [String]
  ) throws {
    let unix = sender.contains("-U")
    let output = directory("out")
    let process = try Sock.start(
      ["recv", "-v", "--checksum", "sha256"] + receiver + (unix ? [directory("s")] : ["127.0.0.1", "0"]),
      output: .file(output))
    let line = try #require(process.errors).waitForLine(containing: "listening")
    let target = unix ? [directory("s")] : ["127.0.0.1", "\(try SockListener.port(in: line))"]
    let outcome = try Sock.run(
      ["send", "--checksum", "sha256"] + sender + more + target, input: .file(directory("in")))
    #expect(outcome.status == 0)
    let received = try Sock.outcome(of: process)
    let sum = try sum("sha256sum", output)
    #expect(outcome.errorLines.first?.hasSuffix(": " + sum) == true, "\(outcome)")
    #expect(received.errorLines.contains { $0.contains("sha256 of ") && $0.hasSuffix(": " + sum) }, "\(received)")
  }

  @Test("A server prints the checksums of each connection")
  func serverPrintsEachChecksum() throws {
    let listener = try SockListener(["-k", "--recv-only", "--checksum", "sha256"])
    for message in ["one", "two"] {
      let outcome = try Sock.run(["send", "--checksum=sha256", "127.0.0.1", "\(listener.port)", message])
      let sum = try #require(outcome.errorLines.first?.split(separator: " ").last)
      let line = try listener.errors.waitForLine(containing: String(sum))
      #expect(line.contains("sha256 of 3 bytes received from 127.0.0.1:"))
    }
  }

  @Test("A peer that leaves early leaves the checksum of what it sent")
  func earlyEndLeavesTheChecksumSoFar() throws {
    let listener = try SockListener(["--checksum", "sha256", "--json"], verb: "recv")
    let peer = try PythonPeer.client(port: listener.port, "c.sendall(b'x' * 100000); hear(); reset(c)")
    try writeFile(directory("out"), try listener.output.waitForBytes(100_000))
    try peer.tell()
    let outcome = try listener.outcome()
    #expect(outcome.status == 74)
    let line = try #require(outcome.errorLines.first { $0.contains(#""event":"checksum""#) })
    let sum = try sum("sha256sum", directory("out"))
    #expect(line.contains(#""received":100000,"algorithm":"sha256","digest":"\#(sum)""#), "\(line)")
    #expect(!outcome.errors.contains(#""sent":0,"algorithm""#))
  }

  @Test(
    "Without libcrypto and AF_ALG the failure comes before anything is sent",
    .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"))
  func missingDigestsFailEarly() throws {
    let outcome = try Sock.inNamespace(
      """
      for file in $(ldconfig -p | sed -n 's/.*libcrypto[.]so.* => //p'); do mount --bind /dev/null "$file"; done
      echo x | "$SOCK" send --checksum sha256 127.0.0.1 1 || status=$?
      exit "$status"
      """)
    let kernelComputes = socket(38, 5, 0) >= 0
    #expect(outcome.status == (kernelComputes ? 69 : 78))
    if !kernelComputes { #expect(outcome.errors.contains("--checksum sha256 needs OpenSSL's libcrypto"), "\(outcome)") }
  }

  @Test(
    "An unknown algorithm is refused",
    arguments: [("sha265", "did you mean sha256?"), ("crc", "write one of md5, sha1"), ("", "is no algorithm")])
  func unknownAlgorithmIsRefused(_ name: String, _ advice: String) throws {
    let outcome = try Sock.run(["recv", "--checksum=\(name)", "0"])
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("--checksum '\(name)'") && outcome.errors.contains(advice), "\(outcome)")
  }
}

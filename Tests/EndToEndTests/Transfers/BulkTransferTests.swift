import SockTestSupport
import Testing

/// Bulk data to and from the installed peers, and through every kind of stdin and stdout.
@Suite(.heavy) struct BulkTransferTests {
  static let size = (fullTests ? 1024 : 64) << 20
  static let limit: Duration = fullTests ? .seconds(600) : .seconds(120)

  @Test("What is sent to an installed peer arrives whole", arguments: PeerPairing.all)
  func sendingToInstalledPeer(_ pairing: PeerPairing) throws {
    let directory = try TemporaryDirectory()
    try RandomData.file(directory("sent"), Self.size, seed: 1)
    let (sock, peer) = try pairing.start(
      at: try pairing.place(in: directory), sockInput: .file(directory("sent")), sockOutput: .collected,
      peerInput: .null, peerOutput: .file(directory("got")))
    #expect(try sock.wait(within: Self.limit).status == 0)
    #expect(try peer.wait(within: Self.limit).status == 0)
    #expect(try difference(directory("sent"), directory("got")) == nil)
    #expect(try sock.output?.all() == [])
    #expect(try sock.errors?.all() == [])
  }

  /// With `--recv-only`, since ncat and nc.openbsd as servers exit as soon as their client has sent everything.
  @Test("What an installed peer sends arrives whole", arguments: PeerPairing.all)
  func receivingFromInstalledPeer(_ pairing: PeerPairing) throws {
    let directory = try TemporaryDirectory()
    try RandomData.file(directory("sent"), Self.size, seed: 2)
    let (sock, peer) = try pairing.start(
      at: try pairing.place(in: directory), arguments: ["--recv-only"], sockInput: .null,
      sockOutput: .file(directory("got")), peerInput: .file(directory("sent")), peerOutput: .null)
    #expect(try sock.wait(within: Self.limit).status == 0)
    #expect(try peer.wait(within: Self.limit).status == 0)
    #expect(try difference(directory("sent"), directory("got")) == nil)
    #expect(try sock.errors?.all() == [])
  }

  /// socat is the only peer that listens here: as servers, ncat and nc.openbsd exit as soon as their client has sent
  /// everything (nc.openbsd after one more block), whatever they still had to send.
  @Test(
    "Both directions at once arrive whole", arguments: PeerPairing.all.filter { $0.peer == .socat || $0.sockListens })
  func bothDirectionsAtOnce(_ pairing: PeerPairing) throws {
    let directory = try TemporaryDirectory()
    try RandomData.file(directory("a"), Self.size, seed: 3)
    try RandomData.file(directory("b"), Self.size, seed: 4)
    let (sock, peer) = try pairing.start(
      at: try pairing.place(in: directory), sockInput: .file(directory("a")), sockOutput: .file(directory("b got")),
      peerInput: .file(directory("b")), peerOutput: .file(directory("a got")))
    #expect(try sock.wait(within: Self.limit).status == 0)
    #expect(try peer.wait(within: Self.limit).status == 0)
    #expect(try difference(directory("a"), directory("a got")) == nil)
    #expect(try difference(directory("b"), directory("b got")) == nil)
  }

  @Test("Sequenced packets carry bulk data both ways")
  func bulkSequencedPackets() throws {
    let directory = try TemporaryDirectory()
    try RandomData.file(directory("a"), Self.size, seed: 7)
    let words = ["-U", "--type", "seqpacket", directory("socket")]
    let server = try Sock.start(["listen"] + words, input: .file(directory("a")), output: .file(directory("served")))
    try SocketTable.waitForUnixSocket(directory("socket"))
    let client = try Sock.start(["connect"] + words, input: .file(directory("a")), output: .file(directory("fetched")))
    #expect(try client.wait(within: Self.limit).status == 0)
    #expect(try server.wait(within: Self.limit).status == 0)
    #expect(try difference(directory("a"), directory("served")) == nil)
    #expect(try difference(directory("a"), directory("fetched")) == nil)
  }

  @Test(
    "Every kind of stdin and stdout carries both directions",
    arguments: ["pipe to pipe", "file to file", "file to pipe", "pipe to file"])
  func allKindsOfStdio(_ kinds: String) throws {
    let directory = try TemporaryDirectory()
    let listener = try Ports.free()
    try RandomData.file(directory("a"), Self.size, seed: 5)
    let arguments = ["127.0.0.1", "\(listener)"]
    // Pipes to and from cat, at either end of both programs.
    func program(_ verb: String, output: String) throws -> RunningProcess {
      let before = kinds.hasPrefix("pipe") ? "cat \(directory("a")) | " : ""
      let after = kinds.hasSuffix("pipe") ? " | cat > \(directory(output))" : " > \(directory(output))"
      let source = kinds.hasPrefix("pipe") ? "" : " < \(directory("a"))"
      return try RunningProcess(
        "bash",
        ["-c", "set -o pipefail; \(before)\(Sock.binary) \(verb) \(arguments.joined(separator: " "))\(source)\(after)"]
      )
    }
    let server = try program("listen", output: "served")
    try SocketTable.tcp.waitForListener(on: listener)
    let client = try program("connect", output: "fetched")
    #expect(try client.wait(within: Self.limit).status == 0)
    #expect(try server.wait(within: Self.limit).status == 0)
    #expect(try difference(directory("a"), directory("served")) == nil)
    #expect(try difference(directory("a"), directory("fetched")) == nil)
  }

  @Test("send sends a large stdin and prints a large reply")
  func largeRequestAndReply() throws {
    let directory = try TemporaryDirectory()
    try RandomData.file(directory("a"), Self.size, seed: 6)
    let (peer, port) = try PythonPeer.server(
      """
      data = bytearray()
      while True:
        part = c.recv(1 << 20)
        if not part: break
        data += part
      say(digest(data))
      c.sendall(data)
      c.close()
      """)
    let sock = try Sock.start(
      ["send", "127.0.0.1", "\(port)"], input: .file(directory("a")), output: .file(directory("b")))
    #expect(try sock.wait(within: Self.limit).status == 0)
    try peer.finish(within: Self.limit)
    #expect(try difference(directory("a"), directory("b")) == nil)
  }
}

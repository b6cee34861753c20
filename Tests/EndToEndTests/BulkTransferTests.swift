import SockTestSupport
import Testing

/// Which tool is the other end, over what, and who listens.
struct Meeting: Sendable, CustomTestStringConvertible {
  enum Way: String, CaseIterable { case ipv4, ipv6, unix }

  let peer: InstalledPeer
  let way: Way
  let sockListens: Bool

  static let all: [Meeting] = InstalledPeer.allCases.flatMap { peer in
    Way.allCases.flatMap { way in [false, true].map { Meeting(peer: peer, way: way, sockListens: $0) } }
  }

  var testDescription: String { "sock \(sockListens ? "listens for" : "connects to") \(peer) over \(way.rawValue)" }

  /// A place that nobody else has.
  func place(in directory: TemporaryDirectory) throws -> InstalledPeer.Place {
    switch way {
    case .ipv4: .tcp(host: "127.0.0.1", port: try Ports.free())
    case .ipv6: .tcp(host: "::1", port: try Ports.free())
    case .unix: .unix(path: directory("socket"))
    }
  }

  /// Starts both ends.
  func start(
    at place: InstalledPeer.Place, arguments: [String] = [],
    sockInput: RunningProcess.Input, sockOutput: RunningProcess.Output,
    peerInput: RunningProcess.Input, peerOutput: RunningProcess.Output
  ) throws -> (sock: RunningProcess, peer: RunningProcess) {
    if sockListens {
      let sock = try Sock.start(
        ["listen"] + arguments + place.sockArguments, input: sockInput, output: sockOutput)
      try place.waitForListener()
      return (sock, try peer.connect(place, input: peerInput, output: peerOutput))
    }
    let server = try peer.serve(place, input: peerInput, output: peerOutput)
    let sock = try Sock.start(
      ["connect"] + arguments + place.sockArguments, input: sockInput, output: sockOutput)
    return (sock, server)
  }
}

@Suite(.heavy) struct BulkTransferTests {
  static let size = (fullTests ? 1024 : 64) << 20
  static let limit: Duration = fullTests ? .seconds(600) : .seconds(120)

  @Test(arguments: Meeting.all)
  func `what goes to an installed peer arrives whole`(_ meeting: Meeting) throws {
    let directory = try TemporaryDirectory()
    try RandomData.file(directory("sent"), Self.size, seed: 1)
    let (sock, peer) = try meeting.start(
      at: try meeting.place(in: directory), sockInput: .file(directory("sent")), sockOutput: .collected,
      peerInput: .null, peerOutput: .file(directory("got")))
    #expect(try sock.wait(within: Self.limit).status == 0)
    #expect(try peer.wait(within: Self.limit).status == 0)
    #expect(try difference(directory("sent"), directory("got")) == nil)
    #expect(try sock.output?.all() == [])
    #expect(try sock.errors?.all() == [])
  }

  /// `--recv-only`, since ncat and nc.openbsd as servers end as soon as their client has sent all.
  @Test(arguments: Meeting.all)
  func `what comes from an installed peer arrives whole`(_ meeting: Meeting) throws {
    let directory = try TemporaryDirectory()
    try RandomData.file(directory("sent"), Self.size, seed: 2)
    let (sock, peer) = try meeting.start(
      at: try meeting.place(in: directory), arguments: ["--recv-only"], sockInput: .null,
      sockOutput: .file(directory("got")), peerInput: .file(directory("sent")), peerOutput: .null)
    #expect(try sock.wait(within: Self.limit).status == 0)
    #expect(try peer.wait(within: Self.limit).status == 0)
    #expect(try difference(directory("sent"), directory("got")) == nil)
    #expect(try sock.errors?.all() == [])
  }

  /// Of the servers only with socat: ncat and nc.openbsd end as soon as their client has sent all (nc.openbsd after one
  /// block more), whatever they still had to send, with any client.
  @Test(arguments: Meeting.all.filter { $0.peer == .socat || $0.sockListens })
  func `both directions at once arrive whole`(_ meeting: Meeting) throws {
    let directory = try TemporaryDirectory()
    try RandomData.file(directory("a"), Self.size, seed: 3)
    try RandomData.file(directory("b"), Self.size, seed: 4)
    let (sock, peer) = try meeting.start(
      at: try meeting.place(in: directory), sockInput: .file(directory("a")), sockOutput: .file(directory("b got")),
      peerInput: .file(directory("b")), peerOutput: .file(directory("a got")))
    #expect(try sock.wait(within: Self.limit).status == 0)
    #expect(try peer.wait(within: Self.limit).status == 0)
    #expect(try difference(directory("a"), directory("a got")) == nil)
    #expect(try difference(directory("b"), directory("b got")) == nil)
  }

  @Test func `sequenced packets carry much both ways`() throws {
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

  @Test(arguments: ["pipe to pipe", "file to file", "file to pipe", "pipe to file"])
  func `every kind of stdin and stdout carries both directions`(_ kinds: String) throws {
    let directory = try TemporaryDirectory()
    let listener = try Ports.free()
    try RandomData.file(directory("a"), Self.size, seed: 5)
    let arguments = ["127.0.0.1", "\(listener)"]
    // Pipes are made by cat, at either end of both programs.
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

  @Test func `send hands over a large stdin, and prints a large reply`() throws {
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

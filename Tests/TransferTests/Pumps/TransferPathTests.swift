import LoopTestSupport
import Glibc
import SockTestSupport
import SocketLoop
import Sockets
import Testing

@testable import Transfer

@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct TransferPathTests {
  /// Every kind of descriptor that the choice of a path depends on.
  private enum End: String, CaseIterable { case tcp, unix, packets, pipe, file, null, terminal, other }

  /// The expected table: sources down, sinks across.
  private static let expected: [End: [End: TransferPath]] = [
    .pipe: [.tcp: .splice, .unix: .splice],
    .tcp: [
      .pipe: .splice, .tcp: .spliceThroughPipe, .unix: .spliceThroughPipe, .file: .spliceThroughPipe,
      .null: .discard,
    ],
    .unix: [.pipe: .splice, .tcp: .spliceThroughPipe, .unix: .spliceThroughPipe, .file: .spliceThroughPipe],
    .file: [.tcp: .sendFile, .unix: .sendFile],
  ]

  @Test("The path follows from the kinds of the two ends; everything else is copied")
  @LoopActor
  func table() throws {
    var kept: [Any] = []
    for source in End.allCases {
      for sink in End.allCases {
        let (from, to) = (try Self.end(source, &kept), try Self.end(sink, &kept))
        let path = TransferPath.between(from.pages, to.pages, mustCopy: false).path
        #expect(path == Self.expected[source]?[sink] ?? .copy, "\(source) → \(sink)")
        #expect(TransferPath.between(from.pages, to.pages, mustCopy: true).path == .copy)
      }
    }
  }

  @LoopActor
  private static func end(_ end: End, _ kept: inout [Any]) throws -> any ByteStream {
    switch end {
    case .tcp, .unix, .packets:
      let connection = try Connection(end == .tcp ? .tcp : end == .unix ? .unix : .sequencedPacket)
      kept.append(connection)
      return SocketStream(connection.ours)
    case .pipe:
      let pipe = try SockTestSupport.Pipe()
      kept.append(pipe)
      return try DescriptorStream(pipe.reader)
    case .terminal:
      let terminal = try SockTestSupport.PseudoTerminal()
      kept.append(terminal)
      return try DescriptorStream(terminal.terminal)
    case .file, .null, .other:
      let path = end == .file ? "/proc/self/exe" : end == .null ? "/dev/null" : "/dev/zero"
      let file = try Far.open(path, O_RDONLY)
      kept.append(file)
      return try DescriptorStream(file)
    }
  }

  /// splice(2) to such a socket could block the loop; splice(2) from a stream socket cannot, once poll(2) reports data.
  @Test("An inherited blocking socket is copied to, and spliced from into a socket")
  @LoopActor
  func inheritedSocket() throws {
    let (ours, inherited) = (try Connection(.tcp), try Connection(.tcp))
    let end = try DescriptorStream(inherited.peer)
    let pipe = try SockTestSupport.Pipe()
    #expect(TransferPath.between(SocketStream(ours.ours).pages, end.pages, mustCopy: false).path == .copy)
    #expect(TransferPath.between(end.pages, SocketStream(ours.ours).pages, mustCopy: false).path == .spliceThroughPipe)
    #expect(TransferPath.between(end.pages, try DescriptorStream(pipe.writer).pages, mustCopy: false).path == .copy)
    #expect(TransferPath.between(try DescriptorStream(pipe.reader).pages, end.pages, mustCopy: false).path == .copy)
    let file = try Far.open("/proc/self/exe", O_RDONLY)
    #expect(TransferPath.between(try DescriptorStream(file).pages, end.pages, mustCopy: false).path == .copy)
  }
}

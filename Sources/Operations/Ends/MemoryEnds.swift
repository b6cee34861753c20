import Glibc
import SocketLoop
import Sockets
import Transfer

/// `echo:`, `null:` and `text:STRING`: ends that need nothing outside of the process.
struct MemoryEnd: EndMeaning {
  enum Kind: Sendable {
    /// Gives back what is written to it.
    case echo
    /// Discards what is written to it.
    case null
    /// Discards what is written to it, and this is what comes out of it.
    case text([UInt8])
  }

  let kind: Kind
  let name: String

  func prepare(_ context: EndContext) async throws(OperationError) -> any EndSource { MemorySource(self) }
}

@LoopActor
private final class MemorySource: EndSource {
  private let end: MemoryEnd

  init(_ end: MemoryEnd) { self.end = end }

  func open(for partner: EndPartner?) async throws(OperationError) -> OpenEnd {
    try OpenEnd.opening(.named(end.name)) { () throws(SystemError) in
      switch end.kind {
      case .echo: Relay.Side(try DuplexStream(echoingThrough: try Pipe()))
      case .null: Relay.Side(input: nil, output: try .null(), watchesOutput: false)
      case .text(let bytes): Relay.Side(input: MemoryStream(bytes), output: try .null(), watchesOutput: false)
      }
    }
  }
}

extension OpenEnd {
  /// An end whose streams are made from descriptors that have just been opened.
  static func opening(
    _ peer: Peer, _ body: () throws(SystemError) -> Relay.Side
  ) throws(OperationError) -> OpenEnd {
    do throws(SystemError) {
      return OpenEnd(try body(), peer)
    } catch {
      throw OperationError(error, while: .opening)
    }
  }
}

extension DescriptorStream {
  /// A descriptor that has just been opened as a stream, which closes it.
  static func of(
    _ descriptor: consuming OwnedDescriptor, isNonBlocking: Bool = false
  ) throws(OperationError) -> DescriptorStream {
    do throws(SystemError) {
      return try DescriptorStream(owning: descriptor, isNonBlocking: isNonBlocking)
    } catch {
      throw OperationError(error, while: .opening)
    }
  }
}

extension ByteStream where Self == DescriptorStream {
  /// A stream of its own that discards what is written to it.
  static func null() throws(SystemError) -> DescriptorStream {
    try DescriptorStream(owning: try OwnedDescriptor.open("/dev/null", O_RDWR))
  }
}

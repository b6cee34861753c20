import Glibc
import SocketLoop
import Sockets

/// A stream that must not begin with a header of the PROXY protocol, as its peer is not trusted with one.
///
/// The first bytes are held back until it is clear that they begin none. What does not begin like one is passed on at
/// once, so this delays nothing else.
@LoopActor
package final class ProxyHeaderGuard: LayeredStream {
  package let base: any ByteStream
  package private(set) var failure: StreamFailure?
  /// Bytes that may begin a header, or that have been cleared and not been read yet.
  private var begun: [UInt8] = []
  private var isCleared = false

  package init(_ base: any ByteStream) { self.base = base }

  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    if failure != nil { throw Self.error }
    if !begun.isEmpty, isCleared { return takeBegun(into: buffer) }
    if isCleared || buffer.isEmpty { return try base.read(into: buffer) }
    return try examine(into: buffer)
  }

  private func examine(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    let memory = RawBuffer(count: ProxyHeader.signature.count)
    defer { extendLifetime(memory) }
    // Until a read would block: only then is there a place to wait for more.
    while !isCleared {
      let room = UnsafeMutableRawBufferPointer(rebasing: memory.bytes[begun.count...])
      guard case .moved(let count) = try base.read(into: room) else { return .wouldBlock }
      begun += room[..<count]
      isCleared = count == 0 || !ProxyHeader.mayBegin(begun)
      if !isCleared, ProxyHeader.begins(begun) {
        failure = StreamFailure(.peerProtocol, "has sent a PROXY header, and --proxy-protocol-from does not name it")
        throw Self.error
      }
    }
    return takeBegun(into: buffer)
  }

  private func takeBegun(into buffer: UnsafeMutableRawBufferPointer) -> IOResult {
    let count = min(buffer.count, begun.count)
    buffer.copyBytes(from: begun.prefix(count))
    begun.removeFirst(count)
    return .moved(count)
  }

  package func placeToRead() throws(LoopError) -> Suspension? {
    isCleared && !begun.isEmpty ? nil : try base.placeToRead()
  }

  package var held: Int { begun.count + base.held }

  private static let error = SystemError(call: "recv", number: ErrorNumber(rawValue: EPROTO))
}

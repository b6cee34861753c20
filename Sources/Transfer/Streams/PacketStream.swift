import SocketLoop
import Sockets

/// A device that gives a packet with each read and takes one with each write, and has no end.
@LoopActor
package final class PacketStream: LayeredStream {
  package let base: any ByteStream

  package init(_ base: any ByteStream) { self.base = base }

  package func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> IOResult {
    do throws(SystemError) {
      return try base.write(bytes)
    } catch {
      // What is no packet is lost, and so is one that finds no room, or an interface that has been taken down.
      guard Self.losses.contains(error.number) else { throw error }
      return .moved(bytes.count)
    }
  }

  private static let losses: [ErrorNumber] = [.invalidArgument, .noBufferSpace, .inputOutput]

  package var keepsMessageBoundaries: Bool { true }
  package var hasNoEnd: Bool { true }
}

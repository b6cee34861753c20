import SocketLoop
import Sockets

/// Datagrams for a connection that carries messages: an empty one would be the end there, and is left out.
@LoopActor
package final class WholeMessages: LayeredStream {
  package let base: any ByteStream

  /// Whether what nobody receives is lost, as on any network, and no failure.
  private let ignoresRefusals: Bool

  package init(_ base: any ByteStream, ignoresRefusals: Bool = false) {
    self.base = base
    self.ignoresRefusals = ignoresRefusals
  }

  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    while true {
      do throws(SystemError) {
        let result = try base.read(into: buffer)
        guard case .moved(0) = result, !base.isAtEnd else { return result }
      } catch {
        guard ignoresRefusals, error.number == .connectionRefused else { throw error }
      }
    }
  }

  package func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> IOResult {
    do throws(SystemError) {
      return try base.write(bytes)
    } catch {
      guard ignoresRefusals, error.number == .connectionRefused else { throw error }
    }
    // That was the refusal of an earlier one.
    return try base.write(bytes)
  }
}

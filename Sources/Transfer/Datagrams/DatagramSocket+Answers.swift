import SocketLoop
import Sockets

extension DatagramSocket {
  /// Waits for the next datagram, even if a router reports an error that may pass, such as an unreachable host.
  ///
  /// - Throws: that error rather than ``LoopError/timedOut``, if nothing came after it.
  package func answer(until deadline: MonotonicTime) async throws(LoopError) -> Datagram {
    while true {
      do throws(LoopError) {
        return try await receive(until: deadline)
      } catch {
        switch error {
        case .system(let error) where isPassing(error): continue
        case .timedOut:
          guard let lost = unanswered else { throw .timedOut }
          throw .system(SystemError(call: "recvmsg", number: lost.number))
        default: throw error
        }
      }
    }
  }
}

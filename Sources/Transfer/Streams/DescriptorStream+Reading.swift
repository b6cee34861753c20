import SocketLoop
import Sockets

extension DescriptorStream {
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    switch readMethod {
    case .socket where didLoseDescriptors != nil: return try receiveAndNote(into: buffer)
    case .socket: return try descriptor.receiveWithoutWaiting(into: buffer)
    case .messages: return try observer?.receive(from: descriptor, into: buffer) ?? .moved(0)
    case .direct: return try descriptor.read(into: buffer)
    case .noWait:
      do throws(SystemError) {
        return try descriptor.readWithoutWaiting(into: buffer)
      } catch {
        guard error.number == .notSupported else { throw error }
        readMethod = .whenReady
        return try read(into: buffer)
      }
    case .whenReady:
      guard try descriptor.isReady(.readable) else { return .wouldBlock }
      return try descriptor.read(into: buffer)
    }
  }

  /// Whether a non-blocking read takes a single system call.
  var isReadAtOnce: Bool { readMethod != .whenReady }

  /// Whether, after a read that did not fill its buffer, the loop is sure to report whatever comes next.
  ///
  /// That holds for pipes and TCP, unless packets, urgent data or the end of the stream may have cut the read short. In
  /// all other cases this polls the descriptor.
  func isDrainedByShortRead() -> Bool {
    if isDrainedAtOnce, watch.state.sawOnlyData { return true }
    return (try? descriptor.isReady(.readable)) == false
  }
}

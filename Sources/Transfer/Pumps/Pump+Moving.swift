import SocketLoop
import Sockets

/// The calls that move bytes without their coming to us: splice(2), sendfile(2), recv(2) with `MSG_TRUNC`.
extension Pump {
  /// Makes a call, or takes what ``moveAsleep(lessThan:_:)`` has left to the task; nil where the kernel refuses it for these
  /// ends.
  func move(_ call: () throws(SystemError) -> IOResult) throws(Interruption) -> IOResult? {
    do throws(SystemError) {
      guard let found = ahead else { return try call() }
      ahead = nil
      switch found {
      case .result(let result): return result
      case .error(let error): throw error
      }
    } catch {
      if Self.isRefusal(error) { return nil }
      throw Interruption(ending: isOfSink(error) ? .sinkFailed(error) : .sourceFailed(error))
    }
  }

  /// Makes a call in the place of the task, which waits for the source: true where it has moved something, and less than that.
  ///
  /// The end, an error, a full sink, and much at once are the task's: what the call said is kept for it.
  func moveAsleep(lessThan much: Int, _ call: () throws(SystemError) -> IOResult) -> Bool {
    let result: IOResult
    do throws(SystemError) {
      result = try call()
    } catch {
      ahead = .error(error)
      return false
    }
    guard case .moved(let count) = result, 0 < count, count < much else {
      ahead = .result(result)
      return false
    }
    carried(count)
    return true
  }

  /// splice(2) and sendfile(2) do not say which end failed. What can only happen on a network is the socket's; the rest is
  /// the other end's.
  private func isOfSink(_ error: SystemError) -> Bool {
    if error.number == .brokenPipe { return true }
    // Into a pipe of ours first: that cannot fail.
    if path == .spliceThroughPipe { return false }
    return error.number.isOfNetwork == (sink.pages?.kind == .socket)
  }
}

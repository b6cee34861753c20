import SocketLoop
import Sockets

/// Calls that move bytes without copying them to user space: splice(2), sendfile(2), recv(2) with `MSG_TRUNC`.
extension Pump {
  /// Makes a call, or picks up the result that ``moveAsleep(lessThan:_:)`` left for the task.
  ///
  /// - Returns: nil if the kernel does not support the call for these descriptors.
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
      throw Interruption(ending: isSinkError(error) ? .sinkFailed(error) : .sourceFailed(error))
    }
  }

  /// Makes a call on behalf of the task, which is waiting for the source.
  ///
  /// Everything out of the ordinary is left to the task: the end, an error, a full sink, or a large amount. The result
  /// is kept for it.
  ///
  /// - Returns: true if the call moved something, but less than `much`.
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

  /// splice(2) and sendfile(2) do not say which end failed. Errors that only a network can cause are attributed to the
  /// socket, all others to the other end.
  private func isSinkError(_ error: SystemError) -> Bool {
    if error.number == .brokenPipe { return true }
    // The first hop goes into our own pipe, which cannot fail, so the error is the source's.
    if path == .spliceThroughPipe { return false }
    return error.number.isNetworkError == (sink.pagesToWrite?.kind == .socket)
  }
}

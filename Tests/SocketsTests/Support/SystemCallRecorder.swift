import Sockets

/// Records the calls that a body makes, and answers the first ones from a script: for each name of a call, the first
/// answer is for the first attempt, and so on. After that the kernel answers.
final class SystemCallRecorder: SystemCallObserver {
  private(set) var calls: [SystemCall] = []
  private(set) var results: [(value: Int, error: ErrorNumber?)] = []
  private var script: [String: [SystemCallReplacement]]

  init(_ script: [String: [SystemCallReplacement]] = [:]) { self.script = script }

  var names: [String] { calls.map(\.name) }

  func replacement(for call: SystemCall) -> SystemCallReplacement? {
    guard var answers = script[call.name], !answers.isEmpty else { return nil }
    let answer = answers.removeFirst()
    script[call.name] = answers
    return answer
  }

  func completed(_ call: SystemCall, value: Int, error: ErrorNumber?) {
    calls.append(call)
    results.append((value, error))
  }
}

/// The errno that a body fails with; nil if it does not fail.
func errorNumber(_ body: () throws(SystemError) -> Void) -> ErrorNumber? {
  do throws(SystemError) {
    try body()
    return nil
  } catch {
    return error.number
  }
}

/// The message of the error that a body fails with.
func message<Failure: Error>(_ body: () throws(Failure) -> Void) -> String? {
  do throws(Failure) {
    try body()
    return nil
  } catch {
    return "\(error)"
  }
}

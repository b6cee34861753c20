import Sockets

/// Counts the calls that a body makes, and puts scripted answers in the kernel's place: the first answer for a call's
/// name is for its first attempt, and so on; then the kernel answers.
///
/// Used on one thread only.
final class SystemCallRecorder: SystemCallObserver, @unchecked Sendable {
  private(set) var calls: [SystemCall] = []
  var results: [(value: Int, error: ErrorNumber?)] { calls.compactMap(\.outcome).map { ($0.value, $0.error) } }
  private var script: [String: [SystemCallReplacement]]

  init(_ script: [String: [SystemCallReplacement]] = [:]) { self.script = script }

  var names: [String] { calls.map(\.name) }

  func replacement(for call: SystemCall) -> SystemCallReplacement? {
    guard var answers = script[call.name], !answers.isEmpty else { return nil }
    let answer = answers.removeFirst()
    script[call.name] = answers
    return answer
  }

  func completed(_ call: SystemCall) { calls.append(call) }
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

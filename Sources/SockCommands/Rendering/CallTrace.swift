import Operations
import Sockets
import Synchronization

/// Shows each system call on standard error as it returns: `--trace`.
///
/// Several threads may report at once. A line is written by one call, and is dropped if nobody reads standard error, like
/// any other message; the next line then says how many are missing.
final class CallTrace: SystemCallObserver {
  /// How a call is written.
  enum Form: String, CaseIterable { case text, json }

  let form: Form
  /// Sees the calls, too: a thread has one observer.
  private let other: (any SystemCallObserver)?
  private let sockets = TracedSockets()
  private let missing = Atomic<Int>(0)

  init(_ form: Form, besides other: (any SystemCallObserver)? = nil) {
    self.form = form
    self.other = other
  }

  var replacesAnswers: Bool { false }
  func replacement(for call: SystemCall) -> SystemCallReplacement? { nil }

  func completed(_ call: SystemCall) {
    other?.completed(call)
    let cause = ErrorCause.of(call, on: sockets.transport(of: call))
    sockets.note(call)
    // Only sock's own messages go there.
    guard call.descriptor != Descriptor.standardError.number else { return }
    let lost = missing.exchange(0, ordering: .relaxed)
    var line = form == .text ? Self.text(call, cause) : Self.json(call, cause)
    if lost > 0 { line = gap(lost) + "\n" + line }
    if ConsoleOutput.error.write(line + "\n") != nil { missing.add(lost + 1, ordering: .relaxed) }
  }

  private func gap(_ count: Int) -> String {
    let message = "\(count) calls are not shown: standard error was not read"
    guard form == .json else { return "sock: warning: \(message)" }
    var event = Event(.warning)
    event.message = message
    return JSONReporter.text(event)
  }

  /// `connect(3, [::1]:1100) = -1 ECONNREFUSED (0.1 ms): CAUSE`.
  static func text(_ call: SystemCall, _ cause: String?) -> String {
    TextReporter.printable(call.timedDescription + (cause.map { ": " + $0 } ?? ""))
  }
}

extension CallTrace {
  /// Runs `body` without the trace, if this thread has one. Other observers see its calls.
  static func unseen<Result>(_ body: () -> Result) -> Result {
    guard currentSystemCallObserver() is CallTrace else { return body() }
    return withSystemCallObserver(nil, body)
  }
}

extension ParsedArguments {
  /// `--trace`; nil without it.
  ///
  /// - Parameter other: another observer of the calls.
  func callTrace(besides other: (any SystemCallObserver)? = nil) throws(OperationError) -> CallTrace? {
    guard let use = self[.trace] else { return nil }
    guard use.text != nil else { return CallTrace(has(.json) ? .json : .text, besides: other) }
    let form = try use.choice(of: CallTrace.Form.self)
    if form == .text, has(.json) {
      throw .usage("--trace=text among the objects of --json would be no JSON: write --trace=json")
    }
    return CallTrace(form, besides: other)
  }
}

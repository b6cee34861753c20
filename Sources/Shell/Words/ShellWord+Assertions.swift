import SocketLoop
import Sockets

extension ShellWord {
  /// The timeout of `expect`.
  static let defaultTimeout: Duration = .seconds(5)
  /// How much unmatched input `expect` keeps.
  private static let bufferLimit = 1 << 20

  /// The values of `$errno`: errors of the kernel and of look-ups.
  static let errorNames =
    ["0"] + (1...133).map { ErrorNumber(rawValue: $0).name } + ResolutionError.Code.names.map(\.name)
    + HostLookupError.Code.names.map(\.name)

  /// The operators of `assert`.
  static let operators = ["==", "!=", "<", "<=", ">", ">=", "contains"]

  /// Words that check something.
  static let assertions: [ShellWord] = [
    ShellWord(
      "expect", "SOCKET PATTERN [TIME]",
      "receives until \"text\" or /regex/ matches, for up to TIME (5s); leaves what follows unread", expect),
    ShellWord(
      "assert", "LEFT […]",
      "ends the session if it does not hold: assert errno NAME, LEFT OP RIGHT with ==, !=, <, <=, >, >=, contains, or "
        + "(EXPRESSION)",
      assert),
  ]

  @LoopActor
  private static func assert(_ call: Invocation) async throws(CallFailure) {
    let subject = call.statement.arguments[0].kind
    if call.count == 2, subject == .word("errno") {
      let wanted = try call.word(1).uppercased()
      // A misspelt name would never match.
      guard Self.errorNames.contains(wanted) else {
        let nearest = NearestName.find(wanted, among: Self.errorNames)
        throw call.misuse(
          "'\(wanted)' is no error: " + (nearest.map { "did you mean \($0)?" } ?? "write its C name, or 0"), at: 1)
      }
      let got = call.interpreter.lastError ?? "0"
      if got == wanted { return }
      throw .expectation(call.position, "expected errno \(wanted), got \(got)")
    }
    if call.count == 1, case .expression = subject {
      if try call.value(0).isTrue { return }
      throw .expectation(call.position, "expected the expression to hold")
    }
    guard call.count == 3 else {
      throw call.misuse("'assert' takes errno NAME, LEFT OP RIGHT such as $? == 5, or (EXPRESSION)")
    }
    let left = subject == .word("errno") ? .text(call.interpreter.lastError ?? "0") : try call.value(0)
    let right = try call.value(2)
    let name = try call.word(1)
    guard Self.operators.contains(name), let operation = Expression.Operator(rawValue: name) else {
      throw call.misuse("'\(name)' compares nothing: there are ==, !=, <, <=, >, >=, contains", at: 1)
    }
    if try call.holds(left, operation, right, at: call.statement.arguments[1].position) { return }
    throw .expectation(call.position, "expected \(name) \(right.description), got \(left.description)")
  }

  @LoopActor
  private static func expect(_ call: Invocation) async throws(CallFailure) {
    let socket = try call.socket(0)
    let time = call.count > 2 ? try call.duration(2) : defaultTimeout
    let deadline = MonotonicTime.after(time)
    let matcher: Matcher
    if case .pattern(let text) = call.statement.arguments[1].kind {
      do throws(PatternError) {
        matcher = try Matcher(pattern: text)
      } catch {
        throw call.misuse("/\(text)/ is no regular expression: \(error.message)", at: 1)
      }
    } else {
      matcher = Matcher(literal: try call.data(1))
    }
    let isStream = socket.facts?.type == .stream
    var held: [UInt8] = []
    while true {
      let waiting = try await peek(socket, until: deadline)
      guard let waiting else {
        throw .expectation(call.position, "expected \(matcher), got \(held.quoted) within \(describe(time))")
      }
      if waiting.isEmpty, isStream {
        throw .expectation(call.position, "expected \(matcher), got \(held.quoted) and the end")
      }
      if !isStream { held = [] }
      let known = held.count
      held += waiting
      // Bytes up to the end of the match are consumed; what follows is left for the next call.
      let end = matcher.end(in: held)
      try take(socket, isStream ? (end ?? held.count) - known : max(1, waiting.count))
      if end != nil { return }
      if held.count > bufferLimit { held.removeFirst(held.count - bufferLimit) }
    }
  }

  /// The unread bytes; nil if the deadline passed.
  @LoopActor
  private static func peek(
    _ socket: ShellSocket, until deadline: MonotonicTime
  ) async throws(CallFailure) -> [UInt8]? {
    while true {
      let found = try Call.system { () throws(SystemError) -> [UInt8]? in
        try socket.call("recv") { (socket) throws(SystemError) -> [UInt8]? in
          var blocked = false
          let bytes = try [UInt8](capacity: 65_536) { (buffer: inout OutputSpan<UInt8>) throws(SystemError) in
            blocked = try socket.receive(into: &buffer, flags: [.peek, .doNotWait]) == .wouldBlock
          }
          return blocked ? nil : bytes
        }
      }
      if let found { return found }
      guard try await Readiness.wait([(socket.number, .readable)], until: deadline) else { return nil }
    }
  }

  @LoopActor
  private static func take(_ socket: ShellSocket, _ count: Int) throws(CallFailure) {
    guard count > 0 else { return }
    try Call.system { () throws(SystemError) in
      try socket.call("recv") { (socket) throws(SystemError) in
        _ = try [UInt8](capacity: count) { (buffer: inout OutputSpan<UInt8>) throws(SystemError) in
          _ = try socket.receive(into: &buffer, flags: .doNotWait)
        }
      }
    }
  }

  private static func describe(_ time: Duration) -> String {
    let (seconds, attoseconds) = time.components
    let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    return milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
  }
}

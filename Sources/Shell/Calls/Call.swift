import SocketLoop
import Sockets

/// What a call takes, as its documentation shows it: `SOCKET LENGTH [FLAGS]`.
///
/// Checks, `explain`, and completion read this one text.
struct Signature: Hashable, Sendable {
  let text: String

  /// The parameters in order.
  var parameters: [String] { text.split(separator: " ").map(String.init) }

  /// The parameters that may not be left out.
  private var needed: [String] { parameters.filter { !$0.hasPrefix("[") } }

  /// How many arguments there may be; `…` stands for any number.
  var range: ClosedRange<Int> { needed.count...(text.contains("…") ? Int.max : parameters.count) }

  /// The first parameter that so few arguments leave without one.
  func missing(behind count: Int) -> String { needed.dropFirst(count).first?.filter { $0 != "…" } ?? "" }

  /// The same, with an optional parameter left out.
  func without(_ parameter: String) -> Signature {
    Signature(text: parameters.filter { $0 != parameter }.joined(separator: " "))
  }

  /// What stands in a place: `SOCKET`.
  func name(of index: Int) -> String {
    let all = parameters
    // What can be repeated is so before what stands behind it: poll's time.
    let repeated = all.first { $0.contains("…") && index >= (all.firstIndex(of: $0) ?? 0) }
    guard let name = repeated ?? (index < all.count ? all[index] : all.last) else { return "" }
    return name.filter { $0 != "[" && $0 != "]" && $0 != "…" }
  }
}

/// What a call brought.
struct Returned: Sendable {
  /// `$?`.
  var result: ShellValue
  /// What names before `=` take, in order.
  var values: [ShellValue]
  /// As it is shown.
  var text: String

  init(_ result: ShellValue, values: [ShellValue]? = nil, text: String) {
    self.result = result
    self.values = values ?? [result]
    self.text = text
  }

  /// A call that returns 0.
  static let zero = Returned(.number(0), text: "0")
}

/// One call of the sockets API: a row of the table from which the shell knows all about it.
struct Call: Sendable {
  /// As in C: `recvfrom`.
  let name: String
  let signature: Signature
  /// What it does, in a sentence.
  let meaning: String
  let perform: @LoopActor @Sendable (Invocation) async throws(CallFailure) -> Returned

  init(
    _ name: String, _ signature: String, _ meaning: String,
    _ perform: @escaping @LoopActor @Sendable (Invocation) async throws(CallFailure) -> Returned
  ) {
    self.name = name
    self.signature = Signature(text: signature)
    self.meaning = meaning
    self.perform = perform
  }

  /// Every call, in the order in which `help` lists them.
  static let all: [Call] = opening + connecting + sending + receiving + options + readiness + names

  /// Why it fails: the rows of the library's table.
  var causes: [ErrorCause] { ErrorCause.of(call: name) }

  static func named(_ name: String) -> Call? { all.first { $0.name == name } }
}

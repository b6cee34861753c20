/// The parameters of a call, as its documentation shows them: `SOCKET LENGTH [FLAGS]`.
///
/// Argument checks, `explain` and completion all read this text.
struct Signature: Hashable, Sendable {
  let text: String

  /// The parameters in order.
  var parameters: [String] { text.split(separator: " ").map(String.init) }

  /// The required parameters.
  private var needed: [String] { parameters.filter { !$0.hasPrefix("[") } }

  /// The number of arguments allowed; `…` stands for any number.
  var range: ClosedRange<Int> { needed.count...(text.contains("…") ? Int.max : parameters.count) }

  /// The first required parameter after this many arguments.
  func missing(after count: Int) -> String { needed.dropFirst(count).first?.filter { $0 != "…" } ?? "" }

  /// The same without an optional parameter.
  func without(_ parameter: String) -> Signature {
    Signature(text: parameters.filter { $0 != parameter }.joined(separator: " "))
  }

  /// The name of a parameter: `SOCKET`.
  func name(of index: Int) -> String {
    let all = parameters
    // A repeated parameter takes every argument up to the last, which may be poll's timeout.
    let repeated = all.first { $0.contains("…") && index >= (all.firstIndex(of: $0) ?? 0) }
    guard let name = repeated ?? (index < all.count ? all[index] : all.last) else { return "" }
    return name.filter { $0 != "[" && $0 != "]" && $0 != "…" }
  }
}

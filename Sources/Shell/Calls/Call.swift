import SocketLoop
import Sockets

/// One call of the sockets API: a row of the table that drives the shell.
struct Call: Sendable {
  /// The C name: `recvfrom`.
  let name: String
  let signature: Signature
  /// What it does, for `explain`.
  let meaning: String
  let perform: @LoopActor @Sendable (Invocation) async throws(CallFailure) -> CallResult

  init(
    _ name: String, _ signature: String, _ meaning: String,
    _ perform: @escaping @LoopActor @Sendable (Invocation) async throws(CallFailure) -> CallResult
  ) {
    self.name = name
    self.signature = Signature(text: signature)
    self.meaning = meaning
    self.perform = perform
  }

  /// Every call, in the order of `help`.
  static let all: [Call] =
    opening + connecting + sending + receiving + pieces + options + fileControl + readiness + names + databases
    + sourceFilters + extensionHeaders

  /// The names for an overview: a family of calls in one word, `inet6_opt_*`.
  static let overview: [String] = {
    let families = ["inet6_opt_", "inet6_rth_", "IN6_IS_ADDR_"]
    var names: [String] = []
    for call in all {
      let name = families.first { call.name.hasPrefix($0) }.map { $0 + "*" } ?? call.name
      if names.last != name { names.append(name) }
    }
    return names
  }()

  /// Why it fails, from the library's table.
  var causes: [ErrorCause] { ErrorCause.of(call: name) }

  static func named(_ name: String) -> Call? { all.first { $0.name == name } }
}

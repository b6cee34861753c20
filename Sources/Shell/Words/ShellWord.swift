import SocketLoop
import Sockets

/// A built-in word of the shell that is not a call of the API, such as `expect`, `repeat` or `help`.
struct ShellWord: Sendable {
  let name: String
  let signature: Signature
  let meaning: String
  /// Whether it takes a block: `{ … }`.
  let takesBody: Bool
  /// Runs it. A result can be kept in variables; it is shown unless its text is empty.
  let perform: @LoopActor @Sendable (Invocation) async throws(CallFailure) -> CallResult?

  private init(
    name: String, signature: String, meaning: String, takesBody: Bool,
    perform: @escaping @LoopActor @Sendable (Invocation) async throws(CallFailure) -> CallResult?
  ) {
    self.name = name
    self.signature = Signature(text: signature)
    self.meaning = meaning
    self.takesBody = takesBody
    self.perform = perform
  }

  /// A word with a result.
  static func giving(
    _ name: String, _ signature: String, _ meaning: String, takesBody: Bool = false,
    _ perform: @escaping @LoopActor @Sendable (Invocation) async throws(CallFailure) -> CallResult?
  ) -> ShellWord {
    ShellWord(name: name, signature: signature, meaning: meaning, takesBody: takesBody, perform: perform)
  }

  /// A word without a result.
  init(
    _ name: String, _ signature: String, _ meaning: String, takesBody: Bool = false,
    _ perform: @escaping @LoopActor @Sendable (Invocation) async throws(CallFailure) -> Void
  ) {
    self.init(name: name, signature: signature, meaning: meaning, takesBody: takesBody) {
      (call: Invocation) async throws(CallFailure) -> CallResult? in
      try await perform(call)
      return nil
    }
  }

  /// Every word, in the order of `help`.
  static let all: [ShellWord] = control + jobs + assertions + settings + printing

  static func named(_ name: String) -> ShellWord? { all.first { $0.name == name } }
}

@preconcurrency import CReadline
import Glibc
import SocketLoop

/// The candidates that Tab offers, in Readline's terms.
package struct Completer: Sendable {
  /// Candidates for the word before the cursor.
  package enum Offer: Equatable, Sendable {
    /// Complete words: a space follows an only candidate.
    case words([String])
    /// Beginnings: no space follows, since the word continues.
    case beginnings([String])
    /// File names, quoted where necessary.
    case files
  }

  private let offer: @LoopActor @Sendable (_ line: String, _ start: Int) -> Offer

  /// - Parameter offer: gets the line up to the cursor, and the offset in its UTF-8 where the word to complete begins.
  package init(_ offer: @escaping @LoopActor @Sendable (_ line: String, _ start: Int) -> Offer) { self.offer = offer }

  @LoopActor
  private func callAsFunction(_ line: String, _ start: Int) -> Offer { offer(line, start) }

  /// Readline's `rl_attempted_completion_function`.
  nonisolated static func matches(
    _ start: CInt, _ end: CInt
  ) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
    let offer = LoopActor.assumeIsolated { offered(Int(start), Int(end)) }
    rl_attempted_completion_over = 1
    switch offer {
    case .words(let words):
      rl_completion_append_character = 32
      return list(words)
    case .beginnings(let words):
      rl_completion_append_character = 0
      return list(words)
    case .files:
      // Readline completes file names itself.
      rl_attempted_completion_over = 0
      return nil
    }
  }

  @LoopActor
  private static func offered(_ start: Int, _ end: Int) -> Offer {
    guard let completer = LineEditor.current?.completer, let buffer = rl_line_buffer else { return .words([]) }
    return completer(String(decoding: UnsafeRawBufferPointer(start: buffer, count: end), as: UTF8.self), start)
  }

  /// A list that Readline frees: the common prefix, the words, and a null pointer.
  nonisolated private static func list(_ words: [String]) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
    guard let first = words.first else { return nil }
    let common = words.dropFirst().reduce(first) { commonPrefix($0, $1) }
    let all = words.count == 1 ? [first] : [common] + words
    let size = MemoryLayout<UnsafeMutablePointer<CChar>?>.stride * (all.count + 1)
    guard let memory = malloc(size) else { return nil }
    let list = memory.bindMemory(to: UnsafeMutablePointer<CChar>?.self, capacity: all.count + 1)
    for (index, word) in all.enumerated() { list[index] = strdup(word) }
    list[all.count] = nil
    return list
  }

  nonisolated private static func commonPrefix(_ first: String, _ second: String) -> String {
    String(zip(first, second).prefix { $0 == $1 }.map(\.0))
  }
}

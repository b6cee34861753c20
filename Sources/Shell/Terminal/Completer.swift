@preconcurrency import CReadline
import Glibc
import SocketLoop

/// What Tab offers.
package struct Completer: Sendable {
  /// What can stand in the place of the word before the cursor.
  package enum Offer: Equatable, Sendable {
    /// These; a space follows the only one.
    case words([String])
    /// These, and nothing follows: more belongs to the same word.
    case beginnings([String])
    /// The names of files, in quotes where they need them.
    case files
  }

  private let offer: @LoopActor @Sendable (_ line: String, _ start: Int) -> Offer

  /// - Parameter offer: gets the line up to the cursor, and where in its UTF-8 the word to complete begins.
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
      // Readline's own completion of file names.
      rl_attempted_completion_over = 0
      return nil
    }
  }

  @LoopActor
  private static func offered(_ start: Int, _ end: Int) -> Offer {
    guard let completer = LineEditor.current?.completer, let buffer = rl_line_buffer else { return .words([]) }
    return completer(String(decoding: UnsafeRawBufferPointer(start: buffer, count: end), as: UTF8.self), start)
  }

  /// What Readline frees: the common beginning, then the words, then a null pointer.
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

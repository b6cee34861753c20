/// Guesses whether a pipe's writer makes large or small writes. No system call tells; the sizes of our reads do.
///
/// A writer of 64 KiB or more fills the pipe before we get to read it. A writer of 8 KiB pieces (`head -c`) competes
/// with us, and splice(2) slows it down: splice holds the pipe's lock while the socket takes the pages, and every small
/// write waits for that lock.
struct PipeWriter {
  /// After a write of this size or more, a read or splice nearly always brings at least this much.
  private static let large = 65_536
  /// How many smaller splices in a row are taken as evidence of a small writer.
  private static let enoughSmall = 4

  private(set) var writesLittle = false
  private var inRow = 0
  /// How many large reads in a row are taken as evidence of a large writer. A slow sink causes large reads too, so the
  /// threshold rises each time it is reached.
  private var enoughLarge = 16

  /// Records the size of a read, and returns whether the writer now counts as a large one.
  mutating func writesMuch(afterRead count: Int) -> Bool {
    inRow = count >= Self.large ? inRow + 1 : 0
    if inRow < enoughLarge { return false }
    (inRow, writesLittle) = (0, false)
    enoughLarge *= 8
    return true
  }

  /// Records the size of a splice, and returns whether the writer now counts as a small one.
  ///
  /// - Parameter sinkHasRoom: whether the sink can take more; a full sink would explain a short splice.
  mutating func writesLittle(afterSplice count: Int, sinkHasRoom: () -> Bool) -> Bool {
    if count >= Self.large { inRow = 0 }
    guard ShortMessages.size..<Self.large ~= count, sinkHasRoom() else { return false }
    inRow += 1
    if inRow < Self.enoughSmall { return false }
    (inRow, writesLittle) = (0, true)
    return true
  }
}

/// Whether the other side of a pipe writes little or much at once: no call tells, but what comes at once does.
///
/// A writer of 64 KiB or more fills the pipe before anybody sees it. One of 8 KiB (`head -c`) is met half-way, and for it
/// splice(2) is slow: that holds the pipe's lock while the socket takes the pages, and each small write waits for the lock.
struct PipeWriter {
  /// A read or splice brings so much at least, nearly always, where so much or more was written at once.
  private static let large = 65_536
  /// So many splices of less in a row are not chance.
  private static let enoughSmall = 4

  private(set) var writesLittle = false
  private var inRow = 0
  /// So many large reads in a row are not chance: also a slow sink makes them. More with each time that they were.
  private var enoughLarge = 16

  /// After a read that brought so much: whether it writes much.
  mutating func writesMuch(afterRead count: Int) -> Bool {
    inRow = count >= Self.large ? inRow + 1 : 0
    if inRow < enoughLarge { return false }
    (inRow, writesLittle) = (0, false)
    enoughLarge *= 8
    return true
  }

  /// After a splice that brought so much: whether it writes little.
  ///
  /// - Parameter sinkHasRoom: where it has none, that was why the splice brought no more.
  mutating func writesLittle(afterSplice count: Int, sinkHasRoom: () -> Bool) -> Bool {
    if count >= Self.large { inRow = 0 }
    guard ShortMessages.size..<Self.large ~= count, sinkHasRoom() else { return false }
    inRow += 1
    if inRow < Self.enoughSmall { return false }
    (inRow, writesLittle) = (0, true)
    return true
  }
}

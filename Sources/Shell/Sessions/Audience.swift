import SocketLoop

/// Who gets the lines of a session: a file or a pipe, or a person at a terminal.
struct Audience: Sendable {
  /// Whether a person looks on: who presses Ctrl-C is told what was interrupted, and a side that fails ends alone.
  let isPresent: Bool
  /// Takes each line.
  let show: @Sendable (ShellLine) -> Void
  /// Waits until the audience can take more, where it may be slow.
  let keepUp: @LoopActor @Sendable () async -> Void

  /// What reads the output of a script.
  init(_ show: @escaping @Sendable (ShellLine) -> Void) {
    isPresent = false
    self.show = show
    keepUp = {}
  }

  /// A person.
  init(
    show: @escaping @Sendable (ShellLine) -> Void, keepUp: @escaping @LoopActor @Sendable () async -> Void
  ) {
    isPresent = true
    self.show = show
    self.keepUp = keepUp
  }
}

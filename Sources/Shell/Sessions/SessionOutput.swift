import SocketLoop

/// Where the output of a session goes: to a file or a pipe, or to a user at a terminal.
struct SessionOutput: Sendable {
  /// Whether a user is watching: Ctrl-C then reports what it interrupted, and a failed job does not end the session.
  let isInteractive: Bool
  /// Shows a line.
  let show: @Sendable (ShellLine) -> Void
  /// Waits until a slow terminal has caught up.
  let drain: @LoopActor @Sendable () async -> Void
  /// Shows the system calls while `trace` is on.
  let tracing: CallTracing

  /// The output of a script.
  init(tracing: CallTracing = CallTracing(), _ show: @escaping @Sendable (ShellLine) -> Void) {
    isInteractive = false
    self.show = show
    self.tracing = tracing
    drain = {}
  }

  /// The output on a terminal.
  init(
    tracing: CallTracing = CallTracing(), show: @escaping @Sendable (ShellLine) -> Void,
    drain: @escaping @LoopActor @Sendable () async -> Void
  ) {
    isInteractive = true
    self.tracing = tracing
    self.show = show
    self.drain = drain
  }
}

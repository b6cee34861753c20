import Glibc
import SocketLoop
import Sockets

/// A session of the shell on a terminal: `sock` alone.
///
/// A line runs while the terminal is in its own mode, so that ^C and ^Z are signals then: ^C ends a call that waits, and
/// the session goes on. While a line is typed they are keys, and what blocks in the background print appears above it.
@LoopActor
package final class ShellConsole {
  private static let prompt = Array("sock> ".utf8)
  private static let continuation = Array("  ... ".utf8)

  private let editor: LineEditor
  private let output: TerminalOutput
  private let history: HistoryFile?
  private let palette: Palette
  private let session: ShellSession
  private var running: Task<ShellEnding?, Never>?
  /// Nothing is shown any more of what ends with the session.
  private var isEnding = false

  /// Runs a session on the terminal, until its user or a signal ends it.
  ///
  /// - Parameters:
  ///   - greeting: what is shown first.
  ///   - history: where lines are kept for the next session.
  ///   - isColored: whether results are coloured.
  /// - Returns: how it ended; the terminal is as it was before.
  package nonisolated static func run(
    greeting: String, history: HistoryFile?, isColored: Bool
  ) -> ShellScript.Outcome {
    EventLoop.shared.run {
      do throws(SystemError) {
        return try await ShellConsole(history: history, isColored: isColored).run(greeting)
      } catch {
        return .unreadable(error.number)
      }
    }
  }

  private init(history: HistoryFile?, isColored: Bool) throws(SystemError) {
    let stage = Stage()
    session = ShellSession(
      Audience(
        show: { line in LoopActor.assumeIsolated { stage.console?.show(line) } },
        keepUp: { await stage.console?.output.drain() }))
    let session = session
    editor = try LineEditor(
      completer: Completer { line, start in
        Completion.offer(line, from: start, variables: session.variables).offered()
      })
    output = TerminalOutput(editor)
    palette = Palette(isOn: isColored)
    self.history = history
    stage.console = self
  }

  /// Where the session finds the console that it was made for.
  @LoopActor
  private final class Stage: Sendable {
    weak var console: ShellConsole?
    nonisolated init() {}
  }

  private func run(_ greeting: String) async throws(SystemError) -> ShellScript.Outcome {
    defer { editor.close() }
    let signals = try Signals([SIGINT, SIGTERM, SIGHUP])
    history?.load()
    output.show(greeting + "\n")
    return await withTaskGroup(of: ShellScript.Outcome?.self) { group in
      group.addTask(executorPreference: EventLoop.shared) { await self.readLines() }
      group.addTask(executorPreference: EventLoop.shared) { await self.follow(signals) }
      group.addTask(executorPreference: EventLoop.shared) { await self.watchSides() }
      defer {
        isEnding = true
        Readline.giveUpWaiting()
        group.cancelAll()
        session.stop()
      }
      while let outcome = await group.next() {
        if let outcome { return outcome }
      }
      return .ended(0)
    }
  }

  // MARK: - Lines

  private func readLines() async -> ShellScript.Outcome? {
    while true {
      await output.drain()
      let entry: LineEditor.Entry
      do throws(LoopError) {
        entry = try await editor.nextLine(prompt: session.isInBlock ? Self.continuation : Self.prompt)
      } catch {
        if case .system(let error) = error { return .unreadable(error.number) }
        return nil
      }
      switch entry {
      case .interrupted: session.startOver()
      case .end:
        guard session.isInBlock else { return .ended(0) }
        do throws(ShellEnding) { try session.checkEnd() } catch { tell(error) }
        session.startOver()
      case .line(let text):
        // What is pasted may have several lines.
        for line in text.split(separator: 0x0a, omittingEmptySubsequences: false) {
          history?.add(Array(line))
          guard let ending = await carryOut(Array(line)) else { continue }
          if case .exit(let status) = ending { return .ended(status) }
          tell(ending)
          break
        }
        if !session.isInBlock { session.startOver() }
      }
    }
  }

  /// Runs a line as a task of its own, which ^C can cancel.
  private func carryOut(_ line: [UInt8]) async -> ShellEnding? {
    let session = session
    let task = Task(executorPreference: EventLoop.shared) { () async -> ShellEnding? in
      do throws(ShellEnding) {
        try await session.run(line)
        return nil
      } catch {
        return error
      }
    }
    running = task
    defer { running = nil }
    return await withTaskCancellationHandler {
      await task.value
    } onCancel: {
      task.cancel()
    }
  }

  // MARK: - Signals and sides

  private func follow(_ signals: Signals) async -> ShellScript.Outcome? {
    while let number = try? await signals.next() {
      guard number == SIGINT else { return .signal(number) }
      if let running {
        // Behind the ^C that the terminal has shown.
        output.show("\n")
        running.cancel()
      } else {
        editor.dropLine()
      }
    }
    return nil
  }

  private func watchSides() async -> ShellScript.Outcome? {
    while let (ending, side) = await session.nextSideFailure() {
      if case .exit(let status) = ending { return .ended(status) }
      tell(ending, of: side)
    }
    return nil
  }

  // MARK: - Showing

  private func show(_ line: ShellLine) {
    guard !isEnding else { return }
    output.show(palette.painted(line, isUTF8: editor.isUTF8) + "\n")
  }

  /// Shows what is wrong with a line, and goes on.
  private func tell(_ ending: ShellEnding, of side: String = "") {
    switch ending {
    case .misuse(let message), .failed(let message):
      show(ShellLine(.failure, head: "sock: \(side)", body: message))
    case .exit, .cancelled: break
    }
  }
}

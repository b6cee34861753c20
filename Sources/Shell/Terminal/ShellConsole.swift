import Glibc
import SocketLoop
import Sockets

/// The shell on a terminal: `sock` without arguments.
///
/// A statement runs in the terminal's normal mode, where ^C and ^Z are signals: ^C interrupts a waiting call, and the
/// session continues. While a line is edited they are keys, and output of background blocks appears above the line.
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
  /// Whether the session is ending, so that the jobs it cancels are not reported.
  private var isEnding = false

  /// Runs a session on the terminal until the user or a signal ends it.
  ///
  /// - Parameters:
  ///   - greeting: shown first.
  ///   - history: where to save lines for the next session.
  ///   - isColored: whether to colour results.
  ///   - tracing: shows the system calls.
  /// - Returns: how it ended; the terminal is restored.
  package nonisolated static func run(
    greeting: String, history: HistoryFile?, isColored: Bool, tracing: CallTracing
  ) -> ShellScript.Outcome {
    ShellSignals.block()
    return EventLoop.shared.run {
      do throws(SystemError) {
        return try await ShellConsole(history: history, isColored: isColored, tracing: tracing).run(greeting)
      } catch {
        return .unreadable(error.number)
      }
    }
  }

  private init(history: HistoryFile?, isColored: Bool, tracing: CallTracing) throws(SystemError) {
    let stage = Stage()
    session = ShellSession(
      SessionOutput(
        tracing: tracing, show: { line in LoopActor.assumeIsolated { stage.console?.show(line) } },
        drain: { await stage.console?.output.drain() }))
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

  /// Refers from the session's output to its console, which is created later.
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
      group.addTask(executorPreference: EventLoop.shared) { await self.watchJobs() }
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
        do throws(ShellEnding) { try session.checkEnd() } catch { report(error) }
        session.startOver()
      case .line(let text):
        // Pasted text may have several lines.
        for line in text.split(separator: 0x0a, omittingEmptySubsequences: false) {
          history?.add(Array(line))
          guard let ending = await perform(Array(line)) else { continue }
          if case .exit(let status) = ending { return .ended(status) }
          report(ending)
          break
        }
        if !session.isInBlock { session.startOver() }
      }
    }
  }

  /// Runs a line as a separate task, which ^C cancels.
  private func perform(_ line: [UInt8]) async -> ShellEnding? {
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

  // MARK: - Signals and jobs

  private func follow(_ signals: Signals) async -> ShellScript.Outcome? {
    while let number = try? await signals.next() {
      guard number == SIGINT else { return .signal(number) }
      if let running {
        // After the ^C that the terminal has echoed.
        output.show("\n")
        running.cancel()
      } else {
        editor.dropLine()
      }
    }
    return nil
  }

  private func watchJobs() async -> ShellScript.Outcome? {
    while let (ending, job) = await session.nextJobFailure() {
      if case .exit(let status) = ending { return .ended(status) }
      report(ending, of: job)
    }
    return nil
  }

  // MARK: - Showing

  private func show(_ line: ShellLine) {
    guard !isEnding else { return }
    output.show(palette.painted(line, isUTF8: editor.isUTF8) + "\n")
  }

  /// Reports an error; the session continues.
  private func report(_ ending: ShellEnding, of job: String = "") {
    switch ending {
    case .misuse(let message), .failed(let message):
      show(ShellLine(.failure, head: "sock: \(job)", body: message))
    case .exit, .cancelled: break
    }
  }
}

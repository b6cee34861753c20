@preconcurrency import CReadline
import Glibc
import SocketLoop
import Sockets

/// Line editing, history and completion on the terminal of standard input: GNU Readline in the event loop.
///
/// Readline's state is global, so there is one editor at a time and nothing else calls Readline. Its callback interface
/// is used: the loop waits, and Readline reads one key at a time. The terminal is in Readline's mode only while
/// ``nextLine(prompt:)`` waits; at other times, and after ``close()``, its settings are restored.
@LoopActor
package final class LineEditor {
  /// The result of ``nextLine(prompt:)``.
  package enum Entry: Equatable, Sendable {
    /// A line without its newline.
    case line([UInt8])
    /// ^C; `true` if it discarded typed text.
    case interrupted(dropped: Bool)
    /// ^D on an empty line, or the terminal hung up.
    case end
  }

  /// The editor that Readline's callbacks act on.
  static var current: LineEditor?

  private let input = Watch(0)
  private let screen = Watch(1)
  private var signals: Task<Void, Never>?
  /// Whether a line is being edited.
  private(set) var isReading = false
  private var entry: Entry?
  private var hasInterrupt = false
  private var prompt: [UInt8] = []
  /// The prompt on the screen.
  package private(set) var shownPrompt: [UInt8] = []
  /// What Tab offers; nil to insert a tab character.
  let completer: Completer?
  private let instantLine: [UInt8]

  /// Takes over the terminal, until ``close()``.
  ///
  /// Call it before the loop starts threads: they would receive the terminal's signals instead.
  ///
  /// - Parameters:
  ///   - completer: what Tab offers; nil to insert a tab character.
  ///   - instantLine: a line that is accepted without Return.
  /// - Throws: if the signals of the terminal cannot be received, or the terminal cannot be opened for writing.
  package init(completer: Completer? = nil, instantLine: [UInt8] = []) throws(SystemError) {
    precondition(Self.current == nil, "Readline has one state, and it is in use")
    self.completer = completer
    self.instantLine = instantLine
    let source = try Signals([SIGWINCH, SIGTSTP, SIGCONT])
    try Readline.initialize()
    Readline.bindKeys(completes: completer != nil, lastKey: instantLine.last ?? 0)
    Self.current = self
    signals = Task(executorPreference: EventLoop.shared) { await self.follow(source) }
  }

  /// Restores the terminal.
  package func close() {
    endReading()
    signals?.cancel()
    input.close()
    screen.close()
    Self.current = nil
  }

  /// The size of the terminal.
  package var size: (columns: Int, rows: Int) {
    var rows: CInt = 0
    var columns: CInt = 0
    rl_get_screen_size(&rows, &columns)
    return (max(Int(columns), 20), max(Int(rows), 2))
  }

  /// Whether the terminal's locale uses UTF-8.
  package var isUTF8: Bool { strcmp(nl_langinfo(nl_item(CODESET)), "UTF-8") == 0 }

  // MARK: - Reading

  /// Shows a prompt and waits for a line.
  package func nextLine(prompt: [UInt8]) async throws(LoopError) -> Entry {
    beginReading(prompt)
    defer { endReading() }
    while true {
      if let entry { return entry }
      do throws(SystemError) {
        if try Descriptor.standardInput.isReady(.readable) {
          takeKey()
          continue
        }
      } catch {
        throw .system(error)
      }
      do throws(LoopError) {
        try await input.readable()
      } catch {
        // dropLine() has made an entry.
        if entry == nil { throw error }
      }
    }
  }

  /// Discards the line, as ^C does: for a SIGINT sent by kill(1).
  package func dropLine() {
    guard isReading else { return }
    endDropped()
    input.interruptReading()
  }

  /// Cancels the wait for a line, if any.
  package func interrupt() { input.interruptReading() }

  private func beginReading(_ prompt: [UInt8]) {
    entry = nil
    hasInterrupt = false
    isReading = true
    self.prompt = prompt
    shownPrompt = prompt
    TerminalGuard.arm()
    withCString(prompt) { text in
      rl_callback_handler_install(text) { line in
        let bytes = line.map { Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
        free(line)
        LoopActor.assumeIsolated { LineEditor.current?.accept(bytes) }
      }
    }
  }

  /// Readline calls this after it has restored the terminal.
  private func accept(_ line: [UInt8]?) {
    // Otherwise Readline would show the prompt again immediately.
    rl_callback_handler_remove()
    TerminalGuard.disarm()
    isReading = false
    entry = line.map { .line($0) } ?? .end
    if line == nil, !Readline.endsLineAtEnd { Readline.write([0x0a]) }
  }

  private func takeKey() {
    rl_callback_read_char()
    if hasInterrupt { endDropped() }
    // A history search shows its own prompt; ours waits until it ends.
    if isReading, prompt != shownPrompt, !Readline.isSearching { redisplay(printing: []) }
  }

  /// ^C was typed: the line is discarded when Readline returns.
  func interruptKey() { hasInterrupt = true }

  /// Whether the typed text is the line that is accepted without Return.
  var endsAtOnce: Bool {
    guard let buffer = rl_line_buffer, Int(rl_end) == instantLine.count else { return false }
    return UnsafeRawBufferPointer(start: buffer, count: instantLine.count).elementsEqual(instantLine)
  }

  private func endDropped() {
    hasInterrupt = false
    guard isReading else { return }
    entry = .interrupted(dropped: rl_end > 0)
    rl_point = rl_end
    rl_redisplay_function()
    Readline.write(Array("^C\n".utf8))
    forgetLine()
    isReading = false
  }

  /// The wait ended without a key: typed text stays on the screen, a bare prompt is erased.
  private func endReading() {
    guard isReading else { return }
    isReading = false
    let wasEmpty = rl_end == 0
    if wasEmpty {
      rl_clear_visible_line()
    } else {
      rl_point = rl_end
      rl_redisplay_function()
    }
    Readline.write(wasEmpty ? [] : [0x0a])
    forgetLine()
    if wasEmpty { shownPrompt = [] }
  }

  private func forgetLine() {
    rl_callback_sigcleanup()
    rl_free_line_state()
    rl_callback_handler_remove()
    TerminalGuard.disarm()
  }

  // MARK: - Showing

  /// Prints lines above the one being edited, and optionally changes its prompt.
  ///
  /// - Parameters:
  ///   - lines: complete lines, or nothing; without characters that move the cursor.
  ///   - prompt: the new prompt; nil to keep it.
  package func show(_ lines: [UInt8], prompt: [UInt8]? = nil) {
    self.prompt = prompt ?? self.prompt
    guard isReading else { return Readline.write(lines) }
    let canChange = self.prompt != shownPrompt && !Readline.isSearching
    if !lines.isEmpty || canChange { redisplay(printing: lines) }
  }

  /// Waits until the terminal accepts output: ^S may have stopped it.
  package func hasRoom() async {
    while (try? Descriptor.standardOutput.isReady(.writable)) == false {
      do { try await screen.writable() } catch { return }
    }
  }

  private func redisplay(printing lines: [UInt8]) {
    rl_clear_visible_line()
    Readline.write(lines)
    if prompt != shownPrompt, !Readline.isSearching {
      withCString(prompt) { _ = rl_set_prompt($0) }
      shownPrompt = prompt
    }
    rl_on_new_line()
    rl_redisplay_function()
  }

  // MARK: - Signals of the terminal

  private func follow(_ source: Signals) async {
    while let number = try? await source.next() {
      switch number {
      case SIGWINCH: if isReading { rl_resize_terminal() } else { rl_reset_screen_size() }
      case SIGTSTP: stop()
      default: takeTerminalAgain()
      }
    }
  }

  /// ^Z: restores the terminal for the parent shell.
  private func stop() {
    if isReading { rl_deprep_terminal() }
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGTSTP)
    raise(SIGTSTP)
    // The process stops here, and continues here.
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
    pthread_sigmask(SIG_BLOCK, &set, nil)
    // The SIGCONT that continued it is handled already.
    sigaddset(&set, SIGCONT)
    withUnsafeTemporaryAllocation(byteCount: MemoryLayout<timespec>.size, alignment: 8) { zero in
      zero.initializeMemory(as: UInt8.self, repeating: 0)
      _ = sigtimedwait(&set, nil, zero.baseAddress?.assumingMemoryBound(to: timespec.self))
    }
    takeTerminalAgain()
  }

  private func takeTerminalAgain() {
    guard isReading else { return }
    rl_deprep_terminal()
    Readline.prepareTerminal(1)
    rl_on_new_line()
    rl_redisplay_function()
  }
}

/// Calls `body` with a C string; it ends at the first NUL.
private func withCString(_ bytes: [UInt8], _ body: (UnsafePointer<CChar>) -> Void) {
  (bytes + [0]).withUnsafeBytes { buffer in
    if let base = buffer.assumingMemoryBound(to: CChar.self).baseAddress { body(base) }
  }
}

@preconcurrency import CReadline
import Glibc
import SocketLoop
import Sockets

/// Lines with editing, history and completion, from a terminal on standard input: GNU Readline within the event loop.
///
/// Readline's state is global: there is one editor at a time, and nobody else calls Readline. It works by its callback
/// interface: the loop waits, and Readline gets one key after the other. The terminal is in Readline's mode only while
/// ``nextLine(prompt:)`` waits; in between, and after ``close()``, it is as it was.
@LoopActor
package final class LineEditor {
  /// What ``nextLine(prompt:)`` brought.
  package enum Entry: Equatable, Sendable {
    /// A line without its line end.
    case line([UInt8])
    /// ^C; `true` where it dropped what was typed.
    case interrupted(dropped: Bool)
    /// ^D on an empty line, or the terminal has gone.
    case end
  }

  /// The editor that Readline's callbacks speak of.
  static var current: LineEditor?

  private let input = Watch(0)
  private let screen = Watch(1)
  private var signals: Task<Void, Never>?
  /// Whether a line is being typed.
  private(set) var isReading = false
  private var entry: Entry?
  private var hasInterrupt = false
  private var prompt: [UInt8] = []
  /// The prompt that stands on the screen.
  package private(set) var shownPrompt: [UInt8] = []
  /// What Tab offers; nil to insert a tab.
  let completer: Completer?
  private let instantLine: [UInt8]

  /// Takes the terminal over; ``close()`` gives it back.
  ///
  /// To be called before the loop starts threads, which would take the terminal's signals otherwise.
  ///
  /// - Parameters:
  ///   - completer: what Tab offers; nil to insert a tab.
  ///   - instantLine: a line that needs no Return.
  /// - Throws: what keeps the signals of the terminal from being read, or the terminal from being written to.
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

  /// Gives the terminal back as it was.
  package func close() {
    endReading()
    signals?.cancel()
    input.close()
    screen.close()
    Self.current = nil
  }

  /// How many columns and rows the terminal has.
  package var size: (columns: Int, rows: Int) {
    var rows: CInt = 0
    var columns: CInt = 0
    rl_get_screen_size(&rows, &columns)
    return (max(Int(columns), 20), max(Int(rows), 2))
  }

  /// Whether what is typed and shown is UTF-8.
  package var isUTF8: Bool { strcmp(nl_langinfo(nl_item(CODESET)), "UTF-8") == 0 }

  // MARK: - Reading

  /// Shows a prompt, and waits for a line.
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
        // A line that was dropped from outside is an answer, too.
        if entry == nil { throw error }
      }
    }
  }

  /// Drops what is typed, as ^C does: for a SIGINT from elsewhere.
  package func dropLine() {
    guard isReading else { return }
    endDropped()
    input.interruptReading()
  }

  /// Ends a wait for a line, if there is one.
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

  /// Readline has put the terminal back already when it calls this.
  private func accept(_ line: [UInt8]?) {
    // Else the prompt would be shown once more at once.
    rl_callback_handler_remove()
    TerminalGuard.disarm()
    isReading = false
    entry = line.map { .line($0) } ?? .end
    if line == nil, !Readline.endsLineAtEnd { Readline.write([0x0a]) }
  }

  private func takeKey() {
    rl_callback_read_char()
    if hasInterrupt { endDropped() }
    // A search has its own prompt on the screen; ours waits until it is over.
    if isReading, prompt != shownPrompt, !Readline.isSearching { redisplay(printing: []) }
  }

  /// The key of ^C: the line is dropped once Readline has come back from it.
  func interruptKey() { hasInterrupt = true }

  /// Whether what is typed is the line that needs no Return.
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

  /// The wait ended by something else than a key: what was typed stays to be seen, an empty prompt goes.
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

  /// Shows lines above the one that is being typed, and perhaps another prompt before that.
  ///
  /// - Parameters:
  ///   - lines: nothing, or lines that all have their end; without characters that move the cursor.
  ///   - prompt: the prompt from now on; nil to keep it.
  package func show(_ lines: [UInt8], prompt: [UInt8]? = nil) {
    self.prompt = prompt ?? self.prompt
    guard isReading else { return Readline.write(lines) }
    let canChange = self.prompt != shownPrompt && !Readline.isSearching
    if !lines.isEmpty || canChange { redisplay(printing: lines) }
  }

  /// Waits until the terminal takes more: it does not while it is stopped by ^S.
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

  /// ^Z: the shell that started us shall have its terminal as it was.
  private func stop() {
    if isReading { rl_deprep_terminal() }
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGTSTP)
    raise(SIGTSTP)
    // Here the process stops; and here it goes on.
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
    pthread_sigmask(SIG_BLOCK, &set, nil)
    // What let it go on needs no second answer.
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

/// Calls `body` with a C string, in which there is nothing behind a NUL.
private func withCString(_ bytes: [UInt8], _ body: (UnsafePointer<CChar>) -> Void) {
  (bytes + [0]).withUnsafeBytes { buffer in
    if let base = buffer.assumingMemoryBound(to: CChar.self).baseAddress { body(base) }
  }
}

@preconcurrency import CReadline
import Glibc
import SocketLoop
import Sockets

/// The configuration of GNU Readline: its features, key bindings, and the terminal's mode.
@LoopActor
enum Readline {
  private static var isInitialized = false

  /// Reads `~/.inputrc` and the terminal description.
  ///
  /// Lines are shown on standard output if it is a terminal, otherwise on `/dev/tty`.
  static func initialize() throws(SystemError) {
    if isInitialized { return }
    setUpLocale()
    if !Descriptor.standardOutput.isTerminal {
      guard let terminal = fopen("/dev/tty", "we") else {
        throw SystemError(call: "open", number: ErrorNumber(rawValue: errno), subject: "/dev/tty")
      }
      rl_outstream = terminal
    }
    // Enables `$if sock` in ~/.inputrc.
    rl_readline_name = UnsafePointer(strdup("sock"))
    // The event loop receives the signals.
    rl_catch_signals = 0
    rl_catch_sigwinch = 0
    rl_change_environment = 0
    rl_prep_term_function = { meta in Readline.prepareTerminal(meta) }
    rl_initialize()
    // Queries and paging would block the event loop while Readline waits for a key.
    rl_completion_query_items = -1
    rl_variable_bind("page-completions", "off")
    using_history()
    // Word breaks of the shell; `$` and `:` are part of a word.
    rl_completer_word_break_characters = UnsafePointer(strdup(" \t\n\"<|;{}"))
    // File names with one of these are quoted, and quoted text is one word.
    rl_completer_quote_characters = UnsafePointer(strdup("\""))
    rl_filename_quote_characters = UnsafePointer(strdup(" \t\"<|;{}#"))
    TerminalGuard.install()
    // An exit in the middle of a line must not leave the terminal without echo.
    restoreAtExit()
    isInitialized = true
  }

  /// Not isolated to the loop, which no longer exists at exit.
  nonisolated private static func restoreAtExit() { atexit { rl_deprep_terminal() } }

  /// Assumes UTF-8 if the environment sets no locale.
  private static func setUpLocale() {
    guard let locale = setlocale(LC_CTYPE, ""), strcmp(locale, "C") == 0 else { return }
    for name in ["LC_ALL", "LC_CTYPE", "LANG"] {
      if let value = getenv(name), value.pointee != 0 { return }
    }
    setlocale(LC_CTYPE, "C.UTF-8")
  }

  /// Binds our own keys, overriding `~/.inputrc`.
  ///
  /// - Parameter lastKey: a key that may complete a line without Return; 0 for none.
  static func bindKeys(completes: Bool, lastKey: UInt8) {
    var settings = termios()
    let interrupt = tcgetattr(0, &settings) == 0 ? character(VINTR, of: &settings) : 3
    for name in ["emacs", "vi-insert", "vi-command"] {
      guard let keymap = rl_get_keymap_by_name(name) else { continue }
      if interrupt != 0 {
        rl_bind_key_in_map(
          CInt(interrupt),
          { _, _ in
            LoopActor.assumeIsolated { LineEditor.current?.interruptKey() }
            return 0
          }, keymap)
      }
    }
    for name in ["emacs", "vi-insert"] {
      guard let keymap = rl_get_keymap_by_name(name) else { continue }
      if completes { rl_bind_key_in_map(9, rl_complete, keymap) } else { rl_bind_key_in_map(9, rl_insert, keymap) }
      guard lastKey != 0 else { continue }
      rl_bind_key_in_map(
        CInt(lastKey),
        { count, key in
          rl_insert(count, key)
          return LoopActor.assumeIsolated { LineEditor.current?.endsAtOnce ?? false } ? rl_newline(1, 10) : 0
        }, keymap)
    }
    rl_attempted_completion_function = { _, start, end in Completer.matches(start, end) }
  }

  /// Makes ^C and ^\ ordinary keys while a line is edited: discarding a line interrupts nothing else.
  nonisolated static func prepareTerminal(_ meta: CInt) {
    rl_prep_terminal(meta)
    var settings = termios()
    guard tcgetattr(0, &settings) == 0 else { return }
    setCharacter(VINTR, of: &settings)
    setCharacter(VQUIT, of: &settings)
    tcsetattr(0, TCSADRAIN, &settings)
  }

  /// Unblocks writers of the terminal: restarts one that ^S has stopped, and discards the pending output of one that
  /// still accepts nothing.
  static func giveUpWaiting() {
    func isStuck() -> Bool { (try? Descriptor.standardOutput.isReady(.writable)) == false }
    var settings = termios()
    guard isStuck(), tcgetattr(1, &settings) == 0 else { return }
    var without = settings
    without.c_iflag &= ~tcflag_t(IXON)
    // Turning IXON off restarts a stopped terminal: termios(3).
    tcsetattr(1, TCSANOW, &without)
    tcsetattr(1, TCSANOW, &settings)
    if isStuck(), let nowhere = fopen("/dev/null", "we") { rl_outstream = nowhere }
  }

  private static func character(_ index: CInt, of settings: inout termios) -> UInt8 {
    withUnsafeBytes(of: &settings.c_cc) { $0[Int(index)] }
  }

  /// 0 is `_POSIX_VDISABLE`.
  nonisolated private static func setCharacter(_ index: CInt, of settings: inout termios) {
    withUnsafeMutableBytes(of: &settings.c_cc) { $0[Int(index)] = 0 }
  }

  /// Whether a history search replaces the prompt.
  static var isSearching: Bool {
    rl_readline_state & UInt(RL_STATE_ISEARCH | RL_STATE_NSEARCH | RL_STATE_NUMERICARG) != 0
  }

  /// Whether Readline prints the newline at ^D itself.
  static var endsLineAtEnd: Bool {
    guard let value = rl_variable_value("enable-bracketed-paste") else { return false }
    return strcmp(value, "on") == 0
  }

  /// Writes to Readline's stream, so that the order is kept.
  static func write(_ bytes: [UInt8]) {
    guard let screen = rl_outstream else { return }
    _ = bytes.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, screen) }
    fflush(screen)
  }
}

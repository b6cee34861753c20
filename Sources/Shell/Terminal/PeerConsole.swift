import Glibc
import SocketLoop
import Sockets
import Transfer

/// An interactive conversation with a peer: `sock connect -I`.
///
/// The peer's lines appear above the line being edited. An unfinished line of the peer becomes the prompt: after
/// `login: ` you type right there, as on a terminal of the peer's own, and nothing is printed twice when it continues.
package final class PeerConsole: Console {
  /// Whether to show the peer's bytes here: standard output is the terminal.
  package let showsPeer: Bool
  private let editor: LineEditor
  private let history: HistoryFile?
  private var text: PeerText
  /// Input has ended, so there is no line to keep clear: the peer's text is printed as it arrives.
  private var inputHasEnded = false
  /// How much of the unfinished line had been printed by then.
  private var shownCount = 0
  private static let prompt = Array("> ".utf8)
  /// Accepted without Return, as ssh(1) does.
  private static let disconnect = Array("~.".utf8)

  /// Takes over the terminal, until ``close()``.
  ///
  /// - Parameter history: where to save lines for the next run.
  package init(history: HistoryFile?) throws(SystemError) {
    editor = try LineEditor(instantLine: Self.disconnect)
    showsPeer = Descriptor.standardOutput.isTerminal
    text = PeerText(isUTF8: editor.isUTF8)
    self.history = history
    history?.load()
  }

  /// Waits for the next line.
  ///
  /// ^C discards typed text; on an empty line it raises SIGINT, as it would without line editing.
  package func nextLine() async throws(LoopError) -> [UInt8]? {
    while true {
      let entry = try await editor.nextLine(prompt: prompt)
      // It stays on the screen, followed by what was typed.
      if editor.shownPrompt == text.partial { text.forgetPartial() }
      switch entry {
      case .line(let line):
        if line != Self.disconnect { history?.add(line) }
        return line
      case .end:
        inputHasEnded = true
        return nil
      case .interrupted(dropped: true): continue
      case .interrupted(dropped: false):
        kill(getpid(), SIGINT)
        // The signal cancels this task, unless it is ignored.
        do throws(WaitError) { try await EventLoop.sleep(until: .after(.seconds(1))) } catch { throw .cancelled }
      }
    }
  }

  private var prompt: [UInt8] { text.partial.isEmpty ? Self.prompt : text.partial }

  /// Cancels the wait for a line, if any.
  package func interrupt() { editor.interrupt() }

  /// Shows bytes from the peer.
  package func show(_ bytes: UnsafeRawBufferPointer) async {
    await editor.hasRoom()
    let size = editor.size
    let lines = text.add(bytes, limit: max(80, size.columns * size.rows / 2))
    if inputHasEnded {
      editor.show(Array((lines + text.partial).dropFirst(shownCount)))
      shownCount = text.partial.count
    } else {
      editor.show(lines, prompt: prompt)
    }
  }

  /// Shows our own messages.
  package func tell(_ text: String) { editor.show(Array(text.utf8) + [0x0a]) }

  /// Shows the rest of the peer's last line, and restores the terminal.
  package func close() {
    editor.interrupt()
    editor.close()
    let rest = text.end().dropFirst(shownCount)
    if !rest.isEmpty { editor.show(Array(rest)) }
  }
}

import Glibc
import SocketLoop
import Sockets
import Transfer

/// A conversation with a peer on a terminal: `sock connect -I`.
///
/// What the peer sends appears above the line that is being typed. A line of the peer that has not ended yet is the prompt:
/// after `login: ` one types there, as on a terminal of its own, and when it goes on it is shown on with nothing twice.
package final class PeerConsole: Console {
  /// Whether the peer's bytes are shown here: standard output is the terminal.
  package let showsPeer: Bool
  private let editor: LineEditor
  private let history: HistoryFile?
  private var text: PeerText
  /// Nothing is typed any more, and the peer's text needs no place above a line: it is shown as it comes.
  private var inputHasEnded = false
  /// How much of the unfinished line was shown then.
  private var shownCount = 0
  private static let prompt = Array("> ".utf8)
  /// Who knows it from ssh(1) types no Return behind it.
  private static let disconnect = Array("~.".utf8)

  /// Takes the terminal over; ``close()`` gives it back.
  ///
  /// - Parameter history: where lines are kept for the next run.
  package init(history: HistoryFile?) throws(SystemError) {
    editor = try LineEditor(instantLine: Self.disconnect)
    showsPeer = Descriptor.standardOutput.isTerminal
    text = PeerText(isUTF8: editor.isUTF8)
    self.history = history
    history?.load()
  }

  /// Waits for the next line.
  ///
  /// ^C drops what was typed; on an empty line it is the signal that it would be without us.
  package func nextLine() async throws(LoopError) -> [UInt8]? {
    while true {
      let entry = try await editor.nextLine(prompt: prompt)
      // It stands on the screen, with what was typed behind it.
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
        // The signal ends the task; if somebody ignores it, life goes on.
        do throws(WaitError) { try await EventLoop.sleep(until: .after(.seconds(1))) } catch { throw .cancelled }
      }
    }
  }

  private var prompt: [UInt8] { text.partial.isEmpty ? Self.prompt : text.partial }

  /// Ends a wait for a line, if there is one.
  package func interrupt() { editor.interrupt() }

  /// Shows what the peer sent.
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

  /// Shows lines of our own.
  package func tell(_ text: String) { editor.show(Array(text.utf8) + [0x0a]) }

  /// Shows what is left of the peer's last line, and gives the terminal back.
  package func close() {
    editor.interrupt()
    editor.close()
    let rest = text.end().dropFirst(shownCount)
    if !rest.isEmpty { editor.show(Array(rest)) }
  }
}

import Glibc
import Operations
import Shell
import SocketLoop
import Sockets
import Synchronization
import Transfer

/// The terminal that `--interactive` uses.
enum Terminal {
  /// Takes over the terminal on standard input for line editing.
  @LoopActor
  static func open() throws(OperationError) -> any Console {
    guard Descriptor.standardInput.isTerminal else {
      throw .usage(
        "--interactive needs a terminal on standard input: leave it out, and standard input is sent as it is")
    }
    do throws(SystemError) {
      let console = try PeerConsole(history: .standard("conversations"))
      if Descriptor.standardError.isTerminal { showErrors(above: console) }
      return console
    } catch {
      throw OperationError(.system, "cannot use the terminal: \(error)", errorNumber: error.number)
    }
  }

  /// Events and errors also appear above the line being edited.
  private static func showErrors(above console: PeerConsole) {
    ConsoleOutput.terminal.withLock { terminal in
      terminal = { [weak console] text in
        LoopActor.assumeIsolated {
          guard let console else { return false }
          console.tell(text.last == "\n" ? String(text.dropLast()) : text)
          return true
        }
      }
    }
  }
}

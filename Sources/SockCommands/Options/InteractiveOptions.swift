import ArgumentParser
import Glibc
import Operations
import Shell
import SocketLoop
import Sockets
import Synchronization
import Transfer

/// Whether a person types.
struct InteractiveOptions: ParsableArguments {
  @Flag(name: .of(.interactive), help: "On a terminal: edit lines, with history; ~? lists the escapes.")
  var interactive = false

  static let names: [OptionName] = [.interactive]
}

extension Line {
  /// `--interactive`: what opens the terminal; nil without it.
  func console() throws(OperationError) -> (@LoopActor @Sendable () throws(OperationError) -> any Console)? {
    guard has(.interactive) else { return nil }
    try exclude(.interactive, .zero, "nothing is typed while a port is probed")
    try exclude(.interactive, .recvOnly, "leave one of them out")
    try exclude(.interactive, .keepOpen, "a conversation is with one peer")
    try exclude(.interactive, .hex, "write the dump to a file, with \(OptionName.logHex)")
    return { () throws(OperationError) in try Self.openTerminal() }
  }

  @LoopActor
  private static func openTerminal() throws(OperationError) -> any Console {
    guard Descriptor.standardInput.isTerminal else {
      throw .usage(
        "--interactive needs a terminal on standard input: leave it out, and standard input is sent as it is")
    }
    do throws(SystemError) {
      let console = try PeerConsole(history: .standard("conversations"))
      // Events and errors go above the line that is being typed too.
      if Descriptor.standardError.isTerminal {
        StandardStream.terminal.withLock { terminal in
          terminal = { [weak console] text in
            LoopActor.assumeIsolated {
              guard let console else { return false }
              console.tell(text.last == "\n" ? String(text.dropLast()) : text)
              return true
            }
          }
        }
      }
      return console
    } catch {
      throw OperationError(.system, "cannot use the terminal: \(error)", errorNumber: error.number)
    }
  }
}

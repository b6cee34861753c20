import ArgumentParser
import Glibc
import Sockets
import Operations

/// What swift-argument-parser answers: help, the version, completion scripts and the dump of all options.
enum Help {
  /// The columns of help that goes to a file or a pipe; on a terminal it has the terminal's.
  static let columns = 100

  /// What `sock` alone prints.
  static var overview: String { SockCommand.helpMessage(columns: columns) + "\n" }

  /// Prints what the words ask for, if they ask for something of the kind.
  ///
  /// - Returns: whether they did.
  static func answer(_ words: [String]) throws(OperationError) -> Bool {
    guard asks(words), let text = words == ["help", "help"] ? overview : text(for: words) else { return false }
    try StandardStream.print(text.hasSuffix("\n") ? text : text + "\n")
    return true
  }

  /// The answer of the library; nil where it has only an error to say.
  static func text(for words: [String]) -> String? {
    do {
      var command = try SockCommand.parseAsRoot(words)
      try command.run()
      return nil
    } catch {
      guard SockCommand.exitCode(for: error) == .success else { return nil }
      return SockCommand.fullMessage(for: error, columns: Descriptor.standardOutput.isTerminal ? nil : columns)
    }
  }

  private static func asks(_ words: [String]) -> Bool {
    guard let first = words.first else { return false }
    if first == "help" || first == "---completion" { return true }
    return words.prefix { $0 != "--" }.contains { word in
      switch word {
      case "-h", "--help", "--help-hidden", "--version", "--experimental-dump-help": true
      default: word.hasPrefix("--generate-completion-script")
      }
    }
  }
}

/// The root of the commands, for their help.
struct SockCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sock",
    abstract: "The Berkeley sockets API at the command line.",
    usage: "sock VERB [options] [words]",
    discussion: """
      stdout carries payload and nothing else; events and errors go to stderr.
      Examples:
        sock listen 1100                      wait for one peer: stdin to it, what it sends to stdout
        sock connect localhost 1100           the other side of it
        sock send localhost 1100 'hello'      send, and print the reply
      """,
    version: "sock \(Program.version)",
    groupedSubcommands: [
      CommandGroup(
        name: "Stream", subcommands: [ListenCommand.self, ConnectCommand.self, SendCommand.self, RecvCommand.self]),
      CommandGroup(name: "Datagram", subcommands: [UDPSendCommand.self, UDPRecvCommand.self]),
      CommandGroup(name: "Network", subcommands: [PingCommand.self, TraceRouteCommand.self, BenchCommand.self]),
      CommandGroup(
        name: "System", subcommands: [ResolveCommand.self, OptsCommand.self, FamiliesCommand.self, ShellCommand.self]),
    ])
}

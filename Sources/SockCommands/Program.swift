import Glibc
import Operations
import Sockets

/// The command `sock`: from the process's arguments to its exit status.
package enum Program {
  /// What `sock --version` prints behind the name.
  package static let version = "0.1.0"

  /// Does what the process's arguments say.
  ///
  /// - Returns: the status to exit with.
  package static func run() -> CInt {
    // A reader that has gone is an error of write(2), in every thread.
    signal(SIGPIPE, SIG_IGN)
    // The Swift runtime takes it for a crash, and goes on.
    signal(SIGQUIT, SIG_DFL)
    return run(ArgumentText.ofProcess())
  }

  static func run(_ words: [String]) -> CInt {
    guard let first = words.first else {
      // To somebody at a terminal sock alone is the shell.
      if ShellCommand.isOnTerminal { return run([Verb.shell.rawValue]) }
      _ = StandardStream.error.write(Help.overview)
      return ExitStatus.usage
    }
    let isJSON = words.prefix { $0 != "--" }.contains(Option.json.description)
    var reporter: any Reporter = isJSON ? JSONReporter() : TextReporter(isVerbose: false, showsListening: false)
    do throws(OperationError) {
      guard let verb = Verb(rawValue: first) else {
        // `help` is no verb, but asking for help on it is asking for the overview.
        if first == "help", let subject = words.dropFirst().first, subject != first, !subject.hasPrefix("-"),
          Verb(rawValue: subject) == nil
        {
          throw Verb.unknown(subject)
        }
        if try Help.answer(words) { return ExitStatus.success }
        throw Verb.unknown(first == "help" ? words.dropFirst().first ?? first : first)
      }
      let arguments: ParsedArguments
      do throws(OperationError) {
        arguments = try ArgumentScanner.scan(words.dropFirst(), for: verb.asSet)
      } catch {
        // To the scanner --help is one more option that the verb does not have.
        if try Help.answer(words) { return ExitStatus.success }
        throw error
      }
      reporter = arguments.reporter()
      return try verb.command.status(of: arguments)
    } catch {
      let subject = Verb(rawValue: first).map { " \($0.rawValue)" } ?? ""
      reporter.report(error, hint: error.cause == .usage ? "Try 'sock\(subject) --help'." : nil)
      return ExitStatus.of(error.cause)
    }
  }
}

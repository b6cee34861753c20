import Glibc
import Operations
import SocketLoop
import Sockets

/// The `sock` command, from the arguments of the process to its exit status.
package enum Program {
  /// The version that `sock --version` prints.
  package static let version = "0.1.0"

  /// How this process was started; the first use changes how signals are handled.
  static let inherited = InheritedSettings()

  /// Carries out the arguments of the process.
  ///
  /// If a signal ended the run, the process dies of that signal here.
  ///
  /// - Returns: the status to exit with.
  package static func run() -> CInt {
    _ = inherited
    return run(ArgumentText.ofProcess())
  }

  static func run(_ words: [String]) -> CInt {
    guard let first = words.first else {
      // On a terminal, sock without arguments is the shell.
      if ShellCommand.isOnTerminal { return run([Verb.shell.rawValue]) }
      _ = ConsoleOutput.error.write(Help.overview)
      return ExitStatus.usage
    }
    let isJSON = words.prefix { $0 != "--" }.contains(Option.json.description)
    var reporter: any Reporter = isJSON ? JSONReporter() : TextReporter(isVerbose: false, showsListening: false)
    var writeOut: WriteOut?
    do throws(OperationError) {
      try StandardDescriptors.occupy(inherited.closed)
      // Before anything is written: standard error may be the connection with a peer.
      if words.dropFirst().prefix(while: { $0 != "--" }).contains(Option.inetd.description) {
        try PassedSockets.takeStandardInput()
      }
      guard let verb = Verb(rawValue: first) else {
        try Help.check(words)
        // `help` is not a verb, but help on it is the overview.
        if first == "help", let subject = words.dropFirst().first, subject != first, !subject.hasPrefix("-"),
          Verb(rawValue: subject) == nil
        {
          throw Verb.unknown(subject)
        }
        if try Help.answer(words) { return ExitStatus.success }
        throw Verb.unknown(first, in: words)
      }
      var arguments: ParsedArguments
      do throws(OperationError) {
        arguments = try ArgumentScanner.scan(words.dropFirst(), for: verb.asSet)
      } catch {
        // The scanner would refuse --help as an unknown option.
        if try Help.answer(words) { return ExitStatus.success }
        throw error
      }
      reporter = arguments.reporter()
      if let use = arguments[.writeOut] { writeOut = WriteOut(try WriteOutFormat(use.text ?? "")) }
      arguments.writeOut = writeOut
      let status = try observing(arguments, verb, writeOut)
      if let writeOut { _ = ConsoleOutput.error.write(writeOut.text(nil)) }
      return status
    } catch {
      let subject = Verb(rawValue: first).map { " \($0.rawValue)" } ?? ""
      reporter.report(error, hint: error.cause == .usage ? "Try 'sock\(subject) --help'." : nil)
      if let writeOut { _ = ConsoleOutput.error.write(writeOut.text(error)) }
      // Everything is cleaned up by now.
      if case .signal(let number) = error.cause { Signals.endProcess(by: number) }
      return ExitStatus.of(error.cause)
    }
  }

  /// Carries out a verb, under the observers that the options ask for.
  private static func observing(
    _ arguments: ParsedArguments, _ verb: Verb, _ writeOut: WriteOut?
  ) throws(OperationError) -> CInt {
    let perform = { () throws(OperationError) in
      var arguments = arguments
      try arguments.enterNamespace()
      return try verb.command.status(of: arguments)
    }
    // The shell has its own, which it turns on and off.
    if verb != .shell, let trace = try arguments.callTrace(besides: writeOut) {
      return try withSystemCallObserver(trace, perform)
    }
    guard let writeOut else { return try perform() }
    return try withSystemCallObserver(writeOut, perform)
  }
}

import Glibc
import Operations
import Sockets

/// Shows events and errors on stderr, each with one write. Apart from `--hex` dumps, nothing else writes there.
protocol Reporter: EventSink {
  /// Reports the error that ends the run. `hint` says where to find help.
  func report(_ error: OperationError, hint: String?)
}

/// How text output shows progress.
enum ProgressForm {
  /// A line that is redrawn on a terminal.
  case drawn
  /// A new line from time to time.
  case lines

  var interval: Duration {
    switch self {
    case .drawn: .milliseconds(250)
    case .lines: .seconds(5)
    }
  }
}

extension ParsedArguments {
  /// The reporter for the events of this run.
  ///
  /// - Parameter endpoint: the endpoint to listen on. If it asks for any port, the chosen port is always reported.
  func reporter(listeningOn endpoint: Endpoint? = nil) -> any Reporter {
    let progress = progress
    let showsListening = endpoint?.asksForAnyPort ?? false
    let reporter: any Reporter =
      has(.json)
      ? JSONReporter(reportsProgress: progress != nil)
      : TextReporter(isVerbose: has(.verbose), showsListening: showsListening, progress: progress)
    let shown: any Reporter =
      has(.quiet) ? QuietReporter(base: reporter, showsListening: showsListening) : reporter
    guard let writeOut else { return shown }
    return WriteOutReporter(base: shown, writeOut: writeOut)
  }

  /// `--progress`: how progress is shown; nil if it is not.
  private var progress: ProgressForm? {
    guard has(.progress) else { return nil }
    let isTerminal = Descriptor.standardError.isTerminal
    switch text(.progress).flatMap(ProgressChoice.init(rawValue:)) ?? .auto {
    case .never: return nil
    case .auto: return isTerminal ? .drawn : nil
    case .always: return isTerminal ? .drawn : .lines
    }
  }
}

import Glibc
import Operations
import Sockets

/// Shows events and errors on stderr, each with one write: the only place that writes there.
protocol Reporter: EventSink {
  /// The error that ends the run. `hint` says where to read on.
  func report(_ error: OperationError, hint: String?)
}

/// How text shows progress.
enum ProgressForm {
  /// One arguments, drawn again and again on a terminal.
  case drawn
  /// A arguments now and then.
  case lines

  var interval: Duration {
    switch self {
    case .drawn: .milliseconds(250)
    case .lines: .seconds(5)
    }
  }
}

extension ParsedArguments {
  /// How the events of this run are shown.
  ///
  /// - Parameter endpoint: where the verb listens: which port it got is always told when it asked for any.
  func reporter(listeningOn endpoint: Endpoint? = nil) -> any Reporter {
    let progress = progress
    let showsListening = endpoint?.asksForAnyPort ?? false
    let reporter: any Reporter =
      has(.json)
      ? JSONReporter(reportsProgress: progress != nil)
      : TextReporter(isVerbose: has(.verbose), showsListening: showsListening, progress: progress)
    return has(.quiet) ? QuietReporter(base: reporter, showsListening: showsListening) : reporter
  }

  /// `--progress`: how it is shown; nil for not at all.
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

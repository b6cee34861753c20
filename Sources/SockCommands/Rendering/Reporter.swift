import Operations
import Sockets

/// Shows events and errors on stderr, each with one write: the only place that writes there.
protocol Reporter: EventSink {
  /// The error that ends the run. `hint` says where to read on.
  func report(_ error: OperationError, hint: String?)
}

extension Line {
  /// How this line wants its events shown.
  ///
  /// - Parameter endpoint: where the verb listens: which port it got is always told when it asked for any.
  func reporter(listeningOn endpoint: Endpoint? = nil) -> any Reporter {
    if has(.json) { return JSONReporter() }
    return TextReporter(isVerbose: has(.verbose), showsListening: endpoint?.asksForAnyPort ?? false)
  }
}

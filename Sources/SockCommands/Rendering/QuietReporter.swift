import Operations

/// `--quiet`: passes on errors, and what the command line explicitly asked for.
struct QuietReporter: Reporter {
  let base: any Reporter
  /// Whether `listening` is passed on, since nothing else tells the port that the kernel chose.
  let showsListening: Bool

  var progressInterval: Duration? { base.progressInterval }

  func outputComes(endsLine: Bool) { base.outputComes(endsLine: endsLine) }

  func shows(_ kind: Event.Kind) -> Bool {
    switch kind {
    // Nothing else tells how to trust a certificate that was made.
    case .error, .checksum, .progress, .certificate: base.shows(kind)
    case .listening: showsListening
    default: false
    }
  }

  func emit(_ event: Event) {
    if shows(event.kind) { base.emit(event) }
  }

  func report(_ error: OperationError, hint: String?) { base.report(error, hint: hint) }
}

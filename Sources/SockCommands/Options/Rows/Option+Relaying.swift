import Operations

// What `sock relay` does with its two ends.
extension Option {
  static let relayOptions = [once]

  static let once = Option(
    "once", in: .action, of: .relay, common: .relay,
    "Serve one connection, then exit (default: any number)",
    manual: """
      Serve one connection and exit; the exit status is then that of the connection, or of the program that it was
      joined with.
      By default any number of connections are served at the same time, until a signal ends the run.
      """,
    sets: [.relay { request, _ in request.once = true }])
}

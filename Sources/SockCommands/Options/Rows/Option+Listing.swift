import Operations

// What `list` does with the sockets that it finds.
extension Option {
  static let listOptions = [watch, kill]

  static let watch = Option(
    "watch", nil, .optionalAttached("SECS"), in: .action, of: .list, common: .list,
    "Show what opens and closes, looking every SECS (default: 1)",
    manual: """
      Do not list the sockets that are there, but show those that open, close or change their state, one line each, until
      interrupted.
      The list is read every
      .Ar secs ,
      10 ms or more; the default is 1 second.
      The kernel also reports TCP and UDP sockets that close, so that one is not missed that opened and closed between two
      lists.
      """,
    excludes: [.with("kill", "leave one of them out")],
    sets: [
      .list { request, use in
        request.interval = use.text == nil ? .seconds(1) : try use.duration()
        guard let interval = request.interval, interval >= .milliseconds(10) else {
          throw OperationError.usage("\(use) '\(use.text ?? "")' is too short: 10 ms is the least")
        }
      }
    ])

  static let kill = Option(
    "kill", nil, in: .action, of: .list, common: .list,
    "Close the sockets that the filter chooses",
    manual: """
      Close the sockets that
      .Ar filter
      chooses, and show them.
      Their owners' calls fail with
      .Er ECONNABORTED ,
      and TCP peers get a reset.
      This takes a filter,
      .Dv CAP_NET_ADMIN ,
      and a kernel with
      .Dv CONFIG_INET_DIAG_DESTROY ;
      there are TCP, MPTCP, UDP and raw sockets that can be closed.
      """,
    sets: [.list { request, _ in request.kill = true }])
}

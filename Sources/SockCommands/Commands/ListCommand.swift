import Operations
import Sockets

/// `sock list`: the sockets of this machine.
struct ListCommand: VerbCommand {
  static var abstract: String { "List the sockets of this machine: addresses, states, queues and processes." }
  static var operands: String { "[FILTER ...]" }
  static var notes: String {
    """
    FILTER is any of: a transport (tcp, unix), a state (listening), :PORT, ADDRESS[/BITS], ADDRESS:PORT,
    /PATH, @NAME, or KEY=VALUE with KEY local, peer, port, state, process, user, transport, family,
    interface or inode. KEY!=VALUE excludes, and a comma means or: tcp,udp. All filters must hold.
    """
  }
  static var examples: [String] { ["sock list tcp listening", "sock list :443 process=nginx"] }
  static var operandCompletion: ValueCompletion {
    .suggestions { SocketFilter.transportNames + SocketFilter.stateNames + SocketFilter.keys.map { $0 + "=" } }
  }

  /// The request that the arguments describe.
  static func request(_ arguments: ParsedArguments) throws(OperationError) -> ListRequest {
    var request = ListRequest(filter: try SocketFilter(parsing: arguments.words))
    try arguments.apply(to: &request)
    if request.kill, request.filter.conditions.isEmpty {
      throw .usage("--kill needs a filter: write which sockets are to be closed, such as peer=192.0.2.1 or :8080")
    }
    if request.deadline != nil, request.interval == nil {
      throw .usage("--deadline ends a watch: add --watch, or leave it out")
    }
    return request
  }

  static func perform(_ arguments: ParsedArguments) throws(OperationError) {
    let request = try request(arguments)
    let writesJSON = arguments.has(.json)
    if request.interval != nil {
      return try Operations.watch(request) { (change) throws(OperationError) in
        try ConsoleOutput.print(writesJSON ? SocketTable.json(change) : SocketTable.line(change))
      }
    }
    let listing = try Operations.list(request)
    if request.kill {
      if listing.entries.isEmpty { arguments.reporter().warn("no socket meets the filter: none was closed") }
      return try kill(listing, writesJSON)
    }
    if !listing.unknown.isEmpty {
      arguments.reporter().warn(
        "this kernel has no list of its \(listing.unknown.map(\.rawValue).joined(separator: ", ")) sockets")
    }
    try ConsoleOutput.print(
      writesJSON
        ? SocketTable.json(listing)
        : SocketTable.text(listing, isVerbose: arguments.has(.verbose), columns: OutputWidth.ofTable))
  }

  private static func kill(_ listing: SocketListing, _ writesJSON: Bool) throws(OperationError) {
    try Operations.kill(listing) { (entry, failure) throws(OperationError) in
      guard failure == nil else { return }
      try ConsoleOutput.print(writesJSON ? SocketTable.json(.closed(entry)) : SocketTable.line(.closed(entry)))
    }
  }
}

extension Reporter {
  fileprivate func warn(_ message: String) {
    var event = Event(.warning)
    event.message = message
    if shows(.warning) { emit(event) }
  }
}

extension SockListener {
  /// Starts `sock relay` from a port of the loopback address, chosen by the kernel, to another end.
  package static func relay(
    _ options: [String], left: String = "127.0.0.1:0", _ right: String, input: RunningProcess.Input = .null
  ) throws -> SockListener {
    try SockListener(running: try Sock.start(["relay", left, right] + options, input: input))
  }

  /// The same without options.
  package static func relay(_ right: String, input: RunningProcess.Input = .null) throws -> SockListener {
    try relay([], right, input: input)
  }
}

/// Waits until there is a value.
package func eventuallySome<Value>(_ wanted: String, _ value: () throws -> Value?) throws -> Value {
  var found: Value?
  try eventually(wanted) {
    found = try value()
    return found != nil
  }
  guard let found else { throw TestFailure(wanted) }
  return found
}

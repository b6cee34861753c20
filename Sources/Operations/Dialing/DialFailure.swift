import SocketLoop
import Sockets

/// The failed attempts to connect to an endpoint, and the error to report.
struct DialFailure {
  let endpoint: Endpoint
  let transport: Transport
  let options: ConnectionOptions
  /// The attempts in the order in which they failed.
  let attempts: [Connector.Attempt]

  /// The error to report, which has the cause of the last attempt and lists all of them.
  var error: OperationError {
    guard let last = attempts.last else {
      return OperationError(.nameNotFound, "\(endpoint) has no address to connect to")
    }
    switch last.error {
    case .cancelled: return .cancelled
    case .timedOut: return failure(.timedOut, last, .timedOut)
    case .system(let error):
      if transport.traits.contains(.kernelService), error.number == .noEntry {
        return OperationError(.notSupported, "\(endpoint) is not in this kernel: \(error)", errorNumber: error.number)
      }
      return failure(cause(of: error), last, error.number)
    }
  }

  private func cause(of error: SystemError) -> OperationError.Cause {
    // An errno with a special meaning on this transport means that the peer refused.
    if error.call == "connect", ErrorCause.of(error, on: transport)?.advice == [] { return .unreachable }
    return OperationError.cause(of: error, while: error.call == "bind" ? .binding : .connecting)
  }

  private func failure(
    _ cause: OperationError.Cause, _ last: Connector.Attempt, _ number: ErrorNumber
  ) -> OperationError {
    guard attempts.count == 1 else {
      var failure = OperationError(
        cause, "cannot connect to \(endpoint): every attempt failed", errorNumber: number)
      failure.attempts = attempts.map { attempt in
        let reason = self.reason(of: attempt.error)
        // What to look at is not said of each.
        let advice = reason.advice.filter { if case .check = $0 { false } else { true } }
        return .init(message: "\(attempt.address): \(reason.message)", advice: advice)
      }
      return failure
    }
    let reason = self.reason(of: last.error)
    var message = "connect to \(last.address): \(reason.message)"
    // An error of an earlier call (bind, setsockopt, socket) names that call.
    if case .system(let error) = last.error, error.call != "connect" { message = reason.message }
    return OperationError(cause, message, errorNumber: number, advice: reason.advice)
      .advised(onGroup: last.address, interface: options.interface, isStream: transport.isConnectionOriented)
  }

  private func reason(of error: LoopError) -> OperationError.Attempt {
    switch error {
    case .system(let error): return reason(of: error)
    case .timedOut:
      return .init(
        message: "timed out: no answer within \(options.connectTimeout.map(describe) ?? "the time allowed")",
        advice: ErrorCause.general(SystemError(call: "connect", number: .timedOut))?.advice ?? [])
    case .cancelled: return .init(message: "given up")
    }
  }

  private func reason(of error: SystemError) -> OperationError.Attempt {
    guard error.call == "connect" else {
      var failure = OperationError(opening: error, transport: transport)
      if error.call == "bind", let address = error.boundAddress {
        failure = failure.namingHolder(of: address, over: transport)
      }
      if error.call == "bind", error.number == .addressNotAvailable, let row = ErrorCause.general(error) {
        return .init(message: "\(failure.message): \(row.cause)", advice: row.advice)
      }
      return .init(message: failure.message, advice: failure.advice)
    }
    if error.isOfSelfConnection {
      return .init(message: "\(error.number): nothing else is there, the socket had connected to itself")
    }
    if error.number == .invalidArgument, let source = options.sourceHost, transport.isOverIP {
      return .init(message: "\(error.number): \(source) is no source from which it can be reached")
    }
    guard let known = ErrorCause.of(error, on: transport) ?? ErrorCause.general(error) else {
      return .init(message: "\(error.number)")
    }
    if known.isOutside { return .init(message: "\(error.number): \(known.cause)", advice: known.advice) }
    if known.advice.isEmpty { return .init(message: "\(error.number): \(known.cause)") }
    // With SO_BROADCAST set, this is a prohibited route, which fails with the same errno.
    let advice = known.advice.filter { $0.privilege != nil || !options.packets.broadcast }
    return .init(message: "\(error.number)", advice: advice)
  }
}

extension SystemError {
  /// The address that `bind(2)` was given, from its subject: `to 127.0.0.1:1100`.
  fileprivate var boundAddress: SocketAddress? {
    let text = subject.dropFirst(3)
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else { return nil }
    let host = text[..<colon]
    let bare = host.hasPrefix("[") ? host.dropFirst().dropLast() : host
    return IPAddress(String(bare)).map { SocketAddress($0, port: port) }
  }
}

import SocketLoop
import Sockets

/// The failed attempts to connect to an endpoint, and the error to report.
struct DialFailure {
  let endpoint: Endpoint
  let transport: Transport
  let options: LinkOptions
  /// In the order in which they failed.
  let attempts: [Connector.Attempt]

  /// The error to report: its cause is that of the last attempt, and its message names each.
  var error: OperationError {
    guard let last = attempts.last else {
      return OperationError(.nameNotFound, "\(endpoint) has no address to connect to")
    }
    switch last.error {
    case .cancelled: return .cancelled
    case .timedOut: return OperationError(.timedOut, message(last), errorNumber: .timedOut)
    case .system(let error):
      if transport.traits.contains(.kernelService), error.number == .noEntry {
        return OperationError(.notSupported, "\(endpoint) is not in this kernel: \(error)", errorNumber: error.number)
      }
      return OperationError(cause(of: error), message(last), errorNumber: error.number)
    }
  }

  private func cause(of error: SystemError) -> OperationError.Cause {
    // An errno that means something of its own on this transport means that the peer refused.
    if error.call == "connect", transport.cause(ofConnecting: error.number) != nil { return .unreachable }
    return OperationError.cause(of: error, while: error.call == "bind" ? .binding : .connecting)
  }

  private func message(_ last: Connector.Attempt) -> String {
    guard attempts.count == 1 else {
      return "cannot connect to \(endpoint): every attempt failed\n"
        + attempts.map { "  \($0.address): \(reason(of: $0.error))" }.joined(separator: "\n")
    }
    // An error of an earlier call (bind, setsockopt, socket) names that call.
    if case .system(let error) = last.error, error.call != "connect" { return reason(of: last.error) }
    return "connect to \(last.address): \(reason(of: last.error))"
  }

  private func reason(of error: LoopError) -> String {
    switch error {
    case .system(let error) where error.call != "connect": OperationError(opening: error, transport: transport).message
    case .system(let error): "\(error.number)" + (explanation(of: error).map { ": \($0)" } ?? "")
    case .timedOut: "timed out: no answer within \(options.connectTimeout.map(describe) ?? "the time allowed")"
    case .cancelled: "given up"
    }
  }

  /// What connect(2) means by an errno; nil if its name says enough.
  private func explanation(of error: SystemError) -> String? {
    if error.number == .permissionDenied, lacksBroadcast { return "to send to a broadcast address add --broadcast" }
    if error.number == .invalidArgument, let source = options.sourceHost, transport.isOverIP {
      return "\(source) is no source from which it can be reached"
    }
    return OperationError.missingPrivilege(of: error, transport).map { "that takes \($0)" }
      ?? transport.cause(ofConnecting: error.number)
  }

  /// Whether the kernel refuses broadcast addresses for want of `SO_BROADCAST`; for a prohibited route it says the same.
  private var lacksBroadcast: Bool { transport.hearsOfNetworkErrors && !options.packets.broadcast }
}

import Sockets
import Synchronization

/// Which transport each descriptor has that a trace saw being opened: the causes of errors differ by it.
final class TracedSockets: Sendable {
  private let transports = Mutex<[CInt: Transport]>([:])

  /// The transport of the socket that a call works on or asks for; nil if it is not known.
  func transport(of call: SystemCall) -> Transport? {
    call.requestedTransport ?? transports.withLock { $0[call.descriptor] }
  }

  /// Remembers what a call has opened, and forgets what it has closed.
  func note(_ call: SystemCall) {
    guard let value = call.outcome?.value, value >= 0 else { return }
    switch call.name {
    case "socket":
      let transport = call.requestedTransport
      transports.withLock { $0[CInt(truncatingIfNeeded: value)] = transport }
    case "accept", "accept4":
      transports.withLock { $0[CInt(truncatingIfNeeded: value)] = $0[call.descriptor] }
    case "socketpair":
      guard case .list(let pair)? = call.arguments.last else { return }
      let transport = call.requestedTransport
      transports.withLock { transports in
        for case .descriptor(let descriptor) in pair { transports[descriptor] = transport }
      }
    case "close": transports.withLock { _ = $0.removeValue(forKey: call.descriptor) }
    default: break
    }
  }
}

extension SystemCall {
  /// The transport that `socket(2)` or `socketpair(2)` is asked for.
  fileprivate var requestedTransport: Transport? {
    guard name == "socket" || name == "socketpair", arguments.count > 2,
      case .constant(let family, _) = arguments[0], case .constant(let type, _) = arguments[1],
      case .constant(let protocolNumber, _) = arguments[2]
    else { return nil }
    return Transport.of(
      family: AddressFamily(rawValue: CInt(truncatingIfNeeded: family)),
      // Above the type are SOCK_CLOEXEC and SOCK_NONBLOCK.
      type: SocketType(rawValue: CInt(truncatingIfNeeded: type & 0xf)),
      protocolNumber: TransportProtocol(rawValue: CInt(truncatingIfNeeded: protocolNumber)))
  }
}

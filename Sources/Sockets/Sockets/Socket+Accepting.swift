import CSocketShims
import Glibc

/// The result of ``Socket/accept(mode:)``.
public enum Accepted: ~Copyable, Sendable {
  /// A connection and the address of the peer.
  case connection(Socket, from: SocketAddress)
  /// No connection is waiting.
  case wouldBlock
}

extension Socket {
  /// Starts a request to the kernel service that the socket is bound to (`AF_ALG`).
  ///
  /// Calls `accept4(2)` with `SOCK_CLOEXEC` and without an address, since kernel services have none.
  public borrowing func acceptRequest() throws(SystemError) -> Socket {
    let descriptor = descriptor
    let value = try Kernel.call(
      "accept4", on: descriptor, [.descriptor(descriptor), .null, .acceptFlags(CInt(SOCK_CLOEXEC.rawValue))]
    ) { _ in
      Int(sockshim_accept4(descriptor, nil, nil, CInt(SOCK_CLOEXEC.rawValue)))
    }
    return Socket(owning: CInt(value), family: family, type: type, protocolNumber: protocolNumber)
  }

  /// Accepts the next connection on a listening socket.
  ///
  /// Calls `accept4(2)` with `SOCK_CLOEXEC`. Skips connections that were aborted before they were accepted
  /// (`ECONNABORTED`), and pending network errors, as accept(2) advises, but not without end: a family whose sockets
  /// have no peer address reports `ECONNABORTED` for every one.
  ///
  /// - Parameters:
  ///   - mode: the mode of the new socket, which Linux does not inherit from the listener.
  ///   - skipsAborted: whether to skip such connections; otherwise the first error is thrown.
  /// - Throws: `EMFILE`, `ENFILE`, `ENOBUFS`, `ENOMEM`: the connection stays in the queue, try again later; `EINVAL`
  ///   if the socket does not listen.
  public borrowing func accept(
    mode: BlockingMode = .blocking, skipsAborted: Bool = true
  ) throws(SystemError) -> Accepted {
    let descriptor = descriptor
    let flags = CInt(SOCK_CLOEXEC.rawValue) | (mode == .nonBlocking ? CInt(SOCK_NONBLOCK.rawValue) : 0)
    var skips = skipsAborted ? 1000 : 0
    while true {
      var address = SocketAddress()
      let (value, error) = Kernel.attempt(
        "accept4", on: descriptor, [.descriptor(descriptor), .address(address), .acceptFlags(flags)]
      ) { _ in
        unsafe address.withMutableSockaddr { pointer, length in
          unsafe Int(sockshim_accept4(descriptor, pointer, length, flags))
        }
      }
      guard let error else {
        return .connection(
          Socket(owning: CInt(value), family: family, type: type, protocolNumber: protocolNumber), from: address)
      }
      switch error.rawValue {
      case EAGAIN: return .wouldBlock
      case ECONNABORTED, EPROTO, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH, EOPNOTSUPP, ENETUNREACH:
        // EOPNOTSUPP also means a socket that cannot listen.
        if error == .notSupported || skips == 0 { throw SystemError(call: "accept4", number: error) }
        skips -= 1
      default: throw SystemError(call: "accept4", number: error)
      }
    }
  }
}

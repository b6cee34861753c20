import CSocketShims
import Glibc

/// What ``Socket/accept(mode:)`` brought.
public enum Accepted: ~Copyable, Sendable {
  /// A connection, and who made it.
  case connection(Socket, from: SocketAddress)
  /// None waits.
  case wouldBlock
}

extension Socket {
  /// Begins a request to a service of the kernel, whose address the socket is bound to (`AF_ALG`).
  ///
  /// Calls `accept4(2)` with `SOCK_CLOEXEC`, and without an address: those of the kernel have none.
  public borrowing func acceptRequest() throws(SystemError) -> Socket {
    let descriptor = descriptor
    let value = try Kernel.call(
      "accept4", on: descriptor, [.descriptor(descriptor), .null, .acceptFlags(CInt(SOCK_CLOEXEC.rawValue))]
    ) { _ in
      Int(sockshim_accept4(descriptor, nil, nil, CInt(SOCK_CLOEXEC.rawValue)))
    }
    return Socket(owning: CInt(value), family: family, type: type, protocolNumber: protocolNumber)
  }

  /// Takes the next connection from a listening socket.
  ///
  /// Calls `accept4(2)` with `SOCK_CLOEXEC`. A connection that its peer gave up before it was taken (`ECONNABORTED`),
  /// and network errors that were waiting on it, are passed over, as accept(2) advises.
  ///
  /// - Parameter mode: of the new socket: Linux does not pass the listener's on.
  /// - Throws: `EMFILE`, `ENFILE`, `ENOBUFS`, `ENOMEM`: the connection stays in the queue, try later; `EINVAL` where the
  ///   socket does not listen.
  public borrowing func accept(mode: BlockingMode = .blocking) throws(SystemError) -> Accepted {
    let descriptor = descriptor
    let flags = CInt(SOCK_CLOEXEC.rawValue) | (mode == .nonBlocking ? CInt(SOCK_NONBLOCK.rawValue) : 0)
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
        // EOPNOTSUPP stands here for "not a listening kind of socket" too: that one would come for ever.
        if error == .notSupported { throw SystemError(call: "accept4", number: error) }
      default: throw SystemError(call: "accept4", number: error)
      }
    }
  }
}

import SocketLoop
import Sockets

/// A socket held by variables of the shell. Several may hold the same one; `close` closes it for all of them.
@LoopActor
final class ShellSocket {
  private var socket: Socket?
  /// Its descriptor number, also after it is closed.
  let number: CInt

  init(_ socket: consuming Socket) {
    number = socket.descriptor
    self.socket = consume socket
  }

  var isOpen: Bool { socket != nil }

  /// Makes a call on the socket; a closed one fails with `EBADF`, as in C.
  func call<Result>(
    _ name: String, _ body: (borrowing Socket) throws(SystemError) -> Result
  ) throws(SystemError) -> Result {
    switch socket {
    case .some(let socket): return try body(socket)
    case nil: throw SystemError(call: name, number: .badDescriptor)
    }
  }

  func close() throws(SystemError) {
    guard let socket = socket.take() else { throw SystemError(call: "close", number: .badDescriptor) }
    try socket.close()
  }

  /// Whether the user has left it in blocking mode.
  func isBlocking() throws(SystemError) -> Bool {
    try call("fcntl") { (socket) throws(SystemError) in try socket.blockingMode() == .blocking }
  }

  /// The deadline that `SO_RCVTIMEO` or `SO_SNDTIMEO` sets from now.
  func deadline(_ events: PollEvents) -> MonotonicTime {
    let limit = try? call("getsockopt") { (socket) throws(SystemError) in
      try socket.get(events.contains(.writable) ? .sendTimeout : .receiveTimeout)
    }
    guard let limit = limit ?? nil else { return .never }
    return .after(limit)
  }

  var facts: (family: AddressFamily, type: SocketType, protocolNumber: TransportProtocol)? {
    try? call("getsockopt") { (socket) throws(SystemError) in (socket.family, socket.type, socket.protocolNumber) }
  }
}

extension ShellSocket {
  /// A second descriptor of the same socket.
  func duplicate() throws(SystemError) -> ShellSocket {
    try call("fcntl") { (socket) throws(SystemError) in ShellSocket(try socket.duplicate()) }
  }
}

import SocketLoop
import Sockets

/// A socket that variables of the shell hold: several names may hold one, and `close` ends it for all.
@LoopActor
final class ShellSocket {
  private var socket: Socket?
  /// The number that the kernel gave it: it goes on to name a closed one.
  let number: CInt

  init(_ socket: consuming Socket) {
    number = socket.descriptor
    self.socket = consume socket
  }

  var isOpen: Bool { socket != nil }

  /// Makes a call on the socket; of a closed one it is `EBADF`, as in C.
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

  /// Whether its calls wait, as the user has set it.
  func isBlocking() throws(SystemError) -> Bool {
    try call("fcntl") { (socket) throws(SystemError) in try socket.blockingMode() == .blocking }
  }

  /// `SO_RCVTIMEO` or `SO_SNDTIMEO` as a moment.
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

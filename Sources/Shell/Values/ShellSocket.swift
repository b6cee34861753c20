import SocketLoop
import Sockets
import Synchronization

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

  /// Closes it. With `SO_LINGER` the kernel keeps the caller waiting: on a thread of its own, so that other jobs go on.
  ///
  /// Ctrl-C ends the wait, as a signal does; the descriptor is closed all the same.
  func close() async throws(CallFailure) {
    guard let socket = socket.take() else {
      throw .system(SystemError(call: "close", number: .badDescriptor))
    }
    let lingers = socket.lingers
    let closing = ClosingSocket(socket)
    guard lingers else { return try Call.system { () throws(SystemError) in try closing.close().get() } }
    let result: Result<Void, SystemError>
    do throws(WaitError) { result = try await EventLoop.offload { closing.close() } } catch { return }
    try Call.system { () throws(SystemError) in try result.get() }
  }

  deinit {
    guard let socket = socket.take(), socket.lingers else { return }
    let closing = ClosingSocket(socket)
    EventLoop.detach { _ = closing.close() }
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

extension Socket {
  /// Whether closing it may take time: `SO_LINGER`, with another time than 0.
  fileprivate var lingers: Bool {
    guard let limit = try? get(.linger) else { return false }
    return limit > .zero
  }
}

/// A socket on its way to the thread that closes it.
private final class ClosingSocket: Sendable {
  private let socket: Mutex<Socket?>

  init(_ socket: consuming Socket) { self.socket = Mutex(consume socket) }

  func close() -> Result<Void, SystemError> {
    guard let socket = socket.withLock({ $0.take() }) else { return .success(()) }
    do throws(SystemError) { return .success(try socket.close()) } catch { return .failure(error) }
  }
}

extension ShellSocket {
  /// A second descriptor of the same socket.
  func duplicate() throws(SystemError) -> ShellSocket {
    try call("fcntl") { (socket) throws(SystemError) in ShellSocket(try socket.duplicate()) }
  }
}

import SocketLoop
import Sockets

extension Call {
  /// Meeting a peer.
  static let connecting: [Call] = [
    Call(
      "connect", "SOCKET ADDRESS", "connects to a peer; of a datagram socket, sets whom it talks to", connect),
    Call(
      "accept", "SOCKET [FLAGS]", "takes the next connection from a listening socket; FLAGS: SOCK_NONBLOCK", accept),
  ]

  @LoopActor
  private static func connect(_ call: Invocation) async throws(CallFailure) -> Returned {
    let socket = try call.socket(0)
    let address = try await call.address(1, for: socket)
    let isBlocking = try system { () throws(SystemError) in try socket.isBlocking() }
    // A call that blocks is one that does not, and a wait: others go on meanwhile, and Ctrl-C can end it.
    func attempt() throws(SystemError) -> Socket.ConnectResult {
      try socket.call("connect") { (socket) throws(SystemError) in
        if isBlocking { try socket.setBlockingMode(.nonBlocking) }
        defer { if isBlocking { try? socket.setBlockingMode(.blocking) } }
        return try socket.connect(to: address)
      }
    }
    let deadline = socket.deadline(.writable)
    var wasInProgress = false
    while true {
      do throws(SystemError) {
        // Asked again, it tells how a connection in progress has ended; SO_ERROR would leave the socket half-way.
        if try attempt() == .connected { return .zero }
      } catch {
        if wasInProgress, error.number == .isConnected { return .zero }
        // A Unix listener whose backlog is full: there is nothing to wait on but time.
        guard isBlocking, error.number == .wouldBlock, MonotonicTime.now < deadline else { throw .system(error) }
        do throws(WaitError) { try await EventLoop.sleep(until: .after(.milliseconds(5))) } catch { throw .cancelled }
        continue
      }
      if wasInProgress {
        // Reported writable, and still on its way, as vsock has it: looked at now and then.
        do throws(WaitError) { try await EventLoop.sleep(until: .after(.milliseconds(10))) } catch { throw .cancelled }
      }
      wasInProgress = true
      guard isBlocking, try await Readiness.wait([(socket.number, .writable)], until: deadline) else {
        throw .system(SystemError(call: "connect", number: .inProgress))
      }
    }
  }

  @LoopActor
  private static func accept(_ call: Invocation) async throws(CallFailure) -> Returned {
    let socket = try call.socket(0)
    let flags = call.count > 1 ? try call.word(1).uppercased() : ""
    guard flags.isEmpty || flags == "SOCK_NONBLOCK" else {
      throw call.misuse("'\(flags)' is no flag of accept: there is SOCK_NONBLOCK", at: 1)
    }
    let isBlocking = try system { () throws(SystemError) in try socket.isBlocking() }
    func attempt() throws(SystemError) -> (ShellSocket, SocketAddress)? {
      try socket.call("accept4") { (socket) throws(SystemError) in
        if isBlocking { try socket.setBlockingMode(.nonBlocking) }
        defer { if isBlocking { try? socket.setBlockingMode(.blocking) } }
        switch try socket.accept(mode: flags.isEmpty ? .blocking : .nonBlocking) {
        case .connection(let connection, let peer): return (ShellSocket(connection), peer)
        case .wouldBlock: return nil
        }
      }
    }
    let (connection, peer) = try await Readiness.repeating(
      socket, "accept4", for: .readable, waits: isBlocking, attempt)
    return Returned(
      .socket(connection), values: [.socket(connection), .address(peer)], text: "\(connection.number) from \(peer)")
  }
}

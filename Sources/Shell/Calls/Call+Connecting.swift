import SocketLoop
import Sockets

extension Call {
  /// Connecting and accepting.
  static let connecting: [Call] = [
    Call(
      "connect", "SOCKET ADDRESS",
      "connects to a peer; for a datagram socket, sets the default peer; AF_UNSPEC "
        + "in place of the address removes it", connect),
    Call(
      "accept", "SOCKET [FLAGS]", "accepts the next connection on a listening socket; FLAGS: SOCK_NONBLOCK", accept),
  ]

  @LoopActor
  private static func connect(_ call: Invocation) async throws(CallFailure) -> CallResult {
    let socket = try call.socket(0)
    if try call.dissolves(1) {
      try system { () throws(SystemError) in
        try socket.call("connect") { (socket) throws(SystemError) in try socket.disconnect() }
      }
      return .zero
    }
    let address = try await call.address(1, for: socket)
    let isBlocking = try system { () throws(SystemError) in try socket.isBlocking() }
    // A blocking call is made as a non-blocking one and a wait, so that other jobs can run and Ctrl-C can interrupt it.
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
        // A second connect(2) reports the outcome; SO_ERROR alone would leave the socket in between.
        if try attempt() == .connected { return .zero }
      } catch {
        if wasInProgress, error.number == .isConnected { return .zero }
        // The backlog of a Unix listener is full: no event tells when there is room, so try again later.
        guard isBlocking, error.number == .wouldBlock, MonotonicTime.now < deadline else { throw .system(error) }
        do throws(WaitError) { try await EventLoop.sleep(until: .after(.milliseconds(5))) } catch { throw .cancelled }
        continue
      }
      if wasInProgress {
        // vsock reports writable while still connecting: poll.
        do throws(WaitError) { try await EventLoop.sleep(until: .after(.milliseconds(10))) } catch { throw .cancelled }
      }
      wasInProgress = true
      guard isBlocking, try await Readiness.wait([(socket.number, .writable)], until: deadline) else {
        throw .system(SystemError(call: "connect", number: .inProgress))
      }
    }
  }

  @LoopActor
  private static func accept(_ call: Invocation) async throws(CallFailure) -> CallResult {
    let socket = try call.socket(0)
    let flags = try call.flags(1, CreationFlags.self, "flag of accept")
    let isBlocking = try system { () throws(SystemError) in try socket.isBlocking() }
    func attempt() throws(SystemError) -> (ShellSocket, SocketAddress?)? {
      try socket.call("accept4") { (socket) throws(SystemError) in
        if isBlocking { try socket.setBlockingMode(.nonBlocking) }
        defer { if isBlocking { try? socket.setBlockingMode(.blocking) } }
        // A request to the kernel's algorithms has no peer, and accept no address to ask for.
        if socket.family == AlgorithmAddress.family {
          let request = try socket.acceptRequest()
          if flags.mode == .nonBlocking { try request.setBlockingMode(.nonBlocking) }
          return (ShellSocket(request), nil)
        }
        switch try socket.accept(mode: flags.mode, skipsAborted: false) {
        case .connection(let connection, let peer): return (ShellSocket(connection), peer)
        case .wouldBlock: return nil
        }
      }
    }
    let (connection, peer) = try await Readiness.repeating(
      socket, "accept4", for: .readable, waits: isBlocking, attempt)
    return CallResult(
      .socket(connection), values: [.socket(connection)] + (peer.map { [.address($0)] } ?? []),
      text: "\(connection.number)" + (peer.map { " from \($0)" } ?? ""))
  }
}

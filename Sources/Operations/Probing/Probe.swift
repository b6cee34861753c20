import SocketLoop
import Sockets

/// One probe on a socket of its own, so that everything received there belongs to it.
@LoopActor
struct Probe {
  let target: ProbeTarget
  /// The address to probe, with the port.
  let address: SocketAddress
  let source: SocketAddress?
  /// The hop limit; nil for that of the target.
  var hops: Int?

  private var method: ProbeMethod { target.method }

  /// Sends the probe, and waits for its outcome.
  ///
  /// - Returns: nil if the task was cancelled.
  func run() async -> ProbeOutcome? {
    do throws(SystemError) {
      let socket = try ProbeSocket(target, to: address, source: source, hops: hops)
      defer { socket.close() }
      return method == .tcp ? try await connect(socket) : try await exchange(socket)
    } catch {
      return .failed(error.number)
    }
  }

  // MARK: - TCP

  private func connect(_ socket: ProbeSocket) async throws(SystemError) -> ProbeOutcome? {
    let start = MonotonicTime.now
    do throws(LoopError) {
      do throws(SystemError) {
        if try socket.connection.socket.connect(to: address) == .connected {
          return connected(socket, time: MonotonicTime.now.since(start))
        }
      } catch {
        return try outcome(of: error.number, socket, start)
      }
      try await socket.connection.watch.writable(until: start.advanced(by: target.timeout))
    } catch {
      switch error {
      case .timedOut: return .silence
      case .cancelled: return nil
      case .system(let error): throw error
      }
    }
    let time = MonotonicTime.now.since(start)
    if case .error(let queued, let age)? = try socket.nextError() {
      return Self.outcome(of: queued, from: address, time: start.elapsed(age: age))
    }
    switch try socket.connection.socket.pendingError() {
    case nil: return connected(socket, time: time)
    case .connectionRefused?: return .answer(ProbeAnswer(kind: .refused, from: address, time: time))
    case let number?: return .failed(number)
    }
  }

  /// The outcome of an established connection. A socket that connected to itself, by the chance of its local port, has
  /// found no listener: the host would have refused any other.
  private func connected(_ socket: ProbeSocket, time: Duration) -> ProbeOutcome {
    guard socket.connection.socket.isConnectedToItself(at: address) else {
      return .answer(ProbeAnswer(kind: .connected, from: address, time: time))
    }
    // TIME_WAIT would keep the port from a server that is about to start.
    try? socket.connection.socket.set(.linger, to: Duration.zero)
    return .answer(ProbeAnswer(kind: .refused, from: address, time: time))
  }

  /// The outcome of a connection that failed immediately, as over loopback.
  private func outcome(
    of number: ErrorNumber, _ socket: ProbeSocket, _ start: MonotonicTime
  ) throws(LoopError) -> ProbeOutcome {
    if number == .connectionRefused { return answer(.refused, start) }
    return .failed(number)
  }

  private func answer(_ kind: ProbeAnswer.Kind, _ start: MonotonicTime) -> ProbeOutcome {
    .answer(ProbeAnswer(kind: kind, from: address, time: MonotonicTime.now.since(start)))
  }

  // MARK: - Datagrams

  private func exchange(_ socket: ProbeSocket) async throws(SystemError) -> ProbeOutcome? {
    _ = try socket.connection.socket.connect(to: address)
    // It would receive its own probe.
    if socket.connection.socket.isConnectedToItself(at: address) { return answer(.portUnreachable, .now) }
    let identifier = UInt16.random(in: 0 ... .max)
    let data = [UInt8](repeating: 0x40, count: target.size)
    let probe =
      method == .icmp
      ? EchoMessage(.request, identifier: identifier, sequence: 1, data: data).bytes(for: address.family) : data
    let start = MonotonicTime.now
    let deadline = start.advanced(by: target.timeout)
    try socket.send(probe)
    while true {
      while let arrival = try socket.nextArrival() {
        switch arrival {
        case .error(let queued, let age):
          // A raw socket also receives ICMP errors about the echo requests of other processes.
          if method == .icmp, !isOurs(queued.packet, identifier, socket, received: false) { continue }
          return Self.outcome(of: queued, from: address, time: start.elapsed(age: age))
        case .data(let bytes, _, let hopLimit, let age):
          if method == .icmp, !isOurs(bytes, identifier, socket, received: true) { continue }
          let header = bytes.withUnsafeBytes { socket.connection.socket.headerLength(of: $0) }
          return .answer(
            ProbeAnswer(
              kind: method == .icmp ? .echo : .data, from: address, time: start.elapsed(age: age),
              bytes: bytes.count - header, hopLimit: hopLimit))
        case .failure(let number): return .failed(number)
        }
      }
      do throws(LoopError) {
        try await socket.connection.watch.readable(until: deadline)
      } catch {
        switch error {
        case .timedOut: return .silence
        case .cancelled: return nil
        case .system(let error): throw error
        }
      }
    }
  }

  private func isOurs(_ bytes: [UInt8], _ identifier: UInt16, _ socket: ProbeSocket, received: Bool) -> Bool {
    let type = socket.connection.socket.type
    let message =
      received
      ? EchoMessage(received: bytes, family: address.family, type: type) : EchoMessage(bytes, family: address.family)
    guard let message, message.kind == (received ? .reply : .request) else { return false }
    return type == .datagram || message.identifier == identifier
  }

  /// The outcome of an ICMP error: "port unreachable" from the host itself is an answer.
  static func outcome(of queued: QueuedError, from address: SocketAddress, time: Duration) -> ProbeOutcome {
    if queued.error.fate == .portUnreachable, queued.error.offender?.with(port: 0) == address.with(port: 0) {
      return .answer(ProbeAnswer(kind: .portUnreachable, from: address, time: time))
    }
    if queued.error.origin == .local { return .failed(queued.error.number) }
    return .report(ProbeError(error: queued.error, time: time))
  }
}

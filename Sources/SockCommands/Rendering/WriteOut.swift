import Operations
import SocketLoop
import Sockets
import Synchronization

/// `--write-out`: gathers what a run tells of its connection, and writes it at the end by a format.
///
/// Addresses, bytes and the times of look-up and connection are those of the events. When the first byte came, and what TCP
/// has measured, is seen by observing the system calls on the connection.
final class WriteOut: Sendable {
  private let format: WriteOutFormat
  private let start = MonotonicTime.now
  private let state = Mutex(State())

  private struct State {
    var resolved, connected, firstByte: Duration?
    var sent: UInt64 = 0
    var received: UInt64 = 0
    var local, peer, transport: String?
    var tcp: TCPInformation?
    /// The descriptor of the connection.
    var descriptor: CInt = -1
  }

  init(_ format: WriteOutFormat) { self.format = format }

  private var elapsed: Duration { MonotonicTime.now.since(start) }

  /// Takes what an event tells.
  func note(_ event: Event) {
    let now = elapsed
    state.withLock { state in
      switch event.kind {
      case .resolved: state.resolved = now
      case .connected, .accepted:
        state.connected = now
        state.local = event.local.map { "\($0)" }
        state.peer = event.peer.map { "\($0)" }
        state.transport = event.transport?.name
      // What came before is the handshake.
      case .secured: state.firstByte = nil
      case .closed:
        state.sent = event.sent ?? state.sent
        state.received = event.received ?? state.received
      default: break
      }
    }
  }

  /// The text at the end of a run.
  func text(_ error: OperationError?) -> String {
    let total = elapsed
    let state = state.withLock { $0 }
    return format.text { variable in
      switch variable {
      case .timeResolve: Self.seconds(state.resolved)
      case .timeConnect: Self.seconds(state.connected)
      case .timeFirstByte: Self.seconds(state.firstByte)
      case .timeTotal: Self.seconds(total)
      case .bytesSent: "\(state.sent)"
      case .bytesReceived: "\(state.received)"
      case .local: state.local ?? ""
      case .peer: state.peer ?? ""
      case .transport: state.transport ?? ""
      case .tcpRTT: Self.seconds(.microseconds(state.tcp?.roundTripTime ?? 0))
      case .tcpRetransmits: "\(state.tcp?.retransmissions ?? 0)"
      case .exitCause: ExitStatus.name(of: error?.cause)
      case .exitStatus: "\(error.map { ExitStatus.of($0.cause) } ?? ExitStatus.success)"
      case .errno: error?.errorNumber?.name ?? error?.lookUpCode ?? ""
      }
    }
  }

  private static func seconds(_ duration: Duration?) -> String {
    JSONReporter.seconds((duration ?? .zero) / .seconds(1))
  }
}

extension WriteOut: SystemCallObserver {
  var replacesAnswers: Bool { false }
  func replacement(for call: SystemCall) -> SystemCallReplacement? { nil }

  func completed(_ call: SystemCall) {
    guard let value = call.outcome?.value else { return }
    let succeeded = call.outcome?.failure == nil
    switch call.name {
    case "connect":
      if succeeded || call.outcome?.error == .inProgress { follow(call.descriptor) }
    case "getsockopt":
      // The end of a connection attempt in the background: the last one is the one that is used.
      if call.isPendingError { follow(call.descriptor) }
    case "accept", "accept4":
      if succeeded { follow(CInt(truncatingIfNeeded: value)) }
    case "recv", "recvfrom", "recvmsg", "read", "readv", "splice", "recvmmsg", "preadv2":
      noteReceived(call, value)
    case "shutdown", "ioctl": sample(call.descriptor)
    default: break
    }
  }

  private func follow(_ descriptor: CInt) { state.withLock { $0.descriptor = descriptor } }

  private func noteReceived(_ call: SystemCall, _ value: Int) {
    guard state.withLock({ $0.descriptor == call.descriptor }) else { return }
    // splice(2) sends, too: then the connection is not its first argument.
    if call.name == "splice", call.arguments.first != .descriptor(call.descriptor) { return }
    if value <= 0 {
      // The end, or nothing for now.
      if call.outcome?.error != .wouldBlock { sample(call.descriptor) }
      return
    }
    let now = elapsed
    state.withLock { if $0.firstByte == nil { $0.firstByte = now } }
  }

  /// Asks TCP while the socket is still open: when either side ends, and while it is waited for the peer's acknowledgement.
  private func sample(_ descriptor: CInt) {
    guard state.withLock({ $0.descriptor == descriptor }), let tcp = TCPInformation.of(Descriptor(descriptor)) else {
      return
    }
    state.withLock { $0.tcp = tcp }
  }
}

extension SystemCall {
  /// Whether this is `getsockopt(2)` for `SO_ERROR`.
  fileprivate var isPendingError: Bool {
    guard arguments.count > 2, case .constant(_, "SO_ERROR") = arguments[2] else { return false }
    return true
  }
}

/// Passes events on, and to `--write-out`.
struct WriteOutReporter: Reporter {
  let base: any Reporter
  let writeOut: WriteOut

  var progressInterval: Duration? { base.progressInterval }
  func outputComes(endsLine: Bool) { base.outputComes(endsLine: endsLine) }

  func shows(_ kind: Event.Kind) -> Bool {
    switch kind {
    case .resolved, .connected, .accepted, .secured, .closed: true
    default: base.shows(kind)
    }
  }

  func emit(_ event: Event) {
    writeOut.note(event)
    if base.shows(event.kind) { base.emit(event) }
  }

  func report(_ error: OperationError, hint: String?) { base.report(error, hint: hint) }
}

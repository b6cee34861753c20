import SocketLoop
import Sockets
import Transfer

extension OperationError {
  /// What a verb was doing when a call failed: the meaning of an errno depends on it.
  enum Stage {
    case opening, binding, connecting, transferring
  }

  /// - Parameter isForeign: whether the error concerns an option that the socket does not have.
  init(_ error: SystemError, while stage: Stage, isForeign: Bool = false) {
    self.init(Self.cause(of: error, while: stage), error.description, errorNumber: error.number)
    guard error.call == "setsockopt" else { return }
    let option = SocketOption.named(String(error.subject.prefix { $0 != "=" }))
    if let reason = option?.cause(of: error.number, isForeign: isForeign) { message += ": " + reason }
  }

  static func cause(of error: SystemError, while stage: Stage) -> Cause {
    // The value passed the checks of the catalogue, but the kernel rejected it.
    let isOfValue: [ErrorNumber] = [.invalidArgument, .noEntry, .noDevice, .addressNotAvailable]
    if error.call == "setsockopt", error.number == .noEntry, error.subject.hasPrefix("TCP_ULP") { return .notSupported }
    if error.call == "setsockopt", isOfValue.contains(error.number) { return .usage }
    let general = cause(of: error.number, while: stage)
    // Any other rejection of the arguments of socket(2) means that the kernel has no such socket.
    let isOfArguments = error.call == "socket" && general != .notPermitted && !isLimit(error.number)
    return isOfArguments ? .notSupported : general
  }

  /// Whether the system has run out of a resource, which is not the fault of the call.
  static func isLimit(_ number: ErrorNumber) -> Bool {
    switch number {
    case .tooManyOpenFiles, .tooManyOpenFilesInSystem, .noMemory, .noBufferSpace: true
    default: false
    }
  }

  static func cause(of number: ErrorNumber, while stage: Stage) -> Cause {
    if isLimit(number) { return .system }
    switch number {
    case .notPermitted, .permissionDenied: return .notPermitted
    case .familyNotSupported, .protocolNotSupported, .socketTypeNotSupported, .notImplemented, .noProtocolOption,
      .notSupported:
      return .notSupported
    case .messageTooLong: return .malformedData
    default: break
    }
    switch stage {
    case .opening, .binding: return .system
    case .connecting:
      switch number {
      case .timedOut: return .timedOut
      case .connectionReset: return .connectionLost
      case .addressInUse: return .system
      default: return .unreachable
      }
    case .transferring:
      return number == .connectionRefused || number == .hostUnreachable || number == .networkUnreachable
        ? .unreachable : .connectionLost
    }
  }

  /// The error of a socket that could not be opened or set up.
  init(opening error: SystemError, transport: Transport) {
    self.init(error, while: .opening)
    // The wording of `sock families`.
    if cause == .notSupported, error.call == "socket" { message = "\(transport) is not in this kernel: \(error)" }
    advice = ErrorCause.advice(on: error, transport: transport)
  }

  /// Throws if a numeric host belongs to another family than the requested one.
  static func refuse(_ host: String, unlessOf family: AddressFamily) throws(OperationError) {
    guard family != .unspecified, let own = AddressFamily(ofNumericHost: host), own != family else { return }
    throw OperationError(
      .usage, "'\(host)' is an \(own.commonName) address, and only \(family.commonName) is asked for")
  }

  /// The error for the ending of a session; nil on success.
  ///
  /// - Parameter failure: why a layer of the connection failed.
  static func of(
    _ ending: SessionEnding, peer: Peer, idle: Duration?, failure: StreamFailure? = nil
  ) -> OperationError? {
    switch ending {
    case .finished: nil
    case .connectionFailed where failure != nil: failure.map { OperationError($0, of: peer) }
    case .connectionFailed(let error) where error.number == .messageTooLong: .tooLong(error, peer, over: .stream)
    case .connectionFailed(let error):
      OperationError(
        .connectionLost, "connection with \(peer) lost: \(error.number)", errorNumber: error.number)
    case .inputFailed(let error): .input(error)
    case .outputFailed(let error): .output(error)
    case .idle: .idle(peer, idle)
    case .cancelled: .cancelled
    }
  }

  static func of(
    _ ending: DatagramSession.Ending, peer: SocketAddress, over type: SocketType = .datagram,
    from origin: PacketOrigin? = nil, idle: Duration?, report: ExtendedError? = nil
  ) -> OperationError? {
    switch ending {
    case .finished: nil
    case .failed(let error): .datagram(error, peer: peer, over: type, from: origin, report: report)
    case .inputFailed(let error): .input(error)
    case .outputFailed(let error): .output(error)
    case .idle: .idle(.address(peer), idle)
    case .cancelled: .cancelled
    }
  }

  /// The error of a datagram that could not be sent or did not arrive; `report` is the ICMP message about it.
  ///
  /// - Parameter origin: the source that `--from` specifies.
  static func datagram(
    _ error: SystemError, peer: SocketAddress, over type: SocketType = .datagram, from origin: PacketOrigin? = nil,
    report: ExtendedError? = nil
  ) -> OperationError {
    // A report explains the error only if it is about the same errno.
    let reason = report.flatMap { $0.number == error.number ? $0.attributedMeaning : nil }
    if error.number == .connectionRefused {
      return OperationError(
        .unreachable, "datagram to \(peer) refused: \(error.number): \(reason ?? "no socket receives there")",
        errorNumber: error.number)
    }
    if let reason {
      // The errno can be misleading, such as ENOPROTOOPT for "protocol unreachable".
      return OperationError(
        error.number == .messageTooLong ? .malformedData : .unreachable, "datagram to \(peer) lost: \(reason)",
        errorNumber: error.number)
    }
    if error.number == .messageTooLong {
      guard let report, report.number == error.number, report.origin == .local,
        (1..<65_535).contains(report.info)
      else {
        return .tooLong(error, .address(peer), over: type)
      }
      return OperationError(
        .malformedData,
        "a message to \(peer) is too long for one packet (\(error.number.name)): the way there takes \(report.info) bytes"
          + " with headers, and the socket must not fragment it (IP_MTU_DISCOVER)",
        errorNumber: error.number)
    }
    if let origin, error.call.hasPrefix("send"), !origin.isOfThisHost {
      return OperationError(
        .system, "no datagram goes from \(origin): it is no address of this host (\(error.number.name))",
        errorNumber: error.number)
    }
    if type == .raw, error.call.hasPrefix("send"), error.number == .badAddress || error.number == .invalidArgument {
      let message =
        IPAddress(peer) == nil
        ? "is no whole frame (\(error.number.name)): it has to begin with the frame's header"
        : "has no whole header (\(error.number.name)): the kernel reads 2 bytes of ICMP, 4 of ICMPv6"
      return OperationError(.malformedData, "a message to \(peer) \(message)", errorNumber: error.number)
    }
    if let origin, error.number == .invalidArgument || error.number == .noDevice {
      return OperationError(
        .unreachable, "cannot send to \(peer) from \(origin): \(error.number)", errorNumber: error.number)
    }
    var failure = OperationError(error.about("to \(peer)"), while: .transferring)
    let transport = Transport.of(family: peer.family, type: type, protocolNumber: type == .datagram ? .udp : .automatic)
    if let row = ErrorCause.of(error, on: transport), row.isOutside {
      failure.message += ": \(row.cause)"
      failure.advice = row.advice
    }
    return failure
  }

  /// An error that the kernel returned in place of an answer. The message is still written out as payload.
  init(_ number: ErrorNumber, by peer: Peer, over transport: Transport) {
    let cause = Self.cause(of: number, while: .opening)
    self.init(
      cause == .notPermitted || cause == .notSupported ? cause : .peerProtocol,
      "\(peer) refuses the request: \(number)", errorNumber: number)
  }

  private static func tooLong(_ error: SystemError, _ peer: Peer, over type: SocketType) -> OperationError {
    let what = type == .raw ? "IP" : "UDP"
    let limit = peer.address?.family.longestPayload(of: type).map { ": \(what) takes \($0) bytes at most" }
    return OperationError(
      .malformedData, "a message to \(peer) is too long for one datagram (\(error.number.name))\(limit ?? "")",
      errorNumber: error.number)
  }

  static func input(_ error: SystemError) -> OperationError {
    let what = error.subject.isEmpty ? "" : ", \(error.subject)"
    return OperationError(
      .connectionLost, "cannot read standard input\(what): \(error.number)", errorNumber: error.number)
  }

  static func output(_ error: SystemError) -> OperationError {
    if error.number == .brokenPipe || error.number == .connectionReset {
      return OperationError(.outputClosed, "the reader of standard output has gone", errorNumber: error.number)
    }
    return OperationError(
      .connectionLost, "cannot write standard output: \(error.number)", errorNumber: error.number)
  }

  private static func idle(_ peer: Peer, _ idle: Duration?) -> OperationError {
    OperationError(.timedOut, "no traffic with \(peer) for \(idle.map(describe) ?? "too long")")
  }

  /// Never shown: the code that cancels has an error of its own.
  static var cancelled: OperationError { OperationError(.internalFault, "cancelled") }
}

extension ExtendedError {
  /// `port unreachable, said 127.0.0.1`; nil if the sender of the report is unknown.
  var attributedMeaning: String? { offender.map { "\(meaning), said \($0.host)" } }
}

import LoopTestSupport
import Sockets
import Testing
import Transfer

@testable import Operations

@Suite struct CauseTests {
  private typealias Cause = OperationError.Cause

  /// The causes while opening, binding, connecting and transferring.
  private static let table: [(ErrorNumber, [Cause])] = [
    (.permissionDenied, [.notPermitted, .notPermitted, .notPermitted, .notPermitted]),
    (.notPermitted, [.notPermitted, .notPermitted, .notPermitted, .notPermitted]),
    (.familyNotSupported, [.notSupported, .notSupported, .notSupported, .notSupported]),
    (.protocolNotSupported, [.notSupported, .notSupported, .notSupported, .notSupported]),
    (.socketTypeNotSupported, [.notSupported, .notSupported, .notSupported, .notSupported]),
    (.noProtocolOption, [.notSupported, .notSupported, .notSupported, .notSupported]),
    (.notSupported, [.notSupported, .notSupported, .notSupported, .notSupported]),
    (.notImplemented, [.notSupported, .notSupported, .notSupported, .notSupported]),
    (.tooManyOpenFiles, [.system, .system, .system, .system]),
    (.tooManyOpenFilesInSystem, [.system, .system, .system, .system]),
    (.noMemory, [.system, .system, .system, .system]),
    (.noBufferSpace, [.system, .system, .system, .system]),
    (.messageTooLong, [.malformedData, .malformedData, .malformedData, .malformedData]),
    (.addressInUse, [.system, .system, .system, .connectionLost]),
    (.addressNotAvailable, [.system, .system, .unreachable, .connectionLost]),
    (.invalidArgument, [.system, .system, .unreachable, .connectionLost]),
    (.connectionRefused, [.system, .system, .unreachable, .unreachable]),
    (.hostUnreachable, [.system, .system, .unreachable, .unreachable]),
    (.networkUnreachable, [.system, .system, .unreachable, .unreachable]),
    (.noEntry, [.system, .system, .unreachable, .connectionLost]),
    (.timedOut, [.system, .system, .timedOut, .connectionLost]),
    (.connectionReset, [.system, .system, .connectionLost, .connectionLost]),
    (.brokenPipe, [.system, .system, .unreachable, .connectionLost]),
  ]

  @Test("The cause of an errno depends on the stage")
  func causes() {
    for (number, expected) in Self.table {
      let causes = ([.opening, .binding, .connecting, .transferring] as [OperationError.Stage])
        .map { OperationError.cause(of: number, while: $0) }
      #expect(causes == expected, "\(number)")
      let error = OperationError(SystemError(call: "call", number: number), while: .connecting)
      #expect(error.errorNumber == number)
      #expect(error.message == "call: \(number)")
    }
  }

  @Test("A value that setsockopt(2) refuses is a usage error, but a missing privilege is not")
  func optionValues() {
    func cause(_ number: ErrorNumber) -> Cause {
      OperationError.cause(of: SystemError(call: "setsockopt", number: number), while: .binding)
    }
    for number in [ErrorNumber.invalidArgument, .noEntry, .noDevice, .addressNotAvailable] {
      #expect(cause(number) == .usage)
    }
    #expect(cause(.notPermitted) == .notPermitted)
    #expect(cause(.noProtocolOption) == .notSupported)
    #expect(cause(.noMemory) == .system)
  }

  @Test("Arguments unknown to socket(2) are unsupported; exhausted resources are a system limit")
  func socketArguments() {
    func cause(_ number: ErrorNumber) -> Cause {
      OperationError.cause(of: SystemError(call: "socket", number: number), while: .opening)
    }
    for number in [ErrorNumber.invalidArgument, .noDevice, .protocolNotSupported] {
      #expect(cause(number) == .notSupported)
    }
    #expect(cause(.tooManyOpenFiles) == .system && cause(.noMemory) == .system && cause(.notPermitted) == .notPermitted)
  }

  @Test("A refused call carries advice on what it needs")
  func privileges() {
    func failure(_ call: String, _ number: ErrorNumber, _ transport: Transport) -> OperationError {
      OperationError(opening: SystemError(call: call, number: number), transport: transport)
    }
    let raw = failure("socket", .notPermitted, .raw)
    #expect(raw.message == "socket: Operation not permitted (EPERM)" && raw.advice == [.needsCapability("CAP_NET_RAW")])
    #expect(failure("socket", .notPermitted, .tcp).advice == [])
    let inUse = failure("bind", .addressInUse, .tcp)
    #expect(inUse.message == "bind: Address already in use (EADDRINUSE)" && inUse.advice == [])
    let echo = Transport.of(family: .ipv4, type: .datagram, protocolNumber: .icmp)
    #expect(failure("socket", .permissionDenied, echo).advice == [.needsSetting("net.ipv4.ping_group_range")])
  }

  @Test("A refused option is explained by its row of the catalogue")
  func options() {
    func message(_ number: ErrorNumber, _ subject: String, isForeign: Bool = false) -> String {
      let error = SystemError(call: "setsockopt", number: number, subject: subject)
      return OperationError(error, while: .opening, isForeign: isForeign).message
    }
    #expect(message(.invalidArgument, "TCP_TIMESTAMP=1").hasSuffix("(EINVAL): it takes TCP_REPAIR=1 before it"))
    #expect(message(.noProtocolOption, "TLS_TX=none").hasSuffix(": the connection takes TCP_ULP=tls before it"))
    #expect(message(.noProtocolOption, "SO_MARK=1").hasSuffix(": this kernel does not take it here"))
    #expect(message(.noProtocolOption, "UDP_GRO=on", isForeign: true).hasSuffix(": it is an option of udp"))
    #expect(message(.invalidArgument, "SO_MARK=1").hasSuffix("(EINVAL)"))
  }

  @Test("An address outside the requested family is refused")
  func families() throws {
    func refusal(_ host: String, _ family: AddressFamily) -> String? {
      do throws(OperationError) {
        try OperationError.refuse(host, unlessOf: family)
        return nil
      } catch {
        return error.cause == .usage ? error.message : nil
      }
    }
    #expect(refusal("::1", .ipv4) == "'::1' is an IPv6 address, and only IPv4 is asked for")
    #expect(refusal("127.0.0.1", .ipv6) == "'127.0.0.1' is an IPv4 address, and only IPv6 is asked for")
    for family in [AddressFamily.ipv4, .ipv6, .unspecified] { #expect(refusal("localhost", family) == nil) }
    #expect(refusal("::1", .unspecified) == nil && refusal("::1", .ipv6) == nil && refusal("1.2.3.4", .ipv4) == nil)
  }

  @Test("A session's ending becomes an error with its cause")
  func endings() {
    let address = SocketAddress.ipv4(.loopback, port: 7)
    let peer = Peer.address(address)
    func cause(_ ending: SessionEnding) -> Cause? {
      OperationError.of(ending, peer: peer, idle: .seconds(3))?.cause
    }
    let error = SystemError(call: "recv", number: .connectionReset)
    #expect(cause(.finished) == nil)
    #expect(cause(.connectionFailed(error)) == .connectionLost)
    #expect(cause(.inputFailed(error)) == .connectionLost)
    #expect(cause(.outputFailed(error)) == .outputClosed)
    #expect(cause(.outputFailed(SystemError(call: "write", number: .brokenPipe))) == .outputClosed)
    #expect(cause(.outputFailed(SystemError(call: "write", number: .invalidArgument))) == .connectionLost)
    #expect(cause(.idle) == .timedOut)
    #expect(
      OperationError.of(SessionEnding.idle, peer: peer, idle: .seconds(3))?.message
        == "no traffic with 127.0.0.1:7 for 3 s")
    let refused = SystemError(call: "send", number: .connectionRefused)
    #expect(OperationError.of(DatagramSession.Ending.failed(refused), peer: address, idle: nil)?.cause == .unreachable)
    #expect(OperationError.of(DatagramSession.Ending.finished, peer: address, idle: nil) == nil)
  }

  @Test("A transport missing from the kernel is named")
  func opening() {
    let error = OperationError(
      opening: SystemError(call: "socket", number: .protocolNotSupported, subject: "AF_INET"), transport: .sctp)
    #expect(error.cause == .notSupported)
    #expect(error.message.hasPrefix("sctp is not in this kernel: "))
  }

  @Test(
    "Durations in messages have a unit",
    arguments: [
      (Duration.seconds(1), "1 s"), (.seconds(10), "10 s"), (.milliseconds(1), "1 ms"), (.milliseconds(250), "250 ms"),
      (.milliseconds(1500), "1.5 s"), (.milliseconds(1050), "1.05 s"), (.milliseconds(2001), "2.001 s"),
      (.seconds(3600), "3600 s"), (.zero, "0 s"),
    ])
  func durations(_ duration: Duration, _ text: String) { #expect(describe(duration) == text) }
}

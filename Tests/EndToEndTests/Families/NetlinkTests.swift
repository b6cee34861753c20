import SockTestSupport
import Testing

/// Requests to the kernel over netlink: the answers are payload, and an error among them sets the exit status.
@Suite(.endToEnd) struct NetlinkTests {
  /// A `struct nlmsghdr` with this type and these flags, followed by a `struct ifinfomsg` for an interface.
  private static func request(_ type: UInt8, _ flags: Int, interface: UInt8 = 0) -> [UInt8] {
    [32, 0, 0, 0, type, 0, UInt8(flags & 0xff), UInt8(flags >> 8), 1, 0, 0, 0, 0, 0, 0, 0]
      + [0, 0, 0, 0, interface, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  }
  /// `RTM_GETLINK`, and a type that does not exist.
  private static let (get, nothing): (UInt8, UInt8) = (18, 255)
  /// `NLM_F_REQUEST`: alone, with `NLM_F_ACK`, with `NLM_F_DUMP`.
  private static let (one, acknowledged, dump) = (1, 5, 0x301)
  private static let words = ["send", "--wait", "300ms", "netlink:route"]

  private func ask(_ requests: [UInt8]...) throws -> Sock.Outcome {
    try Sock.run(Self.words, input: .bytes(requests.flatMap { $0 }))
  }

  @Test("Interfaces are listed")
  func interfacesAreListed() throws {
    let outcome = try ask(Self.request(Self.get, Self.dump))
    #expect(outcome.status == 0 && outcome.output.count > 500, "\(outcome.errors)")
  }

  @Test("An acknowledgement is not an error")
  func acknowledgementIsNotAnError() throws {
    let outcome = try ask(Self.request(Self.get, Self.acknowledged, interface: 1))
    #expect(outcome.status == 0 && outcome.output.count > 36, "\(outcome.errors)")
  }

  @Test("An error is printed verbatim and sets the exit status")
  func errorIsPrintedAndIsTheStatus() throws {
    let unknown = try ask(Self.request(Self.nothing, Self.one))
    #expect(unknown.status == 78 && unknown.errors.contains("refuses the request: "), "\(unknown.errors)")
    #expect(unknown.output.count > 20 && unknown.output[4..<6] == [2, 0])
    let absent = try ask(Self.request(Self.get, Self.one, interface: 254))
    #expect(absent.status == 76 && absent.errors.contains("ENODEV"), "\(absent.errors)")
  }

  @Test("An error after an answer counts")
  func errorAfterAnAnswerCounts() throws {
    let outcome = try ask(Self.request(Self.get, Self.one, interface: 1), Self.request(Self.nothing, Self.one))
    #expect(outcome.status == 78 && outcome.output.count > 200, "\(outcome.errors)")
  }

  @Test("A request that is not permitted is 77", .enabled(if: Privileges.isRoot, "needs root, to drop privileges"))
  func forbiddenRequestIs77() throws {
    // RTM_DELLINK.
    let process = try RunningProcess(
      "setpriv", Privileges.dropped + [Sock.binary] + Self.words,
      input: .bytes(Self.request(17, Self.one, interface: 1)))
    let outcome = try Sock.outcome(of: process)
    #expect(outcome.status == 77 && outcome.errors.contains("EPERM"), "\(outcome.errors)")
  }
}

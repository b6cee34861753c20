import SockTestSupport
import Testing

/// Requests to the kernel over netlink: the answers are payload, and an error among them is the exit status too.
@Suite(.endToEnd) struct NetlinkTests {
  /// `struct nlmsghdr` with this type and these flags, and behind it a `struct ifinfomsg` about an interface.
  private static func request(_ type: UInt8, _ flags: Int, interface: UInt8 = 0) -> [UInt8] {
    [32, 0, 0, 0, type, 0, UInt8(flags & 0xff), UInt8(flags >> 8), 1, 0, 0, 0, 0, 0, 0, 0]
      + [0, 0, 0, 0, interface, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  }
  /// `RTM_GETLINK`, and a type that there is not.
  private static let (get, nothing): (UInt8, UInt8) = (18, 255)
  /// `NLM_F_REQUEST`, with `NLM_F_ACK`, with `NLM_F_DUMP`.
  private static let (one, acknowledged, dump) = (1, 5, 0x301)
  private static let words = ["send", "--wait", "300ms", "netlink:route"]

  private func ask(_ requests: [UInt8]...) throws -> Sock.Outcome {
    try Sock.run(Self.words, input: .bytes(requests.flatMap { $0 }))
  }

  @Test func `interfaces are listed`() throws {
    let outcome = try ask(Self.request(Self.get, Self.dump))
    #expect(outcome.status == 0 && outcome.output.count > 500, "\(outcome.errors)")
  }

  @Test func `an acknowledgement is no error`() throws {
    let outcome = try ask(Self.request(Self.get, Self.acknowledged, interface: 1))
    #expect(outcome.status == 0 && outcome.output.count > 36, "\(outcome.errors)")
  }

  @Test func `an error is printed as it is, and is the status`() throws {
    let unknown = try ask(Self.request(Self.nothing, Self.one))
    #expect(unknown.status == 78 && unknown.errors.contains("refuses the request: "), "\(unknown.errors)")
    #expect(unknown.output.count > 20 && unknown.output[4..<6] == [2, 0])
    let absent = try ask(Self.request(Self.get, Self.one, interface: 254))
    #expect(absent.status == 76 && absent.errors.contains("ENODEV"), "\(absent.errors)")
  }

  @Test func `an error behind an answer counts`() throws {
    let outcome = try ask(Self.request(Self.get, Self.one, interface: 1), Self.request(Self.nothing, Self.one))
    #expect(outcome.status == 78 && outcome.output.count > 200, "\(outcome.errors)")
  }

  @Test(.enabled(if: ExitStatusTests.isRoot, "needs root, to take rights away"))
  func `what is not permitted is 77`() throws {
    // RTM_DELLINK.
    let process = try RunningProcess(
      "setpriv", ExitStatusTests.withoutPrivilege + [Sock.binary] + Self.words,
      input: .bytes(Self.request(17, Self.one, interface: 1)))
    let outcome = try Sock.outcome(of: process)
    #expect(outcome.status == 77 && outcome.errors.contains("EPERM"), "\(outcome.errors)")
  }
}

import Testing

@testable import Sockets

@Suite struct SCTPNotificationTests {
  /// `struct sctp_assoc_change`.
  private static func change(_ state: UInt16) -> [UInt8] {
    .storing(UInt16(0x8001)) + .storing(UInt16(0)) + .storing(UInt32(20)) + .storing(state) + .storing(UInt16(0))
      + .storing(UInt16(10)) + .storing(UInt16(5)) + .storing(Int32(7))
  }

  @Test(
    "Each notification has a description",
    arguments: [
      (change(0), "association up, 10 streams out and 5 in"), (change(1), "association lost"),
      (change(3), "association shut down"), (change(9), "the association has changed"),
      ([0x05, 0x80, 0, 0, 12, 0, 0, 0, 1, 0, 0, 0], "the peer sends no more"),
      ([0x03, 0x80, 0, 0, 32, 0, 0, 0], "a message was not sent"),
      ([0x20, 0x80, 0, 0, 8, 0, 0, 0], "notification 0x8020"),
      // Truncated.
      (Array(change(0).prefix(19)), "notification 0x8001"), ([1, 0x80], "notification 0x0"), ([], "notification 0x0"),
    ] as [([UInt8], String)])
  func text(_ bytes: [UInt8], _ text: String) {
    #expect(SCTPNotification(bytes).text == text)
  }

  @Test("A peer address change names the address")
  func address() {
    let host = SocketAddress(.ipv4(IPv4Address(number: 0xc000_0201)), port: 9).bytes
    let storage = host + [UInt8](repeating: 0, count: 128 - host.count)
    let bytes: [UInt8] =
      .storing(UInt16(0x8002)) + .storing(UInt16(0)) + .storing(UInt32(148)) + storage + .storing(CInt(1))
      + .storing(CInt(0)) + .storing(Int32(7))
    #expect(SCTPNotification(bytes).text == "the peer's address 192.0.2.1 is unreachable")
  }
}

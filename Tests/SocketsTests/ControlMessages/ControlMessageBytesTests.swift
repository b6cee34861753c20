import Testing

@testable import Sockets

@Suite struct ControlMessageBytesTests {
  static let messages: [ControlMessage] = [
    .credentials(Credentials(processID: 7, userID: 8, groupID: 9)),
    .packetInfo(PacketInfo(interface: 3, local: .ipv4(.loopback), destination: .ipv4(.broadcast))),
    .packetInfo(PacketInfo(local: .ipv6(.loopback), interface: 4)), .hopLimit(5, .ipv4), .hopLimit(6, .ipv6),
    .trafficClass(0x48, .ipv4), .trafficClass(0x50, .ipv6), .timestamp(.seconds(5) + .nanoseconds(7), .nanoseconds),
    .timestamp(.seconds(5) + .microseconds(7), .microseconds), .priority(6), .unread(9, .socket), .flowInfo(0x12345),
    .extensionHeader(.hopByHop, [0, 0, 5, 2, 0, 0, 1, 0]), .extensionHeader(.routing, [0, 0, 4, 0, 0, 0, 0, 0]),
    .extensionHeader(.destination, [0, 0, 1, 4, 0, 0, 0, 0]), .extensionHeader(.routingDestination, [0, 0, 1, 4]),
    .doNotFragment(true), .pathMTU(1280, .ipv6(.loopback, port: 0)), .headerOptions([0x94, 4, 0, 0], forAnswer: false),
    .headerOptions([1, 1, 1, 1], forAnswer: true),
    .timestamps(software: .seconds(1), hardware: nil), .timestamps(software: nil, hardware: .nanoseconds(3)),
    .segmentSize(1200), .dropped(17), .mark(0xffff_ffff), .unread(12, .tcp),
    .receivedMessage(
      SCTPReceiveInfo(bytes: [1, 0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 46] + (0..<16).map { UInt8($0) })),
    .sentMessage(SCTPSendInfo(stream: 3, payloadProtocol: 46, flags: 1, association: 5)),
    .originalDestination(.ipv4(.loopback, port: 80)), .originalDestination(.ipv6(.loopback, port: 80)),
    .other(level: .socket, type: 99, bytes: [1, 2, 3]), .other(level: OptionLevel(rawValue: 500), type: 0, bytes: []),
    .extendedError(
      ExtendedError(
        number: .connectionRefused, origin: .icmp, type: 3, code: 3, info: 1, data: 2,
        offender: .ipv4(.loopback, port: 0))),
    .extendedError(
      ExtendedError(
        number: .messageTooLong, origin: .local, type: 0, code: 0, info: 1500, data: 0, offender: nil)),
    .extendedError(
      ExtendedError(
        number: .connectionRefused, origin: .icmpv6, type: 1, code: 4, info: 0, data: 0,
        offender: .ipv6(.loopback, port: 0))),
  ]

  @Test("Each message is decoded as it was encoded", arguments: messages)
  func roundTrip(message: ControlMessage) {
    #expect(ControlMessage.decode(ControlMessage.buffer(of: [message])).messages == [message])
  }

  @Test("Several messages are decoded in order, with descriptors kept apart")
  func several() {
    let buffer = ControlMessage.buffer(of: [.descriptors([3, 4])] + Self.messages + [.descriptors([5])])
    let decoded = ControlMessage.decode(buffer)
    #expect(decoded.messages == Self.messages)
    #expect(decoded.descriptors == [3, 4, 5])
    #expect(buffer.count.isMultiple(of: 8))
  }

  @Test("A process descriptor is kept apart, too")
  func processDescriptor() {
    let buffer = ControlMessage.buffer(of: [.other(level: .socket, type: 4, bytes: [9, 0, 0, 0])])
    #expect(ControlMessage.decode(buffer).processDescriptors == [9])
  }

  @Test("The space for a message is its header, its data and its padding")
  func space() {
    #expect(ControlMessage.space(for: 0) == 16)
    #expect(ControlMessage.space(for: 4) == 24)
    #expect(ControlMessage.space(for: 8) == 24)
    #expect(ControlMessage.space(for: -1) == 16)
  }

  @Test("A truncated buffer yields the complete messages")
  func truncated() {
    for message in Self.messages + [.descriptors([3, 4, 5])] {
      let buffer = ControlMessage.buffer(of: [message])
      for count in 0..<buffer.count { _ = ControlMessage.decode(Array(buffer.prefix(count))) }
      // A shorter length in the header, as the kernel writes it when it truncates.
      for length in 0..<UInt8(min(buffer.count, 255)) {
        var cut = buffer
        cut[0] = length
        let decoded = ControlMessage.decode(cut)
        #expect(decoded.messages.count + decoded.descriptors.count <= 3)
      }
    }
  }

  @Test("Wrong lengths are not trusted", arguments: [0, 1, 15, 17, 1000, Int.max, -1, Int.min])
  func lyingLength(length: Int) {
    let buffer: [UInt8] = .storing(length) + .storing(CInt(1)) + .storing(CInt(1)) + [UInt8](repeating: 0, count: 16)
    #expect(ControlMessage.decode(buffer).descriptors.isEmpty)
  }

  @Test("Noise is decoded without a trap")
  func noise() {
    // A linear congruential generator: the same noise in each run.
    var state: UInt64 = 42
    for _ in 0..<2000 {
      let bytes = (0..<64).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 33)
      }
      var plausible = bytes
      for index in 1..<8 { plausible[index] = 0 }
      for index in [9, 10, 11, 13, 14, 15] { plausible[index] = 0 }
      _ = ControlMessage.decode(bytes)
      _ = ControlMessage.decode(plausible)
    }
  }

  @Test("Some ICMP errors may be transient")
  func moment() {
    func isTransient(_ origin: ExtendedError.Origin, _ type: UInt8, _ code: UInt8) -> Bool {
      ExtendedError(
        number: .hostUnreachable, origin: origin, type: type, code: code, info: 0, data: 0, offender: nil
      ).isTransient
    }
    #expect((0...15).filter { isTransient(.icmp, 3, $0) } == [0, 1, 5, 11, 12])
    #expect((0...6).filter { isTransient(.icmpv6, 1, $0) } == [0, 2, 3])
    #expect(isTransient(.icmp, 11, 0) && isTransient(.icmpv6, 3, 0))
    #expect(!isTransient(.icmpv6, 4, 1) && !isTransient(.icmp, 12, 0) && !isTransient(.local, 3, 0))
  }
}

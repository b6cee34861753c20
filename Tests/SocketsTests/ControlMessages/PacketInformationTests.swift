import Testing

@testable import Sockets

@Suite struct PacketInformationTests {
  let directory: TemporaryDirectory
  init() throws { directory = try TemporaryDirectory() }

  /// A receiver with these options on, and a datagram from this sender with these control messages.
  func receive(
    _ family: AddressFamily, options: [String], sending control: [ControlMessage] = []
  ) throws -> [ControlMessage] {
    let kind = SocketKind(transport: .udp, family: family)
    let receiver = try kind.bind(in: directory)
    for option in options {
      let assignment = try SocketOptionAssignment(option)
      try receiver.socket.set(assignment.option, to: assignment.value)
    }
    let sender = try kind.open()
    let bytes: [UInt8] = [1]
    _ = try sender.sendMessage(bytes.span, to: receiver.socket.localAddress(), control: control)
    return try #require(try receiver.socket.receiveMessage()).control
  }

  @Test("The interface and destination address of a datagram are reported")
  func packetInfo() throws {
    let loopback = try #require(NetworkInterface.index(of: "lo"))
    let ipv4 = PacketInfo(local: .ipv4(.loopback), interface: loopback)
    #expect(try receive(.ipv4, options: ["IP_PKTINFO"]) == [.packetInfo(ipv4)])
    let ipv6 = PacketInfo(local: .ipv6(.loopback), interface: loopback)
    #expect(try receive(.ipv6, options: ["IPV6_RECVPKTINFO"]) == [.packetInfo(ipv6)])
  }

  @Test("A datagram leaves from the address it is given")
  func sendingPacketInfo() throws {
    let receiver = try SocketKind(transport: .udp, family: .ipv4).bind(in: directory)
    let sender = try Socket.open(.udp, family: .ipv4)
    let source = IPv4Address(number: 0x7f00_0007)
    let bytes: [UInt8] = [1]
    _ = try sender.sendMessage(
      bytes.span, to: receiver.socket.localAddress(), control: [.packetInfo(PacketInfo(local: .ipv4(source)))])
    let seen = try #require(try receiver.socket.receiveMessage())
    #expect(try seen.address == .ipv4(source, port: #require(try sender.localAddress().port)))
  }

  @Test("The hop limit is received and sent")
  func hops() throws {
    #expect(try receive(.ipv4, options: ["IP_RECVTTL"], sending: [.hopLimit(9, .ipv4)]) == [.hopLimit(9, .ipv4)])
    #expect(try receive(.ipv6, options: ["IPV6_RECVHOPLIMIT"], sending: [.hopLimit(9, .ipv6)]) == [.hopLimit(9, .ipv6)])
  }

  @Test("The traffic class (DSCP and ECN) is received and sent")
  func trafficClass() throws {
    #expect(
      try receive(.ipv4, options: ["IP_RECVTOS"], sending: [.trafficClass(0x48, .ipv4)]) == [.trafficClass(0x48, .ipv4)]
    )
    #expect(
      try receive(.ipv6, options: ["IPV6_RECVTCLASS"], sending: [.trafficClass(0xb8, .ipv6)]) == [
        .trafficClass(0xb8, .ipv6)
      ])
  }

  @Test("The arrival time of a datagram is reported", arguments: ["SO_TIMESTAMP", "SO_TIMESTAMPNS"])
  func timestamps(option: String) throws {
    let control = try receive(.ipv4, options: [option])
    guard case .timestamp(let time, _) = control.first, control.count == 1 else {
      Issue.record("\(control)")
      return
    }
    // Between 2020 and 2200: whether the clock is right is not tested here.
    #expect(time > .seconds(1_577_000_000) && time < .seconds(7_260_000_000))
  }

  @Test("Software and hardware timestamps are reported")
  func timestamping() throws {
    // SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE
    let option = try SocketOptionAssignment("SO_TIMESTAMPING=0x18")
    let receiver = try SocketKind(transport: .udp, family: .ipv4).bind(in: directory)
    try receiver.socket.set(option.option, to: option.value)
    let sender = try Socket.open(.udp, family: .ipv4)
    // The kernel turns timestamps on in the background: the first datagrams may lack one.
    let deadline = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < deadline {
      try sender.send(text: "x", to: receiver.socket.localAddress())
      guard case .timestamps(let software, let hardware)? = try receiver.socket.receiveMessage()?.control.first else {
        continue
      }
      #expect(hardware == nil)
      #expect(software.map { $0 > .seconds(1_577_000_000) } == true)
      return
    }
    Issue.record("no datagram had a time")
  }

  @Test("Several facts are reported at once")
  func several() throws {
    let control = try receive(.ipv4, options: ["IP_PKTINFO", "IP_RECVTTL", "IP_RECVTOS", "IP_RECVORIGDSTADDR"])
    #expect(control.count == 4)
    #expect(control.contains { if case .originalDestination(let address) = $0 { address.isLoopback } else { false } })
  }

  @Test("The number of dropped datagrams is reported")
  func drops() throws {
    let receiver = try SocketKind(transport: .udp, family: .ipv4).bind(in: directory)
    let option = try SocketOptionAssignment("SO_RXQ_OVFL")
    try receiver.socket.set(option.option, to: option.value)
    try receiver.socket.set(.receiveBufferSize, to: 0)
    let sender = try Socket.open(.udp, family: .ipv4)
    let bytes = [UInt8](repeating: 0, count: 1000)
    for _ in 0..<100 { _ = try sender.send(bytes.span, to: receiver.socket.localAddress()) }
    while try receiver.socket.receiveMessage(flags: .doNotWait) != nil {}
    _ = try sender.send(bytes.span, to: receiver.socket.localAddress())
    let control = try #require(try receiver.socket.receiveMessage()).control
    guard case .dropped(let count) = control.first else {
      Issue.record("\(control)")
      return
    }
    #expect(count > 0)
  }

  @Test(
    "The error queue reports an unreachable port and the host that said so", arguments: [AddressFamily.ipv4, .ipv6])
  func errorQueue(family: AddressFamily) throws {
    let kind = SocketKind(transport: .udp, family: family)
    let socket = try kind.open()
    try socket.set(family == .ipv6 ? .receiveErrorsIPv6 : .receiveErrorsIPv4, to: true)
    let closed = try kind.freshAddress(in: directory).with(port: DatagramTests.freePort())
    _ = try socket.connect(to: closed)
    try socket.send(text: "anyone?")
    #expect(try socket.wait(for: [], timeout: .seconds(10)).contains(.error))
    let seen = try #require(try socket.receiveMessage(flags: .errorQueue))
    #expect(seen.bytes == Array("anyone?".utf8))
    #expect(seen.address == closed)
    #expect(seen.flags.contains(.errorQueue))
    guard case .extendedError(let error) = seen.control.first else {
      Issue.record("\(seen.control)")
      return
    }
    #expect(error.number == .connectionRefused)
    #expect(error.origin == (family == .ipv6 ? .icmpv6 : .icmp))
    // Destination unreachable: port.
    #expect((error.type, error.code) == (family == .ipv6 ? (1, 4) : (3, 3)))
    #expect(error.offender?.isLoopback == true)
    #expect(try socket.receiveMessage(flags: [.errorQueue, .doNotWait]) == nil)
  }

  @Test("One send is segmented into datagrams, and one receive returns several coalesced")
  func segmentation() throws {
    let receiver = try SocketKind(transport: .udp, family: .ipv4).bind(in: directory)
    let sender = try Socket.open(.udp, family: .ipv4)
    let bytes = (0..<250).map { UInt8($0) }
    let address = try receiver.socket.localAddress()
    _ = try sender.sendMessage(bytes.span, to: address, control: [.segmentSize(100)])
    #expect(try receiver.socket.receive(upTo: 999)?.count == 100)
    #expect(try receiver.socket.receive(upTo: 999)?.count == 100)
    #expect(try receiver.socket.receive(upTo: 999)?.count == 50)

    let option = try SocketOptionAssignment("UDP_GRO")
    try receiver.socket.set(option.option, to: option.value)
    _ = try sender.sendMessage(bytes.span, to: address, control: [.segmentSize(100)])
    let seen = try #require(try receiver.socket.receiveMessage(upTo: 999))
    // Loopback delivers the segments coalesced; a kernel may also split them.
    if seen.bytes.count > 100 {
      #expect(seen.bytes == bytes)
      #expect(seen.control == [.segmentSize(100)])
    }
  }

  @Test("The number of unread bytes of a stream is reported")
  func unread() throws {
    let connection = try SocketKind(transport: .tcp, family: .ipv4).connect(in: directory)
    let option = try SocketOptionAssignment("TCP_INQ")
    try connection.server.set(option.option, to: option.value)
    try connection.client.send(text: "hello")
    #expect(try connection.server.wait(for: .readable, timeout: .seconds(10)) == .readable)
    #expect(try connection.server.receiveMessage(upTo: 2)?.control == [.unread(3, .tcp)])
  }
}

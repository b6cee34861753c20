import Testing

@testable import Sockets

@Suite struct DatagramSourceTests {
  private func receiver(_ family: AddressFamily) throws -> Socket {
    let socket = try Socket.open(.udp, family: family)
    try socket.bind(to: family == .ipv4 ? .ipv4(.any, port: 0) : .ipv6(.any, port: 0))
    try socket.set(.receivePacketInfo(family), to: true)
    return socket
  }

  @Test("Single datagrams, segmented runs and sendmmsg batches come from the chosen source address")
  func chosen() throws {
    let receiver = try receiver(.ipv4)
    let sender = try Socket.open(.udp, family: .ipv4)
    let destination = SocketAddress.ipv4(.loopback, port: try receiver.localAddress().port ?? 0)
    let source = PacketInfo(local: .ipv4(IPv4Address(number: 0x7f00_0007)))
    let bytes: [UInt8] = [1, 2, 3, 4, 5]
    let descriptor = Descriptor(sender.descriptor)
    try bytes.withUnsafeBytes { buffer in
      _ = try descriptor.sendDatagramWithoutWaiting(buffer, to: destination, from: source)
      _ = try descriptor.sendSegmentsWithoutWaiting(buffer, of: 3, to: destination, from: source)
      _ = try descriptor.sendDatagramsWithoutWaiting(buffer, of: 3, to: destination, from: source)
      _ = try descriptor.sendDatagramWithoutWaiting(buffer, to: destination)
    }
    var batch = DatagramBatch(capacity: 10, datagramSize: 10, controlSize: 128)
    #expect(try receiver.receiveBatch(into: &batch) == .moved(6))
    let senders = (0..<6).map { batch.address(at: $0).host }
    #expect(senders == [String](repeating: "127.0.0.7", count: 5) + ["127.0.0.1"])
    #expect((0..<6).map { batch.byteCount(at: $0) } == [5, 3, 2, 3, 2, 5])
  }

  @Test("A received datagram tells the source for its answer", arguments: [AddressFamily.ipv4, .ipv6])
  func answer(family: AddressFamily) throws {
    let receiver = try receiver(family)
    let port = try receiver.localAddress().port ?? 0
    let asked: IPAddress = family == .ipv4 ? .ipv4(IPv4Address(number: 0x7f00_0005)) : .ipv6(.loopback)
    let sender = try Socket.open(.udp, family: family)
    _ = try sender.connect(to: SocketAddress(asked, port: port))
    _ = try sender.send([1].span)
    var batch = DatagramBatch(capacity: 1, datagramSize: 10, controlSize: 128)
    _ = try receiver.receiveBatch(into: &batch)
    let info = try #require(PacketInfo(in: batch.control(at: 0)))
    #expect(info.interface != 0 && info.forAnswer == PacketInfo(local: asked))
    // A connected peer only accepts answers from this address.
    let buffer: [UInt8] = [7]
    let back = batch.address(at: 0)
    try buffer.withUnsafeBytes {
      _ = try Descriptor(receiver.descriptor).sendDatagramWithoutWaiting($0, to: back, from: info.forAnswer)
    }
    #expect(try sender.receive(upTo: 10) == [7])
  }

  @Test("A multicast group is not a source, and a link-local source keeps its interface")
  func groups() throws {
    let group = try #require(IPAddress("ff02::1"))
    let local = try #require(IPAddress("fe80::1"))
    #expect(PacketInfo(local: group, interface: 3).forAnswer == nil)
    #expect(PacketInfo(local: local, interface: 3).forAnswer == PacketInfo(local: local, interface: 3))
    #expect(PacketInfo(in: UnsafeRawBufferPointer(start: nil, count: 0)) == nil)
    let other = ControlMessage.buffer(of: [.hopLimit(3, .ipv4), .packetInfo(PacketInfo(local: local, interface: 9))])
    #expect(other.withUnsafeBytes { PacketInfo(in: $0) } == PacketInfo(local: local, interface: 9))
    for length in 0..<other.count {
      // If the buffer is truncated, the message is found only if it is still complete.
      #expect(
        other.withUnsafeBytes { PacketInfo(in: UnsafeRawBufferPointer(rebasing: $0.prefix(length))) } == nil
          || length >= other.count - 4)
    }
  }

  @Test("The kernel's usual source address is known")
  func usual() throws {
    let socket = try Socket.open(.udp, family: .ipv4)
    #expect(socket.sourceAddress(for: .ipv4(.loopback, port: 9)) == .ipv4(.loopback))
    #expect(try Socket.open(.ipv4, .stream).sourceAddress(for: .ipv4(.loopback, port: 9)) == nil)
  }
}

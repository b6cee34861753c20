import Testing

@testable import Sockets

@Suite struct DatagramTests {
  let directory: TemporaryDirectory
  init() throws { directory = try TemporaryDirectory() }

  @Test(
    "Each datagram keeps its boundaries and names its sender, even an empty one", arguments: SocketKind.datagrams)
  func boundaries(kind: SocketKind) throws {
    let receiver = try kind.bind(in: directory, "r")
    let sender = try kind.bind(in: directory, "s")
    let destination = try receiver.socket.localAddress()
    for text in ["first", "", "third"] {
      #expect(try sender.socket.send(text: text, to: destination) == .moved(text.utf8.count))
    }
    let from = try sender.socket.localAddress()
    for text in ["first", "", "third"] {
      let received = try #require(try receiver.socket.receiveFrom(upTo: 100))
      #expect(received.bytes == Array(text.utf8))
      #expect(received.address == from)
    }
    #expect(try receiver.socket.receiveFrom(upTo: 100, flags: .doNotWait) == nil)
  }

  @Test(
    "A connected socket sends to its peer, hears only that peer, and can be disconnected",
    arguments: [AddressFamily.ipv4, .ipv6])
  func connected(family: AddressFamily) throws {
    let kind = SocketKind(transport: .udp, family: family)
    let peer = try kind.bind(in: directory)
    let stranger = try kind.bind(in: directory)
    let socket = try kind.bind(in: directory)
    #expect(try socket.socket.connect(to: peer.socket.localAddress()) == .connected)
    #expect(try socket.socket.peerAddress() == peer.socket.localAddress())
    try socket.socket.send(text: "to peer")
    #expect(try peer.socket.receive(upTo: 99) == Array("to peer".utf8))

    let address = try socket.socket.localAddress()
    try stranger.socket.send(text: "unheard", to: address)
    try peer.socket.send(text: "heard", to: address)
    #expect(try socket.socket.receive(upTo: 99) == Array("heard".utf8))
    #expect(try socket.socket.receive(upTo: 99, flags: .doNotWait) == nil)

    try socket.socket.disconnect()
    #expect(errorNumber { () throws(SystemError) in _ = try socket.socket.peerAddress() } == .notConnected)
  }

  @Test("The longest datagram arrives whole; a longer one is refused", arguments: [AddressFamily.ipv4, .ipv6])
  func longest(family: AddressFamily) throws {
    let kind = SocketKind(transport: .udp, family: family)
    let receiver = try kind.bind(in: directory)
    let sender = try kind.open()
    let most = family == .ipv4 ? 65_507 : 65_527
    let bytes = [UInt8](repeating: 7, count: most + 1)
    let address = try receiver.socket.localAddress()
    #expect(try sender.send(bytes.span.extracting(0..<most), to: address) == .moved(most))
    #expect(try receiver.socket.receive(upTo: 65_536) == Array(bytes.dropLast()))
    let error = errorNumber { () throws(SystemError) in _ = try sender.send(bytes.span, to: address) }
    #expect(error == .messageTooLong)
  }

  @Test(
    "A datagram longer than the buffer is truncated, and MSG_TRUNC returns its full length",
    arguments: SocketKind.datagrams)
  func truncation(kind: SocketKind) throws {
    let receiver = try kind.bind(in: directory, "r")
    let sender = try kind.open()
    let address = try receiver.socket.localAddress()
    try sender.send(text: "0123456789", to: address)
    var result = ReceivedFrom.wouldBlock
    let bytes = try [UInt8](capacity: 4) { (buffer: inout OutputSpan<UInt8>) throws(SystemError) in
      result = try receiver.socket.receiveFrom(into: &buffer, flags: [.truncated, .peek])
    }
    #expect(bytes == Array("0123".utf8))
    guard case .message(10, from: _) = result else {
      Issue.record("\(result)")
      return
    }
    #expect(try receiver.socket.receive(upTo: 4) == Array("0123".utf8))
    try sender.send(text: "next", to: address)
    #expect(try receiver.socket.receive(upTo: 99) == Array("next".utf8))
  }

  @Test("A closed port makes the next call fail with ECONNREFUSED")
  func refused() throws {
    let socket = try Socket.open(.udp, family: .ipv4)
    _ = try socket.connect(to: .ipv4(.loopback, port: Self.freePort()))
    try socket.send(text: "anyone?")
    #expect(try socket.wait(for: .readable, timeout: .seconds(10)).contains(.error))
    #expect(try socket.pendingError() == .connectionRefused)
    #expect(try socket.pendingError() == nil)
  }

  /// A port of 127.0.0.1 that was just free.
  static func freePort() throws -> UInt16 {
    let socket = try Socket.open(.udp, family: .ipv4)
    try socket.bind(to: .ipv4(.loopback, port: 0))
    return try socket.localAddress().port ?? 0
  }

  @Test("Broadcast needs its option")
  func broadcast() throws {
    let socket = try Socket.open(.udp, family: .ipv4)
    let error = errorNumber { () throws(SystemError) in
      _ = try socket.connect(to: .ipv4(.init(number: 0x7fff_ffff), port: 9))
    }
    #expect(error == .permissionDenied)
    try socket.set(.broadcast, to: true)
    #expect(try socket.connect(to: .ipv4(.init(number: 0x7fff_ffff), port: 9)) == .connected)
  }

  @Test("A dual-stack socket names an IPv4 sender as IPv4")
  func dualStack() throws {
    let receiver = try Socket.open(.udp, family: .ipv6)
    try receiver.set(.ipv6Only, to: false)
    try receiver.bind(to: .ipv6(IPv6Address(high: 0, low: 0xffff_7f00_0001), port: 0))
    let sender = try Socket.open(.udp, family: .ipv4)
    let port = try #require(try receiver.localAddress().port)
    try sender.send(text: "x", to: .ipv4(.loopback, port: port))
    let address = try #require(try receiver.receiveFrom(upTo: 9)).address
    #expect(address.family == .ipv6)
    #expect(address.description.hasPrefix("127.0.0.1:"))
  }
}

import Testing

@testable import Sockets

@Suite struct SequencedPacketTests {
  let directory: TemporaryDirectory
  init() throws { directory = try TemporaryDirectory() }

  @Test("A connection keeps the boundaries of its messages", arguments: SocketKind.sequencedPackets)
  func boundaries(kind: SocketKind) throws {
    let connection = try kind.connect(in: directory)
    try connection.client.send(text: "one")
    try connection.client.send(text: "two")
    #expect(try connection.server.receive(upTo: 99) == Array("one".utf8))
    #expect(try connection.server.receive(upTo: 1) == Array("t".utf8))
    try connection.client.shutdown(.sending)
    #expect(try connection.server.receive(upTo: 99) == [])
  }

  @Test("A message longer than the buffer is truncated, and this is reported")
  func truncation() throws {
    let pair = try Socket.pair(.sequencedPacket)
    try pair.first.send(text: "0123456789")
    var flags = MessageFlags()
    let bytes = try [UInt8](capacity: 4) { (buffer: inout OutputSpan<UInt8>) throws(SystemError) in
      if case .message(let message) = try pair.second.receiveMessage(into: &buffer) { flags = message.flags }
    }
    #expect(bytes == Array("0123".utf8))
    #expect(flags.contains(.truncated))
  }

  @Test(
    "The two sockets of a pair are connected, whatever the type",
    arguments: [SocketType.stream, .datagram, .sequencedPacket])
  func pairs(type: SocketType) throws {
    let pair = try Socket.pair(type)
    #expect(pair.first.type == type && pair.second.family == .unix)
    try pair.first.send(text: "there")
    try pair.second.send(text: "back")
    #expect(try pair.second.receive(upTo: 99) == Array("there".utf8))
    #expect(try pair.first.receive(upTo: 99) == Array("back".utf8))
    #expect(try pair.first.localAddress().contents == .unix(.unnamed))
    let joined = pair.take { first, second in first.type == second.type }
    #expect(joined)
  }

  @Test("A pair of another family is refused")
  func pairOfInternet() {
    let error = message { () throws(SystemError) in _ = try Socket.pair(family: .ipv4) }
    #expect(error == "socketpair AF_INET, SOCK_STREAM: Operation not supported (EOPNOTSUPP)")
  }
}

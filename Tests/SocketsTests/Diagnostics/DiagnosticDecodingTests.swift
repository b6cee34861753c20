import Testing

@testable import Sockets

/// Answers of sock_diag(7) as bytes, whole and damaged.
@Suite struct DiagnosticDecodingTests {
  /// A `struct inet_diag_msg` of an IPv4 connection, and one attribute: the congestion control.
  private var connection: [UInt8] {
    var bytes: [UInt8] = [2, 1, 2, 0]
    bytes += [0x04, 0x4c, 0x9c, 0x40] + [127, 0, 0, 1] + [UInt8](repeating: 0, count: 12)
    bytes += [10, 0, 0, 9] + [UInt8](repeating: 0, count: 12) + [0, 0, 0, 0] + [7, 0, 0, 0, 0, 0, 0, 0]
    for number: UInt32 in [2500, 6, 5, 33, 4711] { bytes += .storing(number) }
    return bytes + .storing(UInt16(9)) + .storing(UInt16(4)) + Array("cubic".utf8) + [0, 0, 0]
  }

  @Test func `a connection`() throws {
    let socket = try #require(ListedSocket(internet: connection, kind: .tcp))
    #expect(socket.state == "established" && socket.local.description == "127.0.0.1:1100")
    #expect(socket.peer?.description == "10.0.0.9:40000")
    #expect(socket.receiveQueue == 6 && socket.sendQueue == 5 && socket.user == 33 && socket.inode == 4711)
    #expect(socket.cookie == 7 && socket.congestionControl == "cubic")
    #expect(socket.timer?.name == "keepalive" && socket.timer?.milliseconds == 2500)
  }

  @Test func `a socket without a file has no user, and no queue is below zero`() throws {
    var bytes = connection
    bytes.replaceSubrange(60..<64, with: [0xff, 0xff, 0xff, 0xff])
    bytes.replaceSubrange(68..<72, with: [0, 0, 0, 0])
    let socket = try #require(ListedSocket(internet: bytes, kind: .udp))
    #expect(socket.user == nil && socket.sendQueue == 0)
  }

  @Test func `an answer that is cut off anywhere is none, or a socket without the rest`() {
    for length in 0..<connection.count {
      let socket = ListedSocket(internet: Array(connection.prefix(length)), kind: .tcp)
      #expect((socket != nil) == (length >= 72))
      for decode in [ListedSocket.init(unix:), ListedSocket.init(netlink:), ListedSocket.init(packet:)] {
        _ = decode(Array(connection.prefix(length)))
      }
      _ = ListedSocket(vsock: Array(connection.prefix(length)))
    }
  }

  @Test func `messages end at the first damaged one`() {
    let message = NetlinkMessage(type: 20, flags: 0, sequence: 5, body: [1, 2, 3])
    let datagram = message.bytes + [0] + message.bytes
    #expect(NetlinkMessage.all(in: datagram).map(\.body) == [[1, 2, 3], [1, 2, 3]])
    for length in 0..<datagram.count {
      #expect(NetlinkMessage.all(in: Array(datagram.prefix(length))).count == (length < 19 ? 0 : length < 39 ? 1 : 2))
    }
    var endless = message.bytes
    endless[0] = 0
    #expect(NetlinkMessage.all(in: endless).isEmpty)
    let refusal = NetlinkMessage(type: 2, flags: 0, sequence: 1, body: .storing(CInt(-2)))
    #expect(refusal.failure == .noEntry)
    #expect(NetlinkMessage(type: 2, flags: 0, sequence: 1, body: .storing(CInt.min)).failure != nil)
  }

  @Test func `a row of a table in proc`() throws {
    let row = "  1: 0100007F:0001 00000000:0000 07 00000000:000001D4 00:00000000 00000000     0        0 99 2 0 0"
    let socket = try #require(ListedSocket(row: Array(row.utf8)[...], kind: .raw))
    #expect(socket.local.description == "127.0.0.1:1" && socket.peer == nil && socket.inode == 99)
    #expect(socket.receiveQueue == 0x1d4 && socket.state == "unconnected")
    #expect(ListedSocket(row: Array("1: x:y".utf8)[...], kind: .raw) == nil)
  }

  @Test func `TCP_INFO by the length that the kernel returned`() {
    var bytes = [UInt8](repeating: 0, count: 104)
    bytes.replaceSubrange(68..<72, with: [UInt8].storing(UInt32(41)))
    let values = TCPInformation(bytes).values
    #expect(values.first { $0.field.name == "rtt" }?.value == 41)
    #expect(values.last?.field.name == "total_retrans")
    #expect(TCPInformation([]).values.isEmpty)
    let whole = TCPInformation([UInt8](repeating: 1, count: 512)).values
    #expect(whole.count == TCPInformation.fields.count)
  }

  @Test func `this kernel lists a socket of ours`() throws {
    let socket = try Socket.open(.tcp, family: .ipv4)
    try socket.bind(to: .ipv4(.loopback, port: 0))
    try socket.listen()
    let local = try socket.localAddress()
    var diagnostics = try SocketDiagnostics()
    let found = try diagnostics.list([.tcp]).sockets.first { $0.local == local }
    #expect(found?.isListening == true)
    let owners = SocketOwner.all()[found?.inode ?? 0] ?? []
    #expect(owners.contains { $0.descriptor == Int(socket.descriptor) })
  }
}

import Testing

@testable import Sockets

@Suite struct StreamTests {
  let directory: TemporaryDirectory
  init() throws { directory = try TemporaryDirectory() }

  @Test("A message goes there and back, and each end sees the other close", arguments: SocketKind.streams)
  func roundTrip(kind: SocketKind) throws {
    let connection = try kind.connect(in: directory)
    try connection.client.send(text: "hello")
    #expect(try connection.server.receive(upTo: 100) == Array("hello".utf8))
    try connection.server.send(text: "world!")
    #expect(try connection.client.receive(upTo: 100) == Array("world!".utf8))
    try connection.client.shutdown(.sending)
    #expect(try connection.server.receive(upTo: 100) == [])
    // The other half still carries.
    try connection.server.send(text: "late")
    #expect(try connection.client.receive(upTo: 100) == Array("late".utf8))
    try connection.server.shutdown(.both)
    #expect(try connection.client.receiveAll() == [])
  }

  @Test("Both ends know both addresses", arguments: SocketKind.streams)
  func addresses(kind: SocketKind) throws {
    let connection = try kind.connect(in: directory)
    #expect(try connection.client.peerAddress() == connection.server.localAddress())
    #expect(try connection.client.localAddress() == connection.peer)
    #expect(try connection.server.peerAddress() == connection.peer)
    if kind.family == .unix {
      #expect(connection.peer.contents == .unix(.unnamed))
    } else {
      #expect(connection.peer.isLoopback && connection.peer.port != 0)
    }
  }

  @Test("A stream has no boundaries, and peeking consumes nothing", arguments: SocketKind.streams)
  func boundaries(kind: SocketKind) throws {
    let connection = try kind.connect(in: directory)
    try connection.client.send(text: "ab")
    try connection.client.send(text: "cd")
    #expect(try connection.server.receive(upTo: 3, flags: .waitForAll) == Array("abc".utf8))
    #expect(try connection.server.receive(upTo: 9, flags: .peek) == Array("d".utf8))
    #expect(try connection.server.receive(upTo: 9) == Array("d".utf8))
    #expect(try connection.server.receive(upTo: 9, flags: .doNotWait) == nil)
  }

  @Test("A million bytes arrive whole, although neither end takes them at once", arguments: SocketKind.streams)
  func bulk(kind: SocketKind) throws {
    let connection = try kind.connect(in: directory)
    let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try connection.client.setBlockingMode(.nonBlocking)
    var sent = 0
    var received: [UInt8] = []
    while received.count < bytes.count {
      while sent < bytes.count,
        case .moved(let count) = try connection.client.send(
          bytes.span.extracting(sent..<bytes.count))
      { sent += count }
      received += try #require(try connection.server.receive(upTo: 65536))
    }
    #expect(received == bytes)
  }

  @Test("write and read do what send and receive do", arguments: SocketKind.streams)
  func fileCalls(kind: SocketKind) throws {
    let connection = try kind.connect(in: directory)
    let hello = Array("hello".utf8)
    #expect(try connection.client.write(hello.span) == .moved(5))
    let bytes = try [UInt8](capacity: 9) { (buffer: inout OutputSpan<UInt8>) throws(SystemError) in
      _ = try connection.server.read(into: &buffer)
    }
    #expect(bytes == hello)
  }

  @Test("A receive appends to the buffer")
  func appending() throws {
    let pair = try Socket.pair()
    try pair.first.send(text: "cd")
    let bytes = try [UInt8](capacity: 4) { (buffer: inout OutputSpan<UInt8>) throws(SystemError) in
      buffer.append(97)
      buffer.append(98)
      _ = try pair.second.receive(into: &buffer)
    }
    #expect(bytes == Array("abcd".utf8))
  }

  @Test("A peer that has gone is EPIPE, not a signal", arguments: SocketKind.streams)
  func brokenPipe(kind: SocketKind) throws {
    let connection = try kind.connect(in: directory)
    try connection.client.shutdown(.sending)
    let error = errorNumber { () throws(SystemError) in _ = try connection.client.send(Array("x".utf8).span) }
    #expect(error == .brokenPipe)
  }

  @Test("Closing with unread data resets a TCP connection")
  func reset() throws {
    let kind = SocketKind(transport: .tcp, family: .ipv4)
    let (address, listener) = try kind.listen(in: directory)
    let client = try kind.open()
    _ = try client.connect(to: address)
    try client.send(text: "unread")
    guard case .connection(let server, from: _) = try listener.socket.accept() else { throw UnexpectedWouldBlock() }
    #expect(try server.wait(for: .readable, timeout: .seconds(10)) == .readable)
    try server.close()
    #expect(try client.wait(for: .readable, timeout: .seconds(10)).contains(.error))
    #expect(try client.pendingError() == .connectionReset)
  }

  @Test("Everything is sent, however little the kernel takes at once, unless it would block")
  func sendAll() throws {
    let pair = try Socket.pair()
    let recorder = SystemCallRecorder(["send": [.limit(1), .fail(.interrupted), .limit(2)]])
    let bytes = Array("hello".utf8)
    try withSystemCallObserver(recorder) { try pair.first.sendAll(bytes.span) }
    #expect(recorder.results.map(\.value) == [1, -1, 2, 2])
    #expect(try pair.second.receive(upTo: 9) == bytes)
    try pair.first.setBlockingMode(.nonBlocking)
    let many = [UInt8](repeating: 0, count: 10_000_000)
    #expect(errorNumber { () throws(SystemError) in try pair.first.sendAll(many.span) } == .wouldBlock)
  }

  @Test("Bytes are discarded without being copied")
  func discarding() throws {
    let connection = try SocketKind(transport: .tcp, family: .ipv6).connect(in: directory)
    try connection.client.send(text: "hello")
    #expect(try connection.server.wait(for: .readable, timeout: .seconds(10)) == .readable)
    #expect(try connection.server.discard(upTo: 4) == .moved(4))
    #expect(try connection.server.receive(upTo: 9) == Array("o".utf8))
  }

  @Test("Unread and unacknowledged bytes are counted")
  func queues() throws {
    let connection = try SocketKind(transport: .tcp, family: .ipv4).connect(in: directory)
    #expect(try connection.server.unreadByteCount() == 0)
    try connection.client.send(text: "hello")
    #expect(try connection.server.wait(for: .readable, timeout: .seconds(10)) == .readable)
    #expect(try connection.server.unreadByteCount() == 5)
    let pair = try Socket.pair()
    try pair.first.send(text: "hello")
    #expect(try pair.first.unacknowledgedByteCount() > 0)
    _ = try pair.second.receive(upTo: 9)
    #expect(try pair.first.unacknowledgedByteCount() == 0)
  }

  @Test("Urgent data is received out of band")
  func urgent() throws {
    let connection = try SocketKind(transport: .tcp, family: .ipv4).connect(in: directory)
    _ = try connection.client.send(Array("!".utf8).span, flags: .outOfBand)
    #expect(try connection.server.wait(for: .urgent, timeout: .seconds(10)).contains(.urgent))
    #expect(try connection.server.receive(upTo: 9, flags: .outOfBand) == Array("!".utf8))
  }
}

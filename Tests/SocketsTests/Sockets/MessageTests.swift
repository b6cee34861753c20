import Glibc
import Testing

@testable import Sockets

/// The parts of a message that tests inspect, as a copyable value.
struct SeenMessage {
  var bytes: [UInt8] = []
  var count = -1
  var address = SocketAddress()
  var flags = MessageFlags()
  var control: [ControlMessage] = []
  var descriptors: [CInt] = []
}

extension Socket {
  /// Receives one message; the descriptors are the test's to close.
  borrowing func receiveMessage(
    upTo capacity: Int = 100, controlCapacity: Int = 512, flags: MessageFlags = []
  ) throws -> SeenMessage? {
    var seen: SeenMessage? = SeenMessage()
    let bytes = try [UInt8](capacity: capacity) { (buffer: inout OutputSpan<UInt8>) throws(SystemError) in
      switch try receiveMessage(into: &buffer, controlCapacity: controlCapacity, flags: flags) {
      case .message(var message):
        seen?.count = message.count
        seen?.address = message.address
        seen?.flags = message.flags
        seen?.control = message.control
        seen?.descriptors = message.descriptors.takeAll()
      case .wouldBlock: seen = nil
      }
    }
    seen?.bytes = bytes
    return seen
  }
}

@Suite struct MessageTests {
  let directory: TemporaryDirectory
  init() throws { directory = try TemporaryDirectory() }

  @Test("A message sent in pieces arrives as one", arguments: [SocketType.stream, .datagram, .sequencedPacket])
  func gathering(type: SocketType) throws {
    let pair = try Socket.pair(type)
    let pieces = ["he", "", "llo", " world"].map { Array($0.utf8) }
    #expect(try pair.first.sendMessage(gathering: pieces) == .moved(11))
    #expect(try pair.second.receiveMessage()?.bytes == Array("hello world".utf8))
    if type != .stream {
      #expect(try pair.first.sendMessage(gathering: []) == .moved(0))
      #expect(try pair.second.receiveMessage()?.count == 0)
    }
  }

  @Test("More pieces than the kernel takes are refused")
  func tooManyPieces() throws {
    let pair = try Socket.pair()
    let piece: [UInt8] = [120]
    #expect(try pair.first.sendMessage(gathering: Array(repeating: piece, count: 1024)) == .moved(1024))
    let error = errorNumber { () throws(SystemError) in
      _ = try pair.first.sendMessage(gathering: Array(repeating: piece, count: 1025))
    }
    #expect(error == .messageTooLong)
  }

  @Test("A datagram goes to its address and names its sender", arguments: SocketKind.datagrams)
  func addressed(kind: SocketKind) throws {
    let receiver = try kind.bind(in: directory, "r")
    let sender = try kind.bind(in: directory, "s")
    let hello = Array("hello".utf8)
    #expect(try sender.socket.sendMessage(hello.span, to: receiver.socket.localAddress()) == .moved(5))
    let seen = try #require(try receiver.socket.receiveMessage())
    #expect(seen.bytes == hello && seen.count == 5 && seen.flags == [])
    #expect(try seen.address == sender.socket.localAddress())
    #expect(try receiver.socket.receiveMessage(flags: .doNotWait) == nil)
    let error = message { () throws(SystemError) in
      _ = try sender.socket.sendMessage(hello.span, to: try kind.bogusAddress())
    }
    #expect(error?.hasPrefix("sendmsg to ") == true)
  }

  @Test("A datagram longer than the buffer is truncated, and its flags say so", arguments: SocketKind.datagrams)
  func truncation(kind: SocketKind) throws {
    let receiver = try kind.bind(in: directory, "r")
    let sender = try kind.open()
    let bytes = Array("0123456789".utf8)
    _ = try sender.sendMessage(bytes.span, to: receiver.socket.localAddress())
    let peeked = try #require(try receiver.socket.receiveMessage(upTo: 4, flags: [.peek, .truncated]))
    #expect(peeked.count == 10 && peeked.bytes == Array("0123".utf8) && peeked.flags.contains(.truncated))
    let seen = try #require(try receiver.socket.receiveMessage(upTo: 4))
    #expect(seen.count == 4 && seen.bytes == Array("0123".utf8) && seen.flags == .truncated)
  }

  @Test("Descriptors are passed open and close-on-exec", arguments: [SocketType.stream, .datagram, .sequencedPacket])
  func descriptors(type: SocketType) throws {
    let pair = try Socket.pair(type)
    let passed = try Socket.pair()
    let bytes: [UInt8] = [1]
    _ = try pair.first.sendMessage(
      bytes.span, control: [.descriptors([passed.first.descriptor, passed.second.descriptor])])
    let seen = try #require(try pair.second.receiveMessage())
    #expect(seen.descriptors.count == 2 && seen.control.isEmpty && seen.flags == [])
    for descriptor in seen.descriptors { #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0) }
    let first = try Socket.adopt(seen.descriptors[0])
    let second = try Socket.adopt(seen.descriptors[1])
    try first.send(text: "through")
    #expect(try second.receive(upTo: 99) == Array("through".utf8))
  }

  @Test("Descriptors that are not taken are closed")
  func untakenDescriptors() throws {
    let pair = try Socket.pair()
    let passed = try Socket.pair()
    let bytes: [UInt8] = [1]
    _ = try pair.first.sendMessage(bytes.span, control: [.descriptors([passed.first.descriptor])])
    let kept = passed.take { first, second in
      _ = consume first
      return SharedSocket(second)
    }
    _ = try [UInt8](capacity: 1) { (buffer: inout OutputSpan<UInt8>) throws(SystemError) in
      _ = try pair.second.receiveMessage(into: &buffer)
    }
    // The last duplicate is gone with the message, so the other end sees end of file.
    #expect(try kept.socket.wait(for: .readable, timeout: .seconds(10)).contains(.hungUp))
  }

  @Test("Descriptors are taken one by one or all at once")
  func taking() throws {
    var ends: [CInt] = [-1, -1]
    #expect(pipe(&ends) == 0)
    var received = ReceivedDescriptors(ends)
    #expect(received.count == 2 && !received.isEmpty)
    let first = received.takeFirst()
    #expect(first == ends[0])
    #expect(received.takeAll() == [ends[1]])
    #expect(received.isEmpty && received.takeFirst() == nil)
    for end in ends { #expect(Glibc.close(end) == 0) }
  }

  @Test("Without room, control messages are truncated, and this is reported")
  func controlTruncation() throws {
    let pair = try Socket.pair()
    let bytes: [UInt8] = [1]
    let number = pair.first.descriptor
    _ = try pair.first.sendMessage(bytes.span, control: [.descriptors([number, number, number])])
    let seen = try #require(try pair.second.receiveMessage(controlCapacity: 0))
    #expect(seen.descriptors.isEmpty && seen.flags.contains(.controlTruncated))

    _ = try pair.first.sendMessage(bytes.span, control: [.descriptors([number, number, number])])
    let partial = try #require(try pair.second.receiveMessage(controlCapacity: ControlMessage.space(for: 4)))
    #expect(partial.descriptors.count < 3 && partial.flags.contains(.controlTruncated))
    for descriptor in partial.descriptors { #expect(Glibc.close(descriptor) == 0) }
  }

  @Test("A descriptor that is not open cannot be passed")
  func badDescriptor() throws {
    let pair = try Socket.pair()
    let bytes: [UInt8] = [1]
    let error = errorNumber { () throws(SystemError) in
      _ = try pair.first.sendMessage(bytes.span, control: [.descriptors([-1])])
    }
    #expect(error == .badDescriptor)
  }

  @Test("The sender's process, user and group are reported")
  func credentials() throws {
    let pair = try Socket.pair()
    try pair.second.set(.passCredentials, to: true)
    try pair.first.send(text: "x")
    let mine = Credentials(processID: getpid(), userID: geteuid(), groupID: getegid())
    #expect(try pair.second.receiveMessage()?.control == [.credentials(mine)])
    let bytes: [UInt8] = [1]
    _ = try pair.first.sendMessage(bytes.span, control: [.credentials(mine)])
    #expect(try pair.second.receiveMessage()?.control == [.credentials(mine)])
    #expect(try pair.first.get(.peerCredentials) == mine)
    #expect(mine.description == "pid \(getpid()), uid \(geteuid()), gid \(getegid())")
  }
}

extension SocketKind {
  /// An address of another family.
  func bogusAddress() throws(SystemError) -> SocketAddress {
    family == .unix ? .ipv4(.loopback, port: 1) : .unix(.abstract([120]))
  }
}

import Testing

@testable import Sockets

@Suite("Typed socket options")
struct TypedOptionTests {
  @Test("flags are off, are set, and read back")
  func flags() throws {
    let socket = try Socket.open(.tcp, family: .ipv6)
    let flags: [TypedSocketOption<Bool>] = [
      .keepAlive, .reuseAddress, .reusePort, .broadcast, .noDelay, .ipv6Only, .receiveErrorsIPv4, .receiveErrorsIPv6,
    ]
    for flag in flags {
      #expect(try socket.get(flag) == false, "\(flag.name)")
      try socket.set(flag, to: true)
      #expect(try socket.get(flag) == true, "\(flag.name)")
      try socket.set(flag, to: false)
      #expect(try socket.get(flag) == false, "\(flag.name)")
    }
  }

  @Test("typed options are those of the catalogue")
  func sameNumbers() {
    func check<Value>(_ option: TypedSocketOption<Value>) {
      let row = SocketOption.named(option.name)
      #expect(row?.level == option.level && row?.number == option.number, "\(option.name)")
    }
    let flags: [TypedSocketOption<Bool>] = [
      .isListening, .keepAlive, .reuseAddress, .reusePort, .broadcast, .noDelay, .ipv6Only, .receiveErrorsIPv4,
      .receiveErrorsIPv6, .passCredentials,
    ]
    for flag in flags { check(flag) }
    check(TypedSocketOption<Int>.receiveBufferSize)
    check(TypedSocketOption<Int>.sendBufferSize)
    check(TypedSocketOption<SocketType>.socketType)
    check(TypedSocketOption<ErrorNumber?>.pendingError)
    check(TypedSocketOption<Duration?>.linger)
    check(TypedSocketOption<Duration?>.receiveTimeout)
    check(TypedSocketOption<Duration?>.sendTimeout)
    check(TypedSocketOption<String>.congestionControl)
    check(TypedSocketOption<Credentials>.peerCredentials)
  }

  @Test("a listening socket says so")
  func listening() throws {
    let socket = try Socket.open(.tcp, family: .ipv4)
    #expect(try socket.get(.isListening) == false)
    try socket.bind(to: .ipv4(.loopback, port: 0))
    try socket.listen(backlog: 1)
    #expect(try socket.get(.isListening) == true)
  }

  @Test("the kernel doubles a buffer size")
  func bufferSizes() throws {
    let socket = try Socket.open(.udp, family: .ipv4)
    try socket.set(.receiveBufferSize, to: 20_000)
    #expect(try socket.get(.receiveBufferSize) == 40_000)
    try socket.set(.sendBufferSize, to: 30_000)
    #expect(try socket.get(.sendBufferSize) == 60_000)
  }

  @Test("types, times, names and errors have their Swift types")
  func values() throws {
    let stream = try Socket.open(.tcp, family: .ipv4)
    #expect(try stream.get(.socketType) == .stream)
    #expect(try Socket.open(.udp, family: .ipv4).get(.socketType) == .datagram)
    #expect(try stream.get(.pendingError) == .some(nil))

    #expect(try stream.get(TypedSocketOption.linger) == .some(nil))
    try stream.set(.linger, to: .seconds(3))
    #expect(try stream.get(.linger) == .seconds(3))
    try stream.set(.linger, to: .zero)
    #expect(try stream.get(.linger) == .zero)
    try stream.set(.receiveTimeout, to: .milliseconds(1500))
    #expect(try stream.get(.receiveTimeout) == .milliseconds(1500))
    try stream.set(.receiveTimeout, to: nil)
    #expect(try stream.get(TypedSocketOption.receiveTimeout) == .some(nil))

    try stream.set(.congestionControl, to: "reno")
    #expect(try stream.get(.congestionControl) == "reno")
    let unknown = errorNumber { () throws(SystemError) in try stream.set(.congestionControl, to: "no-such-control") }
    #expect(unknown == .noEntry)
  }

  @Test("a receive that waits longer than its limit would block")
  func receiveTimeout() throws {
    let socket = try Socket.open(.udp, family: .ipv4)
    try socket.set(.receiveTimeout, to: .milliseconds(1))
    try socket.bind(to: .ipv4(.loopback, port: 0))
    #expect(try socket.receive(upTo: 10) == nil)
  }

  @Test("the raw form reads and writes bytes")
  func raw() throws {
    let socket = try Socket.open(.tcp, family: .ipv4)
    let one: [UInt8] = [1, 0, 0, 0]
    try socket.setOption(level: .tcp, number: 1, bytes: one.span)
    #expect(try socket.getOption(level: .tcp, number: 1, capacity: 4) == one)
    #expect(try socket.getOption(level: .tcp, number: 1, capacity: 64) == one)
    #expect(try socket.getOption(level: .tcp, number: 1, capacity: 1) == [1])
    let info = try socket.getOption(level: .tcp, number: 11, capacity: 512)
    #expect(info.count >= 104 && info.count < 512)

    let empty: [UInt8] = []
    let short = message { () throws(SystemError) in
      try socket.setOption(level: .tcp, number: 1, bytes: empty.span)
    }
    #expect(short == "setsockopt IPPROTO_TCP, option 1: Invalid argument (EINVAL)")
    let unknown = message { () throws(SystemError) in
      _ = try socket.getOption(level: OptionLevel(rawValue: 999), number: 5, capacity: 4)
    }
    #expect(unknown == "getsockopt 999, option 5: Operation not supported (EOPNOTSUPP)")
  }

  @Test("reading and setting is one call each, named in C")
  func calls() throws {
    let socket = try Socket.open(.tcp, family: .ipv4)
    let recorder = SystemCallRecorder()
    try withSystemCallObserver(recorder) {
      try socket.set(.noDelay, to: true)
      _ = try socket.get(.noDelay)
    }
    #expect(recorder.names == ["setsockopt", "getsockopt"])
    #expect(recorder.calls.allSatisfy { $0.descriptor == socket.descriptor })
  }
}

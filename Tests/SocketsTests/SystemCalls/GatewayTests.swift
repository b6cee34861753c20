import Glibc
import Testing

@testable import Sockets

@Suite("The gateway to the kernel")
struct GatewayTests {
  @Test("EINTR is retried, and each attempt is seen")
  func interrupted() throws {
    let recorder = SystemCallRecorder(["socket": [.fail(.interrupted), .fail(.interrupted)]])
    try withSystemCallObserver(recorder) { _ = try Socket.open(.udp, family: .ipv4) }
    #expect(recorder.names == ["socket", "socket", "socket", "close"])
    #expect(recorder.results.map(\.error) == [.interrupted, .interrupted, nil, nil])
  }

  @Test("EINTR is retried by sends and receives, on either way")
  func interruptedTransfers() throws {
    let pair = try Socket.pair()
    let hello = Array("hello".utf8)
    let recorder = SystemCallRecorder([
      "send": [.fail(.interrupted)], "recv": [.fail(.interrupted)], "write": [.fail(.interrupted)],
      "read": [.fail(.interrupted)], "sendmsg": [.fail(.interrupted)], "recvmsg": [.fail(.interrupted)],
    ])
    try withSystemCallObserver(recorder) {
      #expect(try pair.first.send(hello.span) == .moved(5))
      #expect(try pair.second.receive(upTo: 5) == hello)
      #expect(try pair.first.write(hello.span) == .moved(5))
      _ = try [UInt8](capacity: 5) { (buffer: inout OutputSpan<UInt8>) throws(SystemError) in
        _ = try pair.second.read(into: &buffer)
      }
      #expect(try pair.first.sendMessage(hello.span) == .moved(5))
      _ = try [UInt8](capacity: 5) { (buffer: inout OutputSpan<UInt8>) throws(SystemError) in
        _ = try pair.second.receiveMessage(into: &buffer)
      }
    }
    #expect(recorder.names == ["send", "recv", "write", "read", "sendmsg", "recvmsg"].flatMap { [$0, $0] })
  }

  @Test("connect is not repeated after EINTR: the connection goes on by itself")
  func interruptedConnect() throws {
    let socket = try Socket.open(.tcp, family: .ipv4)
    let recorder = SystemCallRecorder(["connect": [.fail(.interrupted)]])
    let result = try withSystemCallObserver(recorder) { try socket.connect(to: .ipv4(.loopback, port: 1)) }
    #expect(result == .inProgress)
    #expect(recorder.names == ["connect"])
  }

  @Test("close is not repeated after EINTR: the descriptor is gone")
  func interruptedClose() throws {
    let socket = try Socket.open(.tcp, family: .ipv4)
    let descriptor = socket.descriptor
    let recorder = SystemCallRecorder(["close": [.fail(.interrupted)]])
    let observe = { (body: () throws(SystemError) -> Void) in try withSystemCallObserver(recorder, body) }
    let number = socket.release()
    try observe { () throws(SystemError) in
      try Socket(owning: number, family: .ipv4, type: .stream, protocolNumber: .tcp).close()
    }
    #expect(recorder.names == ["close"])
    // The recorder stood in for the kernel: this test closes what close(2) would have.
    #expect(Glibc.close(descriptor) == 0)
  }

  @Test("an error of close is reported")
  func failingClose() throws {
    let recorder = SystemCallRecorder(["close": [.fail(ErrorNumber(rawValue: EIO))]])
    let number = try Socket.open(.tcp, family: .ipv4).release()
    let error = errorNumber { () throws(SystemError) in
      try withSystemCallObserver(recorder) { () throws(SystemError) in
        try Socket(owning: number, family: .ipv4, type: .stream, protocolNumber: .tcp).close()
      }
    }
    #expect(error == ErrorNumber(rawValue: EIO))
    #expect(Glibc.close(number) == 0)
  }

  @Test("waits report EINTR")
  func interruptedWaits() throws {
    let recorder = SystemCallRecorder([
      "poll": [.fail(.interrupted)], "ppoll": [.fail(.interrupted)], "select": [.fail(.interrupted)],
    ])
    withSystemCallObserver(recorder) {
      #expect(
        errorNumber { () throws(SystemError) in
          var set = PollSet(); _ = try set.wait(timeout: .zero)
        } == .interrupted)
      #expect(
        errorNumber { () throws(SystemError) in
          var set = PollSet(); _ = try set.waitPrecisely(timeout: .zero)
        } == .interrupted)
      #expect(
        errorNumber { () throws(SystemError) in
          var set = SelectSet(); _ = try set.wait(timeout: .zero)
        } == .interrupted)
    }
    #expect(recorder.names == ["poll", "ppoll", "select"])
  }

  @Test("EAGAIN is an answer of calls that move bytes")
  func wouldBlock() throws {
    let pair = try Socket.pair()
    let hello = Array("hello".utf8)
    let recorder = SystemCallRecorder(["send": [.fail(.wouldBlock)], "recv": [.fail(.wouldBlock)]])
    try withSystemCallObserver(recorder) { () throws in
      #expect(try pair.first.send(hello.span) == .wouldBlock)
      #expect(try pair.second.receive(upTo: 5) == nil)
    }
    #expect(recorder.calls.map(\.count) == [5, 5])
  }

  @Test("short writes and reads come when they are wanted")
  func shortTransfers() throws {
    let pair = try Socket.pair()
    let hello = Array("hello".utf8)
    let recorder = SystemCallRecorder([
      "send": [.limit(2)], "recv": [.limit(1)], "sendmsg": [.limit(3), .limit(1)], "recvmsg": [.limit(2)],
    ])
    try withSystemCallObserver(recorder) {
      #expect(try pair.first.send(hello.span) == .moved(2))
      #expect(try pair.second.receive(upTo: 5) == Array("h".utf8))
      #expect(try pair.first.sendMessage(hello.span) == .moved(3))
      #expect(try pair.first.sendMessage(gathering: [Array("ab".utf8), Array("cd".utf8)]) == .moved(1))
      var count = 0
      let bytes = try [UInt8](capacity: 5) { (buffer: inout OutputSpan<UInt8>) throws(SystemError) in
        if case .message(let message) = try pair.second.receiveMessage(into: &buffer) { count = message.count }
      }
      #expect(count == 2 && bytes == Array("eh".utf8))
    }
    #expect(recorder.results.map(\.value) == [2, 1, 3, 1, 2])
  }

  @Test("the number of an error is the one that the call left, whatever comes after")
  func capturedErrno() {
    let error = errorNumber { () throws(SystemError) in
      try Kernel.call(
        "test",
        about: {
          _ = Glibc.close(-1); return "it"
        }(), []
      ) { _ in
        errno = ECONNREFUSED
        return -1
      }
    }
    #expect(error == .connectionRefused)
  }

  @Test("an observer sees only its own thread, and goes with its scope")
  func scopes() throws {
    let outer = SystemCallRecorder()
    let inner = SystemCallRecorder()
    try withSystemCallObserver(outer) {
      _ = try Socket.open(.udp, family: .ipv4)
      try withSystemCallObserver(inner) { _ = try Socket.open(.udp, family: .ipv4) }
      _ = try Socket.open(.udp, family: .ipv4)
    }
    _ = try Socket.open(.udp, family: .ipv4)
    #expect(outer.names == ["socket", "close", "socket", "close"])
    #expect(inner.names == ["socket", "close"])
  }

  @Test("calls are counted and named: a connection takes seven, and its three sockets are closed")
  func counting() throws {
    let recorder = SystemCallRecorder()
    try withSystemCallObserver(recorder) {
      let listener = try Socket.open(.tcp, family: .ipv4)
      try listener.bind(to: .ipv4(.loopback, port: 0))
      try listener.listen()
      let client = try Socket.open(.tcp, family: .ipv4)
      _ = try client.connect(to: try listener.localAddress())
      _ = try listener.accept()
    }
    #expect(
      recorder.names == [
        "socket", "bind", "listen", "socket", "getsockname", "connect", "accept4", "close", "close", "close",
      ])
  }

  @Test("errors are sentences")
  func sentences() {
    let error = SystemError(call: "connect", number: .connectionRefused, subject: "to 127.0.0.1:1")
    #expect(error.description == "connect to 127.0.0.1:1: Connection refused (ECONNREFUSED)")
    #expect(
      SystemError(call: "listen", number: .addressInUse).description == "listen: Address already in use (EADDRINUSE)")
    #expect(error.about("to localhost").description == "connect to localhost: Connection refused (ECONNREFUSED)")
    #expect(ErrorNumber(rawValue: 4095).description == "Unknown error 4095 (errno 4095)")
    #expect(ErrorNumber.interrupted.name == "EINTR")
  }
}

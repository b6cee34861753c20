import Testing

@testable import Sockets

@Suite struct BatchTests {
  let directory: TemporaryDirectory
  init() throws { directory = try TemporaryDirectory() }

  @Test(
    "Many datagrams are sent and received with one call each, empty ones among them", arguments: SocketKind.datagrams)
  func roundTrip(kind: SocketKind) throws {
    let receiver = try kind.bind(in: directory, "r")
    let sender = try kind.bind(in: directory, "s")
    let address = try receiver.socket.localAddress()
    let texts = ["one", "", "three", "four"]
    var outgoing = DatagramBatch(capacity: 8, datagramSize: 100)
    for text in texts {
      let bytes = Array(text.utf8)
      let fits = outgoing.append(bytes.span, to: address)
      #expect(fits)
    }
    let (count, isEmpty, isFull) = (outgoing.count, outgoing.isEmpty, outgoing.isFull)
    #expect(count == 4 && !isEmpty && !isFull)
    let first = outgoing.address(at: 0)
    #expect(first == address)
    var incoming = DatagramBatch(capacity: 8, datagramSize: 100)
    let recorder = SystemCallRecorder()
    var results: [IOResult] = []
    try withSystemCallObserver(recorder) {
      results.append(try sender.socket.sendBatch(&outgoing))
      results.append(try receiver.socket.receiveBatch(into: &incoming))
      results.append(try receiver.socket.receiveBatch(into: &incoming, flags: .doNotWait))
    }
    #expect(results == [.moved(4), .moved(4), .wouldBlock])
    #expect(recorder.names == ["sendmmsg", "recvmmsg", "recvmmsg"])
    let left = incoming.count
    #expect(left == 0)
  }

  @Test("Received datagrams can be inspected and sent on unchanged")
  func relaying() throws {
    let kind = SocketKind(transport: .udp, family: .ipv4)
    let relay = try kind.bind(in: directory)
    let sender = try kind.bind(in: directory)
    try sender.socket.send(text: "hello", to: relay.socket.localAddress())
    try sender.socket.send(text: "0123456789", to: relay.socket.localAddress())
    var batch = DatagramBatch(capacity: 2, datagramSize: 8)
    let received = try relay.socket.receiveBatch(into: &batch)
    #expect(received == .moved(2))
    let first = batch.withDatagram(at: 0) { span in (0..<span.count).map { span[$0] } }
    #expect(first == Array("hello".utf8))
    let from = batch.address(at: 0)
    #expect(try from == sender.socket.localAddress())
    let truncated = (batch.wasTruncated(at: 0), batch.wasTruncated(at: 1))
    #expect(truncated == (false, true))
    let length = batch.byteCount(at: 1)
    #expect(length == 8)
    // Back to where they came from.
    let back = try relay.socket.sendBatch(&batch)
    #expect(back == .moved(2))
    #expect(try sender.socket.receive(upTo: 99) == Array("hello".utf8))
    #expect(try sender.socket.receive(upTo: 99) == Array("01234567".utf8))
    // And elsewhere, from the second on.
    let other = try kind.bind(in: directory)
    batch.setAddress(try other.socket.localAddress(), at: 1)
    let elsewhere = try relay.socket.sendBatch(&batch, from: 1)
    #expect(elsewhere == .moved(1))
    #expect(try other.socket.receive(upTo: 99) == Array("01234567".utf8))
  }

  @Test("A batch is reused to send to the connected peer")
  func reuse() throws {
    let pair = try Socket.pair(.datagram)
    var outgoing = DatagramBatch(capacity: 3, datagramSize: 10)
    var incoming = DatagramBatch(capacity: 3, datagramSize: 10)
    for round in UInt8(0)..<10 {
      outgoing.removeAll()
      for index in UInt8(0)..<3 {
        let bytes = [UInt8](repeating: index, count: Int(round))
        _ = outgoing.append(bytes.span)
      }
      let isFull = outgoing.isFull
      #expect(isFull)
      let sent = try pair.first.sendBatch(&outgoing)
      let received = try pair.second.receiveBatch(into: &incoming)
      #expect(sent == .moved(3) && received == .moved(3))
      for index in 0..<3 {
        let bytes = incoming.withDatagram(at: index) { span in (0..<span.count).map { span[$0] } }
        #expect(bytes == [UInt8](repeating: UInt8(index), count: Int(round)))
      }
    }
    let family = outgoing.address(at: 0).family
    #expect(family == .unspecified)
  }

  @Test("A batch takes what fits")
  func limits() {
    var batch = DatagramBatch(capacity: 1, datagramSize: 2)
    let three: [UInt8] = [1, 2, 3]
    let fits = [
      batch.append(three.span), batch.append(three.span.extracting(0..<2)), batch.append(three.span.extracting(0..<1)),
    ]
    #expect(fits == [false, true, false])
    let capacities = [
      DatagramBatch(capacity: 0, datagramSize: 0).capacity, DatagramBatch(capacity: 9999, datagramSize: 1).capacity,
    ]
    #expect(capacities == [1, 1024])
  }

  @Test("A partly sent batch continues with the rest")
  func partial() throws {
    let pair = try Socket.pair(.datagram)
    var outgoing = DatagramBatch(capacity: 3, datagramSize: 1)
    for byte in UInt8(0)..<3 {
      let bytes = [byte]
      _ = outgoing.append(bytes.span)
    }
    let recorder = SystemCallRecorder(["sendmmsg": [.limit(1)]])
    var results: [IOResult] = []
    try withSystemCallObserver(recorder) {
      results.append(try pair.first.sendBatch(&outgoing))
      results.append(try pair.first.sendBatch(&outgoing, from: 1))
    }
    #expect(results == [.moved(1), .moved(2)])
    for byte in UInt8(0)..<3 { #expect(try pair.second.receive(upTo: 9) == [byte]) }
  }

  @Test("An empty batch sends nothing")
  func empty() throws {
    let pair = try Socket.pair(.datagram)
    var batch = DatagramBatch(capacity: 1, datagramSize: 1)
    let result = try pair.first.sendBatch(&batch)
    #expect(result == .moved(0))
  }
}

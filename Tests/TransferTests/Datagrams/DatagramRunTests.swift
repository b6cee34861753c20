import CSocketShims
import LoopTestSupport
import SockTestSupport
import SocketLoop
import Sockets
import Testing

@testable import Transfer

@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct DatagramRunTests {
  /// The error with which the kernel refuses a segmented send; nil if it accepts it.
  static let refusals: [ErrorNumber?] = [
    nil, .invalidArgument, .inputOutput, .notSupported, .noProtocolOption, .messageTooLong,
  ]

  @Test("A run arrives as separate datagrams in order, whether or not the kernel segments it", arguments: refusals)
  @LoopActor
  func arrives(refusal: ErrorNumber?) async throws {
    let (receiver, sender) = (try UDP(), try UDP())
    let bytes = RandomData.bytes(80 * 700 + 123, seed: 7)
    let copy = RawBuffer(copying: bytes)
    var told = 0
    let calls = try await Injection.on(
      sender.socket.connection.socket.descriptor, refusal.map { ["sendmsg": [.fail($0)]] } ?? [:]
    ) {
      try await sender.socket.send(DatagramRun(copy.copied, size: 700), to: receiver.address) { told += $0 }
    }
    #expect(told == bytes.count)
    #expect(calls.contains("sendmmsg") == (refusal != nil))
    #expect(calls.count == (refusal == nil ? 2 : 3))
    var all: [UInt8] = []
    for index in 0...80 {
      let datagram = try await receiver.socket.receive(until: .after(.seconds(30)))
      #expect(datagram.bytes.count == (index == 80 ? 123 : 700))
      #expect(datagram.peer == sender.address)
      all += datagram.bytes
    }
    #expect(all == bytes)
    receiver.socket.close()
    sender.socket.close()
  }

  @Test("Coalesced datagrams are split again, among whole and empty ones")
  @LoopActor
  func coalesced() async throws {
    let receiver = try UDP(coalesces: true)
    let sender = try UDP()
    let bytes = RandomData.bytes(10 * 1400 + 77, seed: 9)
    let copy = RawBuffer(copying: bytes)
    try await sender.send("before", to: receiver.address)
    try await sender.socket.send(DatagramRun(copy.copied, size: 1400), to: receiver.address) { _ in }
    try await sender.send("", to: receiver.address)
    try await sender.send("after", to: receiver.address)
    #expect(try await receiver.receive() == "before")
    var all: [UInt8] = []
    for _ in 0...10 {
      let datagram = try await receiver.socket.receive(until: .after(.seconds(30)))
      #expect(datagram.peer == sender.address)
      all += datagram.bytes
      #expect(datagram.bytes.count == (all.count == bytes.count ? 77 : 1400))
    }
    #expect(all == bytes)
    #expect(try await receiver.receive() == "")
    #expect(try await receiver.receive() == "after")
    receiver.socket.close()
    sender.socket.close()
  }

  @Test("Datagrams already received one by one are not written again when the rest goes to a pipe at once")
  @LoopActor
  func gathered() async throws {
    let (receiver, sender) = (try UDP(coalesces: true), try UDP())
    let bytes = RandomData.bytes(5 * 1000, seed: 3)
    let copy = RawBuffer(copying: bytes)
    try await sender.socket.send(DatagramRun(copy.copied, size: 1000), to: receiver.address) { _ in }
    let first = try await receiver.socket.receive(until: .after(.seconds(30)))
    #expect(Array(first.bytes) == Array(bytes[..<1000]))
    let pipe = try SockTestSupport.Pipe()
    let output = try DescriptorStream(pipe.writer)
    let counter = ByteCounter()
    while counter.bytes < 4000 { try await receiver.socket.receive(into: output, counting: counter) }
    pipe.writer.close()
    #expect(try await onThread { pipe.reader.drain() }.value == Array(bytes[1000...]))
    receiver.socket.close()
    sender.socket.close()
  }

  @Test("A pipe that takes little at a time gets all vectors in order")
  @LoopActor
  func slowPipe() async throws {
    let pipe = try SockTestSupport.Pipe()
    let output = try DescriptorStream(pipe.writer)
    let pieces = (0..<20).map { RawBuffer(copying: RandomData.bytes(20_000 + $0, seed: UInt64($0))) }
    let vectors = UnsafeMutableBufferPointer<iovec>.allocate(capacity: pieces.count)
    defer { vectors.deallocate() }
    for (index, piece) in pieces.enumerated() {
      vectors[index] = iovec(iov_base: piece.bytes.baseAddress, iov_len: piece.count)
    }
    let expected = pieces.flatMap { Array($0.copied) }
    let reader = onThread { pipe.reader.drain(slowly: true) }
    try await output.writeInTurn(vectors, count: expected.count)
    pipe.writer.close()
    #expect(try await reader.value == expected)
    extendLifetime(pieces)
  }

  @Test("Input is split into runs of equal size, of which only the last datagram may be shorter")
  @LoopActor
  func cutting() async throws {
    func runs(_ writes: [String], _ framing: MessageReader.Framing, size: Int) async throws -> [[String]] {
      let input = try Connection(.sequencedPacket)
      let reader = MessageReader(SocketStream(input.ours), size: size, framing: framing)
      for write in writes { try input.peer.write(write) }
      input.peer.close()
      var all: [[String]] = []
      while case .bytes(let run) = await reader.nextRun() {
        all.append((0..<run.count).map { String(decoding: run[$0], as: UTF8.self) })
      }
      return all
    }
    #expect(try await runs(["abcdefgh", "xy"], .read, size: 3) == [["abc", "def", "gh"], ["xy"]])
    #expect(try await runs(["abcdef"], .read, size: 3) == [["abc", "def"]])
    #expect(
      try await runs(["a\nb\ncc\nd\n\ne"], .line, size: 50) == [["a\n", "b\n"], ["cc\n", "d\n"], ["\n"], ["e"]])
    #expect(try await runs(["abcd\n"], .line, size: 2) == [["ab", "cd", "\n"]])
    #expect(try await runs([String(repeating: "x", count: 64), "x"], .read, size: 1).map(\.count) == [64, 1])
  }

  @Test("What a filter adds beyond the message size becomes the next message")
  @LoopActor
  func filtered() async throws {
    let input = try Connection(.sequencedPacket)
    let reader = MessageReader(SocketStream(input.ours), size: 4, framing: .read, filter: CRLFFilter())
    try input.peer.write("\n\n\nx")
    input.peer.close()
    var all: [String] = []
    while case .bytes(let run) = await reader.nextRun() { all.append(String(decoding: run.bytes, as: UTF8.self)) }
    #expect(all == ["\r\n\r\n", "\r\nx"])
  }
}

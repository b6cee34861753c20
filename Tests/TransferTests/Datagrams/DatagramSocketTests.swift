import LoopTestSupport
import SockTestSupport
import SocketLoop
import Sockets
import Testing

@testable import Transfer

@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct DatagramSocketTests {
  @Test("Datagrams of 0 to 65,507 bytes arrive whole, with their sender; longer ones are refused")
  @LoopActor
  func sizes() async throws {
    let (receiver, sender) = (try UDP(), try UDP())
    for size in [0, 1, 2, 511, 1472, 1473, 9000, 65_506, 65_507] {
      let bytes = RandomData.bytes(size, seed: UInt64(size))
      let copy = RawBuffer(copying: bytes)
      try await sender.socket.send(copy.copied, to: receiver.address)
      let datagram = try await receiver.socket.receive(until: .after(.seconds(30)))
      #expect(Array(datagram.bytes) == bytes)
      #expect(datagram.length == size)
      #expect(!datagram.isTruncated)
      #expect(datagram.peer == sender.address)
    }
    let long = RawBuffer(copying: [UInt8](repeating: 0, count: 65_508))
    await #expect(
      throws: LoopError.system(
        SystemError(call: "sendto", number: .messageTooLong, subject: "to \(receiver.address)"))
    ) { try await sender.socket.send(long.copied, to: receiver.address) }
    receiver.socket.close()
    sender.socket.close()
  }

  @Test("A receive waits until its deadline and no less")
  @LoopActor
  func deadline() async throws {
    let receiver = try UDP()
    let moment = MonotonicTime.after(.milliseconds(10))
    await #expect(throws: LoopError.timedOut) { _ = try await receiver.socket.receive(until: moment) }
    #expect(MonotonicTime.now >= moment)
    receiver.socket.close()
  }

  @Test("Sending to a full Unix receiver waits for room or for the deadline")
  @LoopActor
  func fullQueue() async throws {
    let receiver = AsyncSocket(try Socket.open(.unixDatagram, family: .unix, mode: .nonBlocking))
    try receiver.socket.bind(to: .unix(.unnamed))
    let address = try receiver.socket.localAddress()
    let sender = DatagramSocket(AsyncSocket(try Socket.open(.unixDatagram, family: .unix, mode: .nonBlocking)))
    let bytes = RawBuffer(copying: [7])
    var queued = 0
    do {
      while true {
        try await sender.send(bytes.copied, to: address, until: .after(.milliseconds(20)))
        queued += 1
      }
    } catch LoopError.timedOut {}
    #expect(queued > 0)
    let last = start { try await sender.send(bytes.copied, to: address) }
    await settle()
    let datagrams = DatagramSocket(receiver)
    for _ in 0...queued { _ = try await datagrams.receive(until: .after(.seconds(30))) }
    try await last.value
    receiver.close()
    sender.close()
  }
}

import LoopTestSupport
import Testing

@testable import Sockets

@Suite struct DatagramFactsTests {
  @Test("Control messages become facts, and a sentence")
  func decoding() {
    let bytes = ControlMessage.buffer(of: [
      .packetInfo(PacketInfo(interface: 1, local: .ipv4(.loopback), destination: .ipv4(.broadcast))),
      .hopLimit(63, .ipv4), .trafficClass(0x48, .ipv4),
      .timestamps(software: .nanoseconds(1_500_000_000_000_000_007), hardware: .seconds(2)), .dropped(3),
    ])
    let facts = bytes.withUnsafeBytes { DatagramFacts(ReceivedControl($0)) }
    #expect(facts.hopLimit == 63 && facts.trafficClass == 0x48 && facts.dropped == 3 && facts.credentials == nil)
    #expect(
      "\(facts)" == "to 255.255.255.255, by lo, ttl 63, tos 0x48, at 1500000000.000000007, "
        + "by the device's clock 2.000000000, 3 dropped so far")
    #expect(DatagramFacts(ReceivedControl(UnsafeRawBufferPointer(start: nil, count: 0))) == DatagramFacts())
    #expect(DatagramFacts().description == "")
  }

  @Test("The stream, order and payload protocol of an SCTP message are reported")
  func message() {
    let info = [3, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 46, 9, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0] as [UInt8]
    func facts(_ bytes: [UInt8]) -> DatagramFacts {
      let control = ControlMessage.buffer(of: [.other(level: .sctp, type: 3, bytes: bytes)])
      return control.withUnsafeBytes { DatagramFacts(ReceivedControl($0)) }
    }
    #expect("\(facts(info))" == "stream 3, ssn 7, ppid 46, tsn 9, association 5")
    var unordered = info
    unordered[4] = 1
    #expect("\(facts(unordered))" == "stream 3, unordered, ppid 46, tsn 9, association 5")
    #expect(facts(Array(info.dropLast())) == DatagramFacts())
  }

  @Test("A socket reports the facts it was asked for", arguments: [AddressFamily.ipv4, .ipv6])
  func asking(family: AddressFamily) throws {
    try PacketClock.start()
    let receiver = try Socket.open(.udp, family: family)
    DatagramFacts.request(on: receiver)
    try receiver.bind(to: family == .ipv4 ? .ipv4(.loopback, port: 0) : .ipv6(.loopback, port: 0))
    let sender = try Socket.open(.udp, family: family)
    try sender.set(.trafficClass(family), to: 0xb8)
    try sender.set(.hopLimit(family), to: 9)
    _ = try sender.connect(to: try receiver.localAddress())
    _ = try sender.send([1, 2, 3].span)
    var batch = DatagramBatch(capacity: 1, datagramSize: 100, controlSize: DatagramFacts.controlSize)
    _ = try receiver.receiveBatch(into: &batch)
    let facts = DatagramFacts(ReceivedControl(batch.control(at: 0)))
    #expect(facts.interfaceName == "lo" && facts.hopLimit == 9 && facts.trafficClass == 0xb8)
    #expect(facts.softwareTime != nil && facts.hardwareTime == nil && facts.dropped == nil)
  }
}

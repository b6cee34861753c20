import LoopTestSupport
import SocketLoop
import Sockets
import Transfer
import Testing

@testable import Operations

@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct ConnectionRecordTests {
  private let recorder = Recorder()

  @Test("Connections are numbered from 1, and their events carry their addresses and counts")
  @LoopActor
  func reporter() {
    let reporter = EventReporter(recorder)
    let peers = [Peer.address(.ipv4(.loopback, port: 1)), .address(.ipv4(.loopback, port: 2))]
    let records = peers.map { reporter.connection(.accepted, transport: .tcp, local: nil, peer: $0) }
    let (sent, received) = (ByteCounter(), ByteCounter())
    records[1].carries(sent: sent, received: received)
    sent.add(3)
    received.add(4)
    records[1].closed()
    records[0].warn("look")
    reporter.warn("of nobody")
    let events = recorder.events
    #expect(events.map(\.kind) == [.accepted, .accepted, .closed, .warning, .warning])
    #expect(events.map(\.connection) == [1, 2, 2, 1, nil])
    #expect(events.map(\.peer) == [peers[0], peers[1], peers[1], peers[0], nil])
    #expect(events[2].sent == 3 && events[2].received == 4)
    #expect((events[2].seconds ?? -1) >= 0)
    #expect(events[3].message == "look")
    #expect(events.allSatisfy { $0.time > 1_600_000_000_000_000_000 })
  }
}

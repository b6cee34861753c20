import SockTestSupport
import Testing

/// Small messages back and forth with the installed peers.
@Suite(.endToEnd) struct ConversationTests {
  @Test("128 messages of random sizes in random directions arrive in order", arguments: PeerPairing.all)
  func randomMessagesArriveInOrder(_ pairing: PeerPairing) throws {
    let directory = try TemporaryDirectory()
    let (sock, peer) = try pairing.start(
      at: try pairing.place(in: directory), sockInput: .pipe, sockOutput: .collected, peerInput: .pipe,
      peerOutput: .collected)
    var generator = RandomData(seed: 7)
    var toPeer: [UInt8] = []
    var toSock: [UInt8] = []
    for message in 0..<128 {
      let bytes = RandomData.bytes(Int.random(in: 1...20_000, using: &generator), seed: UInt64(message))
      if Bool.random(using: &generator) {
        toPeer += bytes
        try sock.input?.write(bytes)
        try peer.output?.waitForBytes(toPeer.count)
      } else {
        toSock += bytes
        try peer.input?.write(bytes)
        try sock.output?.waitForBytes(toSock.count)
      }
    }
    sock.input?.close()
    peer.input?.close()
    #expect(try sock.wait().status == 0)
    #expect(try peer.wait().status == 0)
    #expect(try sock.output?.all() == toSock)
    #expect(try peer.output?.all() == toPeer)
    #expect(try sock.errors?.all() == [])
  }

  @Test("sock as a UDP client talks to the installed servers", arguments: InstalledPeer.allCases, ["127.0.0.1", "::1"])
  func udpClientTalksToInstalledServers(_ peer: InstalledPeer, _ host: String) throws {
    let place = InstalledPeer.Place.udp(host: host, port: try Ports.free())
    let server = try peer.serve(place, input: .pipe)
    let sock = try Sock.start(["connect"] + place.sockArguments, input: .pipe)
    try converse(sock, server, first: sock)
    sock.input?.close()
    #expect(try sock.wait().status == 0)
  }

  @Test("sock as a UDP server talks to the installed clients", arguments: InstalledPeer.allCases, ["127.0.0.1", "::1"])
  func udpServerTalksToInstalledClients(_ peer: InstalledPeer, _ host: String) throws {
    let place = InstalledPeer.Place.udp(host: host, port: try Ports.free())
    let sock = try Sock.start(["listen"] + place.sockArguments, input: .pipe)
    try place.waitForListener()
    let client = try peer.connect(place, input: .pipe)
    try converse(sock, client, first: client)
    #expect(sock.isRunning)
  }

  /// Ten messages each way, one at a time, of sizes that every peer keeps whole.
  private func converse(_ one: RunningProcess, _ other: RunningProcess, first: RunningProcess) throws {
    let second = first === one ? other : one
    var fromFirst: [UInt8] = []
    var fromSecond: [UInt8] = []
    for round in 0..<10 {
      let question = RandomData.bytes(1 + round * 400, seed: UInt64(round))
      fromFirst += question
      try first.input?.write(question)
      #expect(try second.output?.waitForBytes(fromFirst.count) == fromFirst)
      let answer = RandomData.bytes(4001 - round * 400, seed: UInt64(100 + round))
      fromSecond += answer
      try second.input?.write(answer)
      #expect(try first.output?.waitForBytes(fromSecond.count) == fromSecond)
    }
  }
}

import LoopTestSupport
import Glibc
import SockTestSupport
import SocketLoop
import Sockets
import Testing

@testable import Transfer

/// The rules for the end of input between our standard streams and a connection, over TCP and over a Unix pair.
@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct StandardRelayTests {
  private static let kinds = [Connection.Kind.tcp, .unix]

  @Test("When our input ends, the rest is sent, then a FIN, and receiving goes on until the peer ends")
  @LoopActor
  func halfClose() async throws {
    for kind in Self.kinds {
      let run = try StandardRelayRun(kind)
      try run.input.writer.write("all of it")
      run.input.writer.close()
      #expect(try await run.peerGotAll() == "all of it")
      try run.peer.write("late answer")
      #expect(try await run.gotten(11) == "late answer")
      run.peer.close()
      #expect(try await run.ending.value == "finished")
      #expect(run.sent.bytes == 9)
      #expect(run.received.bytes == 11)
    }
  }

  @Test("With keep, no FIN follows our input, and the relay ends with the peer")
  @LoopActor
  func keep() async throws {
    for kind in Self.kinds {
      let run = try StandardRelayRun(kind) { $0.onEOF = .keep }
      try run.input.writer.write("in")
      run.input.writer.close()
      #expect(try await run.peerGot(2) == "in")
      // After a round trip the end of the input must have been seen.
      try run.peer.write("out")
      #expect(try await run.gotten(3) == "out")
      #expect(try !Sockets.Descriptor(run.peer.raw).isReady([.readable, .peerShutdown]))
      run.peer.close()
      #expect(try await run.ending.value == "finished")
    }
  }

  @Test("With close, the relay ends once everything is sent, although the peer goes on")
  @LoopActor
  func close() async throws {
    for kind in Self.kinds {
      let run = try StandardRelayRun(kind) { $0.onEOF = .close }
      try run.input.writer.write("bye")
      run.input.writer.close()
      #expect(try await run.ending.value == "finished")
      #expect(try await run.peerGotAll() == "bye")
    }
  }

  @Test("A peer that half-closes first still gets all of our input and its end")
  @LoopActor
  func peerHalfCloses() async throws {
    for kind in Self.kinds {
      let run = try StandardRelayRun(kind)
      var ended = 0
      run.relay.sideEnded = { if $0 == .right { ended += 1 } }
      try run.peer.write("question")
      run.peer.halfClose()
      #expect(try await run.gotten(8) == "question")
      try await eventually { ended == 1 }
      try run.input.writer.write("first, ")
      #expect(try await run.peerGot(7) == "first, ")
      try run.input.writer.write("then the rest")
      run.input.writer.close()
      let rest = try await run.peerGotAll()
      #expect(rest == "then the rest")
      #expect(try await run.ending.value == "finished")
      #expect(ended == 1)
    }
  }

  @Test("The peer's end ends the relay at a terminal, with --on-peer-eof exit, and when receiving only")
  @LoopActor
  func peerEnds() async throws {
    for kind in Self.kinds {
      for rule in 0..<3 {
        let run = try StandardRelayRun(kind, inputIsTerminal: rule == 0) {
          if rule == 1 { $0.onPeerEOF = .exit }
          if rule == 2 { $0.direction = .receiveOnly }
        }
        try run.peer.write("last")
        run.peer.halfClose()
        #expect(try await run.ending.value == "finished")
        #expect(try await run.gotten(4) == "last")
      }
    }
  }

  @Test("With --on-peer-eof exit, the relay does not wait for a peer that has ended and reads nothing")
  @LoopActor
  func exitBeforeFullPeer() async throws {
    let run = try StandardRelayRun(.unix) { $0.onPeerEOF = .exit }
    let input = run.input
    let feeder = onThread {
      (try? input.writer.writeUntilStalled(
        [UInt8](repeating: 0, count: 8 << 20),
        stalledFor: .milliseconds(50))) ?? 0
    }
    #expect(try await feeder.value < 8 << 20)
    var warnings: [String] = []
    run.relay.warn = { warnings.append($0) }
    run.peer.halfClose()
    #expect(try await run.ending.value == "finished")
    #expect(warnings == [])
  }

  @Test("A reset fails the relay, even after the peer's end, and what came before it is written")
  @LoopActor
  func reset() async throws {
    for halfCloses in [false, true] {
      for inputEnds in [false, true] {
        // After both ends there is no relay left to fail.
        if halfCloses, inputEnds { continue }
        let run = try StandardRelayRun(.tcp)
        var ended = false
        run.relay.sideEnded = { if $0 == .right { ended = true } }
        try run.peer.write("before")
        #expect(try await run.gotten(6) == "before")
        if halfCloses {
          run.peer.halfClose()
          try await eventually { ended }
        }
        if inputEnds {
          run.input.writer.close()
          #expect(try await run.peerGotAll() == "")
        }
        run.peer.reset()
        let ending = try await run.ending.value
        #expect(["connectionFailed ECONNRESET", "connectionFailed EPIPE"].contains(ending))
        run.input.writer.close()
      }
    }
  }

  @Test("A connection found broken while sending fails with the first error")
  @LoopActor
  func brokenWhileSending() async throws {
    let run = try StandardRelayRun(.unix)
    run.peer.halfClose()
    shutdown(run.peer.raw, CInt(SHUT_RD))
    try run.input.writer.write("nobody reads this")
    #expect(try await run.ending.value == "connectionFailed EPIPE")
  }

  @Test("Input that cannot be read fails the relay")
  @LoopActor
  func inputFails() async throws {
    let directory = try Far.open("/", O_RDONLY)
    let connection = try Connection(.tcp)
    let run = try StandardRelayRun(input: try DescriptorStream(directory), on: connection)
    #expect(try await run.ending.value == "inputFailed EISDIR")
  }

  @Test("The session fails when the reader of its output goes away, even with nothing to write")
  @LoopActor
  func outputGone() async throws {
    for kind in Self.kinds {
      let run = try StandardRelayRun(kind)
      run.output.reader.close()
      #expect(try await run.ending.value == "outputFailed EPIPE")
    }
  }

  @Test("A cancelled relay ends, whatever it waits for")
  @LoopActor
  func cancellation() async throws {
    let run = try StandardRelayRun(.tcp)
    await settle()
    run.ending.cancel()
    #expect(try await run.ending.value == "cancelled")
  }

  @Test("With 4 MiB each way to slow readers, nothing is lost and neither direction stalls the other")
  @LoopActor
  func bothDirections() async throws {
    let (up, down) = (RandomData.bytes(4 << 20, seed: 1), RandomData.bytes(4 << 20, seed: 2))
    for kind in Self.kinds {
      let run = try StandardRelayRun(kind)
      let (input, output, peer) = (run.input, run.output, run.peer)
      let threads = [
        onThread {
          input.writer.feed(up)
          input.writer.close()
        },
        onThread {
          peer.feed(down)
          peer.halfClose()
        },
      ]
      let (atPeer, atOutput) = (onThread { peer.drain(slowly: true) }, onThread { output.reader.drain(slowly: true) })
      #expect(try await run.ending.value == "finished")
      run.output.writer.close()
      for thread in threads { try await thread.value }
      let (gotUp, gotDown) = (try await atPeer.value, try await atOutput.value)
      #expect(gotUp == up)
      #expect(gotDown == down)
    }
  }
}

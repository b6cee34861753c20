import LoopTestSupport
import Glibc
import SockTestSupport
import SocketLoop
import Sockets
import Testing

@testable import Transfer

/// Each rule of "End of input, stream sockets", over TCP and over a Unix pair.
@Suite("Sessions on streams", .onTheLoop, .timeLimit(.minutes(1)))
struct StreamSessionTests {
  private static let kinds = [Connection.Kind.tcp, .unix]

  @Test("Our input ends: the rest is sent, then a FIN; receiving goes on until the peer ends")
  @LoopActor
  func halfClose() async throws {
    for kind in Self.kinds {
      let run = try SessionRun(kind)
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

  @Test("keep: no FIN after our input; the session ends with the peer")
  @LoopActor
  func keep() async throws {
    for kind in Self.kinds {
      let run = try SessionRun(kind) { $0.onEOF = .keep }
      try run.input.writer.write("in")
      run.input.writer.close()
      #expect(try await run.peerGot(2) == "in")
      // A round trip later the end of the input has been seen for long.
      try run.peer.write("out")
      #expect(try await run.gotten(3) == "out")
      #expect(try !Sockets.Descriptor(run.peer.raw).isReady([.readable, .peerShutdown]))
      run.peer.close()
      #expect(try await run.ending.value == "finished")
    }
  }

  @Test("close: the end as soon as all is sent, although the peer goes on")
  @LoopActor
  func close() async throws {
    for kind in Self.kinds {
      let run = try SessionRun(kind) { $0.onEOF = .close }
      try run.input.writer.write("bye")
      run.input.writer.close()
      #expect(try await run.ending.value == "finished")
      #expect(try await run.peerGotAll() == "bye")
    }
  }

  @Test("The peer half-closes first: it still gets all of our input, to its end")
  @LoopActor
  func peerHalfCloses() async throws {
    for kind in Self.kinds {
      let run = try SessionRun(kind)
      var ended = 0
      run.session.sideEnded = { if $0 == .right { ended += 1 } }
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

  @Test("The peer ends: at a terminal, with --on-peer-eof exit, and receiving only, that is the end")
  @LoopActor
  func peerEnds() async throws {
    for kind in Self.kinds {
      for rule in 0..<3 {
        let run = try SessionRun(kind, inputIsTerminal: rule == 0) {
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

  @Test("The peer ends at once with a peer that reads nothing: --on-peer-eof exit does not wait for it")
  @LoopActor
  func exitBeforeFullPeer() async throws {
    let run = try SessionRun(.unix) { $0.onPeerEOF = .exit }
    let input = run.input
    let feeder = onThread {
      (try? input.writer.writeUntilStalled(
        [UInt8](repeating: 0, count: 8 << 20),
        stalledFor: .milliseconds(50))) ?? 0
    }
    #expect(try await feeder.value < 8 << 20)
    var warnings: [String] = []
    run.session.warn = { warnings.append($0) }
    run.peer.halfClose()
    #expect(try await run.ending.value == "finished")
    #expect(warnings == [])
  }

  @Test("A reset fails the session, also when the peer had ended before; what came first is written out")
  @LoopActor
  func reset() async throws {
    for halfCloses in [false, true] {
      for inputEnds in [false, true] {
        // After both ends there is no session left to fail.
        if halfCloses, inputEnds { continue }
        let run = try SessionRun(.tcp)
        var ended = false
        run.session.sideEnded = { if $0 == .right { ended = true } }
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

  @Test("A connection that our input finds broken fails with the first error")
  @LoopActor
  func brokenWhileSending() async throws {
    let run = try SessionRun(.unix)
    run.peer.halfClose()
    shutdown(run.peer.raw, CInt(SHUT_RD))
    try run.input.writer.write("nobody reads this")
    #expect(try await run.ending.value == "connectionFailed EPIPE")
  }

  @Test("The input cannot be read: the session fails")
  @LoopActor
  func inputFails() async throws {
    let directory = try Far.open("/", O_RDONLY)
    let connection = try Connection(.tcp)
    let run = try SessionRun(input: try DescriptorStream(directory), on: connection)
    #expect(try await run.ending.value == "inputFailed EISDIR")
  }

  @Test("The reader of the output has gone: the session fails, also while nothing comes")
  @LoopActor
  func outputGone() async throws {
    for kind in Self.kinds {
      let run = try SessionRun(kind)
      run.output.reader.close()
      #expect(try await run.ending.value == "outputFailed EPIPE")
    }
  }

  @Test("A session that is cancelled ends, whatever it waits for")
  @LoopActor
  func cancellation() async throws {
    let run = try SessionRun(.tcp)
    await settle()
    run.ending.cancel()
    #expect(try await run.ending.value == "cancelled")
  }

  @Test("Both directions at once, 4 MiB each, to readers that are slow: nothing is lost, and neither stalls the other")
  @LoopActor
  func bothDirections() async throws {
    let (up, down) = (RandomData.bytes(4 << 20, seed: 1), RandomData.bytes(4 << 20, seed: 2))
    for kind in Self.kinds {
      let run = try SessionRun(kind)
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

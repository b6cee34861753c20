import LoopTestSupport
import Glibc
import SockTestSupport
import Sockets
import Testing

@testable import SocketLoop

@Suite(.onTheLoop, .timeLimit(.minutes(1)))
struct WatchTests {
  @Test("A change before the wait ends it at once, and only once")
  @LoopActor func edgeIsKept() async throws {
    let (ours, theirs) = try connectedPair()
    // Registered by the first wait: from here on changes are remembered.
    try await ours.watch.writable()
    try await theirs.send(Array("x".utf8))
    await settle()
    try await ours.watch.readable(until: .after(.seconds(30)))
    let again = await failure { () async throws(LoopError) in
      try await ours.watch.readable(until: .after(.milliseconds(5)))
    }
    #expect(again == .timedOut)
    ours.close()
    theirs.close()
  }

  @Test("Reading and writing wait side by side, each ended by its own event")
  @LoopActor func directions() async throws {
    let (ours, theirs) = try connectedPair()
    let block = [UInt8](repeating: 0, count: 65_536)
    while case .moved = try ours.socket.send(block.span) {}
    // The initial writability has been reported already.
    _ = await failure { () async throws(LoopError) in try await ours.watch.writable(until: .after(.milliseconds(1))) }
    let reader = start { try await ours.watch.readable() }
    let writer = start { try await ours.watch.writable() }
    await settle()
    _ = try theirs.socket.send(Array("x".utf8).span)
    try await reader.value
    var taken = 0
    while case .moved(let count) = try Sockets.Descriptor(theirs.socket.descriptor).isReady(.readable)
      ? theirs.socket.receiveSome() : .wouldBlock
    {
      taken += count
    }
    #expect(taken > 0)
    try await writer.value
    ours.close()
    theirs.close()
  }

  @Test("The first wait for a direction reports its state, even if it was reached earlier")
  @LoopActor func interest() async throws {
    let pipe = try SockTestSupport.Pipe()
    let watch = Watch(pipe.writer.raw)
    let reader = start { try await watch.failed() }
    await settle()
    try await watch.writable(until: .after(.seconds(30)))
    pipe.reader.close()
    try await reader.value
    watch.close()
  }

  @Test("A regular file is always ready")
  @LoopActor func regularFile() async throws {
    let directory = try TemporaryDirectory()
    let file = try SockTestSupport.Descriptor.open(directory("file"), O_RDWR | O_CREAT)
    let watch = Watch(file.raw)
    for _ in 0..<3 {
      try await watch.readable()
      try await watch.writable()
    }
    watch.close()
    let error = await failure { () async throws(LoopError) in try await watch.readable() }
    #expect(error == .cancelled)
  }

  @Test("close() cancels all waits, and any that would follow")
  @LoopActor func close() async throws {
    let (ours, theirs) = try connectedPair()
    while case .moved = try ours.socket.send([UInt8](repeating: 0, count: 65_536).span) {}
    _ = await failure { () async throws(LoopError) in try await ours.watch.writable(until: .after(.milliseconds(1))) }
    let waits = [
      start { try await ours.watch.readable() }, start { try await ours.watch.writable() },
      start { try await ours.watch.failed() },
    ]
    await settle()
    ours.close()
    #expect(ours.watch.isClosed)
    for wait in waits {
      let result = await wait.result
      #expect(throws: LoopError.cancelled) { try result.get() }
    }
    let late = await failure { () async throws(LoopError) in try await ours.watch.writable() }
    #expect(late == .cancelled)
    theirs.close()
  }

  @Test("interrupt() ends the current waits; the next one is not affected")
  @LoopActor func interrupt() async throws {
    let (ours, theirs) = try connectedPair()
    let reader = start { try await ours.watch.readable() }
    await settle()
    ours.watch.interrupt()
    let result = await reader.result
    #expect(throws: LoopError.cancelled) { try result.get() }
    let second = start { try await ours.watch.readable() }
    await settle()
    try await theirs.send(Array("x".utf8))
    try await second.value
    ours.close()
    theirs.close()
  }

  @Test("A failure is reported: the reader of a pipe has gone")
  @LoopActor func failed() async throws {
    let pipe = try SockTestSupport.Pipe()
    let watch = Watch(pipe.writer.raw)
    let waiter = start { try await watch.failed() }
    await settle()
    pipe.reader.close()
    try await waiter.value
    try await watch.failed()
    watch.close()
  }

  @Test("A descriptor that is not open cannot be watched")
  @LoopActor func badDescriptor() async throws {
    let error = await failure { () async throws(LoopError) in try await Watch(9999).readable() }
    guard case .system(let system)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(system.number == .badDescriptor)
  }
}

extension Socket {
  /// Takes the events of one call.
  borrowing func receiveSome() throws -> IOResult {
    try receive(upTo: 1 << 20, flags: .doNotWait).map { .moved($0.count) } ?? .wouldBlock
  }
}

@Suite struct WatchSlotsTests {
  @Test("An event for a reused descriptor number does not reach its new owner")
  @LoopActor func generations() {
    var slots = WatchSlots()
    #expect(slots.isEmpty)
    let (first, second) = (WatchState(), WatchState())
    let old = slots.add(first)
    #expect(slots.state(for: old) === first)
    slots.remove(old)
    #expect(slots.isEmpty)
    #expect(slots.state(for: old) == nil)
    let new = slots.add(second)
    // The same slot with another token.
    #expect(new & 0xffff_ffff == old & 0xffff_ffff)
    #expect(new != old)
    #expect(slots.state(for: old) == nil)
    slots.remove(old)
    #expect(slots.state(for: new) === second)
    #expect(slots.state(for: WakeUp.token) == nil)
  }

  @Test("Many watches share the slots, and those that end make room")
  @LoopActor func many() {
    var slots = WatchSlots()
    var watches = (0..<64).map { Watch(CInt($0)) }
    let tokens = watches.map { slots.add($0.state) }
    #expect(Set(tokens).count == 64)
    for (token, watch) in zip(tokens, watches) { #expect(slots.state(for: token) === watch.state) }
    watches.removeFirst(32)
    let more = (0..<32).map { slots.add(Watch(CInt($0)).state) }
    #expect(slots.count == 64)
    for (token, watch) in zip(tokens[32...], watches) { #expect(slots.state(for: token) === watch.state) }
    #expect(tokens.prefix(32).allSatisfy { slots.state(for: $0) == nil })
    for token in tokens + more { slots.remove(token) }
    #expect(slots.isEmpty)
  }
}

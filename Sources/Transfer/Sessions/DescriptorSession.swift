import SocketLoop
import Sockets

/// Writes what a Unix peer sends to our output, and hands the descriptors that it passes to a handler.
///
/// Messages are processed one at a time: the bytes are written, then the descriptors are handed on, and nothing more is
/// received until the handler is done. So the handler's own output appears after those bytes, and before whatever the
/// peer sends next.
@LoopActor
package final class DescriptorSession {
  /// A message and the descriptors that came with it, which are closed along with this value.
  package struct Arrival: ~Copyable {
    /// The descriptors.
    package var descriptors: ReceivedDescriptors
    /// Who sent it; empty on a connection.
    package let peer: SocketAddress
    /// What the kernel reports about it.
    package let facts: DatagramFacts
    /// The length of the message as sent: more than `bytes.count` if it was truncated.
    package let length: Int
    /// Whether some descriptors were lost, because too many were open here: `MSG_CTRUNC`.
    package let isIncomplete: Bool
    /// The bytes, which have already been written.
    package internal(set) var bytes: [UInt8] = []
  }

  private let connection: AsyncSocket
  private let output: DescriptorStream
  private let tap: @LoopActor (SocketAddress) -> (any ByteTap)?
  private let rate: RateLimit?
  private let idle: Duration?
  /// Who may send datagrams: given the sender's address and credentials.
  package var admits: @LoopActor (SocketAddress, Credentials?) -> Bool = { _, _ in true }
  /// Counts the bytes received.
  package let received = ByteCounter()

  /// - Parameters:
  ///   - tap: returns the tap for a peer's bytes.
  ///   - idle: how long without data ends the session; nil for no limit.
  package init(
    _ connection: AsyncSocket, output: DescriptorStream, tap: @escaping @LoopActor (SocketAddress) -> (any ByteTap)?,
    rate: RateLimit?, idle: Duration?
  ) {
    self.connection = connection
    self.output = output
    self.tap = tap
    self.rate = rate
    self.idle = idle
  }

  /// Receives until the connection ends, or until `count` messages have arrived, then closes the socket.
  ///
  /// - Parameter handle: called with each message once its bytes are written; the session waits for it.
  package func run(
    count: Int = .max, _ handle: @escaping @LoopActor (consuming Arrival) async -> Void
  ) async -> SessionEnding {
    defer { connection.close() }
    return await withTaskGroup(of: SessionEnding?.self) { group in
      group.addTask(executorPreference: EventLoop.shared) { await self.receive(count, handle) }
      if output.hasReader {
        group.addTask(executorPreference: EventLoop.shared) { await self.watchOutput() }
      }
      defer { group.cancelAll() }
      while let ending = await group.next() {
        if let ending { return ending }
      }
      return .cancelled
    }
  }

  private func receive(
    _ count: Int, _ handle: @LoopActor (consuming Arrival) async -> Void
  ) async -> SessionEnding {
    let isDatagram = connection.socket.traits.contains(.messages)
    var taken = 0
    while taken < count {
      do throws(LoopError) {
        let arrival = try await next()
        if arrival.bytes.isEmpty, arrival.descriptors.isEmpty, !isDatagram { return .finished }
        taken += 1
        try await rate?.wait(toReceive: arrival.bytes.count)
        do throws(LoopError) {
          try await write(arrival.bytes, from: arrival.peer)
        } catch {
          if case .system(let error) = error { return .outputFailed(error) }
          return .cancelled
        }
        await handle(arrival)
        if Task.isCancelled { return .cancelled }
      } catch {
        switch error {
        case .system(let error): return .connectionFailed(error)
        case .timedOut: return .idle
        case .cancelled: return .cancelled
        }
      }
    }
    return .finished
  }

  private func write(_ bytes: [UInt8], from peer: SocketAddress) async throws(LoopError) {
    let copy = RawBuffer(copying: bytes)
    defer { extendLifetime(copy) }
    received.add(copy.copied)
    await tap(peer)?.saw(copy.copied)
    try await output.writeInTurn(copy.copied)
  }

  private func next() async throws(LoopError) -> Arrival {
    let deadline = MonotonicTime.after(idle)
    while true {
      do throws(SystemError) {
        if let arrival = try receiveMessage() {
          if admits(arrival.peer, arrival.facts.credentials) { return arrival }
          continue
        }
      } catch {
        throw .system(error)
      }
      try await connection.watch.readable(until: deadline)
    }
  }

  private func receiveMessage() throws(SystemError) -> Arrival? {
    let keepsBoundaries = connection.socket.type.keepsMessageBoundaries
    var arrival: Arrival?
    let bytes = try [UInt8](capacity: keepsBoundaries ? DatagramSocket.capacity : 65_536) {
      (buffer: inout OutputSpan<UInt8>) throws(SystemError) in
      let reception = try connection.socket.receiveMessage(
        into: &buffer, controlCapacity: ControlMessage.spaceForDescriptors,
        flags: keepsBoundaries ? [.doNotWait, .truncated] : .doNotWait)
      switch consume reception {
      case .wouldBlock: break
      case .message(var message):
        let facts = DatagramFacts(message)
        arrival = Arrival(
          descriptors: message.descriptors.move(), peer: message.address, facts: facts, length: message.count,
          isIncomplete: message.flags.contains(.controlTruncated))
      }
    }
    arrival?.bytes = bytes
    return arrival
  }

  private func watchOutput() async -> SessionEnding? {
    do { try await output.failed() } catch { return nil }
    return .outputFailed(SystemError(call: "write", number: .brokenPipe))
  }
}

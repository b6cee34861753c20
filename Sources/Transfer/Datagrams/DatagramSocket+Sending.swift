import SocketLoop
import Sockets

extension DatagramSocket {
  /// The most that older kernels cut in one call, and that fits in one datagram over IPv4.
  static let longestRun = (datagrams: 64, bytes: 65_507)

  /// Sends one datagram, to the connected peer or to an address, as soon as there is room for it.
  package func send(
    _ bytes: UnsafeRawBufferPointer, to address: SocketAddress? = nil, from source: PacketInfo? = nil,
    until deadline: MonotonicTime = .never
  ) async throws(LoopError) {
    try await send(DatagramRun(bytes), to: address, from: source, until: deadline) { _ in }
  }

  /// Sends datagram after datagram, to the connected peer or to an address, as soon as there is room for them: many with
  /// one call where they are many.
  ///
  /// - Parameters:
  ///   - source: from which of our addresses, for those that are sent to an address; nil for the kernel's choice.
  ///   - didSend: is told of the bytes that were sent, also where a later datagram fails.
  package func send(
    _ run: DatagramRun, to address: SocketAddress? = nil, from source: PacketInfo? = nil,
    until deadline: MonotonicTime = .never, didSend: (Int) -> Void
  ) async throws(LoopError) {
    let address = address ?? destination
    let source = source ?? self.source
    if connection.socket.traits.contains(.sendsBlocking) {
      return try await sendWaiting(run, until: deadline, didSend: didSend)
    }
    var rest = run
    var isDone = false
    while !isDone {
      var mustWait = true
      do throws(SystemError) {
        if case .moved(let count) = try sendSome(rest, to: address, from: source) {
          didSend(count)
          // An empty datagram is sent by one call, as every other.
          isDone = count >= rest.bytes.count
          rest = DatagramRun(UnsafeRawBufferPointer(rebasing: rest.bytes.dropFirst(count)), size: rest.size)
          continue
        }
        if address != nil, connection.socket.traits.contains(.fullQueueIsNoEvent) { mustWait = false }
      } catch {
        // The device's queue is full; no event tells when it is not.
        guard error.number == .noBufferSpace else { throw .system(error) }
        mustWait = false
      }
      if mustWait {
        try await connection.watch.writable(until: deadline)
      } else {
        if MonotonicTime.now >= deadline { throw .timedOut }
        do throws(WaitError) {
          try await EventLoop.sleep(until: min(deadline, .after(.milliseconds(2))))
        } catch {
          throw LoopError(error)
        }
      }
    }
  }

  /// Sends one datagram with control messages to the connected peer, as soon as there is room for it.
  package func send(_ bytes: [UInt8], control: [ControlMessage]) async throws(LoopError) {
    while true {
      do throws(SystemError) {
        let result = try connection.socket.sendMessage(bytes.span, control: control, flags: .doNotWait)
        if case .moved = result { return }
      } catch {
        throw .system(error)
      }
      try await connection.watch.writable()
    }
  }

  /// Sends on a thread that waits, one by one.
  private func sendWaiting(
    _ run: DatagramRun, until deadline: MonotonicTime, didSend: (Int) -> Void
  ) async throws(LoopError) {
    var rest = run.bytes
    repeat {
      let copy = [UInt8](rest.prefix(run.size))
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(run.size))
      let result: Result<IOResult, SystemError>
      do throws(WaitError) {
        result = try await EventLoop.offload(until: deadline) { [connection] in
          Result { () throws(SystemError) in
            // What is received goes by MSG_DONTWAIT, whatever the mode.
            try connection.socket.setBlockingMode(.blocking)
            return try connection.socket.send(copy.span)
          }
        }
      } catch {
        throw LoopError(error)
      }
      do throws(SystemError) { _ = try result.get() } catch { throw .system(error) }
      didSend(copy.count)
    } while !rest.isEmpty
  }

  /// Sends from the front what one call takes; the result counts bytes.
  private func sendSome(
    _ run: DatagramRun, to address: SocketAddress?, from source: PacketInfo?
  ) throws(SystemError) -> IOResult {
    if run.count == 1 {
      guard let address else { return try descriptor.sendWithoutWaiting(run.bytes) }
      return try descriptor.sendDatagramWithoutWaiting(run.bytes, to: address, from: source)
    }
    if canSegment {
      let count = min(Self.longestRun.datagrams, Self.longestRun.bytes / run.size)
      let segments = UnsafeRawBufferPointer(rebasing: run.bytes.prefix(count * run.size))
      do throws(SystemError) {
        return try descriptor.sendSegmentsWithoutWaiting(segments, of: run.size, to: address, from: source)
      } catch {
        guard Self.cannotSegment(error.number) else { throw error }
        // Longer than the route's packets, or a kernel or device that does not know it: one by one from now on.
        canSegment = false
      }
    }
    guard
      case .moved(let count) = try descriptor.sendDatagramsWithoutWaiting(
        run.bytes, of: run.size, to: address, from: source)
    else { return .wouldBlock }
    return .moved(min(count * run.size, run.bytes.count))
  }

  private static func cannotSegment(_ number: ErrorNumber) -> Bool {
    switch number {
    case .invalidArgument, .inputOutput, .notSupported, .noProtocolOption, .messageTooLong: true
    default: false
    }
  }
}

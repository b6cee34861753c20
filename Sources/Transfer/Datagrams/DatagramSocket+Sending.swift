import SocketLoop
import Sockets

extension DatagramSocket {
  /// The limits of one `UDP_SEGMENT` send: 64 segments on older kernels, and the payload of one IPv4 datagram.
  static let longestRun = (datagrams: 64, bytes: 65_507)

  /// Sends one datagram, to the connected peer or to an address, waiting for room if needed.
  package func send(
    _ bytes: UnsafeRawBufferPointer, to address: SocketAddress? = nil, from source: PacketInfo? = nil,
    until deadline: MonotonicTime = .never
  ) async throws(LoopError) {
    try await send(DatagramRun(bytes), to: address, from: source, until: deadline) { _ in }
  }

  /// Sends the datagrams of a run, to the connected peer or to an address, waiting for room as needed. One call sends
  /// as many as possible.
  ///
  /// - Parameters:
  ///   - source: which of our addresses to send from, when sending to an address; nil lets the kernel choose.
  ///   - didSend: called with the number of bytes sent, even if a later datagram fails.
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
          // An empty datagram is done after one call too, with 0 bytes.
          isDone = count >= rest.bytes.count
          rest = DatagramRun(UnsafeRawBufferPointer(rebasing: rest.bytes.dropFirst(count)), size: rest.size)
          continue
        }
        if address != nil, connection.socket.traits.contains(.fullQueueIsNoEvent) { mustWait = false }
      } catch {
        // The device's queue is full, and no event will announce when it has room again.
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

  /// Sends one datagram with control messages to the connected peer, waiting for room if needed.
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

  /// Sends one datagram to an address without waiting. Where a device's queue is full, no event tells when it has room.
  func sendAtOnce(
    _ bytes: UnsafeRawBufferPointer, to address: SocketAddress, from source: PacketInfo?
  ) throws(SystemError) -> IOResult {
    do throws(SystemError) {
      return try descriptor.sendDatagramWithoutWaiting(bytes, to: address, from: source)
    } catch {
      if error.number == .noBufferSpace { return .wouldBlock }
      guard error.number == .connectionRefused, connection.socket.isUDP else { throw error }
      // That was the error of an earlier datagram, to any peer.
      return try descriptor.sendDatagramWithoutWaiting(bytes, to: address, from: source)
    }
  }

  /// Sends the datagrams one by one, with blocking calls on another thread.
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
            // Receiving uses MSG_DONTWAIT, so the blocking mode does not affect it.
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

  /// Sends as much of the run as one call takes, and returns the number of bytes.
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
        // A datagram exceeds the path MTU, or the kernel or the device does not support segmentation. Use sendmmsg(2)
        // from now on.
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

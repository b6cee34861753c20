import SocketLoop
import Sockets

/// A socket that carries datagrams, with one buffer that every datagram fits in.
@LoopActor
public final class DatagramSocket {
  /// One that was received.
  public struct Datagram {
    /// Valid until the next one is received.
    public let bytes: UnsafeRawBufferPointer
    /// How long it was: more than `bytes` where it did not fit.
    public let length: Int
    /// Who sent it.
    public let peer: SocketAddress
    /// Whether a part of it is lost.
    public var isTruncated: Bool { length > bytes.count }
  }

  /// The socket.
  public nonisolated let connection: AsyncSocket
  private let descriptor: Descriptor
  private let buffer = RawBuffer(count: DatagramSocket.capacity)

  /// UDP's longest is 65,527 bytes (over IPv6); a Unix datagram may have what the sender's buffer takes, 212,960 bytes
  /// unless it was changed.
  ///
  /// Only pages that are written to count as memory.
  public static let capacity = 262_144

  /// Makes the buffer for a socket.
  public init(_ connection: AsyncSocket) {
    self.connection = connection
    descriptor = Descriptor(connection.socket.descriptor)
  }

  /// Waits for the next datagram.
  public func receive(until deadline: MonotonicTime = .never) async throws(LoopError) -> Datagram {
    while true {
      do throws(SystemError) {
        if case .message(let length, let peer) = try descriptor.receiveDatagramWithoutWaiting(into: buffer.bytes) {
          let bytes = UnsafeRawBufferPointer(rebasing: buffer.bytes[..<min(length, Self.capacity)])
          return Datagram(bytes: bytes, length: length, peer: peer)
        }
      } catch {
        throw .system(error)
      }
      try await connection.watch.readable(until: deadline)
    }
  }

  /// Sends one datagram, to the connected peer or to an address, as soon as there is room for it.
  public func send(
    _ bytes: UnsafeRawBufferPointer, to address: SocketAddress? = nil, until deadline: MonotonicTime = .never
  ) async throws(LoopError) {
    while true {
      var mustWait = true
      do throws(SystemError) {
        let result =
          if let address {
            try descriptor.sendDatagramWithoutWaiting(bytes, to: address)
          } else {
            try descriptor.sendWithoutWaiting(bytes)
          }
        if case .moved = result { return }
        // The queue of a Unix receiver that we are not connected to is full: its becoming free is no event of ours.
        if address?.family == .unix { mustWait = false }
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

  /// Ends every wait on the socket.
  public func close() { connection.close() }
}

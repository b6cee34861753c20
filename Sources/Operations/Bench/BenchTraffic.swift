import Glibc
import SocketLoop
import Sockets
import Transfer

/// Sends and receives throwaway bytes as fast as a connection allows.
@LoopActor
struct BenchTraffic {
  let connection: AsyncSocket
  private let stream: SocketStream
  private let descriptor: Descriptor
  private let discards: Bool

  init(_ stream: SocketStream) {
    self.stream = stream
    connection = stream.socket
    descriptor = Descriptor(connection.socket.descriptor)
    discards = connection.socket.type == .stream && connection.socket.protocolNumber == .tcp
  }

  /// The data that every stream sends repeatedly, from any offset in the first period. An echo is compared with it.
  private static let source: UnsafeRawBufferPointer = {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: longestWrite + period, alignment: 4096)
    for index in memory.indices { memory[index] = UInt8(truncatingIfNeeded: index % period) }
    return UnsafeRawBufferPointer(memory)
  }()
  /// A prime number, so that successive blocks of a common size differ.
  private static let period = 251
  /// The buffer to read into if the kernel cannot discard the data.
  private static let sink = UnsafeMutableRawBufferPointer.allocate(byteCount: longestWrite, alignment: 4096)
  /// The maximum number of bytes per call.
  static let longestWrite = 1 << 20

  /// Sends until `end`, or until `amount` bytes are sent; calls `moved` with the count of each call.
  func send(
    until end: MonotonicTime, atMost amount: Int = .max, pieces: Int, moved: (Int) -> Void
  ) async throws(LoopError) {
    let pattern = Pattern(amount: amount, pieces: pieces, end: end)
    do throws(LoopError) {
      try await stream.writeAll(pattern) {
        LoopError.system($0)
      } wait: { () async throws(LoopError) in
        try await connection.watch.writable(until: end)
      } wrote: {
        moved($0)
      }
    } catch {
      if case .timedOut = error { return }
      throw error
    }
  }

  /// The data to send, from its beginning until enough is sent or the time is up.
  private struct Pattern: UnwrittenBytes {
    let amount: Int
    let pieces: Int
    let end: MonotonicTime
    private var sent = 0

    init(amount: Int, pieces: Int, end: MonotonicTime) {
      (self.amount, self.pieces, self.end) = (amount, pieces, end)
    }

    var isEmpty: Bool { sent == amount || MonotonicTime.now >= end }

    mutating func write(to stream: any ByteStream) throws(SystemError) -> IOResult {
      let result = try stream.write(BenchTraffic.expected(at: sent, count: min(amount - sent, pieces)))
      if case .moved(let count) = result { sent += count }
      return result
    }
  }

  /// Why receiving ended.
  enum Ending { case peerEnded, enough, timeIsOver, differs }

  /// The data at an offset of the stream.
  private static func expected(at offset: Int, count: Int) -> UnsafeRawBufferPointer {
    let start = offset % period
    return UnsafeRawBufferPointer(rebasing: source[start..<(start + count)])
  }

  /// Receives to the end of the stream, or until `end`; calls `moved` with the count of each call.
  ///
  /// - Parameter checks: whether to compare the data with what ``send(until:atMost:pieces:moved:)`` sends.
  @discardableResult
  func receive(
    until end: MonotonicTime = .never, atMost amount: Int = .max, checks: Bool = false, moved: (Int) -> Void
  ) async throws(LoopError) -> Ending {
    var rest = amount
    var turns = 0
    while rest > 0 {
      let result = try system { () throws(SystemError) in
        discards && !checks
          ? try descriptor.discardWithoutWaiting(upTo: rest)
          : try descriptor.receiveWithoutWaiting(into: UnsafeMutableRawBufferPointer(rebasing: Self.sink.prefix(rest)))
      }
      switch result {
      case .moved(0): return .peerEnded
      case .moved(let count):
        if checks {
          let expected = Self.expected(at: amount - rest, count: count)
          guard let wanted = expected.baseAddress, let got = Self.sink.baseAddress, memcmp(wanted, got, count) == 0
          else {
            return .differs
          }
        }
        rest -= count
        moved(count)
      case .wouldBlock:
        do throws(LoopError) {
          try await connection.watch.readable(until: end)
        } catch {
          if case .timedOut = error { return .timeIsOver }
          throw error
        }
      }
      turns += 1
      if turns & 15 == 0 {
        if MonotonicTime.now >= end { return .timeIsOver }
        await Task.yield()
      }
    }
    return .enough
  }

  /// Receives exactly `count` bytes, or fewer if the stream ends first.
  func receiveAll(_ count: Int, until end: MonotonicTime) async throws(LoopError) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      let more = try await connection.receive(upTo: count - bytes.count, until: end)
      if more.isEmpty { break }
      bytes += more
    }
    return bytes
  }

  private func system<Result>(_ body: () throws(SystemError) -> Result) throws(LoopError) -> Result {
    do throws(SystemError) { return try body() } catch { throw .system(error) }
  }
}

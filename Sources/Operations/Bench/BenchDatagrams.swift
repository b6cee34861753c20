import SocketLoop
import Sockets
import Transfer

/// The datagrams of a run, with sequence numbers and timestamps. A separate connection carries the order and the
/// result.
@LoopActor
enum BenchDatagrams {
  /// The size of the sequence number and the timestamp, the minimum size of a datagram.
  static let header = 16
  /// Datagrams that are missing after this long without another one are counted as lost.
  private static let silence: Duration = .milliseconds(300)
  /// How long the server waits for datagrams after the client has sent the last.
  private static let patience: Duration = .seconds(2)

  /// How far a sender may fall behind its rate and still catch up.
  private static let longestDebt: Duration = .milliseconds(20)

  /// Opens a port for datagrams, announces it over the connection, counts until the client ends, and sends the result.
  ///
  /// - Returns: the number of bytes that arrived.
  static func receive(
    _ order: BenchOrder, _ traffic: BenchTraffic, _ preparation: SocketPreparation, until end: MonotonicTime
  ) async throws(LoopError) -> UInt64 {
    let place: (socket: DatagramSocket, port: UInt16, client: SocketAddress)
    do throws(LoopError) {
      place = try open(preparation, beside: traffic.connection)
    } catch {
      // An answer with port 0 means that the order was understood, but no port could be opened.
      try await traffic.connection.send(BenchAnswer().wireBytes, until: end)
      throw error
    }
    let socket = place.socket
    defer { socket.close() }
    var answer = BenchAnswer()
    answer.port = place.port
    try await traffic.connection.send(answer.wireBytes, until: end)
    answer.port = 0
    let counter = Counter(of: place.client)
    await withTaskGroup(of: Void.self) { group in
      group.addTask(executorPreference: EventLoop.shared) { await counter.run(socket, until: end) }
      group.addTask(executorPreference: EventLoop.shared) {
        _ = try? await traffic.receive(until: end) { _ in }
        await counter.waitForLast(until: .after(patience))
      }
      await group.next()
      group.cancelAll()
    }
    let result = counter.sources.best
    answer.bytes = result.bytes
    answer.datagrams = result.tally.counts
    try await traffic.connection.send(answer.wireBytes, until: end)
    return result.bytes
  }

  /// Opens a port on the connection's local address.
  private static func open(
    _ preparation: SocketPreparation, beside connection: AsyncSocket
  ) throws(LoopError) -> (DatagramSocket, port: UInt16, client: SocketAddress) {
    do throws(SystemError) {
      let local = try connection.socket.localAddress()
      guard local.port != nil else {
        throw SystemError(call: "bind", number: .familyNotSupported, subject: "for datagrams beside \(local)")
      }
      let socket = try Socket.open(.udp, family: local.family, mode: .nonBlocking)
      try preparation.prepare(socket, source: local.with(port: 0))
      let port = try socket.localAddress().port ?? 0
      let datagrams = DatagramSocket(AsyncSocket(socket), userOptions: preparation.options.names)
      return (datagrams, port, try connection.socket.peerAddress())
    } catch {
      throw .system(error)
    }
  }

  /// Counts datagrams until cancelled.
  private final class Counter: Sendable {
    @LoopActor private(set) var sources: DatagramSources
    @LoopActor private var latest = MonotonicTime.now

    @LoopActor
    init(of client: SocketAddress) { sources = DatagramSources(of: client) }

    @LoopActor
    func run(_ socket: DatagramSocket, until end: MonotonicTime) async {
      while let datagram = try? await socket.receive(until: end) {
        guard datagram.bytes.count >= header else { continue }
        let head = Array(datagram.bytes.prefix(header))
        let now = MonotonicTime.now
        let isNew = sources.count(
          number: head.number(at: 0), sent: head.number(at: 8), arrived: now.nanoseconds,
          bytes: datagram.bytes.count, from: datagram.peer)
        if isNew { latest = now }
      }
    }

    /// Waits until no more datagrams arrive, once all have been sent.
    @LoopActor
    func waitForLast(until limit: MonotonicTime) async {
      latest = .now
      while MonotonicTime.now < min(limit, latest.advanced(by: silence)) {
        do { try await EventLoop.sleep(until: min(limit, latest.advanced(by: silence))) } catch { return }
      }
    }
  }

  /// Sends datagrams at a steady rate to a port of the connection's peer.
  static func send(
    _ request: BenchRequest, _ preparation: SocketPreparation, beside connection: AsyncSocket, port: UInt16,
    until end: MonotonicTime, sent: (Int) -> Void
  ) async throws(LoopError) {
    let socket: DatagramSocket
    do throws(SystemError) {
      let peer = try connection.socket.peerAddress().with(port: port)
      let opened = try Socket.open(.udp, family: peer.family, mode: .nonBlocking)
      // The server counts only datagrams from the address of the connection.
      try preparation.prepare(opened, source: try connection.socket.localAddress().with(port: 0))
      _ = try opened.connect(to: peer)
      socket = DatagramSocket(AsyncSocket(opened))
    } catch {
      throw .system(error)
    }
    defer { socket.close() }
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: request.messageSize, alignment: 8)
    defer { memory.deallocate() }
    memory.initializeMemory(as: UInt8.self, repeating: 0)
    let interval = Duration.nanoseconds(Int64(Double(request.messageSize) / Double(request.rate) * 1e9))
    var due = MonotonicTime.now
    var number: UInt64 = 0
    while MonotonicTime.now < end, number < request.amount.map({ UInt64($0) }) ?? .max {
      if due > .now {
        do throws(WaitError) { try await EventLoop.sleep(until: min(due, end)) } catch { throw LoopError(error) }
        continue
      }
      // A sender that has fallen behind catches up, but not in a single burst.
      let late = MonotonicTime.now.since(due)
      due = due.advanced(by: interval + max(.zero, late - longestDebt))
      if number & 15 == 15 { await Task.yield() }
      for (index, byte) in (number.networkBytes + MonotonicTime.now.nanoseconds.networkBytes).enumerated() {
        memory[index] = byte
      }
      do throws(LoopError) {
        try await socket.send(UnsafeRawBufferPointer(memory), until: end)
      } catch {
        switch error {
        case .timedOut: return
        // The port has been closed, which counts as loss, too.
        case .system(let error) where error.number == .connectionRefused: break
        default: throw error
        }
      }
      number += 1
      sent(request.messageSize)
    }
  }
}

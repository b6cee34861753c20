import SocketLoop
import Sockets
import Transfer

/// One peer of a ``DatagramForwarder``, and the socket on the right that is its own.
@LoopActor
final class ForwardedSession {
  let peer: SocketAddress
  let record: ConnectionRecord
  /// The socket that the peer sends to.
  private let left: DatagramSocket
  private var right: DatagramSocket?
  private var rightRecord: ConnectionRecord?
  private let taps: TapSet
  private let toRight = ByteCounter(keepsTime: true)
  private let toLeft = ByteCounter(keepsTime: true)
  /// Datagrams that came before the right side was open.
  private var early: [[UInt8]] = []
  private var earlyBytes = 0
  /// Which of our addresses the peer sends to, and is answered from.
  var source: PacketInfo?
  /// Opens the right side, and passes on what comes from it.
  var task: Task<Void, Never>?
  private var hasWarned = false
  /// What is done on purpose to the datagrams of each direction.
  private var faults: (toRight: DatagramFaults, toLeft: DatagramFaults)?

  /// How many datagrams, and how many of their bytes, may wait for the right side to open.
  private static let mostEarly = (datagrams: 4096, bytes: 1 << 20)
  /// How long a datagram may wait for room. A receiver that takes nothing must not hold up the others.
  private static let patience = Duration.milliseconds(100)

  init(_ peer: SocketAddress, on left: DatagramSocket, _ record: ConnectionRecord, _ taps: TapSet) {
    self.peer = peer
    self.left = left
    self.record = record
    self.taps = taps
    record.carries(sent: toLeft, received: toRight, isMeasured: false)
  }

  /// When something was last passed on.
  var latest: MonotonicTime { max(toRight.latest, toLeft.latest) }

  /// Passes on datagrams of the peer.
  func forward(_ run: DatagramRun) async {
    guard let right else {
      keep(run)
      return
    }
    if let faults { return take(run, faults.toRight) }
    await show(run, from: .left)
    await send(run, over: right, to: nil, from: nil, counting: toRight)
  }

  private func take(_ run: DatagramRun, _ faults: DatagramFaults) {
    for index in 0..<run.count { faults.take(run[index]) }
  }

  /// Applies faults to what is passed on from now on, which is all if the right side is not open yet.
  func spoil(by plan: FaultPlan) {
    if plan.isEmpty { return }
    faults = (
      DatagramFaults(plan, number: record.number * 2) { bytes in
        guard let right = self.right else { return }
        await self.show(DatagramRun(bytes), from: .left)
        await self.send(DatagramRun(bytes), over: right, to: nil, from: nil, counting: self.toRight)
      },
      DatagramFaults(plan, number: record.number * 2 + 1) { bytes in
        await self.show(DatagramRun(bytes), from: .right)
        await self.send(DatagramRun(bytes), over: self.left, to: self.peer, from: self.source, counting: self.toLeft)
      }
    )
  }

  private func keep(_ run: DatagramRun) {
    for index in 0..<run.count {
      guard early.count < Self.mostEarly.datagrams, earlyBytes < Self.mostEarly.bytes else { return }
      early.append([UInt8](run[index]))
      earlyBytes += run[index].count
    }
  }

  /// Sends what has come so far to the right side, which is open now.
  func begin(_ socket: DatagramSocket, _ record: ConnectionRecord) async {
    rightRecord = record
    record.carries(sent: toRight, received: toLeft)
    // What comes while these are sent has to wait behind them.
    while !early.isEmpty {
      let bytes = early.removeFirst()
      if let faults {
        bytes.withUnsafeBytes { faults.toRight.take($0) }
        continue
      }
      let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(bytes.count, 1), alignment: 16)
      defer { copy.deallocate() }
      copy.copyBytes(from: bytes)
      let run = DatagramRun(UnsafeRawBufferPointer(rebasing: copy[..<bytes.count]))
      await show(run, from: .left)
      await send(run, over: socket, to: nil, from: nil, counting: toRight)
    }
    right = socket
  }

  /// Passes on the answers, until the socket fails or the task is cancelled.
  func answer() async throws(OperationError) {
    guard let right, let rightRecord else { return }
    while true {
      do throws(LoopError) {
        let received = try await right.receiveRun()
        if let faults {
          take(received.run, faults.toLeft)
          continue
        }
        await show(received.run, from: .right)
        await send(received.run, over: left, to: peer, from: source, counting: toLeft)
      } catch {
        guard case .system(let error) = error else { throw .cancelled }
        if right.isPassing(error) { continue }
        guard let address = rightRecord.peer.address else { throw OperationError(error, while: .transferring) }
        throw .datagram(error, peer: address, report: right.report)
      }
    }
  }

  private func show(_ run: DatagramRun, from side: End.Place) async {
    guard let tap = taps.carried(by: record.number, from: side) else { return }
    for index in 0..<run.count { await tap.saw(run[index]) }
  }

  /// Sends datagrams; what finds no room is lost, as anywhere on the way of a datagram.
  private func send(
    _ run: DatagramRun, over socket: DatagramSocket, to address: SocketAddress?, from source: PacketInfo?,
    counting counter: ByteCounter
  ) async {
    do throws(LoopError) {
      try await socket.send(run, to: address, from: source, until: .after(Self.patience)) { counter.add($0) }
    } catch {
      if case .cancelled = error { return }
      // A refusal is an error of the receiving direction, which reports it.
      if case .system(let error) = error, error.number == .connectionRefused { return }
      if !hasWarned { record.warn("a datagram was not passed on: \(error)") }
      hasWarned = true
    }
  }

  /// Ends the session.
  func end() {
    task?.cancel()
    faults?.toRight.stop()
    faults?.toLeft.stop()
    faults = nil
    right?.close()
    right = nil
    record.closed()
    rightRecord?.closed()
    rightRecord = nil
  }
}

import SocketLoop
import Sockets
import Transfer

/// The peers that send datagrams to the left of a relay, each as a stream of its own, so that any end can be on the right.
///
/// What ends a connection elsewhere is here the end of the right side, an error, or `--peer-timeout` of silence. The next
/// datagram of the same peer begins anew.
@LoopActor
final class DatagramPeers {
  private let sockets: [DatagramSocket]
  private let mostAtOnce: Int
  private let silence: Duration
  private var streams: [SocketAddress: DatagramPeerStream] = [:]
  /// Set when the only peer of `--once` has ended, or the sockets have failed.
  private let ended = Suspension()
  private var hasEnded = false
  private var failure: OperationError?
  private var isOnce = false
  private var hasServed = false
  private var tasks: [SocketAddress: Task<Void, Never>] = [:]

  init(_ sockets: [DatagramSocket], atOnce: Int, silence: Duration) {
    self.sockets = sockets
    mostAtOnce = atOnce
    self.silence = silence
    for socket in sockets { socket.noteDestinations() }
    DescriptorLimit.raise()
  }

  /// Serves until an error or cancellation, or only the first peer.
  func run(_ handler: ForwardHandler, isOnce: Bool) async throws(OperationError) {
    self.isOnce = isOnce
    await withTaskGroup(of: Void.self) { group in
      for socket in sockets {
        group.addTask(executorPreference: EventLoop.shared) { await self.receive(from: socket, handler) }
      }
      group.addTask(executorPreference: EventLoop.shared) { await self.forget() }
      if !hasEnded { try? await ended.suspend() }
      group.cancelAll()
    }
    let unfinished = tasks.values
    for task in unfinished { task.cancel() }
    for task in unfinished { await task.value }
    if let failure { throw failure }
    if Task.isCancelled { throw .cancelled }
  }

  private func receive(from socket: DatagramSocket, _ handler: ForwardHandler) async {
    while true {
      do throws(LoopError) {
        let datagram = try await socket.receive()
        stream(of: datagram.peer, on: socket, handler)?.deliver(datagram)
      } catch {
        guard case .system(let error) = error else { return }
        // An ICMP error about an answer: that peer has gone, but the others have not.
        if error.number == .connectionRefused || socket.isPassing(error) { continue }
        return end(OperationError(error, while: .transferring))
      }
    }
  }

  private func end(_ error: OperationError?) {
    failure = failure ?? error
    hasEnded = true
    ended.resume()
  }

  /// The stream of a peer; nil if it is not served.
  private func stream(
    of peer: SocketAddress, on socket: DatagramSocket, _ handler: ForwardHandler
  ) -> DatagramPeerStream? {
    if let stream = streams[peer] { return stream }
    if isOnce, hasServed { return nil }
    guard streams.count < mostAtOnce else { return nil }
    hasServed = true
    let stream = DatagramPeerStream(peer, on: socket)
    streams[peer] = stream
    tasks[peer] = Task(executorPreference: EventLoop.shared) { await self.serve(stream, handler) }
    return stream
  }

  private func serve(_ stream: DatagramPeerStream, _ handler: ForwardHandler) async {
    let outcome = await handler.serve(stream, .address(stream.peer))
    streams[stream.peer] = nil
    tasks[stream.peer] = nil
    guard case .peerFailed(let error) = outcome else { return isOnce ? end(nil) : () }
    if isOnce { return end(error) }
    // Descriptors have run out: the peer that has been silent for longest makes room for the next one.
    if error.errorNumber.map(OperationError.isLimit) == true {
      streams.values.min { $0.latest < $1.latest }?.end()
    }
  }

  /// Ends the streams of silent peers.
  private func forget() async {
    while true {
      let limit = (streams.values.map(\.latest).min() ?? .now).advanced(by: silence)
      do throws(WaitError) { try await EventLoop.sleep(until: limit) } catch { return }
      for stream in streams.values where stream.latest.advanced(by: silence) <= limit { stream.end() }
    }
  }
}

import SocketLoop
import Sockets

extension DatagramSocket {
  /// Received datagrams of one sender and one size, of which the last may be shorter.
  package struct ReceivedRun {
    /// The datagrams. Valid until the next receive.
    package let run: DatagramRun
    package let peer: SocketAddress
    /// What to send an answer with; see ``Datagram/answerSource``.
    package let answerSource: PacketInfo?
  }

  /// Waits for datagrams to pass on: a run that the kernel coalesced (`UDP_GRO`), or those of one sender that have come by
  /// now, which one call can send.
  package func receiveRun(until deadline: MonotonicTime = .never) async throws(LoopError) -> ReceivedRun {
    let first = try await receive(until: deadline)
    guard let rest = takeCoalesced(after: first) ?? takeAlike(after: first) else {
      return ReceivedRun(run: DatagramRun(first.bytes), peer: first.peer, answerSource: first.answerSource)
    }
    return ReceivedRun(
      run: DatagramRun(rest, size: first.bytes.count), peer: first.peer, answerSource: first.answerSource)
  }
}

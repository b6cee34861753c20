import SocketLoop
import Sockets

extension DatagramSocket {
  /// Received datagrams of one sender and one size, as the kernel coalesced them; mostly a single one.
  package struct ReceivedRun {
    /// The datagrams. Valid until the next receive.
    package let run: DatagramRun
    package let peer: SocketAddress
    /// What to send an answer with; see ``Datagram/answerSource``.
    package let answerSource: PacketInfo?
  }

  /// Waits for datagrams to pass on: one, or a run that the kernel coalesced (`UDP_GRO`), which can be sent as it is.
  package func receiveRun(until deadline: MonotonicTime = .never) async throws(LoopError) -> ReceivedRun {
    let first = try await receive(until: deadline)
    guard let rest = takeCoalesced(after: first) else {
      return ReceivedRun(run: DatagramRun(first.bytes), peer: first.peer, answerSource: first.answerSource)
    }
    return ReceivedRun(
      run: DatagramRun(rest, size: first.bytes.count), peer: first.peer, answerSource: first.answerSource)
  }
}

import SocketLoop
import Sockets

/// A peer on this very host, over TCP or MPTCP: nothing is gained by pacing what never meets a network.
///
/// Where BBR is the system's congestion control it spreads packets over round trips that last microseconds, and slows loopback
/// down. So an unpaced one is asked for, by `-v` visibly; `-o TCP_CONGESTION=…` says otherwise.
@LoopActor
enum LocalPeer {
  static func unpace(_ socket: borrowing Socket, options: [SocketOptionAssignment], record: ConnectionRecord) {
    guard socket.traits.contains(.choosesCongestionControl), record.peer.isLoopback,
      !options.contains(where: { $0.option.name == "TCP_CONGESTION" }),
      let usual = try? socket.get(.congestionControl), usual.hasPrefix("bbr")
    else { return }
    // Which ones an unprivileged program may choose is the system's to say: the first that is allowed.
    for name in ["cubic", "reno"] {
      guard (try? socket.set(.congestionControl, to: name)) != nil else { continue }
      record.emit(.option) { $0.message = "TCP_CONGESTION: \(name), since \(usual) paces and the peer is this host" }
      return
    }
  }
}

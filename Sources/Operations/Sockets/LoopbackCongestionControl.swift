import SocketLoop
import Sockets

/// A congestion control without pacing for TCP and MPTCP connections within this host.
///
/// BBR spreads packets over the round-trip time. Over loopback that is microseconds, and pacing only slows the connection
/// down. `-o TCP_CONGESTION=…` keeps the user's choice.
@LoopActor
enum LoopbackCongestionControl {
  /// Replaces BBR on a connection to this host, and reports the change.
  static func choose(for socket: borrowing Socket, options: [SocketOptionAssignment], record: ConnectionRecord) {
    guard socket.traits.contains(.choosesCongestionControl), record.peer.isLoopback,
      !options.contains(where: { $0.option.name == "TCP_CONGESTION" }),
      let usual = try? socket.get(.congestionControl), usual.hasPrefix("bbr")
    else { return }
    // The kernel decides which ones unprivileged processes may choose.
    for name in ["cubic", "reno"] {
      guard (try? socket.set(.congestionControl, to: name)) != nil else { continue }
      record.emit(.option) { $0.message = "TCP_CONGESTION: \(name), since \(usual) paces and the peer is this host" }
      return
    }
  }
}

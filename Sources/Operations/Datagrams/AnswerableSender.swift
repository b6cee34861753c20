import SocketLoop
import Sockets
import Transfer

/// Which senders of datagrams get an answer from a server that answers whatever it gets.
///
/// The address of a sender is whatever it says, so that two such servers can be made to answer each other for ever.
@LoopActor
final class AnswerableSender {
  /// Services that answer everything.
  private static let answeringPorts: Set<UInt16> = [7, 13, 17, 19, 37]

  private let reporter: EventReporter
  /// What a warning has been about, so that each is said once.
  private var hasWarned: Set<Objection> = []

  private enum Objection: Hashable { case unnamed, port, group, itself }

  init(_ reporter: EventReporter) { self.reporter = reporter }

  /// Whether a sender is to be answered. If not, a warning says so, once for each reason.
  ///
  /// - Parameters:
  ///   - source: the address that the datagram was sent to, if that is not known from the socket.
  ///   - local: the address of the socket.
  func accepts(_ peer: SocketAddress, source: PacketInfo?, local: SocketAddress?) -> Bool {
    guard let objection = objection(to: peer, source, local) else { return true }
    if hasWarned.insert(objection).inserted { reporter.warn(text(objection, peer)) }
    return false
  }

  private func objection(to peer: SocketAddress, _ source: PacketInfo?, _ local: SocketAddress?) -> Objection? {
    if peer.isUnnamed { return .unnamed }
    guard let port = peer.port else { return nil }
    if port == 0 || Self.answeringPorts.contains(port) { return .port }
    if peer.isMulticast || IPAddress(peer) == IPAddress("255.255.255.255") { return .group }
    if port == local?.port, isItself(peer, source, local) { return .itself }
    return nil
  }

  /// Whether the address of a sender is the one that its datagram was sent to.
  private func isItself(_ peer: SocketAddress, _ source: PacketInfo?, _ local: SocketAddress?) -> Bool {
    if let source { return IPAddress(peer) == source.local }
    return peer == local
  }

  private func text(_ objection: Objection, _ peer: SocketAddress) -> String {
    switch objection {
    case .unnamed: StandardStreams.cannotAnswerUnnamed
    case .port:
      "datagrams from port \(peer.port ?? 0) are not answered: a server may be there that answers in turn, without end"
    case .group: "datagrams from \(peer), which is no address of one host, are not answered"
    case .itself: "a datagram that seems to come from this very socket is not answered"
    }
  }
}

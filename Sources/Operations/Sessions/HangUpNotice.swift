import SocketLoop
import Sockets
import Transfer

/// Notices a server that takes the end of our input (FIN) for a hang-up, and drops the request: nginx as a proxy,
/// ssh-agent.
///
/// On the wire such a server looks like one that only receives, as `nc -l >file` does: both end right after our FIN and
/// send nothing. So it is reported to all users only if what was sent is certain to want an answer, and otherwise with
/// `-v`.
@LoopActor
final class HangUpNotice {
  private let peer: any ByteStream
  private let sent: ByteCounter
  private let received: ByteCounter
  /// When our input ended.
  private var end: MonotonicTime?

  /// How long a server may take to notice the FIN, besides the round trip.
  private static let patience = Duration.milliseconds(200)

  init(_ peer: any ByteStream, sent: ByteCounter, received: ByteCounter) {
    (self.peer, self.sent, self.received) = (peer, sent, received)
    sent.keepBeginning()
  }

  func inputEnded() { end = .now }

  /// The warning to give when the peer ends, if any.
  ///
  /// - Parameter isVerbose: whether the user wants to see everything.
  func warning(isVerbose: Bool) -> String? {
    guard let end, sent.bytes > 0, received.bytes == 0, MonotonicTime.now.since(end) <= Self.patience + roundTrip,
      isVerbose || Self.wantsAnswer(sent.beginning, of: sent.bytes)
    else { return nil }
    return "it closed right after the end of our input, and sent nothing: "
      + "if it takes that for a hang-up, --on-eof keep leaves our half open"
  }

  private var roundTrip: Duration {
    .microseconds(peer.connection?.socket.tcpInformation()?.roundTripTime ?? 0)
  }

  /// Whether this is how a request begins: the first line of HTTP, or a length of 4 bytes, as in the protocol of
  /// ssh-agent, that covers exactly what was sent.
  static func wantsAnswer(_ beginning: [UInt8], of count: UInt64) -> Bool {
    if beginning.count >= 5, beginning.prefix(4).reduce(0, { $0 << 8 | UInt64($1) }) + 4 == count { return true }
    let words = beginning.split(separator: UInt8(ascii: " "), maxSplits: 1, omittingEmptySubsequences: false)
    let methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE"]
    return words.count == 2 && methods.contains { words[0].elementsEqual($0.utf8) }
  }
}

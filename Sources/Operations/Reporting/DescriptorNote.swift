import Sockets
import Transfer

/// Warnings about descriptors that a peer passed over a Unix socket.
enum DescriptorNote {
  /// Descriptors that arrived without `--receive-fds`.
  static func unwanted(_ count: Int) -> String {
    "\(described(count)) passed and closed: sock recv --receive-fds runs a command with them"
  }

  /// `MSG_CTRUNC`.
  static let lost =
    "descriptors that were passed are lost (MSG_CTRUNC): too many are open here, and ulimit -n allows no more"

  /// `1 descriptor was`, `2 descriptors were`; `descriptors were` for 0, an unknown number.
  private static func described(_ count: Int) -> String {
    count == 1 ? "1 descriptor was" : "\(count == 0 ? "" : "\(count) ")descriptors were"
  }
}

extension DatagramSocket.Datagram {
  /// The control messages of the datagram, decoded; descriptors passed with it are closed.
  ///
  /// - Parameters:
  ///   - isShown: whether they are reported; if not, they are not decoded.
  ///   - warn: called with a warning about passed descriptors.
  func facts(isShown: Bool, warn: (String) -> Void) -> DatagramFacts {
    guard isShown || holdsDescriptors else { return DatagramFacts() }
    let facts = DatagramFacts(ReceivedControl(control))
    if facts.descriptorCount > 0 { warn(DescriptorNote.unwanted(facts.descriptorCount)) }
    return facts
  }
}

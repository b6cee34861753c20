import Sockets
import Transfer

/// What is said of descriptors that a peer passed over a Unix socket.
enum DescriptorNote {
  /// Nobody has asked for them.
  static func unwanted(_ count: Int) -> String {
    "\(described(count)) passed and closed: sock recv --receive-fds runs a command with them"
  }

  /// `MSG_CTRUNC`.
  static let lost =
    "descriptors that were passed are lost (MSG_CTRUNC): too many are open here, and ulimit -n allows no more"

  /// `1 descriptor was`, `2 descriptors were`; 0 where nobody counted them.
  private static func described(_ count: Int) -> String {
    count == 1 ? "1 descriptor was" : "\(count == 0 ? "" : "\(count) ")descriptors were"
  }
}

extension DatagramSocket.Datagram {
  /// What the kernel tells of the datagram; descriptors that came with it are closed.
  ///
  /// - Parameters:
  ///   - isShown: whether anybody sees it: taking it apart costs time otherwise for nothing.
  ///   - warn: is told of descriptors.
  func facts(isShown: Bool, warn: (String) -> Void) -> DatagramFacts {
    guard isShown || holdsDescriptors else { return DatagramFacts() }
    let facts = DatagramFacts(ReceivedControl(control))
    if facts.descriptorCount > 0 { warn(DescriptorNote.unwanted(facts.descriptorCount)) }
    return facts
  }
}

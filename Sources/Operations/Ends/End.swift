import SocketLoop
import Sockets

/// One end of a relay, as a word of the command line names it.
package struct End: Sendable {
  /// Whether peers come to it, or it is opened.
  package enum Role: String, Sendable, CaseIterable {
    case listen, connect
  }

  /// Which side of the relay it is on.
  package enum Place: String, Sendable {
    case left, right

    /// The role of a socket whose word does not name one.
    package var role: Role { self == .left ? .listen : .connect }
  }

  /// The word that named it, for messages.
  package var word: String
  /// What the word means.
  package var meaning: any EndMeaning

  package init(_ word: String, _ meaning: any EndMeaning) {
    self.word = word
    self.meaning = meaning
  }

  /// The address to listen on, if it is a socket to listen on.
  package var listening: Endpoint? {
    guard let socket = meaning as? SocketEnd, socket.role == .listen else { return nil }
    return socket.endpoint
  }
}

/// What a word of a relay means: a socket, a program, a file …
///
/// A kind of end is a type that conforms to this, in a file of its own, and a row of ``EndKind/all``.
package protocol EndMeaning: Sendable {
  /// Gets everything ready that can be prepared before the first connection: binds a socket, or finds the program.
  ///
  /// - Throws: if it can never be opened, while no peer is kept waiting yet.
  @LoopActor
  func prepare(_ context: EndContext) async throws(OperationError) -> any EndSource

  /// Whether it carries messages that stand alone, and has no connections: datagrams, packets.
  var hasDatagrams: Bool { get }

  /// Whether it is known to carry messages, with their boundaries, as datagrams or over a connection.
  var keepsMessages: Bool { get }
}

extension EndMeaning {
  package var hasDatagrams: Bool { false }
  package var keepsMessages: Bool { hasDatagrams }
}

/// Opens an end, once for each connection of a relay.
@LoopActor
package protocol EndSource: AnyObject, Sendable {
  /// How often it can be opened.
  var uses: EndUses { get }

  /// Opens it.
  ///
  /// - Parameter partner: the other side of the connection, if that is open already.
  func open(for partner: EndPartner?) async throws(OperationError) -> OpenEnd

  /// Called once the relay has ended.
  func close()
}

extension EndSource {
  package var uses: EndUses { .many }
  package func close() {}
}

/// How often an end can be opened.
package enum EndUses: Sendable {
  /// Once in the life of the process, as standard input.
  case once
  /// Any number of times, one after the other, as a serial line.
  case inTurn
  /// Any number of times at once.
  case many
}

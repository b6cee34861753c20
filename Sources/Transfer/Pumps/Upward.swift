import SocketLoop

/// What carries our input to a peer: a pump from a descriptor, or a message that was given as an argument.
@LoopActor
package protocol Upward: AnyObject {
  var flow: Flow { get }
  func run() async -> Pump.Ending
  /// Ends it once what it has read is sent.
  func stop()
  /// Ends it now.
  func abandon()
  /// Whether its end is to be the end of the session too, whatever the peer still has to say.
  var endsSession: Bool { get }
  /// Whether it is known that there was more to send: of a file, of a message, or of what was read already.
  var isIncomplete: Bool { get }
}

extension Upward {
  /// False: it is the rules that say.
  package var endsSession: Bool { false }
  /// False: nobody knows what a terminal or a pipe would have brought.
  package var isIncomplete: Bool { false }
}

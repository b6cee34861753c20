import SocketLoop
import Sockets
import Transfer

/// Where the peers of a server meet: what one of them sends is passed on to the others.
@LoopActor
protocol Room: AnyObject, Sendable {
  /// How our input is split for it.
  var framing: MessageReader.Framing { get }

  /// Lets a peer in. It gets what its queue gets.
  ///
  /// - Returns: its place, which takes what it sends.
  func join(_ queue: QueueStream) -> any RoomPlace

  /// Passes on what comes from our own input.
  func say(_ message: [UInt8])
}

/// A peer in a room.
@LoopActor
protocol RoomPlace: AnyObject, Sendable {
  /// Passes on what the peer has sent, now that there is room for some of it.
  ///
  /// - Returns: how much of it.
  func take(_ bytes: UnsafeRawBufferPointer) -> Int

  /// The peer has ended its half.
  func end()

  /// The peer has gone.
  func leave()

  /// A message to the peer was lost, because it takes nothing.
  func didLose()
}

/// `--broker` and `--chat`, as the command line gives them.
package struct RoomOrder: Sendable {
  package enum Kind: Sendable { case broker, chat }

  package var kind: Kind
  /// `--queue`: how many bytes wait for a peer at most.
  package var queue = 1 << 20
  /// `--slow-peer`: what happens to a peer that takes nothing.
  package var slowPeer = MessageHub.Policy.drop

  package init(_ kind: Kind) { self.kind = kind }
}

/// What a pump writes to: it takes the bytes of a peer whenever there is room for them in the queues of the others.
@LoopActor
final class RoomSink: ByteStream {
  private let hub: MessageHub
  private let place: any RoomPlace
  private let waiting = Suspension()

  init(_ hub: MessageHub, _ place: any RoomPlace) {
    self.hub = hub
    self.place = place
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> IOResult {
    throw SystemError(call: "read", number: .badDescriptor)
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> IOResult {
    guard hub.hasRoom else { return .wouldBlock }
    return .moved(place.take(bytes))
  }

  func placeToRead() throws(LoopError) -> Suspension? { nil }

  func placeToWrite() throws(LoopError) -> Suspension? {
    if hub.hasRoom { return nil }
    hub.wait(at: waiting)
    return waiting
  }
}

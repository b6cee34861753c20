import SocketLoop
import Transfer

/// `--broker`: what a peer sends goes to all others, byte for byte.
@LoopActor
final class Broker: Room {
  private let hub: MessageHub
  /// Shows what the peers send; nil if nothing does.
  private let output: QueueStream?

  let framing: MessageReader.Framing

  init(_ hub: MessageHub, output: QueueStream?, framing: MessageReader.Framing) {
    self.hub = hub
    self.output = output
    self.framing = framing
  }

  func join(_ queue: QueueStream) -> any RoomPlace { Place(hub, queue) }

  func say(_ message: [UInt8]) { hub.post(message, except: output) }

  @LoopActor
  private final class Place: RoomPlace {
    private let hub: MessageHub
    private let queue: QueueStream

    init(_ hub: MessageHub, _ queue: QueueStream) {
      self.hub = hub
      self.queue = queue
    }

    func take(_ bytes: UnsafeRawBufferPointer) -> Int {
      hub.post([UInt8](bytes), except: queue)
      return bytes.count
    }

    func end() {}
    func leave() {}
    func didLose() {}
  }
}

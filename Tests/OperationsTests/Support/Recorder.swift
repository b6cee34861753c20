import Sockets
import Synchronization

@testable import Operations

/// Records the events of an operation.
final class Recorder: EventSink {
  private let kept = Mutex<[Event]>([])
  var events: [Event] { kept.withLock { $0 } }
  func emit(_ event: Event) { kept.withLock { $0.append(event) } }

  /// The recorded events of one kind.
  func events(_ kind: Event.Kind) -> [Event] { events.filter { $0.kind == kind } }
}

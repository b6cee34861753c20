import Sockets

/// An eventfd with which other threads end the loop's wait.
final class WakeUp: Sendable {
  /// No watch has this token, since its generation is 0.
  static let token: UInt64 = 0
  private let event: EventDescriptor

  init() throws(SystemError) { event = try EventDescriptor() }

  var descriptor: CInt { event.number }

  func signal() { event.signal() }

  func acknowledge() { event.acknowledge() }
}

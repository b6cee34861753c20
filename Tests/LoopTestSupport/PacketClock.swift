import Sockets

/// The kernel's receive timestamps. The kernel takes them only while some socket wants them, and starts a moment after
/// the first one does: packets before that have none.
public enum PacketClock {
  /// Keeps them on until the end of the tests.
  public static func start() throws { try started.get() }

  private static let started: Result<Void, any Error> = Result {
    let receiver = try Socket.open(.udp, family: .ipv4, mode: .nonBlocking)
    DatagramFacts.request(on: receiver)
    try receiver.bind(to: .ipv4(.loopback, port: 0))
    let address = try receiver.localAddress()
    let deadline = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < deadline {
      _ = try receiver.send([0].span, to: address)
      _ = try receiver.wait(for: .readable, timeout: .seconds(1))
      var batch = DatagramBatch(capacity: 1, datagramSize: 1, controlSize: DatagramFacts.controlSize)
      guard case .moved(1) = try receiver.receiveBatch(into: &batch) else { continue }
      if DatagramFacts(ReceivedControl(batch.control(at: 0))).softwareTime != nil {
        // It stays open, to keep the timestamps on.
        _ = receiver.release()
        return
      }
    }
    throw SystemError(call: "recvmmsg", number: .timedOut, subject: "with a time of the kernel")
  }
}

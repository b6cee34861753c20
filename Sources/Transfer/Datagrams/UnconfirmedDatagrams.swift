import SocketLoop

/// The datagrams sent to an address that has not shown yet that anything receives there, in order to send them to another
/// address of the same name if they are refused.
///
/// The address is confirmed by an answer, or when a second passes without a refusal: ICMP errors come within a round trip.
@LoopActor
struct UnconfirmedDatagrams {
  private(set) var datagrams: [[UInt8]]
  private(set) var isConfirmed = false
  private var size: Int
  private var start: MonotonicTime?

  private static let patience = Duration.seconds(1)
  /// The most to keep, in bytes.
  private static let limit = 1 << 20

  /// - Parameter datagrams: those that another address has refused.
  init(_ datagrams: [[UInt8]] = []) {
    self.datagrams = datagrams
    size = datagrams.reduce(0) { $0 + $1.count }
  }

  /// Keeps datagrams that are about to be sent.
  mutating func add(_ run: DatagramRun) {
    if isConfirmed { return }
    let now = MonotonicTime.now
    if size + run.bytes.count > Self.limit || now > (start ?? now).advanced(by: Self.patience) { return confirm() }
    start = start ?? now
    size += run.bytes.count
    for index in 0..<run.count { datagrams.append([UInt8](run[index])) }
  }

  /// Records that something receives at the address.
  mutating func confirm() {
    isConfirmed = true
    datagrams = []
  }
}

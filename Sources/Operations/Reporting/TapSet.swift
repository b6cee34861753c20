import Glibc
import SocketLoop
import Sockets
import Transfer

/// The dumps and logs of a run (`-x`, `--log`, `--log-hex`), shared by all of its connections.
@LoopActor
final class TapSet {
  /// One dump or log. Standard error has no path: if it fails, there is nowhere to report that.
  private struct Target {
    let end: DescriptorStream
    let isHex: Bool
    let path: String?
  }

  private var targets: [Target] = []
  private let reporter: EventReporter
  private var hasFailed = false
  /// Called before payload goes to a terminal on which progress may be drawn, too; nil otherwise.
  private let outputComes: ((_ endsLine: Bool) -> Void)?

  init(_ options: ConnectionOptions, _ reporter: EventReporter) throws(OperationError) {
    self.reporter = reporter
    outputComes = reporter.outputComes.flatMap { Descriptor.standardOutput.isTerminal ? $0 : nil }
    if options.hexDump { try add(.standardError, isHex: true, path: nil) }
    if let path = options.log { try add(Descriptor(try Self.open(path)), isHex: false, path: path) }
    if let path = options.logHex { try add(Descriptor(try Self.open(path)), isHex: true, path: path) }
  }

  private func add(_ descriptor: Descriptor, isHex: Bool, path: String?) throws(OperationError) {
    do throws(SystemError) {
      targets.append(Target(end: try DescriptorStream(descriptor), isHex: isHex, path: path))
    } catch {
      throw OperationError(.cannotCreate, "\(path ?? "standard error"): \(error)", errorNumber: error.number)
    }
  }

  private static func open(_ path: String) throws(OperationError) -> CInt {
    do throws(SystemError) {
      return try OwnedDescriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC).release()
    } catch {
      throw OperationError(
        .cannotCreate, "cannot create the log \(path): \(error.number)", errorNumber: error.number)
    }
  }

  /// Whether there is nothing to show.
  var isEmpty: Bool { targets.isEmpty && outputComes == nil }

  func sent(to peer: Peer?) -> (any ByteTap)? { targets.isEmpty ? nil : Tap(self, ">", peer) }

  func received(from peer: Peer?) -> (any ByteTap)? {
    isEmpty ? nil : Tap(self, "<", peer, isOutput: outputComes != nil)
  }

  /// What comes from one side of a relay.
  func carried(by connection: Int, from side: End.Place) -> (any ByteTap)? {
    targets.isEmpty ? nil : Tap(self, "\(connection) \(side.rawValue)", nil)
  }

  fileprivate func announce(_ bytes: UnsafeRawBufferPointer) { outputComes?(bytes.last == 0x0a) }

  fileprivate func show(_ bytes: UnsafeRawBufferPointer, hex: [UInt8]) async {
    for target in targets {
      do throws(LoopError) {
        if target.isHex { try await target.end.writeInTurn(hex) } else { try await target.end.writeInTurn(bytes) }
      } catch {
        guard case .system(let error) = error, let path = target.path, !hasFailed else { continue }
        hasFailed = true
        reporter.logFailed(
          OperationError(
            .connectionLost, "cannot write the log \(path): \(error.number)", errorNumber: error.number))
      }
    }
  }

  fileprivate var showsHex: Bool { targets.contains { $0.isHex } }

  /// The time of day in UTC: `07:39:13.961018`.
  fileprivate static func timeOfDay() -> String {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    func digits(_ number: Int, _ count: Int) -> String { String(String(number + 10_000_000).suffix(count)) }
    let second = now.tv_sec % 86_400
    return "\(digits(second / 3600, 2)):\(digits(second / 60 % 60, 2)):\(digits(second % 60, 2))"
      + ".\(digits(now.tv_nsec / 1000, 6))"
  }
}

/// One direction of one connection, with its own offset.
@LoopActor
private final class Tap: ByteTap {
  private let set: TapSet
  private let direction: String
  private let isOutput: Bool
  private var dump = HexDump()

  init(_ set: TapSet, _ direction: String, _ peer: Peer?, isOutput: Bool = false) {
    self.set = set
    self.isOutput = isOutput
    self.direction = peer.map { "\(direction) \($0)" } ?? direction
  }

  func saw(_ bytes: UnsafeRawBufferPointer) async {
    if isOutput { set.announce(bytes) }
    let hex = set.showsHex ? dump.lines(for: bytes, prefix: "\(TapSet.timeOfDay()) \(direction) ") : []
    await set.show(bytes, hex: hex)
  }
}

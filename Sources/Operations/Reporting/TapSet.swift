import Glibc
import SocketLoop
import Sockets
import Transfer

/// The dumps and logs of a run (`-x`, `--log`, `--log-hex`), shared by all of its connections.
@LoopActor
final class TapSet {
  /// One dump or log. Standard error has no path: if it fails, there is nowhere to report that.
  @LoopActor
  private final class Target {
    let end: DescriptorStream
    let isHex: Bool
    let path: String?
    /// Whether a write has failed. A log then ends there: what was written later would hide the gap.
    var hasFailed = false

    init(_ end: DescriptorStream, isHex: Bool, path: String?) { (self.end, self.isHex, self.path) = (end, isHex, path) }
  }

  private var targets: [Target] = []
  private let reporter: EventReporter
  /// Whether dumps name the peer, on a line of its own, wherever it changes: for runs with several peers. In the lines
  /// of the dump there is no room for it.
  var namesPeers = false
  /// The peer that was named last, by direction.
  private var named: [String: Peer] = [:]
  /// Called before payload goes to a terminal on which progress may be drawn, too; nil otherwise.
  private let outputComes: ((_ endsLine: Bool) -> Void)?

  init(_ options: ConnectionOptions, _ reporter: EventReporter) async throws(OperationError) {
    self.reporter = reporter
    outputComes = reporter.outputComes.flatMap { Descriptor.standardOutput.isTerminal ? $0 : nil }
    if options.hexDump { try add(.standardError, isHex: true, path: nil) }
    if let path = options.log { try add(Descriptor(try await Self.open(path)), isHex: false, path: path) }
    if let path = options.logHex { try add(Descriptor(try await Self.open(path)), isHex: true, path: path) }
  }

  private func add(_ descriptor: Descriptor, isHex: Bool, path: String?) throws(OperationError) {
    do throws(SystemError) {
      targets.append(Target(try DescriptorStream(descriptor), isHex: isHex, path: path))
    } catch {
      throw OperationError(.cannotCreate, "\(path ?? "standard error"): \(error)", errorNumber: error.number)
    }
  }

  /// Opens a log on a thread of its own: a named pipe that nobody reads, or a file server that does not answer, must not
  /// delay a signal or the deadline.
  private static func open(_ path: String) async throws(OperationError) -> CInt {
    let opened: Result<CInt, SystemError>
    do throws(WaitError) {
      opened = try await EventLoop.offload {
        Result { () throws(SystemError) in try OwnedDescriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC).release() }
      }
    } catch {
      throw .cancelled
    }
    do throws(SystemError) {
      return try opened.get()
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
    for target in targets where !target.hasFailed {
      do throws(LoopError) {
        if target.isHex { try await target.end.writeInTurn(hex) } else { try await target.end.writeInTurn(bytes) }
      } catch {
        guard case .system(let error) = error, let path = target.path, !target.hasFailed else { continue }
        target.hasFailed = true
        reporter.logFailed(
          OperationError(
            .connectionLost, "cannot write the log \(path): \(error.number)", errorNumber: error.number))
      }
    }
  }

  /// The line that names the peer of what follows; nil if it is known.
  fileprivate func heading(_ prefix: String, _ direction: String, _ peer: Peer?) -> [UInt8] {
    guard namesPeers, let peer, named[direction] != peer else { return [] }
    named[direction] = peer
    return Array("\(prefix)\(peer)\n".utf8)
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
  private let peer: Peer?
  private let isOutput: Bool
  private var dump = HexDump()

  init(_ set: TapSet, _ direction: String, _ peer: Peer?, isOutput: Bool = false) {
    self.set = set
    self.isOutput = isOutput
    self.direction = direction
    self.peer = peer
  }

  func saw(_ bytes: UnsafeRawBufferPointer) async {
    if isOutput { set.announce(bytes) }
    await set.show(bytes, hex: set.showsHex ? lines(for: bytes) : [])
  }

  private func lines(for bytes: UnsafeRawBufferPointer) -> [UInt8] {
    let prefix = "\(TapSet.timeOfDay()) \(direction) "
    return set.heading(prefix, direction, peer) + dump.lines(for: bytes, prefix: prefix)
  }
}

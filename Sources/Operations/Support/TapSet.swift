import Glibc
import SocketLoop
import Sockets
import Transfer

/// The dumps and logs that were asked for, shared by every connection of a run.
@LoopActor
final class TapSet {
  private enum Target {
    case hexToError
    case file(CInt, isHex: Bool, path: String)
  }

  private var targets: [Target] = []

  private let journal: Journal
  private var hasFailed = false

  init(_ link: LinkOptions, _ journal: Journal) throws(OperationError) {
    self.journal = journal
    if link.hexDump { targets.append(.hexToError) }
    if let path = link.log { targets.append(.file(try Self.open(path), isHex: false, path: path)) }
    if let path = link.logHex { targets.append(.file(try Self.open(path), isHex: true, path: path)) }
  }

  private static func open(_ path: String) throws(OperationError) -> CInt {
    let file = Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    if file >= 0 { return file }
    let number = ErrorNumber(rawValue: errno)
    throw OperationError(.cannotCreate, "cannot create the log \(path): \(number)", errorNumber: number)
  }

  func sent(to peer: SocketAddress?) -> (any ByteTap)? { tap(">", peer) }
  func received(from peer: SocketAddress?) -> (any ByteTap)? { tap("<", peer) }

  private func tap(_ direction: String, _ peer: SocketAddress?) -> (any ByteTap)? {
    targets.isEmpty ? nil : Tap(self, direction, peer)
  }

  fileprivate func saw(_ bytes: UnsafeRawBufferPointer, _ direction: String, dump: inout HexDump) {
    var hex: [UInt8]?
    for target in targets {
      switch target {
      case .file(let file, isHex: false, let path): check(Self.write(bytes, to: file), path)
      case .hexToError, .file(_, isHex: true, _):
        let lines = hex ?? dump.lines(for: bytes, prefix: "\(Self.timeOfDay()) \(direction) ")
        hex = lines
        let (file, path): (CInt, String) =
          if case .file(let number, _, let path) = target { (number, path) } else { (2, "") }
        check(lines.withUnsafeBytes { Self.write($0, to: file) }, path)
      }
    }
  }

  /// Says once that a log is not whole. Of standard error nothing can be said: that is where it would go.
  private func check(_ error: ErrorNumber?, _ path: String) {
    guard let error, !path.isEmpty, !hasFailed else { return }
    hasFailed = true
    journal.warn("cannot write the log \(path): \(error)")
  }

  /// `07:39:13.961018`, UTC, as the events have it.
  private static func timeOfDay() -> String {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    func digits(_ number: Int, _ count: Int) -> String { String(String(number + 10_000_000).suffix(count)) }
    let second = now.tv_sec % 86_400
    return "\(digits(second / 3600, 2)):\(digits(second / 60 % 60, 2)):\(digits(second % 60, 2))"
      + ".\(digits(now.tv_nsec / 1000, 6))"
  }

  private static func write(_ bytes: UnsafeRawBufferPointer, to file: CInt) -> ErrorNumber? {
    var rest = bytes
    while !rest.isEmpty {
      let count = Glibc.write(file, rest.baseAddress, rest.count)
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN {
        // Standard error can be non-blocking, if whoever shares it made it so.
        var wait = pollfd(fd: file, events: CShort(POLLOUT), revents: 0)
        poll(&wait, 1, 1000)
        continue
      }
      if count <= 0 { return ErrorNumber(rawValue: errno) }
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
    }
    return nil
  }
}

/// One direction of one connection: it has an offset of its own.
@LoopActor
private final class Tap: ByteTap {
  private let set: TapSet
  private let direction: String
  private var dump = HexDump()

  init(_ set: TapSet, _ direction: String, _ peer: SocketAddress?) {
    self.set = set
    self.direction = peer.map { "\(direction) \($0)" } ?? direction
  }

  func saw(_ bytes: UnsafeRawBufferPointer) { set.saw(bytes, direction, dump: &dump) }
}

import Glibc
import Sockets

/// Writes `> CALL` before and `< CALL = RESULT` after each call that it observes, to a descriptor far from all others.
final class CallMarker: SystemCallObserver {
  /// Known to `CallsUnderStraceTests`, which takes the marks out of what strace saw.
  static let descriptor: CInt = 1000

  /// Makes `/dev/null` the place of the marks: strace shows the bytes that are written there.
  static func open() {
    let null = Glibc.open("/dev/null", O_WRONLY | O_CLOEXEC)
    _ = fcntl(null, CInt(F_DUPFD_CLOEXEC), descriptor)
    close(null)
  }

  static func observing<Result>(_ body: () -> Result) -> Result {
    mark("begin")
    defer { mark("end") }
    return withSystemCallObserver(CallMarker(), body)
  }

  func replacement(for call: SystemCall) -> SystemCallReplacement? {
    Self.mark("> \(call.name)")
    return nil
  }

  func completed(_ call: SystemCall) { Self.mark("< \(call)") }

  private static func mark(_ text: String) {
    var text = text
    text.withUTF8 { _ = write(descriptor, $0.baseAddress, $0.count) }
  }
}

import Glibc
import SocketLoop
import Sockets

/// Output while no line is edited. A terminal that accepts nothing, because of ^S or a hung connection, delays only this
/// output.
@LoopActor
final class TerminalOutput {
  private let editor: LineEditor
  /// The terminal, opened anew: O_NONBLOCK must not affect others that share standard output.
  private let descriptor: CInt
  private var pending: [UInt8] = []

  init(_ editor: LineEditor) {
    self.editor = editor
    descriptor = open("/proc/self/fd/1", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
  }

  deinit { if descriptor >= 0 { Glibc.close(descriptor) } }

  /// Shows lines as soon as the terminal accepts them.
  func show(_ text: String) {
    pending += text.utf8
    flush()
  }

  /// Waits until everything is written.
  ///
  /// Several jobs may wait at once, hence the loop.
  func drain() async {
    while !pending.isEmpty {
      do throws(WaitError) { try await EventLoop.sleep(until: .after(.milliseconds(20))) } catch { return }
      flush()
    }
  }

  private func flush() {
    guard !pending.isEmpty, (try? Descriptor.standardOutput.isReady(.writable)) != false else { return }
    guard !editor.isReading, descriptor >= 0 else {
      editor.show(pending)
      pending = []
      return
    }
    let count = pending.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    // After a hang-up there is nobody to show it to; SIGHUP ends the session.
    if count < 0, errno != EAGAIN, errno != EINTR { pending = [] } else { pending.removeFirst(max(0, count)) }
  }
}

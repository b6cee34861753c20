import Glibc
import SocketLoop
import Sockets

/// Output while no line is edited. A terminal that accepts nothing, because of ^S or a hung connection, delays only this
/// output.
@LoopActor
final class TerminalOutput {
  private let editor: LineEditor
  /// The terminal, opened again, since O_NONBLOCK must not affect other processes that share standard output.
  private let descriptor: Descriptor?
  private var pending: [UInt8] = []

  init(_ editor: LineEditor) {
    self.editor = editor
    descriptor = (try? Descriptor.standardOutput.reopenForWriting().release()).map { Descriptor($0) }
  }

  deinit { descriptor?.close() }

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
    guard !editor.isReading, let descriptor else {
      editor.show(pending)
      pending = []
      return
    }
    switch pending.withUnsafeBytes({ try? descriptor.write($0) }) {
    case .moved(let count)?: pending.removeFirst(count)
    case .wouldBlock?: break
    // After a hang-up, no terminal is left to show it on; SIGHUP ends the session.
    case nil: pending = []
    }
  }
}

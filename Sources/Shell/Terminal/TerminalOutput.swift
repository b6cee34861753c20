import Glibc
import SocketLoop
import Sockets

/// What is shown between two lines that are typed: a terminal that takes nothing, for ^S or a connection that hangs, keeps
/// it waiting and nothing else.
@LoopActor
final class TerminalOutput {
  private let editor: LineEditor
  /// The terminal as a file of our own: without blocking, which those who share standard output do not have to know.
  private let descriptor: Descriptor?
  private var pending: [UInt8] = []

  init(_ editor: LineEditor) {
    self.editor = editor
    descriptor = (try? Descriptor.standardOutput.reopenForWriting().release()).map { Descriptor($0) }
  }

  deinit { descriptor?.close() }

  /// Shows lines as soon as the terminal takes them.
  func show(_ text: String) {
    pending += text.utf8
    flush()
  }

  /// Waits until all is shown.
  ///
  /// Sides may wait at the same time, so they look again and again.
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
    // A terminal that has gone ends the session by its signal; until then there is nobody to show it to.
    case nil: pending = []
    }
  }
}

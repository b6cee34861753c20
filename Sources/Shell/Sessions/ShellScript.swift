import Glibc
import SocketLoop
import Sockets

/// A script: lines from a file or from standard input, to its end or to the first line that is wrong.
package enum ShellScript {
  /// How a script, or a session at a terminal, ended.
  package enum Outcome: Hashable, Sendable {
    /// It came to its end, or to `exit`, with this status.
    case ended(Int)
    /// A line cannot be carried out: `3:1: …`.
    case misuse(String)
    /// An expectation does not hold: `3:1: expected …, got …`.
    case failed(String)
    /// INT, TERM or HUP.
    case signal(CInt)
    /// The script, or the terminal, cannot be read.
    case unreadable(ErrorNumber)
  }

  /// Runs a script on the event loop of the process, until it ends.
  ///
  /// - Parameters:
  ///   - descriptor: where its lines come from; it stays open.
  ///   - output: takes each line of results, without its line end.
  package static func run(from descriptor: CInt, output: @escaping @Sendable (String) -> Void) -> Outcome {
    EventLoop.shared.run { await supervise(descriptor, output) }
  }

  @LoopActor
  private static func supervise(_ descriptor: CInt, _ output: @escaping @Sendable (String) -> Void) async -> Outcome {
    await withTaskGroup(of: Outcome?.self) { group in
      let session = ShellSession(Audience { output($0.text) })
      group.addTask(executorPreference: EventLoop.shared) { await work(descriptor, session) }
      // The main side may wait for what a side that failed will never send.
      group.addTask(executorPreference: EventLoop.shared) { await session.nextSideFailure().map { outcome($0.ending) } }
      group.addTask(executorPreference: EventLoop.shared) { await waitForSignal() }
      defer { group.cancelAll() }
      while let outcome = await group.next() {
        if let outcome { return outcome }
      }
      return .ended(0)
    }
  }

  @LoopActor
  private static func work(_ descriptor: CInt, _ session: ShellSession) async -> Outcome {
    let lines = LineReader(descriptor)
    defer { lines.close() }
    do throws(ShellEnding) {
      while true {
        let line: [UInt8]?
        do throws(LoopError) {
          line = try await lines.next()
        } catch {
          if case .system(let error) = error { return .unreadable(error.number) }
          throw .cancelled
        }
        guard let line else { break }
        try await session.run(line)
      }
      try await session.finish()
      return .ended(0)
    } catch {
      session.stop()
      return outcome(error)
    }
  }

  private static func outcome(_ ending: ShellEnding) -> Outcome {
    switch ending {
    case .misuse(let message): .misuse(message)
    case .failed(let message): .failed(message)
    case .exit(let status): .ended(status)
    case .cancelled: .ended(0)
    }
  }

  @LoopActor
  private static func waitForSignal() async -> Outcome? {
    do { return .signal(try await Signals([SIGINT, SIGTERM, SIGHUP]).next()) } catch { return nil }
  }
}

/// The lines of a descriptor, as they come; others run while none has.
@LoopActor
final class LineReader {
  private let descriptor: Descriptor
  private let watch: Watch
  private var bytes: [UInt8] = []
  private var start = 0
  private var hasEnded = false

  init(_ descriptor: CInt) {
    self.descriptor = Descriptor(descriptor)
    watch = Watch(descriptor)
  }

  func close() { watch.close() }

  /// The next line without its end; nil behind the last one.
  func next() async throws(LoopError) -> [UInt8]? {
    var searched = start
    while true {
      if let end = bytes[searched...].firstIndex(of: 10) {
        defer { start = end + 1 }
        let line = bytes[start..<end]
        return Array(line.last == 13 ? line.dropLast() : line)
      }
      if hasEnded {
        guard start < bytes.count else { return nil }
        defer { start = bytes.count }
        return Array(bytes[start...])
      }
      // What was handed out goes, so that a script of any length takes the memory of its longest line.
      bytes.removeFirst(start)
      start = 0
      searched = bytes.count
      try await fill()
    }
  }

  private func fill() async throws(LoopError) {
    do throws(SystemError) {
      if try descriptor.isReady(.readable) {
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 1)
        defer { chunk.deallocate() }
        guard case .moved(let count) = try descriptor.read(into: chunk) else { return }
        hasEnded = count == 0
        bytes.append(contentsOf: chunk[..<count])
        return
      }
    } catch {
      throw .system(error)
    }
    try await watch.readable()
  }
}

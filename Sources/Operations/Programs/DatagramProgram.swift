import SocketLoop
import Sockets
import Transfer

/// A program that has a datagram as its standard input, and whose whole output is the answer.
@LoopActor
struct DatagramProgram {
  enum Answer: Sendable {
    case bytes([UInt8])
    /// More than fits into a datagram.
    case tooLong
    /// A signal has ended the program, so that it may not have written everything.
    case cut
    /// The program did not end in time.
    case late
    case failed(SystemError)
    case cancelled
  }

  private let process: ProcessStream
  /// How long it may take; nil for any time.
  private let limit: Duration?

  init(_ process: ProcessStream, limit: Duration?) {
    self.process = process
    self.limit = limit
  }

  /// Gives the program its input, and reads its output to the end.
  func answer(to datagram: [UInt8]) async -> Answer {
    await withTaskGroup(of: Answer?.self) { group in
      group.addTask(executorPreference: EventLoop.shared) { await self.feed(datagram) }
      group.addTask(executorPreference: EventLoop.shared) { await self.read() }
      if let limit {
        group.addTask(executorPreference: EventLoop.shared) {
          do { try await EventLoop.sleep(until: .after(limit)) } catch { return nil }
          return .late
        }
      }
      var answer: Answer?
      while answer == nil, let next = await group.next() { answer = next }
      group.cancelAll()
      return answer ?? .cancelled
    }
  }

  /// Waits for the program, or ends it if it takes too long.
  func close(after answer: Answer) async {
    let isOver = if case .bytes = answer { true } else { false }
    _ = await process.close(isOver ? .delivered(within: nil) : .abort, afterEnd: isOver)
  }

  /// A program need not read its input.
  private func feed(_ datagram: [UInt8]) async -> Answer? {
    do throws(LoopError) { try await process.writeAll(datagram) } catch {}
    try? process.finish()
    return nil
  }

  private func read() async -> Answer {
    var bytes: [UInt8] = []
    do throws(LoopError) {
      while bytes.count <= ConnectionOptions.largestDatagram {
        let part = try await process.readSome(upTo: 65_536)
        if part.isEmpty {
          return await process.failureAtEnd() == nil ? .bytes(bytes) : .cut
        }
        bytes += part
      }
      return .tooLong
    } catch {
      switch error {
      case .system(let error): return .failed(error)
      case .timedOut, .cancelled: return .cancelled
      }
    }
  }
}

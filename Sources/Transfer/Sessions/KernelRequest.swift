import SocketLoop
import Sockets

/// A request to a service of the kernel, such as a digest of `AF_ALG`: all of our input, and then its one answer.
@LoopActor
package final class KernelRequest {
  /// What was sent.
  package let sent = Flow()
  /// What was received.
  package let received = Flow()
  private let connection: AsyncSocket
  private let message: [UInt8]?
  private let input: MessageReader?
  private let output: StreamEnd
  private let taps: (up: (any ByteTap)?, down: (any ByteTap)?)

  /// A request of `message`, or of what `input` reads.
  package init(
    _ connection: AsyncSocket, message: [UInt8]?, input: MessageReader?, output: StreamEnd,
    taps: (up: (any ByteTap)?, down: (any ByteTap)?)
  ) {
    self.connection = connection
    self.message = message
    self.input = input
    self.output = output
    self.taps = taps
  }

  /// Sends all of it, and writes the answer out.
  package func run() async -> StreamSession.Ending {
    defer { connection.close() }
    if let ending = await ask() { return ending }
    let answer = RawBuffer(count: 65_536)
    defer { extendLifetime(answer) }
    let count: Int
    do throws(SystemError) {
      // The kernel computes within the call: there is nothing to wait for.
      guard case .moved(let moved) = try Descriptor(connection.socket.descriptor).read(into: answer.bytes) else {
        return .cancelled
      }
      count = moved
    } catch {
      return .connectionFailed(error)
    }
    let bytes = UnsafeRawBufferPointer(rebasing: answer.bytes[..<count])
    received.moved(bytes)
    await taps.down?.saw(bytes)
    do throws(LoopError) {
      try await output.writeAll(bytes)
    } catch {
      if case .system(let error) = error { return .outputFailed(error) }
      return .cancelled
    }
    return .finished
  }

  private func ask() async -> StreamSession.Ending? {
    if let message {
      let copy = RawBuffer(copying: message)
      defer { extendLifetime(copy) }
      return await send(copy.copied)
    }
    while let input {
      switch await input.next() {
      case .bytes(let bytes): if let ending = await send(bytes) { return ending }
      case .end: return nil
      case .failed(let error): return .inputFailed(error)
      case .cancelled: return .cancelled
      }
    }
    return nil
  }

  /// `MSG_MORE` says that the request goes on; the reading of the answer ends it.
  private func send(_ bytes: UnsafeRawBufferPointer) async -> StreamSession.Ending? {
    await taps.up?.saw(bytes)
    var rest = bytes
    while !rest.isEmpty {
      do throws(SystemError) {
        guard case .moved(let count) = try Descriptor(connection.socket.descriptor).sendPart(rest), count > 0 else {
          return .cancelled
        }
        sent.moved(UnsafeRawBufferPointer(rebasing: rest.prefix(count)))
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
      } catch {
        return .connectionFailed(error)
      }
    }
    return nil
  }
}

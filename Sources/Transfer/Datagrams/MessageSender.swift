import SocketLoop
import Sockets

/// Carries our input to a connected peer that keeps message boundaries: each message of the reader is one send.
@LoopActor
package final class MessageSender: Upward {
  /// What it has sent.
  package let flow = Flow()
  private let reader: MessageReader
  private let socket: DatagramSocket
  private let tap: (any ByteTap)?
  private let rate: RateLimit?
  private var isStopping = false

  /// Sends what `reader` cuts to a connected socket; `tap` sees it first.
  package init(_ reader: MessageReader, to connection: AsyncSocket, tap: (any ByteTap)? = nil, rate: RateLimit? = nil) {
    self.reader = reader
    self.rate = rate
    self.tap = tap
    socket = DatagramSocket(connection)
  }

  /// Sends message after message until the input ends.
  package func run() async -> Pump.Ending {
    while !isStopping {
      switch await reader.nextRun() {
      case .end: return .sourceEnded
      case .failed(let error): return .sourceFailed(error)
      case .cancelled: return isStopping ? .stopped : .cancelled
      case .bytes(let run):
        if let tap { for index in 0..<run.count { await tap.saw(run[index]) } }
        var rest = run
        do throws(LoopError) {
          try await socket.send(run, rate: rate) { count in
            flow.moved(UnsafeRawBufferPointer(rebasing: rest.bytes.prefix(count)))
            rest = rest.dropping(count)
          }
        } catch {
          if case .system(let error) = error { return .sinkFailed(error) }
          return .cancelled
        }
      }
    }
    return .stopped
  }

  /// Ends it once the message in hand is sent.
  package func stop() {
    isStopping = true
    reader.interrupt()
  }

  /// Ends it now.
  package func abandon() {
    stop()
    socket.connection.watch.interruptWriting()
  }
}

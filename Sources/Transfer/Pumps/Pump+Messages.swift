import SocketLoop
import Sockets

extension Pump {
  /// Sends each message of the source as one message of the sink, as many per call as are available.
  func carryMessages() async throws(Interruption) {
    guard let messages = source.messages else { return fallBack() }
    // A layer takes them one by one.
    let socket = sink.pagesToWrite == nil ? nil : sink.connection.map { DatagramSocket($0) }
    while true {
      if isStopping { throw Interruption(ending: .stopped) }
      switch await messages.nextRun() {
      case .end: throw Interruption(ending: .sourceEnded)
      case .failed(let error): throw Interruption(ending: .sourceFailed(error))
      case .cancelled: throw Interruption(ending: isStopping && !isCancelled ? .stopped : .cancelled)
      case .bytes(let run):
        if let tap = settings.tap { for index in 0..<run.count { await tap.saw(run[index]) } }
        if let socket { try await send(run, over: socket) } else { try await write(run) }
      }
    }
  }

  private func write(_ run: DatagramRun) async throws(Interruption) {
    for index in 0..<run.count {
      if let rate = settings.rate {
        do throws(WaitError) {
          try await rate.wait(toSend: run[index].count)
        } catch {
          throw Interruption(ending: .cancelled)
        }
      }
      isHolding = true
      try await writeAll(run[index])
      isHolding = false
    }
  }

  private func send(_ run: DatagramRun, over socket: DatagramSocket) async throws(Interruption) {
    var rest = run
    do throws(LoopError) {
      try await socket.send(run, rate: settings.rate) { count in
        counter.add(UnsafeRawBufferPointer(rebasing: rest.bytes.prefix(count)))
        rest = rest.dropping(count)
      }
    } catch {
      if case .system(let error) = error { throw Interruption(ending: .sinkFailed(error)) }
      throw Interruption(ending: .cancelled)
    }
  }
}

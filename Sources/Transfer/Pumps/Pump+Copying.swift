import SocketLoop
import Sockets

extension Pump {
  /// What one read takes at most. Files and devices give all that is asked for; of a socket, more than 64 KiB at once
  /// gained nothing where it was measured, but a megabyte left the cache.
  private var bufferSize: Int {
    switch source.kind {
    case .regularFile, .other: 262_144
    case .socket: source.keepsMessageBoundaries ? 262_144 : 65_536
    case .pipe, .null: 65_536
    case .terminal: 4096
    }
  }

  /// read, then write all of it: the path that serves every kind, and the only one where a filter or a tap sits between.
  func copy() async throws(Interruption) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bufferSize, alignment: 4096)
    defer { buffer.deallocate() }
    while true {
      let result: IOResult
      do throws(SystemError) {
        result = try source.read(into: buffer)
      } catch {
        throw Interruption(ending: .sourceFailed(error))
      }
      switch result {
      case .wouldBlock: try await waitForSource()
      case .moved(0): throw Interruption(ending: .sourceEnded)
      case .moved(let count):
        let read = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        tap?.saw(read)
        if let filter {
          let filtered = filter.apply(to: read)
          try await filtered.withUnsafeBytesForWriting(by: self)
        } else {
          try await writeAll(read)
        }
        if isStopping { throw Interruption(ending: .stopped) }
        await breathe()
      }
    }
  }

  func writeAll(_ bytes: UnsafeRawBufferPointer) async throws(Interruption) {
    var rest = bytes
    while !rest.isEmpty {
      let result: IOResult
      do throws(SystemError) {
        result = try sink.write(rest)
      } catch {
        throw Interruption(ending: .sinkFailed(error))
      }
      switch result {
      case .moved(let count):
        flow.moved(count)
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
      case .wouldBlock: try await waitForSink(holdingBytes: true)
      }
    }
  }
}

extension [UInt8] {
  /// Writes the array's bytes; they stay where they are until that is done.
  @LoopActor
  fileprivate func withUnsafeBytesForWriting(by pump: Pump) async throws(Pump.Interruption) {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: Swift.max(count, 1), alignment: 1)
    defer { copy.deallocate() }
    copy.copyBytes(from: self)
    try await pump.writeAll(UnsafeRawBufferPointer(rebasing: copy[..<count]))
  }
}

import SocketLoop
import Sockets

extension ByteStream {
  /// Reads the whole stream; nil if it has more bytes than the limit.
  package func readToEnd(limit: Int) async throws(LoopError) -> [UInt8]? {
    let memory = RawBuffer(count: 65_536)
    defer { extendLifetime(memory) }
    var bytes: [UInt8] = []
    while bytes.count <= limit {
      let result: IOResult
      do throws(SystemError) { result = try read(into: memory.bytes) } catch { throw .system(error) }
      switch result {
      case .moved(0): return bytes
      case .moved(let count): bytes += memory.bytes[..<count]
      case .wouldBlock: try await readable()
      }
    }
    return nil
  }

  /// Waits for bytes, and returns those that have come, at most `limit`; none at the end.
  package func readSome(upTo limit: Int, until deadline: MonotonicTime = .never) async throws(LoopError) -> [UInt8] {
    while true {
      var result = Result<IOResult, SystemError>.success(.wouldBlock)
      let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
        result = Result { () throws(SystemError) in try read(into: UnsafeMutableRawBufferPointer(buffer)) }
        if case .success(.moved(let moved)) = result { count = moved }
      }
      do throws(SystemError) { if case .moved = try result.get() { return bytes } } catch { throw .system(error) }
      try await readable(until: deadline)
    }
  }
}

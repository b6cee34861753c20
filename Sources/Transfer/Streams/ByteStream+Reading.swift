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
}

import SocketLoop
import Sockets
import Transfer

extension SessionBuilder {
  /// Reads the beginning of what is to be sent, which can be sent before the connection is ready for the rest: all that
  /// is there at once, but something.
  ///
  /// - Returns: what the peer is to get, which is written again once the connection is open.
  mutating func takeBeginning() async throws(OperationError) -> [UInt8] {
    if let message { return Array(filtered(message).prefix(TLSStream.mostEarlyData)) }
    let input = try streams.input(options)
    let most = min(TLSStream.mostEarlyData, streams.inputLimit.remaining)
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: most, alignment: 1)
    defer { memory.deallocate() }
    var taken: [UInt8] = []
    var hasEnded = false
    do throws(LoopError) {
      if most > 0 { try await input.readable() }
      while taken.count < most {
        let room = UnsafeMutableRawBufferPointer(rebasing: memory[taken.count...])
        let result: IOResult
        do throws(SystemError) { result = try input.read(into: room) } catch { throw .system(error) }
        guard case .moved(let count) = result else { break }
        taken += room.prefix(count)
        hasEnded = count == 0
        if hasEnded { break }
      }
    } catch {
      switch error {
      case .system(let error): throw .input(error)
      case .cancelled, .timedOut: throw .cancelled
      }
    }
    // A terminal ends once only.
    begun = hasEnded ? MemoryStream(taken) : BegunStream(taken, of: input)
    return filtered(taken)
  }
}

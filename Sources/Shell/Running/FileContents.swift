import Glibc
import SocketLoop
import Sockets

/// Reads files named in a line: `<FILE`, `source FILE`.
enum FileContents {
  /// The maximum size of a file.
  static let limit = 64 << 20

  /// A path with `~/` replaced by the home directory.
  static func expanded(_ path: String) -> String {
    guard path.hasPrefix("~/"), let home = getenv("HOME") else { return path }
    return String(cString: home) + path.dropFirst()
  }

  /// The contents of a file that is there at once.
  ///
  /// - Throws: EAGAIN if it is a pipe whose writer has not ended yet, EFBIG beyond the limit.
  static func read(_ path: String) throws(SystemError) -> [UInt8] { try read(path, O_NONBLOCK) }

  /// The contents of a file, or what the writers of a named pipe write until the last one closes it.
  static func readWaiting(_ path: String) async throws(CallFailure) -> Result<[UInt8], SystemError> {
    do throws(WaitError) {
      return try await EventLoop.offload { Result { () throws(SystemError) in try read(path, 0) } }
    } catch {
      throw .cancelled
    }
  }

  private static func read(_ path: String, _ flags: CInt) throws(SystemError) -> [UInt8] {
    let file = try OwnedDescriptor.open(path, O_RDONLY | flags)
    var result: [UInt8] = []
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 1)
    defer { chunk.deallocate() }
    while result.count <= limit {
      guard case .moved(let count) = try file.borrowed.read(into: chunk) else {
        throw SystemError(call: "read", number: .wouldBlock, subject: path)
      }
      if count == 0 { return result }
      result.append(contentsOf: chunk[..<count])
    }
    throw SystemError(call: "read", number: ErrorNumber(rawValue: EFBIG), subject: path)
  }
}

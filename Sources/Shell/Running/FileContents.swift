import Glibc
import Sockets

/// Reads files named in a line: `<FILE`.
enum FileContents {
  /// The most that is read of one file.
  static let limit = 64 << 20

  /// A path with `~/` replaced by the home directory.
  static func expanded(_ path: String) -> String {
    guard path.hasPrefix("~/"), let home = getenv("HOME") else { return path }
    return String(cString: home) + path.dropFirst()
  }

  static func read(_ path: String) throws(SystemError) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { throw SystemError(call: "open", number: ErrorNumber(rawValue: errno), subject: path) }
    defer { close(file) }
    var result: [UInt8] = []
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 1)
    defer { chunk.deallocate() }
    while result.count < limit {
      guard case .moved(let count) = try Descriptor(file).read(into: chunk), count > 0 else { break }
      result.append(contentsOf: chunk[..<count])
    }
    return result
  }
}

import Glibc
import Sockets

/// Reads files named in a line: `<FILE`.
enum FileContents {
  /// The maximum size of a file.
  static let limit = 64 << 20

  /// A path with `~/` replaced by the home directory.
  static func expanded(_ path: String) -> String {
    guard path.hasPrefix("~/"), let home = getenv("HOME") else { return path }
    return String(cString: home) + path.dropFirst()
  }

  static func read(_ path: String) throws(SystemError) -> [UInt8] {
    let file = try OwnedDescriptor.open(path, O_RDONLY | O_NONBLOCK)
    var result: [UInt8] = []
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 1)
    defer { chunk.deallocate() }
    while result.count < limit {
      guard case .moved(let count) = try file.borrowed.read(into: chunk), count > 0 else { break }
      result.append(contentsOf: chunk[..<count])
    }
    return result
  }
}

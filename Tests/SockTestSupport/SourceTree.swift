import Glibc

/// The project's own sources, for tests that compare them.
package enum SourceTree {
  /// The Swift files below a folder, by their paths from the project's root.
  package static func swiftFiles(below folder: String) throws -> [String] {
    guard let directory = opendir(root + folder) else { throw TestFailure("no folder \(folder)") }
    defer { closedir(directory) }
    var paths: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name.hasPrefix(".") { continue }
      if entry.pointee.d_type == UInt8(DT_DIR) {
        paths += try swiftFiles(below: folder + "/" + name)
      } else if name.hasSuffix(".swift") {
        paths.append(folder + "/" + name)
      }
    }
    return paths
  }

  /// The text of a file.
  package static func text(_ path: String) throws -> String {
    guard let file = fopen(root + path, "r") else { throw TestFailure("no file \(path)") }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static let root = String(#filePath.dropLast("Tests/SockTestSupport/SourceTree.swift".utf8.count))
}

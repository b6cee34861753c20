import Glibc

/// A directory for one test, removed with its contents when this object is deinitialized.
package final class TemporaryDirectory: Sendable {
  package let path: String

  package init() throws {
    var template = Array("/tmp/sock-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw TestFailure("mkdtemp: \(String(cString: strerror(errno)))") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    TestScope.keep(self)
  }

  deinit { _ = try? RunningProcess("rm", ["-rf", path]).wait() }

  /// The path of a file in it.
  package func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file with this text, and returns its path.
  package func file(_ name: String, containing text: String) throws -> String {
    let file = try Descriptor.open(self(name), O_WRONLY | O_CREAT | O_TRUNC)
    try file.write(Array(text.utf8))
    return self(name)
  }

  /// The names of its entries.
  package var entries: [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name.0) { String(cString: $0) }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}

/// Calls `stat(2)`; nil if there is no such file.
package func fileStatus(_ path: String) -> stat? {
  var status = stat()
  return lstat(path, &status) == 0 ? status : nil
}

/// Whether a path holds a socket.
package func isSocket(_ path: String) -> Bool { fileStatus(path).map { $0.st_mode & S_IFMT == S_IFSOCK } ?? false }

/// Whether a path, given as bytes, exists.
package func exists(_ path: UnsafePointer<CChar>) -> Bool {
  var status = stat()
  return lstat(path, &status) == 0
}

import Glibc

/// A directory of the test's own, with a path short enough for Unix sockets. It is removed with its contents.
final class TemporaryDirectory {
  let path: String

  init() throws {
    var template = Array("/tmp/sockets-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw TemporaryDirectoryError(errno: errno) }
    path = String(cString: made)
  }

  func file(_ name: String) -> String { path + "/" + name }

  deinit {
    if let directory = opendir(path) {
      while let entry = readdir(directory) {
        let name = withUnsafePointer(to: entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != "." && name != ".." { unlink(file(name)) }
      }
      closedir(directory)
    }
    rmdir(path)
  }
}

struct TemporaryDirectoryError: Error { let errno: CInt }

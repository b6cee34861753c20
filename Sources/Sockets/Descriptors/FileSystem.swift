import Glibc

/// Calls about files by their paths, which are the bytes that C sees: not every path is text.
package enum FileSystem {
  /// What is at a path; nil if nothing is.
  ///
  /// Calls `stat(2)` to follow a symbolic link, otherwise `lstat(2)`.
  package static func status(of path: [CChar], followsLink: Bool = false) -> stat? {
    var status = stat()
    let (_, error) = Kernel.attempt(followsLink ? "stat" : "lstat", [.path(path), .status(status)]) { _ in
      unsafe Int(followsLink ? stat(path, &status) : lstat(path, &status))
    }
    return error == nil ? status : nil
  }

  /// What an open file is.
  ///
  /// Calls `fstat(2)`.
  package static func status(of descriptor: Descriptor) -> stat? { try? Kernel.status(of: descriptor.number) }

  /// Opens a directory.
  ///
  /// Calls `open(2)` with `O_RDONLY`, `O_DIRECTORY` and `O_CLOEXEC`.
  package static func openDirectory(_ path: [CChar]) throws(SystemError) -> OwnedDescriptor {
    let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC
    return OwnedDescriptor(
      owning: CInt(
        try Kernel.call("open", [.path(path), .openFlags(flags)]) { _ in unsafe Int(Glibc.open(path, flags)) }))
  }

  /// Removes a file.
  ///
  /// Calls `unlink(2)`.
  package static func remove(_ path: [CChar]) throws(SystemError) {
    try Kernel.call("unlink", [.path(path)]) { _ in unsafe Int(unlink(path)) }
  }

  /// Puts a file in the place of another.
  ///
  /// Calls `rename(2)`.
  package static func rename(_ path: [CChar], to new: [CChar]) throws(SystemError) {
    try Kernel.call("rename", [.path(path), .path(new)]) { _ in unsafe Int(Glibc.rename(path, new)) }
  }

  /// Makes a directory.
  ///
  /// Calls `mkdir(2)`.
  package static func makeDirectory(_ path: [CChar], mode: UInt32) throws(SystemError) {
    try Kernel.call("mkdir", [.path(path), .mode(mode)]) { _ in unsafe Int(mkdir(path, mode_t(mode))) }
  }
}

extension SystemCallArgument {
  /// A path.
  @inline(never)
  fileprivate static func path(_ path: [CChar]) -> Self { .string(String(terminated: path)) }
}

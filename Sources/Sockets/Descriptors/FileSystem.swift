import Glibc

/// Calls on files by path. Paths are C strings, since they need not be UTF-8.
package enum FileSystem {
  /// The status of the file at a path; nil if there is none.
  ///
  /// Calls `stat(2)` if symbolic links are to be followed, otherwise `lstat(2)`.
  package static func status(of path: [CChar], followsLink: Bool = false) -> stat? {
    var status = stat()
    let (_, error) = Kernel.attempt(followsLink ? "stat" : "lstat", [.path(path), .status(status)]) { _ in
      unsafe Int(followsLink ? stat(path, &status) : lstat(path, &status))
    }
    return error == nil ? status : nil
  }

  /// The status of an open file; nil if the descriptor is not open.
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

  /// What a symbolic link names; nil if there is none.
  ///
  /// Calls `readlink(2)`.
  package static func target(of link: [CChar]) -> [UInt8]? {
    var name = [CChar](repeating: 0, count: 4096)
    let (count, error) = Kernel.attempt("readlink", [.path(link), .null, .integer(4096)]) { _ in
      unsafe readlink(link, &name, 4096)
    }
    return error == nil ? name.prefix(count).map { UInt8(bitPattern: $0) } : nil
  }

  /// Renames a file, replacing any file at the new path.
  ///
  /// Calls `rename(2)`.
  package static func rename(_ path: [CChar], to new: [CChar]) throws(SystemError) {
    try Kernel.call("rename", [.path(path), .path(new)]) { _ in unsafe Int(Glibc.rename(path, new)) }
  }

  /// Creates a directory.
  ///
  /// Calls `mkdir(2)`.
  package static func makeDirectory(_ path: [CChar], mode: UInt32) throws(SystemError) {
    try Kernel.call("mkdir", [.path(path), .mode(mode)]) { _ in unsafe Int(mkdir(path, mode_t(mode))) }
  }

  /// Creates a named pipe, unless the path exists.
  ///
  /// Calls `mkfifo(3)`.
  ///
  /// - Returns: whether it was created.
  package static func makeFIFO(_ path: [CChar], mode: UInt32) throws(SystemError) -> Bool {
    let (_, error) = Kernel.attempt("mkfifo", [.path(path), .mode(mode)]) { _ in
      unsafe Int(mkfifo(path, mode_t(mode)))
    }
    if let error, error != .exists { throw SystemError(call: "mkfifo", number: error) }
    return error == nil
  }

  /// Why a file cannot be executed; nil if it can.
  ///
  /// Calls `stat(2)` and `access(2)`.
  package static func executionError(_ path: [CChar]) -> ErrorNumber? {
    let (_, error) = Kernel.attempt("access", [.path(path), .constant(X_OK, "X_OK")]) { _ in
      unsafe Int(access(path, X_OK))
    }
    if let error { return error }
    // Search permission is the same bit.
    let mode = status(of: path, followsLink: true)?.st_mode ?? 0
    return mode & S_IFMT == S_IFREG ? nil : .permissionDenied
  }
}

extension SystemCallArgument {
  /// A path.
  @inline(never)
  fileprivate static func path(_ path: [CChar]) -> Self { .string(String(terminated: path)) }
}

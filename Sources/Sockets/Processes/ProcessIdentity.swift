import Glibc

/// Whose rights this process has, and what it takes for the root directory. Each call needs a privilege, and none can be
/// undone by a process that has given up the rights of root.
package enum ProcessIdentity {
  /// Takes a directory for the root of the file system, and enters it.
  ///
  /// Calls `chroot(2)` and `chdir(2)`.
  package static func enter(root path: String) throws(SystemError) {
    try Kernel.call("chroot", about: path, [.string(path)]) { _ in unsafe Int(chroot(path)) }
    try Kernel.call("chdir", about: "/", [.string("/")]) { _ in unsafe Int(chdir("/")) }
  }

  /// Sets the supplementary groups.
  ///
  /// Calls `setgroups(2)`.
  package static func become(groups: [UInt32]) throws(SystemError) {
    try Kernel.call(
      "setgroups", [.integer(groups.count), .list(groups.map { .integer(Int($0)) })]
    ) { _ in unsafe Int(setgroups(groups.count, groups)) }
  }

  /// Sets the real, the effective and the saved group.
  ///
  /// Calls `setgid(2)`.
  package static func become(group: UInt32) throws(SystemError) {
    try Kernel.call("setgid", about: "\(group)", [.integer(Int(group))]) { _ in Int(setgid(group)) }
  }

  /// Sets the real, the effective and the saved user.
  ///
  /// Calls `setuid(2)`, for all threads of the process.
  package static func become(user: UInt32) throws(SystemError) {
    try Kernel.call("setuid", about: "\(user)", [.integer(Int(user))]) { _ in Int(setuid(user)) }
  }
}

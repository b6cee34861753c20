import Glibc
import Sockets

/// Finds out whether a program can be run before anything depends on it.
package enum ProgramSearch {
  /// Fails if the program does not exist, or must not be executed.
  ///
  /// Calls `access(2)` for the path, or for the name in each directory of `PATH`.
  ///
  /// - Parameter root: the directory that will be the root directory when it is run.
  package static func check(_ program: [UInt8], in root: String? = nil) throws(OperationError) {
    let name = String(decoding: program, as: UTF8.self)
    guard !program.isEmpty else { throw OperationError(.usage, "the command has an empty name") }
    guard !program.contains(0) else { throw OperationError(.usage, "the name of the command contains a zero byte") }
    var worst = ErrorNumber.noEntry
    let inside = root.map { Array($0.utf8) + [UInt8(ascii: "/")] } ?? []
    for path in candidates(program) {
      let path = inside + path
      guard let error = FileSystem.executionError(path.map { CChar(bitPattern: $0) } + [0]) else { return }
      if error == .permissionDenied { worst = error }
    }
    let place = root.map { ", inside --chroot \($0)" } ?? ""
    if worst == .permissionDenied {
      throw OperationError(.notPermitted, "cannot run \(name): \(worst)\(place)", errorNumber: worst)
    }
    throw OperationError(
      .usage,
      program.contains(UInt8(ascii: "/"))
        ? "cannot run \(name): \(worst)\(place)"
        : "cannot run \(name): no program of that name is in PATH (ENOENT)\(place)",
      errorNumber: worst)
  }

  private static func candidates(_ program: [UInt8]) -> [[UInt8]] {
    if program.contains(UInt8(ascii: "/")) { return [program] }
    let path = getenv("PATH").map { Array(String(cString: $0).utf8) } ?? Array("/bin:/usr/bin".utf8)
    return path.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).map { directory in
      (directory.isEmpty ? [UInt8(ascii: ".")] : Array(directory)) + [UInt8(ascii: "/")] + program
    }
  }
}

import CSocketShims
import Glibc
import Sockets

/// The program that a process runs.
public enum ProcessImage {
  /// Runs another program in place of this one, in the same process: with the same environment, and with the descriptors
  /// that are not closed by `exec`.
  ///
  /// Calls `execvp(3)`, which looks the program up in `PATH` and hands a file without an interpreter to the shell.
  ///
  /// - Parameter arguments: the name of the program and its arguments, as bytes.
  /// - Returns: only if that failed, why: `ENOENT` if there is no such program.
  public static func replace(with arguments: [[UInt8]]) -> SystemError {
    let words = arguments.map { copy($0) }
    defer { for word in words { word.deallocate() } }
    guard let program = words.first else { return SystemError(call: "execvp", number: .noEntry) }
    execvp(program, words + [nil])
    return SystemError(call: "execvp", number: ErrorNumber(rawValue: errno))
  }

  /// The bytes as a C string.
  private static func copy(_ bytes: [UInt8]) -> UnsafeMutablePointer<CChar> {
    let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
    for (index, byte) in bytes.enumerated() { copy[index] = CChar(bitPattern: byte) }
    copy[bytes.count] = 0
    return copy
  }
}

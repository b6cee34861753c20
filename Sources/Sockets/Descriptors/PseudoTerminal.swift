import CSocketShims
import Glibc

/// A pseudo-terminal: its controlling side, and the path of the terminal that a program opens.
public struct PseudoTerminal: ~Copyable, Sendable {
  private let master: OwnedDescriptor
  /// The path of the terminal.
  public let path: String

  /// Creates a pseudo-terminal.
  ///
  /// Calls `posix_openpt(3)` with `O_CLOEXEC` and `O_NONBLOCK`, `unlockpt(3)` and `ptsname_r(3)`.
  public init() throws(SystemError) {
    let flags = O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK
    let number = CInt(
      try Kernel.call("posix_openpt", [.openFlags(flags)]) { _ in
        Int(sockshim_posix_openpt(flags))
      })
    let opened = OwnedDescriptor(owning: number)
    try Kernel.call("unlockpt", on: number, [.descriptor(number)]) { _ in Int(sockshim_unlockpt(number)) }
    var name: InlineArray<64, CChar> = InlineArray(repeating: 0)
    try Kernel.call("ptsname_r", on: number, [.descriptor(number)]) { _ in
      unsafe withUnsafeMutableBytes(of: &name) { bytes in
        unsafe Int(
          sockshim_ptsname(number, bytes.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: CChar.self), 64))
      }
    }
    master = opened
    path = String(decoding: (0..<64).map { UInt8(bitPattern: name[$0]) }.prefix { $0 != 0 }, as: UTF8.self)
  }

  /// Sets the size of its window, which programs on it lay out their output by.
  ///
  /// Calls `ioctl(2)` with `TIOCSWINSZ`.
  public borrowing func setWindow(rows: UInt16, columns: UInt16) throws(SystemError) {
    let number = master.number
    var size: InlineArray<4, UInt16> = [rows, columns, 0, 0]
    try Kernel.call(
      "ioctl", on: number, about: "TIOCSWINSZ",
      [.descriptor(number), .constant(Int(TIOCSWINSZ), name: "TIOCSWINSZ")]
    ) { _ in
      unsafe Int(Glibc.ioctl(number, UInt(TIOCSWINSZ), &size))
    }
  }

  /// Transfers the controlling side to the caller.
  public consuming func take() -> OwnedDescriptor { master }
}

import CSocketShims
import Glibc

/// A descriptor of a process (`pidfd_open(2)`). Unlike a process ID, which may be reused once the process has ended, it
/// always refers to the same process.
public struct ProcessDescriptor: ~Copyable, Sendable {
  /// The descriptor, with `FD_CLOEXEC`. It belongs to this value: do not close it.
  public let number: CInt

  /// Takes ownership of a descriptor.
  init(owning number: CInt) { self.number = number }

  /// Opens a descriptor of a process in this PID namespace.
  ///
  /// Calls `pidfd_open(2)`.
  ///
  /// - Throws: `ESRCH` if there is no such process; `ENOSYS` before Linux 5.3.
  public init(of process: CInt) throws(SystemError) {
    number = CInt(
      try Kernel.call("pidfd_open", about: "of process \(process)", [.integer(Int(process)), .integer(0)]) { _ in
        Int(sockshim_pidfd_open(process))
      })
  }

  deinit { Kernel.close(number) }

  /// Whether the process is still running.
  ///
  /// Calls `poll(2)`: the descriptor becomes readable when the process ends.
  public var isRunning: Bool { Self.isRunning(number) }

  static func isRunning(_ descriptor: CInt) -> Bool { (try? Descriptor(descriptor).isReady(.readable)) == false }

  /// The process ID; nil if the process has ended, or is in a PID namespace that is not visible from here.
  ///
  /// Reads `/proc/self/fdinfo`.
  public var processID: CInt? {
    guard let bytes = try? Descriptor.contents(of: "/proc/self/fdinfo/\(number)", upTo: 512) else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("Pid:") }),
      let process = CInt(line.dropFirst(4).drop { $0 == "\t" || $0 == " " }), process > 0
    else { return nil }
    return process
  }
}

extension Socket {
  /// A new descriptor of the process at the other end of a Unix connection.
  ///
  /// Calls `getsockopt(2)` for `SO_PEERPIDFD`.
  ///
  /// - Throws: `ENOPROTOOPT` before Linux 6.5; `ENODATA` if there is no peer; `ESRCH` if it has ended, before Linux
  ///   6.16.
  public borrowing func peerProcessDescriptor() throws(SystemError) -> ProcessDescriptor {
    let bytes = try getOption(level: .socket, number: 77, capacity: 4, about: "SO_PEERPIDFD")
    guard bytes.count == 4 else {
      throw SystemError(call: "getsockopt", number: .invalidArgument, subject: "SO_PEERPIDFD")
    }
    return ProcessDescriptor(owning: bytes.load(CInt.self))
  }

  /// Whether the process at the other end of a Unix connection is still running; nil if unknown.
  public borrowing func peerIsRunning() -> Bool? {
    do throws(SystemError) {
      return try peerProcessDescriptor().isRunning
    } catch {
      // The kernel reports a process that has ended as ESRCH.
      return error.number == .noProcess ? false : nil
    }
  }
}

extension ReceivedDescriptors {
  /// Transfers the next descriptor, one of a process that `SCM_PIDFD` passed; nil if none are left.
  public mutating func takeProcess() -> ProcessDescriptor? {
    guard let number = takeFirst() else { return nil }
    return ProcessDescriptor(owning: number)
  }
}

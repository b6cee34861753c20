import CSocketShims
import Glibc

/// A process by a descriptor: unlike its number, which is another's some time after it has ended, this one always means
/// the same process (`pidfd_open(2)`).
public struct ProcessDescriptor: ~Copyable, Sendable {
  /// The descriptor: it belongs to this owner, and has `FD_CLOEXEC`.
  public let number: CInt

  /// Takes a descriptor over.
  init(owning number: CInt) { self.number = number }

  /// A descriptor of a process of this namespace.
  ///
  /// Calls `pidfd_open(2)`.
  ///
  /// - Throws: `ESRCH` where there is no such process; `ENOSYS` before Linux 5.3.
  public init(of process: CInt) throws(SystemError) {
    number = CInt(
      try Kernel.call("pidfd_open", about: "of process \(process)", [.integer(Int(process)), .integer(0)]) { _ in
        Int(sockshim_pidfd_open(process))
      })
  }

  deinit { Kernel.close(number) }

  /// Whether the process has not ended yet.
  ///
  /// Calls `poll(2)`, which says that the descriptor is readable once the process has ended.
  public var isRunning: Bool { Self.isRunning(number) }

  static func isRunning(_ descriptor: CInt) -> Bool { (try? Descriptor(descriptor).isReady(.readable)) == false }

  /// The number of the process; nil where it is gone, or in a namespace that this one does not see.
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
  /// The process at the other end of a Unix connection, by a descriptor of its own.
  ///
  /// Calls `getsockopt(2)` for `SO_PEERPIDFD`.
  ///
  /// - Throws: `ENOPROTOOPT` before Linux 6.5; `ENODATA` where there is no peer; `ESRCH` where it has ended, before
  ///   Linux 6.16.
  public borrowing func peerProcessDescriptor() throws(SystemError) -> ProcessDescriptor {
    let bytes = try getOption(level: .socket, number: 77, capacity: 4, about: "SO_PEERPIDFD")
    guard bytes.count == 4 else {
      throw SystemError(call: "getsockopt", number: .invalidArgument, subject: "SO_PEERPIDFD")
    }
    return ProcessDescriptor(owning: bytes.load(CInt.self))
  }

  /// Whether the process at the other end of a Unix connection still runs; nil where that cannot be known.
  public borrowing func peerIsRunning() -> Bool? {
    do throws(SystemError) {
      return try peerProcessDescriptor().isRunning
    } catch {
      // ESRCH.
      return error.number == .noProcess ? false : nil
    }
  }
}

extension ReceivedDescriptors {
  /// Gives the next one up as that of a process, which `SCM_PIDFD` brought; nil when none are left.
  public mutating func takeProcess() -> ProcessDescriptor? {
    guard let number = takeFirst() else { return nil }
    return ProcessDescriptor(owning: number)
  }
}

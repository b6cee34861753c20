import CSocketShims
import Glibc

/// A network namespace: network_namespaces(7).
///
/// A socket belongs to the namespace in which it was opened, whatever becomes of the thread that opened it.
public final class NetworkNamespace: Sendable {
  private let descriptor: OwnedDescriptor

  /// Opens a namespace.
  ///
  /// Calls `open(2)`.
  ///
  /// - Parameter path: a file that stands for it: `/proc/PID/ns/net`, or one on which it is mounted.
  /// - Throws: `ENOENT` if there is no such file; `EACCES` if it belongs to a process that may not be looked into.
  public init(path: String) throws(SystemError) { descriptor = try OwnedDescriptor.open(path, O_RDONLY) }

  /// Moves the calling thread, and those that it starts from now on, into the namespace.
  ///
  /// Calls `setns(2)` with `CLONE_NEWNET`.
  ///
  /// - Throws: `EPERM` without `CAP_SYS_ADMIN`; `EINVAL` if the file is no network namespace.
  public func enter() throws(SystemError) {
    try Kernel.call(
      "setns", on: descriptor.number, about: "on descriptor \(descriptor.number)",
      [.descriptor(descriptor.number), .constant(sockshim_CLONE_NEWNET, "CLONE_NEWNET")]
    ) { _ in
      Int(sockshim_setns(self.descriptor.number, sockshim_CLONE_NEWNET))
    }
  }

  /// The namespace that this thread is in.
  ///
  /// Calls `open(2)`.
  public static func current() throws(SystemError) -> NetworkNamespace {
    try NetworkNamespace(path: "/proc/thread-self/ns/net")
  }

  /// Makes calls in the namespace, and returns to that of the thread.
  ///
  /// Calls `open(2)`, twice `setns(2)`, and `close(2)`. The calls must not suspend a task: another one would run in the
  /// namespace.
  public func perform<Result: ~Copyable, Failure: Error>(
    failure: (SystemError) -> Failure, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let own: NetworkNamespace
    do throws(SystemError) {
      own = try .current()
      // Whoever may enter the namespace that it is in may come back to it.
      try own.enter()
      try enter()
    } catch {
      throw failure(error)
    }
    let result: Result
    do throws(Failure) {
      result = try body()
    } catch {
      try? own.enter()
      throw error
    }
    do throws(SystemError) { try own.enter() } catch { throw failure(error) }
    return result
  }
}

extension Socket {
  /// Opens a socket for a transport and family in a network namespace; nil for that of the thread.
  ///
  /// Calls `socket(2)`, within ``NetworkNamespace/perform(failure:_:)``.
  public static func open(
    _ transport: Transport, family: AddressFamily, mode: BlockingMode = .blocking, in namespace: NetworkNamespace?
  ) throws(SystemError) -> Socket {
    guard let namespace else { return try open(transport, family: family, mode: mode) }
    return try namespace.perform(failure: { $0 }) { () throws(SystemError) in
      try open(transport, family: family, mode: mode)
    }
  }
}

import CSocketShims
import Glibc

/// The arguments of this process, as `execve(2)` passed them.
///
/// Swift's `CommandLine` reads them from `/proc/self/cmdline`, and has none where `/proc` is missing, as in a chroot(2)
/// or a sandbox.
package enum ProcessArguments {
  /// The bytes of each argument after the program's name.
  package static func afterName() -> [[UInt8]] {
    (1..<max(1, sockshim_argument_count())).compactMap { index in
      sockshim_argument(index).map { argument in
        UnsafeBufferPointer(start: argument, count: strlen(argument)).map { UInt8(bitPattern: $0) }
      }
    }
  }
}

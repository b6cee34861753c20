import CSocketShims
import Glibc

/// The events that `poll(2)` waits for on a descriptor, and those that it reports.
public struct PollEvents: NamedFlags {
  /// The C value.
  public let rawValue: Int16
  /// Any value, even one without a name here.
  public init(rawValue: Int16) { self.rawValue = rawValue }

  /// `POLLIN`: a read would not block: there is data, end of file, a connection to accept, or an error.
  public static let readable = Self(rawValue: Int16(POLLIN))
  /// `POLLPRI`: urgent data.
  public static let urgent = Self(rawValue: Int16(POLLPRI))
  /// `POLLOUT`: a write would not block, or a connection attempt has ended.
  public static let writable = Self(rawValue: Int16(POLLOUT))
  /// `POLLRDHUP`: the peer has shut down its sending half.
  public static let peerEnded = Self(rawValue: sockshim_POLLRDHUP)
  /// `POLLERR`, always reported: an error is pending, or the error queue is not empty.
  public static let error = Self(rawValue: Int16(POLLERR))
  /// `POLLHUP`, always reported: both directions are shut down.
  public static let hungUp = Self(rawValue: Int16(POLLHUP))
  /// `POLLNVAL`, always reported: the descriptor is not open.
  public static let invalid = Self(rawValue: Int16(POLLNVAL))

  /// `POLLRDNORM`: the same as ``readable``, but for streams of System V.
  public static let normalReadable = Self(rawValue: 0x40)
  /// `POLLWRNORM`: the same as ``writable``.
  public static let normalWritable = Self(rawValue: 0x100)

  /// Each event with its C name. `POLLRDBAND`, `POLLWRBAND`, `POLLMSG` and `POLLREMOVE` are names that Linux ignores or
  /// hardly uses.
  public static let names: [(value: PollEvents, name: String)] = [
    (.readable, "POLLIN"), (.urgent, "POLLPRI"), (.writable, "POLLOUT"), (.error, "POLLERR"), (.hungUp, "POLLHUP"),
    (.invalid, "POLLNVAL"), (.normalReadable, "POLLRDNORM"), (Self(rawValue: 0x80), "POLLRDBAND"),
    (.normalWritable, "POLLWRNORM"), (Self(rawValue: 0x200), "POLLWRBAND"), (Self(rawValue: 0x400), "POLLMSG"),
    (Self(rawValue: 0x1000), "POLLREMOVE"), (.peerEnded, "POLLRDHUP"),
  ]
}

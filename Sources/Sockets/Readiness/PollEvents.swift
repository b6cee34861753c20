import CSocketShims
import Glibc

/// What to wait for on a descriptor, and what was found: the bits of `poll(2)`.
public struct PollEvents: OptionSet, Hashable, Sendable {
  /// The C number.
  public let rawValue: Int16
  /// Events by their bits.
  public init(rawValue: Int16) { self.rawValue = rawValue }

  /// `POLLIN`: a receive would not wait: there is data, an end, a connection to accept, or an error.
  public static let readable = Self(rawValue: Int16(POLLIN))
  /// `POLLPRI`: urgent data.
  public static let urgent = Self(rawValue: Int16(POLLPRI))
  /// `POLLOUT`: a send would not wait; a connection that was in progress has been decided.
  public static let writable = Self(rawValue: Int16(POLLOUT))
  /// `POLLRDHUP`: the peer has ended its sending half.
  public static let peerEnded = Self(rawValue: sockshim_POLLRDHUP)
  /// `POLLERR`, always waited for: an error, or something in the error queue.
  public static let error = Self(rawValue: Int16(POLLERR))
  /// `POLLHUP`, always waited for: both halves have ended.
  public static let hungUp = Self(rawValue: Int16(POLLHUP))
  /// `POLLNVAL`, always waited for: the descriptor is not open.
  public static let invalid = Self(rawValue: Int16(POLLNVAL))

  /// Each event with its C name.
  public static let names: [(value: PollEvents, name: String)] = [
    (.readable, "POLLIN"), (.urgent, "POLLPRI"), (.writable, "POLLOUT"), (.error, "POLLERR"), (.hungUp, "POLLHUP"),
    (.invalid, "POLLNVAL"), (.peerEnded, "POLLRDHUP"),
  ]
}

extension PollEvents: CustomStringConvertible {
  /// The C names joined by `|`, bits without a name as a hexadecimal number, `0` for none.
  public var description: String {
    var rest = self
    var parts: [String] = []
    for (event, name) in Self.names where contains(event) {
      parts.append(name)
      rest.subtract(event)
    }
    if rest.rawValue != 0 { parts.append("0x" + String(UInt16(bitPattern: rest.rawValue), radix: 16)) }
    return parts.isEmpty ? "0" : parts.joined(separator: "|")
  }
}

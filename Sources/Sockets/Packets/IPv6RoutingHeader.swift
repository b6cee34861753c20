import CSocketShims
import Glibc

/// A routing header of IPv6: the addresses that a packet visits on its way, as RFC 3542 builds and reads it.
///
/// Its only type in the C library is 0 (`IPV6_RTHDR_TYPE_0`), which hosts ignore since RFC 5095; for others, write the
/// bytes.
public struct IPv6RoutingHeader: Hashable, Sendable {
  /// The header.
  public private(set) var bytes: [UInt8]

  /// The number of bytes for so many addresses; nil if the type is unknown, or they are too many.
  ///
  /// Calls `inet6_rth_space(3)`.
  public static func space(type: Int, segments: Int) -> Int? {
    guard (0...127).contains(segments) else { return nil }
    let count = sockshim_inet6_rth_space(CInt(clamping: type), CInt(segments))
    return count == 0 ? nil : Int(count)
  }

  /// An empty header with room for so many addresses; nil as ``space(type:segments:)``.
  ///
  /// Calls `inet6_rth_init(3)`.
  public init?(type: Int = 0, segments: Int) {
    guard let count = Self.space(type: type, segments: segments) else { return nil }
    bytes = [UInt8](repeating: 0, count: count)
    guard unsafe sockshim_inet6_rth_init(&bytes, socklen_t(count), CInt(type), CInt(segments)) != nil else {
      return nil
    }
  }

  /// A header that arrived, or that is being built; nil if it does not have the length that it states.
  public init?(bytes: [UInt8]) {
    guard bytes.count >= 8, bytes.count == (Int(bytes[1]) + 1) * 8 else { return nil }
    self.bytes = bytes
  }

  /// The number of addresses that fit.
  private var capacity: Int { (bytes.count - 8) / 16 }
  /// Whether the C library knows its layout.
  private var isKnown: Bool { bytes[2] == 0 }

  /// Adds the next address.
  ///
  /// Calls `inet6_rth_add(3)`.
  ///
  /// - Returns: false if the header is full, or of another type.
  public mutating func add(_ address: IPv6Address) -> Bool {
    // The count of what was added stands where the packet counts what is left.
    guard isKnown, Int(bytes[3]) < capacity else { return false }
    var address = address.network
    return unsafe sockshim_inet6_rth_add(&bytes, &address) == 0
  }

  /// The header of the way back; nil if it is of another type.
  ///
  /// Calls `inet6_rth_reverse(3)`.
  public var reversed: IPv6RoutingHeader? {
    guard isKnown else { return nil }
    var result = self
    return unsafe sockshim_inet6_rth_reverse(bytes, &result.bytes) == 0 ? result : nil
  }

  /// The number of addresses; nil if it is of another type.
  ///
  /// Calls `inet6_rth_segments(3)`.
  public var segments: Int? {
    let count = unsafe sockshim_inet6_rth_segments(bytes)
    return count < 0 ? nil : Int(count)
  }

  /// One address; nil if there is none at this index, which counts from 0.
  ///
  /// Calls `inet6_rth_getaddr(3)`.
  public func address(at index: Int) -> IPv6Address? {
    guard isKnown, (0..<capacity).contains(index) else { return nil }
    return unsafe bytes.withUnsafeBytes { buffer in
      guard let start = buffer.baseAddress, let found = unsafe sockshim_inet6_rth_getaddr(start, CInt(index)) else {
        return nil
      }
      return unsafe IPv6Address(network: UnsafeRawPointer(found).loadUnaligned(as: in6_addr.self))
    }
  }

  /// Every address, in order.
  public var addresses: [IPv6Address] { (0..<(segments ?? 0)).compactMap { address(at: $0) } }
}

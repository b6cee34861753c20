import CSocketShims
import Glibc

/// Control messages for sending datagrams, without allocation: `UDP_SEGMENT`, and the source address (`IP_PKTINFO`,
/// `IPV6_PKTINFO`).
struct SendControl {
  /// Room for `CMSG_SPACE` of a `u16` and of a `struct in6_pktinfo`.
  private var words = InlineArray<8, UInt64>(repeating: 0)
  private var length = 0

  init(segmentSize: Int?, source: PacketInfo?) {
    if let segmentSize {
      unsafe add(.udp, UDP_SEGMENT, count: 2) { data in
        unsafe data.storeBytes(of: UInt16(clamping: segmentSize), as: UInt16.self)
      }
    }
    guard let source else { return }
    switch source.local {
    case .ipv4(let address):
      unsafe add(.ip, IP_PKTINFO, count: 12) { data in
        unsafe data.storeBytes(of: source.interface, as: UInt32.self)
        unsafe data.storeBytes(of: address.number.bigEndian, toByteOffset: 4, as: UInt32.self)
      }
    case .ipv6(let address):
      unsafe add(.ipv6, IPV6_PKTINFO, count: 20) { data in
        unsafe data.storeBytes(of: address.high.bigEndian, as: UInt64.self)
        unsafe data.storeBytes(of: address.low.bigEndian, toByteOffset: 8, as: UInt64.self)
        unsafe data.storeBytes(of: source.interface, toByteOffset: 16, as: UInt32.self)
      }
    }
  }

  private mutating func add(
    _ level: OptionLevel, _ type: CInt, count: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Void
  ) {
    let start = length
    unsafe withUnsafeMutableBytes(of: &words) { bytes in
      // struct cmsghdr: a size_t and two ints; the data follows, aligned.
      unsafe bytes.storeBytes(of: sockshim_cmsg_length(count), toByteOffset: start, as: Int.self)
      unsafe bytes.storeBytes(of: level.rawValue, toByteOffset: start + 8, as: CInt.self)
      unsafe bytes.storeBytes(of: type, toByteOffset: start + 12, as: CInt.self)
      unsafe fill(UnsafeMutableRawBufferPointer(rebasing: bytes[(start + sockshim_cmsg_length(0))...]))
    }
    length += sockshim_cmsg_space(count)
  }

  /// Passes them to a C call; a nil pointer if there are none.
  func withPointer(_ body: (UnsafeMutableRawPointer?, Int) -> Int) -> Int {
    if length == 0 { return body(nil, 0) }
    return unsafe withUnsafeBytes(of: words) { bytes in
      unsafe body(UnsafeMutableRawPointer(mutating: bytes.baseAddress), length)
    }
  }
}

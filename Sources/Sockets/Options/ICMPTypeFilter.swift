/// The ICMP types that a raw socket blocks, a bit each: `struct icmp_filter`, `struct icmp6_filter`.
struct ICMPTypeFilter: Hashable {
  let bytes: [UInt8]

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// Parses `block=8,128-137`, `pass=0`, `all`, `none`; nil for anything else.
  init?(_ text: String, byteCount: Int) {
    let nothing = [UInt8](repeating: 0, count: byteCount)
    let sides = text.lowercased().split(separator: "=", maxSplits: 1)
    guard sides.count == 2 else {
      switch text.lowercased() {
      case "none": self.init(bytes: nothing)
      case "all": self.init(bytes: nothing.map { _ in 0xff })
      default: return nil
      }
      return
    }
    guard sides[0] == "block" || sides[0] == "pass" else { return nil }
    var bits = nothing
    for part in sides[1].split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map {
        Int(unsigned: String($0), width: 1)
      }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last,
        last < byteCount * 8
      else { return nil }
      for type in first...last { bits[type / 8] |= 1 << UInt8(type % 8) }
    }
    self.init(bytes: sides[0] == "block" ? bits : bits.map { ~$0 })
  }
}

extension ICMPTypeFilter: CustomStringConvertible {
  /// The shorter of the two lists.
  var description: String {
    let blocked = (0..<(bytes.count * 8)).filter { bytes[$0 / 8] & 1 << UInt8($0 % 8) != 0 }
    if blocked.isEmpty { return "none" }
    if blocked.count == bytes.count * 8 { return "all" }
    let passed = (0..<(bytes.count * 8)).filter { bytes[$0 / 8] & 1 << UInt8($0 % 8) == 0 }
    return blocked.count <= passed.count ? "block=\(Self.ranges(blocked))" : "pass=\(Self.ranges(passed))"
  }

  /// `8`, `1-4,128`.
  private static func ranges(_ types: [Int]) -> String {
    var ranges: [ClosedRange<Int>] = []
    for type in types {
      if let last = ranges.last, last.upperBound == type - 1 {
        ranges[ranges.count - 1] = last.lowerBound...type
      } else {
        ranges.append(type...type)
      }
    }
    return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: ",")
  }
}

import Testing

@testable import Sockets

@Suite("Extension headers of IPv6, as RFC 3542 builds and reads them")
struct ExtensionHeaderTests {
  @Test("options are aligned, and the header is a multiple of eight bytes")
  func options() {
    var header = IPv6OptionHeader()
    let appended = [
      header.append(type: 5, data: [0, 0], alignment: 2),
      header.append(type: 30, data: [1, 2, 3, 4, 5, 6, 7, 8], alignment: 8),
    ]
    #expect(appended == [true, true])
    header.finish()
    #expect(header.bytes.count == 16 && header.bytes[1] == 1)
    #expect(Array(header.bytes[2..<6]) == [5, 2, 0, 0])
    #expect(header.options == [.init(type: 5, data: [0, 0]), .init(type: 30, data: [1, 2, 3, 4, 5, 6, 7, 8])])
    #expect(header.option(ofType: 30)?.option.data.count == 8)
    #expect(header.option(ofType: 31) == nil)
  }

  @Test("what cannot be an option is refused")
  func refusals() {
    var header = IPv6OptionHeader()
    let empty = header
    let long = [UInt8](repeating: 0, count: 256)
    let refused = [
      header.append(type: 0, data: [1]), header.append(type: 1, data: [1]),
      header.append(type: 5, data: [1, 2], alignment: 3), header.append(type: 5, data: [1, 2], alignment: 4),
      header.append(type: 5, data: long),
    ]
    #expect(refused == [false, false, false, false, false] && header == empty)
    let filling = (0..<8).map { _ in header.append(type: 5, data: Array(long.dropLast())) }
    #expect(filling == [true, true, true, true, true, true, true, false])
  }

  @Test("any bytes are read without leaving them")
  func malformed() {
    for length in 2...40 {
      for seed in 0..<64 {
        let bytes = (0..<length).map { UInt8(truncatingIfNeeded: ($0 &* 37 &+ seed) &* 11) }
        guard let header = IPv6OptionHeader(bytes: bytes) else { continue }
        for option in header.options { #expect(option.data.count <= length) }
        _ = header.option(ofType: 5)
        _ = IPv6RoutingHeader(bytes: bytes)?.addresses
      }
    }
    #expect(IPv6OptionHeader(bytes: [0]) == nil)
    #expect(IPv6OptionHeader(bytes: [0, 0, 5])?.options == [])
  }

  @Test("values within an option")
  func values() {
    var data = [UInt8](repeating: 0, count: 6)
    let ends = [
      data.setOptionValue([1, 2], at: 0), data.setOptionValue([3, 4, 5, 6], at: 2), data.setOptionValue([7], at: 6),
    ]
    #expect(ends == [2, 6, nil])
    #expect(data.optionValue(at: 2, count: 4) == [3, 4, 5, 6])
    #expect(data.optionValue(at: 3, count: 4) == nil)
    #expect(data.optionValue(at: -1, count: 1) == nil)
  }

  @Test("a routing header takes as many addresses as it has room for, and turns round")
  func routing() throws {
    let (first, second) = (try #require(IPv6Address("2001:db8::1")), try #require(IPv6Address("2001:db8::2")))
    var header = try #require(IPv6RoutingHeader(segments: 2))
    #expect(header.bytes.count == 40 && IPv6RoutingHeader.space(type: 0, segments: 2) == 40)
    let added = [header.add(first), header.add(second), header.add(first)]
    #expect(added == [true, true, false])
    #expect(header.segments == 2 && header.addresses == [first, second])
    #expect(header.reversed?.addresses == [second, first])
    #expect(header.address(at: 2) == nil && header.address(at: -1) == nil)
    #expect(IPv6RoutingHeader.space(type: 7, segments: 1) == nil)
    #expect(IPv6RoutingHeader(segments: 128) == nil && IPv6RoutingHeader(segments: -1) == nil)
    #expect(IPv6RoutingHeader(bytes: [0, 2, 0, 1]) == nil)
  }
}

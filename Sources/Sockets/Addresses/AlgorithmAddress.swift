/// The address of an `AF_ALG` socket: a cryptographic algorithm of the kernel.
public struct AlgorithmAddress: Hashable, Sendable {
  /// The kind of algorithm: `hash`, `skcipher`, `aead`, `rng`.
  public let type: String
  /// The kernel's name for it: `sha256`, `hmac(sha1)`.
  public let name: String

  /// Creates an address from its parts.
  public init(type: String, name: String) {
    self.type = type
    self.name = name
  }
}

extension AlgorithmAddress: FamilyAddress {
  /// `AF_ALG`.
  public static var family: AddressFamily { AddressFamily(rawValue: 38) }
  /// /proc/crypto lists the loaded algorithms.
  public static var form: String { "alg:TYPE:NAME" }
  /// A request and its answer, as records.
  public static var transports: [Transport] {
    [Transport(name: "alg", type: .sequencedPacket, addressing: .family(family), traits: .kernelService)]
  }
  /// The size of `sockaddr_alg`.
  public static var size: Int? { 88 }

  /// Parses `hash:sha256`.
  public init(_ text: String, role: Endpoint.Role) throws(AddressError) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, (1...13).contains(parts[0].utf8.count), (1...63).contains(parts[1].utf8.count),
      !text.utf8.contains(0)
    else { throw .malformed("alg:" + text, form: Self.form) }
    self.init(type: parts[0], name: parts[1])
  }

  /// Reads the names from a `sockaddr_alg`.
  public init?(_ address: SocketAddress) {
    guard address.family == Self.family, address.length >= 88 else { return nil }
    func text(_ range: Range<Int>) -> String {
      String(decoding: address.bytes[range].prefix { $0 != 0 }, as: UTF8.self)
    }
    self.init(type: text(2..<16), name: text(24..<88))
  }

  /// A `sockaddr_alg` of linux/if_alg.h: family, type, two numbers that select an implementation, name.
  public func socketAddress() -> SocketAddress {
    func field(_ text: String, _ size: Int) -> [UInt8] {
      Array((Array(text.utf8.prefix(size - 1)) + [UInt8](repeating: 0, count: size)).prefix(size))
    }
    return SocketAddress(family: Self.family, field(type, 14) + [UInt8](repeating: 0, count: 8) + field(name, 64))
  }
}

extension AlgorithmAddress: CustomStringConvertible {
  /// `alg:hash:sha256`.
  public var description: String { "alg:\(type):\(name)" }
}

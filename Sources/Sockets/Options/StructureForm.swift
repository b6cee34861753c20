extension SocketOption {
  /// The form of a C struct whose members users name: `ostreams=10,instreams=5`.
  ///
  /// Members that are not named are 0, and those that are 0 are not shown; `none` is a struct of zeros.
  public struct StructureForm: Sendable, Hashable {
    /// One member.
    struct Member: Sendable, Hashable {
      let name: String
      /// Where it lies in the struct.
      let offset: Int
      let type: MemberType
    }

    /// What a member holds.
    enum MemberType: Sendable, Hashable {
      /// An unsigned number of so many bytes, perhaps with names for some of its values.
      case number(Int, Names, ByteOrder)
      /// Time in so many bytes.
      case duration(Int, TimeUnit)
      /// A number of so many bytes that is 0 or 1: on where it is named.
      case flag(Int)
      /// A `struct sockaddr_storage`: a host, or a host and a port.
      case address
      /// A `struct in6_addr`.
      case ipv6Address
      /// The index of an interface.
      case interface
      /// Bytes in hexadecimal, of which another member, of two bytes, has the count.
      case bytes(Int, countAt: Int)
      /// Bytes in hexadecimal behind the struct, at most so many; the kernel does not give them back.
      case rest(Int)
    }

    /// How many bytes the struct has.
    let size: Int
    let members: [Member]
    /// Whether its two numbers are the ends of a range, written `LOW-HIGH`.
    private(set) var isRange = false

    /// The bytes of the members alone, in a struct that may be too short, or have something between them.
    func members(of bytes: [UInt8]) -> [UInt8] {
      var result = [UInt8](repeating: 0, count: size)
      for member in members {
        for index in member.offset..<(member.offset + member.width) where index < bytes.count {
          result[index] = bytes[index]
        }
      }
      return result
    }

    /// A struct of so many bytes.
    init(size: Int, _ members: Member...) {
      self.size = size
      self.members = members
    }

    /// The two ends of a range.
    init(range low: Member, _ high: Member) {
      self.init(size: low.width + high.width, low, high)
      isRange = true
    }
  }
}

// How rows write members.
extension SocketOption.StructureForm.Member {
  static func number(
    _ name: String, at offset: Int, _ width: Int, _ names: SocketOption.Names = [:],
    order: SocketOption.ByteOrder = .host
  ) -> Self {
    Self(name: name, offset: offset, type: .number(width, names, order))
  }

  static func duration(_ name: String, at offset: Int, _ width: Int, _ unit: SocketOption.TimeUnit) -> Self {
    Self(name: name, offset: offset, type: .duration(width, unit))
  }

  static func flag(_ name: String, at offset: Int, _ width: Int = 1) -> Self {
    Self(name: name, offset: offset, type: .flag(width))
  }

  static func address(_ name: String = "address", at offset: Int) -> Self {
    Self(name: name, offset: offset, type: .address)
  }

  static func ipv6Address(at offset: Int) -> Self { Self(name: "address", offset: offset, type: .ipv6Address) }

  static func interface(at offset: Int) -> Self { Self(name: "interface", offset: offset, type: .interface) }

  static func bytes(_ name: String, at offset: Int, _ width: Int, countAt: Int) -> Self {
    Self(name: name, offset: offset, type: .bytes(width, countAt: countAt))
  }

  static func rest(_ name: String, at offset: Int, _ limit: Int) -> Self {
    Self(name: name, offset: offset, type: .rest(limit))
  }

  /// How many bytes it takes of the struct itself.
  var width: Int {
    switch type {
    case .number(let width, _, _), .duration(let width, _), .flag(let width), .bytes(let width, _): width
    case .address: SocketAddress.capacity
    case .ipv6Address: 16
    case .interface: 4
    case .rest: 0
    }
  }
}

extension SocketOption {
  /// The form of a C struct that is written by its members: `ostreams=10,instreams=5`.
  ///
  /// Omitted members are 0, and members that are 0 are not shown; `none` is a struct of zeros.
  public struct StructureForm: Sendable, Hashable {
    /// One member.
    struct Member: Sendable, Hashable {
      let name: String
      /// Its offset in the struct.
      let offset: Int
      let type: MemberType
    }

    /// The type of a member.
    enum MemberType: Sendable, Hashable {
      /// An unsigned number of a given width, possibly with named values.
      case number(Int, Names, ByteOrder)
      /// A time of a given width.
      case duration(Int, TimeUnit)
      /// A Boolean of a given width: on if it is named.
      case flag(Int)
      /// A `struct sockaddr_storage`: a host, or a host and a port.
      case address
      /// A `struct in6_addr`.
      case ipv6Address
      /// The index of an interface.
      case interface
      /// Bytes in hexadecimal; another member, of two bytes, has their count.
      case bytes(Int, countAt: Int)
      /// Bytes in hexadecimal after the struct, up to a limit; the kernel does not return them.
      case rest(Int)
    }

    /// The size of the struct.
    let size: Int
    let members: [Member]
    /// Whether it is a range, written `LOW-HIGH`.
    private(set) var isRange = false

    /// The bytes of the members, padded to the size of the struct, with everything between them cleared.
    func members(of bytes: [UInt8]) -> [UInt8] {
      var result = [UInt8](repeating: 0, count: size)
      for member in members {
        for index in member.offset..<(member.offset + member.width) where index < bytes.count {
          result[index] = bytes[index]
        }
      }
      return result
    }

    /// A struct of a given size.
    init(size: Int, _ members: Member...) {
      self.size = size
      self.members = members
    }

    /// A range.
    init(range low: Member, _ high: Member) {
      self.init(size: low.width + high.width, low, high)
      isRange = true
    }
  }
}

// Shorthands for members.
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

  /// Its size within the struct.
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

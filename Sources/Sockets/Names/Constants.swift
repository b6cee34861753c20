/// Every C constant that this library knows by name, whatever type it has here.
///
/// Where one kind of constant is expected, its own type reads it (``NamedConstant``, ``NamedFlags``). This is for the rest:
/// a number that C programs would write by name (`SOMAXCONN`), and to look a name up without knowing its kind.
public enum Constants {
  /// Constants of one kind.
  public struct Group: Sendable {
    /// What they are: `requests of ioctl`.
    public let subject: String
    /// The C names and their values, in the order in which they are listed.
    public let entries: [(name: String, value: Int)]

    init(_ subject: String, _ entries: [(String, Int)]) {
      self.subject = subject
      self.entries = entries.map { (name: $0.0, value: $0.1) }
    }

    init<Constant: NamedConstant>(_ subject: String, _ type: Constant.Type) {
      let named = (type.names + type.aliases).filter { $0.name.contains("_") }
      self.init(subject, named.map { ($0.name, Int($0.value)) })
    }

    init<Flags: NamedFlags>(_ subject: String, _ type: Flags.Type) {
      self.init(subject, type.names.map { ($0.name, Int($0.value.rawValue)) })
    }
  }

  /// Every group.
  public static let groups: [Group] =
    [
      Group("address families", AddressFamily.self), Group("types of sockets", SocketType.self),
      Group("flags of socket, socketpair and accept4", CreationFlags.self),
      Group("protocols of the internet", TransportProtocol.self), Group("levels of options", OptionLevel.self),
      Group("directions of shutdown", ShutdownDirection.self), Group("flags of send and recv", MessageFlags.self),
      Group("events of poll", PollEvents.self), Group("flags of getaddrinfo", AddressLookupFlags.self),
      Group("flags of getnameinfo", NameLookupFlags.self),
      Group("origins of queued errors", ExtendedError.Origin.self),
    ] + familyProtocols + plainGroups

  /// The protocols of the families that have their own; those of `AF_PACKET` are EtherTypes in network order, and listed
  /// in host order elsewhere.
  private static var familyProtocols: [Group] {
    AddressFamily.names.map { AddressFamily(rawValue: $0.value) }.compactMap { family in
      guard family.addressing != .internet, family != PacketAddress.family, !family.protocols.isEmpty else {
        return nil
      }
      return Group("protocols of \(family)", family.protocols.map { ($0.name, Int($0.value)) })
    }
  }

  private static let values: [String: Int] = {
    var result: [String: Int] = [:]
    for group in groups {
      for entry in group.entries where result[entry.name.uppercased()] == nil {
        result[entry.name.uppercased()] = entry.value
      }
    }
    return result
  }()

  /// The number of a C name, in any case, or of several joined by `|`: `SOMAXCONN`, `CAN_EFF_FLAG|0x123`.
  ///
  /// - Returns: nil if a part is neither a name nor a number, or if there is no name at all.
  public static func value(named text: String) -> Int? {
    var isNamed = false
    var result = 0
    for part in text.split(separator: "|", omittingEmptySubsequences: false) {
      let word = part.filter { $0 != " " }
      if let known = values[word.uppercased()] {
        isNamed = true
        result |= known
      } else if let number = ConstantNumber.parse(word) {
        result |= number
      } else {
        return nil
      }
    }
    return isNamed ? result : nil
  }

  /// The groups that have a name, with its value; in any case.
  public static func find(_ name: String) -> [(subject: String, name: String, value: Int)] {
    let wanted = name.uppercased()
    return groups.flatMap { group in
      group.entries.filter { $0.name.uppercased() == wanted }.map { (group.subject, $0.name, $0.value) }
    }
  }
}

extension ResolutionError {
  /// A mistake in the text of a host or a service, which is found without asking a name server.
  public enum Fault: Hashable, Sendable {
    /// A host that can only be meant as an address, but is none: `256.1.1.1`, `fe80::g`.
    case notAnAddress
    /// A host with a character that no name has: `user@host`, `host/24`.
    case notAHost(Character)
    /// An address and an interface as a membership of a group has them: `239.1.1.1@eth0`.
    case interfaceAfterAt(IPAddress, String)
    /// An IPv6 address in the scope of an interface that does not exist: `fe80::1%nosuch`.
    case unknownInterface(String)
    /// A zone behind something other than an IPv6 address: `127.0.0.1%eth0`.
    case zoneWithoutIPv6
    /// A port where the host belongs: `1100 localhost`.
    case portForHost
    /// A port number outside 0 to 65535, or one with a sign.
    case portOutOfRange
    /// A service with a character that no name has, `80/`, `80,nodelay`, or a range, `20-25`.
    case notAService(Character)
    /// A service that exists only for the other protocol.
    case otherProtocol(TransportProtocol)
    /// A name that is not UTF-8, or that IDNA does not allow.
    case notInternational
    /// A name that needs IDNA, which this system's C library cannot do without libidn2.
    case noInternationalNames

    /// Whether the text is wrong wherever it is used; otherwise it depends on the system.
    public var isMisuse: Bool {
      switch self {
      case .otherProtocol, .noInternationalNames: false
      default: true
      }
    }
  }
}

extension ResolutionError.Fault {
  /// The sentence for the user: what is wrong with this host or service, and what to write.
  func sentence(host: String, service: String) -> String {
    switch self {
    case .notAnAddress:
      host.utf8.contains(UInt8(ascii: ":"))
        ? "'\(host)' is not an IPv6 address: write up to eight groups of up to four hexadecimal digits, such as fe80::1"
        : "'\(host)' is not an IPv4 address: write four numbers from 0 to 255, such as 127.0.0.1"
    case .interfaceAfterAt(let address, let interface):
      address.family == .ipv6
        ? "'\(host)' is not a host: write \(address)%\(interface)"
        : "'\(host)' is not a host: write \(address), and its interface as --interface \(interface)"
    case .notAHost("@"): "'\(host)' is not a host: leave out the user before the @"
    case .notAHost("/"): "'\(host)' is not a host: leave out the slash and what follows it"
    case .notAHost(":"):
      Endpoint.namesTransport(host)
        ? "'\(host)' is not a host: leave out the transport, and write the port on its own"
        : "'\(host)' is not a host: write the port on its own"
    case .notAHost(let character): "'\(host)' is not a host: no name has \(Self.name(of: character))"
    case .unknownInterface(""): "'\(host)' names no interface: write one behind the %, or leave the % out"
    case .unknownInterface(let name): "\(host): \(NetworkInterface.complaint(about: name))"
    case .zoneWithoutIPv6: "'\(host)' is not a host: only IPv6 addresses take %INTERFACE"
    case .portForHost:
      "'\(host)' stands where the host does, and is a port: write HOST PORT, such as localhost \(host)"
    case .portOutOfRange: "port \(service) is out of range: 0 to 65535"
    case .notAService("/"), .notAService("?"), .notAService("#"):
      "'\(service)' is not a port: leave out what follows the number or the name of the service"
    case .notAService(","), .notAService("-"):
      "'\(service)' is not a port: write one number, or the name of one service"
    case .notAService(let character): "'\(service)' is not a port: no service has \(Self.name(of: character))"
    case .otherProtocol(let other): "\(service) is a service of \(other == .udp ? "UDP" : "TCP") only"
    case .notInternational: "'\(host)' is not a host name: IDNA does not allow it"
    case .noInternationalNames:
      "\(host): names with letters other than ASCII need libidn2: install that library, or write the xn-- form of the name"
    }
  }

  private static func name(of character: Character) -> String {
    character == " "
      ? "a space" : character.isASCII && !character.isWhitespace ? "'\(character)'" : "control characters"
  }
}

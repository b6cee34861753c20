import Glibc

// What is wrong with the text of a host or a service, found before any name server or file is asked.
extension Resolver {
  /// Throws if a host is neither a name nor an address, or a service neither a name nor a port.
  public static func check(host: String?, service: String? = nil) throws(ResolutionError) {
    if let host, let fault = fault(inHost: host) {
      throw ResolutionError(code: .noName, host: host, service: service, fault: fault)
    }
    if let service, let fault = fault(inService: service) {
      throw ResolutionError(code: .service, host: host, service: service, fault: fault)
    }
  }

  /// A more precise reason for what getaddrinfo(3) reports.
  static func fault(
    behind code: ResolutionError.Code, host: String?, service: String?, over transport: Transport
  ) -> ResolutionError.Fault? {
    switch code {
    case .encoding: return hasInternationalNames ? .notInternational : .noInternationalNames
    case .service:
      let isStream = transport.hasStreamServices
      if let service, port(of: service, over: isStream ? .udp : .tcp) != nil {
        return .otherProtocol(isStream ? .udp : .tcp)
      }
      return host.flatMap { UInt16($0) } == nil ? nil : .portForHost
    default: return nil
    }
  }

  /// The mistake in a host; nil for addresses, and for what may be a name.
  static func fault(inHost host: String) -> ResolutionError.Fault? {
    let bytes = host.utf8
    if let (text, interface) = Endpoint.split(host, at: "@"), let address = IPAddress(text) {
      return .interfaceAfterAt(address, interface)
    }
    let parts = host.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    if parts.count == 2 {
      guard bytes.contains(UInt8(ascii: ":")) else { return .zoneWithoutIPv6 }
      guard IPv6Address(parts[0]) != nil else { return .notAnAddress }
      return NetworkInterface.index(naming: parts[1]) == nil ? .unknownInterface(parts[1]) : nil
    }
    if bytes.contains(UInt8(ascii: ":")) {
      return IPv6Address(host) != nil ? nil : isMeantAsIPv6(host) ? .notAnAddress : .notAHost(":")
    }
    // A digit and a space: inet_aton(3) ignores what follows.
    if let wrong = host.first(where: { " /@\u{7f}".contains($0) || $0 < " " }) { return .notAHost(wrong) }
    return isDotted(host) && !isIPv4(host) ? .notAnAddress : nil
  }

  /// Whether text with a colon is an attempt at an IPv6 address, rather than a host and a port.
  private static func isMeantAsIPv6(_ host: String) -> Bool {
    let colons = host.utf8.count { $0 == UInt8(ascii: ":") }
    return colons > 1
      && (host.containsBytes(of: "::") || host.allSatisfy { $0.isHexDigit && $0.isASCII || $0 == ":" || $0 == "." })
  }

  /// Whether a host consists of numbers and dots only. No name does: the top-level domain is never a number.
  private static func isDotted(_ host: String) -> Bool {
    let labels = host.split(separator: ".", omittingEmptySubsequences: true)
    return !labels.isEmpty
      && labels.allSatisfy { label in
        let digits = label.lowercased().hasPrefix("0x") ? label.dropFirst(2) : label
        return digits.utf8.allSatisfy { digit in
          digit.isDecimalDigit
            || digits.startIndex != label.startIndex && Character(Unicode.Scalar(digit)).isHexDigit
        }
      }
  }

  /// Whether it is an IPv4 address in any form that getaddrinfo(3) takes: also `127.1` and `0x7f000001`.
  ///
  /// Calls `inet_aton(3)`.
  private static func isIPv4(_ host: String) -> Bool {
    var address = in_addr()
    return unsafe inet_aton(host, &address) != 0
  }

  /// Whether it is a range of ports: `20-25`.
  private static func isRange(_ service: String.UTF8View) -> Bool {
    let ends = service.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    return ends.count == 2
      && ends.allSatisfy { !$0.isEmpty && $0.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } }
  }

  /// The mistake in a service; nil for ports, and for what may be the name of a service.
  ///
  /// getaddrinfo(3) would take 70000 for 4464 and -1 for 65535.
  static func fault(inService service: String) -> ResolutionError.Fault? {
    let bytes = service.utf8
    if let wrong = service.first(where: { " /?#,@\u{7f}".contains($0) || $0 < " " }) { return .notAService(wrong) }
    if isRange(bytes) { return .notAService("-") }
    let isSigned = bytes.first == UInt8(ascii: "-") || bytes.first == UInt8(ascii: "+")
    let digits = isSigned ? service.dropFirst() : service[...]
    let isNumber = !digits.isEmpty && digits.utf8.allSatisfy { $0.isDecimalDigit }
    return isNumber && (isSigned || UInt16(digits) == nil) ? .portOutOfRange : nil
  }
}

extension Transport {
  /// Whether the services of its sockets are those of TCP, rather than of UDP.
  var hasStreamServices: Bool { type == .stream || type == .sequencedPacket }
}

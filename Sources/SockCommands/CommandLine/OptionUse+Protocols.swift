import Operations
import Sockets

// Values of the options that belong to one protocol.
extension OptionUse {
  /// A payload protocol identifier of SCTP, in decimal or hexadecimal.
  func payloadProtocol() throws(OperationError) -> UInt32 {
    let text = text ?? ""
    let isHexadecimal = text.lowercased().hasPrefix("0x")
    guard let first = (isHexadecimal ? text.dropFirst(2) : text[...]).utf8.first, first != UInt8(ascii: "+"),
      let number = isHexadecimal ? UInt32(text.dropFirst(2), radix: 16) : UInt32(text)
    else { throw .usage("\(self) '\(text)' is not a number from the range 0 to 4294967295") }
    return number
  }

  /// A service code of DCCP.
  func serviceCode() throws(OperationError) -> DCCPServiceCode {
    guard let text, let code = DCCPServiceCode(text) else {
      throw .usage(
        "\(self) '\(text ?? "")' is not a service code: write SC: and up to four characters, such as SC:fdpz,"
          + " or a number, 0 to 4294967294")
    }
    return code
  }

  /// The checksum coverage of UDP-Lite: a number for both directions, or `send=N`, `recv=N`, or both separated by a comma.
  func coverage() throws(OperationError) -> [ProtocolSetting] {
    let text = text ?? ""
    if let count = Self.coverage(text) { return [.sentCoverage(count), .requiredCoverage(count)] }
    var settings: [ProtocolSetting] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
      let count = sides.count == 2 ? Self.coverage(sides[1]) : nil
      switch (sides.first, count) {
      case ("send", let count?) where !settings.contains(where: \.isSentCoverage): settings.append(.sentCoverage(count))
      case ("recv", let count?) where settings.allSatisfy(\.isSentCoverage): settings.append(.requiredCoverage(count))
      default:
        throw .usage(
          "\(self) '\(text)' is not a coverage: write 0 for all, or 8 (the header) to 65535 bytes, for"
            + " both ways, or send=N, recv=N, or send=N,recv=N")
      }
    }
    return settings
  }

  /// The 8 bytes of the header are always covered.
  private static func coverage(_ text: String) -> Int? {
    guard let count = try? Int(parsingSize: text), count == 0 || (8...65535).contains(count) else { return nil }
    return count
  }
}

extension ProtocolSetting {
  fileprivate var isSentCoverage: Bool {
    if case .sentCoverage = self { true } else { false }
  }
}

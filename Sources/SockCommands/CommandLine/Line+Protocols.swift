import Operations
import Sockets

// The options that belong to one protocol.
extension Line {
  /// What they choose.
  func protocolSettings() throws(OperationError) -> [ProtocolSetting] {
    var settings: [ProtocolSetting] = []
    if let stream = try number(.sctpStream, in: 0...65534) { settings.append(.messageStream(UInt16(stream))) }
    if let text = value(.sctpPPID) { settings.append(.payloadProtocol(try payloadProtocol(text))) }
    settings += try coverage()
    if let text = value(.dccpService) {
      guard let code = DCCPServiceCode(text) else {
        throw .usage(
          "\(OptionName.dccpService) '\(text)' is no service code: write SC: and up to four characters, such as SC:fdpz,"
            + " or a number, 0 to 4294967294")
      }
      settings.append(.serviceCode(code))
    }
    return settings
  }

  private func payloadProtocol(_ text: String) throws(OperationError) -> UInt32 {
    let isHexadecimal = text.lowercased().hasPrefix("0x")
    guard let first = (isHexadecimal ? text.dropFirst(2) : text[...]).utf8.first, first != UInt8(ascii: "+"),
      let number = isHexadecimal ? UInt32(text.dropFirst(2), radix: 16) : UInt32(text)
    else { throw .usage("\(OptionName.sctpPPID) '\(text)' is not a number from the range 0 to 4294967295") }
    return number
  }

  /// `--udplite-coverage`: one number for both ways, or `send=N`, `recv=N`, or both with a comma between them.
  private func coverage() throws(OperationError) -> [ProtocolSetting] {
    guard let text = value(.udpliteCoverage) else { return [] }
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
          "\(OptionName.udpliteCoverage) '\(text)' is no coverage: write 0 for all, or 8 (the header) to 65535 bytes, for"
            + " both ways, or send=N, recv=N, or send=N,recv=N")
      }
    }
    return settings
  }

  /// The header, of 8 bytes, is always covered.
  private static func coverage(_ text: String) -> Int? {
    guard let count = try? Int(parsingSize: text), count == 0 || (8...65535).contains(count) else { return nil }
    return count
  }

  /// Refuses options of another protocol than that of the transport.
  func checkProtocols(_ transport: Transport) throws(OperationError) {
    for (names, number, advice) in Self.owners where transport.protocolNumber != number {
      for name in names where has(name) {
        throw .usage("\(name) is for \(advice): \(transport) has no such thing")
      }
    }
  }

  private static let owners: [(names: [OptionName], protocolNumber: TransportProtocol, advice: String)] = [
    ([.sctpStream, .sctpPPID], .sctp, "SCTP, which --sctp or sctp:// choose"),
    ([.udpliteCoverage], .udpLite, "UDP-Lite, which --udplite or udplite:// choose"),
    ([.dccpService], .dccp, "DCCP, which --dccp or dccp:// choose"),
  ]
}

extension ProtocolSetting {
  fileprivate var isSentCoverage: Bool {
    if case .sentCoverage = self { true } else { false }
  }
}

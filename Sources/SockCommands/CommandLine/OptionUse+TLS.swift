import Glibc
import Operations
import Sockets
import Transfer

// Values of the options of TLS.
extension OptionUse {
  /// Pins in curl's form: `sha256//BASE64`, several separated by semicolons.
  func pins() throws(OperationError) -> [String] {
    var pins: [String] = []
    for part in (text ?? "").split(separator: ";", omittingEmptySubsequences: false) {
      let hash = part.dropFirst("sha256//".utf8.count)
      // 32 bytes are 43 digits and one character that fills the last group.
      guard part.hasPrefix("sha256//"), hash.utf8.count == 44, hash.hasSuffix("="),
        hash.dropLast().utf8.allSatisfy(isBase64)
      else {
        throw .usage(
          "\(self) '\(part)' is not a pin: write sha256// and 44 characters of Base64, as the secured event does")
      }
      pins.append(String(hash))
    }
    return pins
  }

  private func isBase64(_ byte: UInt8) -> Bool {
    byte.isAlphanumeric || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/")
  }

  /// A host name or an address.
  func name() throws(OperationError) -> String {
    guard let text, !text.isEmpty, text.utf8.count <= 255 else { throw .usage("\(self) needs the name of a host") }
    return text
  }

  /// Names of application protocols, separated by commas.
  func protocols() throws(OperationError) -> [String] {
    let names = (text ?? "").split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard names.allSatisfy({ (1...255).contains($0.utf8.count) }) else {
      throw .usage(
        "\(self) '\(text ?? "")' is not a list of protocols: write names separated by commas, such as h2,http/1.1")
    }
    return names
  }

  /// A version of TLS, or a range of them.
  func tlsVersions() throws(OperationError) -> ClosedRange<TLSSettings.Version> {
    let parts = (text ?? "").split(separator: "-", omittingEmptySubsequences: false)
    let versions = parts.compactMap { part in TLSSettings.Version.allCases.first { $0.name == part } }
    guard (1...2).contains(parts.count), versions.count == parts.count, let first = versions.first,
      let last = versions.last, first <= last
    else {
      throw .usage(
        "\(self) '\(text ?? "")' is not a version of TLS: write 1.2 or 1.3, or a range such as 1.2-1.3")
    }
    return first...last
  }

  /// The first line of the file whose name follows an `@`.
  func firstLineOfFile() throws(OperationError) -> String {
    guard let text, text.hasPrefix("@"), text.utf8.count > 1 else {
      throw .usage("\(self) needs @ and the name of a file: others can see what is on the command line")
    }
    return try firstLine(of: String(text.dropFirst()))
  }

  /// A key with its name: `ID:@FILE`, the key in hexadecimal on the first line of the file.
  func presharedKey() throws(OperationError) -> TLSPresharedKey {
    let text = text ?? ""
    let mark = text.indices.first { text[$0...].hasPrefix(":@") } ?? text.startIndex
    let (identity, file) = (String(text[..<mark]), String(text[mark...].dropFirst(2)))
    guard !identity.isEmpty, !file.isEmpty else {
      throw .usage("\(self) needs the name of a key and its file: ID:@FILE")
    }
    guard identity.utf8.count <= TLSPresharedKey.longestIdentity else {
      throw .usage("\(self): the name of a key has at most \(TLSPresharedKey.longestIdentity) bytes")
    }
    let digits = Array(try firstLine(of: file).utf8.filter { $0 != 0x20 && $0 != 0x09 && $0 != UInt8(ascii: ":") })
    let nibbles = digits.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
    guard nibbles.count == digits.count, !digits.isEmpty, digits.count.isMultiple(of: 2),
      digits.count <= 2 * TLSPresharedKey.longestKey
    else {
      throw .usage(
        "\(self): the first line of \(file) is no key: write 2 to \(2 * TLSPresharedKey.longestKey) hexadecimal digits,"
          + " two for each byte")
    }
    let key = stride(from: 0, to: nibbles.count, by: 2).map { UInt8(nibbles[$0] << 4 | nibbles[$0 + 1]) }
    return TLSPresharedKey(identity: identity, key: key)
  }

  private func firstLine(of name: String) throws(OperationError) -> String {
    var bytes: [UInt8] = []
    do throws(SystemError) {
      let file = try OwnedDescriptor.open(name, O_RDONLY)
      bytes = try [UInt8](capacity: 4096) { (room: inout OutputSpan<UInt8>) throws(SystemError) in
        try room.withUnsafeMutableBufferPointer { (buffer, count) throws(SystemError) in
          guard case .moved(let read) = try file.borrowed.read(into: UnsafeMutableRawBufferPointer(buffer)) else {
            return
          }
          count = read
        }
      }
    } catch {
      throw .usage("\(self): \(name): \(error.number)")
    }
    return String(decoding: bytes.prefix { $0 != 0x0a && $0 != 0x0d }, as: UTF8.self)
  }
}

extension ParsedArguments {
  /// The settings of TLS, if the endpoint asks for it.
  func tls(for endpoint: Endpoint) throws(OperationError) -> TLSLayer? {
    guard endpoint.layers.contains(.tls) || endpoint.layers.contains(.dtls) else {
      let use = uses.first { use in
        !(use.option === Option.handshakeTimeout && acceptsProxyHeaders)
          && use.option.effects.contains { TLSSettings.setter(in: $0) != nil }
      }
      if let use { throw .usage("\(use) is for TLS: add \(Option.tls), or write tls:// in front of the endpoint") }
      return nil
    }
    var settings = TLSSettings()
    settings.isOverDatagrams = endpoint.layers.contains(.dtls)
    if let file = getenv("SSLKEYLOGFILE"), file.pointee != 0 {
      (settings.keyLog, settings.keyLogOrigin) = (String(cString: file), "SSLKEYLOGFILE")
    }
    try apply(to: &settings)
    if settings.keys.count > settings.certificates.count {
      throw .usage("\(Option.tlsKey) needs its certificate: add \(Option.tlsCert)")
    }
    if settings.isOverDatagrams {
      let streams = [Option.tlsEarlyData, .tlsMaxEarlyData, .tlsTruncationOK]
      if let use = uses.first(where: { use in streams.contains { $0 === use.option } }) {
        throw .usage("\(use) is for TLS over a stream, and has no meaning over datagrams")
      }
      try checkDatagramVersions(settings)
      // Only the handshake shows whether a peer is there.
      if let limit = try self[.timeout]?.limit() {
        settings.handshakeTimeout = min(limit, settings.handshakeTimeout ?? limit)
      }
    }
    try check(settings)
    return TLSLayer(settings)
  }

  /// Refuses options that others have to give a meaning to.
  private func check(_ settings: TLSSettings) throws(OperationError) {
    if settings.sendsEarlyData, settings.sessionFile == nil {
      throw .usage("\(Option.tlsEarlyData) is for a session that is resumed: add \(Option.tlsSession) FILE")
    }
    if !settings.statusFiles.isEmpty, settings.certificates.isEmpty {
      throw .usage("\(Option.tlsOCSPResponse) is about a certificate: add \(Option.tlsCert)")
    }
  }

  /// A record of DTLS carries less than a datagram of UDP does.
  func limitDatagrams(_ options: inout ConnectionOptions) throws(OperationError) {
    let most = ConnectionOptions.largestRecord
    if let size = options.datagramSize, size > most {
      throw .usage("\(Option.datagramSize) \(size): a datagram of DTLS carries \(most) bytes at most")
    }
    options.datagramSize = options.datagramSize ?? most
  }

  /// DTLS 1.0 belongs to TLS 1.1, and DTLS 1.2 to TLS 1.2.
  private func checkDatagramVersions(_ settings: TLSSettings) throws(OperationError) {
    guard let versions = settings.versions, !versions.contains(.tls12), !versions.contains(.tls10) else { return }
    throw .usage("\(Option.tlsVersion): DTLS has the versions 1.0 and 1.2 here")
  }
}

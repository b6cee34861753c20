import Operations
import Sockets
import Transfer

// Values of the options of the PROXY protocol.
extension OptionUse {
  /// Peers that can be told apart at once: names would have to be looked up, and files be read again.
  func trustedProxies() throws(OperationError) -> [AccessRule] {
    var rules: [AccessRule] = []
    for source in try accessSources() {
      switch source {
      case .rule(.name(let name), _): throw .usage("\(self) '\(name)' is no address: write one, or NETWORK/BITS")
      case .rule(let rule, _): rules.append(rule)
      case .file(let file): throw .usage("\(self) '@\(file)' is a file: write addresses, or NETWORK/BITS")
      }
    }
    return rules
  }

  /// `NAME=VALUE` for a header of version 2.
  func proxyField() throws(OperationError) -> ProxyHeader.Field {
    let parts = (text ?? "").split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 else {
      throw .usage("\(self) '\(text ?? "")' has no value: write NAME=VALUE, such as authority=example.org")
    }
    let type = try fieldType(parts[0])
    let value = try fieldValue(parts[1])
    let most = type == ProxyHeader.FieldName.uniqueID.rawValue ? ProxyHeader.longestUniqueID : 1024
    guard value.count <= most else {
      throw .usage("\(self) \(parts[0]): the value has \(value.count) bytes, and \(most) is the most")
    }
    return ProxyHeader.Field(type, value)
  }

  private func fieldType(_ name: String) throws(OperationError) -> UInt8 {
    let known: [ProxyHeader.FieldName] = [.alpn, .authority, .uniqueID, .namespace]
    if let field = known.first(where: { $0.text == name }) { return field.rawValue }
    if name.hasPrefix("0x"), let number = UInt8(name.dropFirst(2), radix: 16), (0xe0...0xef).contains(number) {
      return number
    }
    throw .usage(
      "\(self) '\(name)' is no field that can be sent: there are \(known.map(\.text).joined(separator: ", ")),"
        + " and 0xe0 to 0xef")
  }

  private func fieldValue(_ text: String) throws(OperationError) -> [UInt8] {
    guard text.hasPrefix("0x") else { return ArgumentText.bytes(text) }
    let digits = Array(text.utf8.dropFirst(2))
    let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
      UInt8(String(decoding: digits[$0...($0 + 1)], as: UTF8.self), radix: 16)
    }
    guard digits.count % 2 == 0, 2 * bytes.count == digits.count, !digits.contains(UInt8(ascii: "+")) else {
      throw .usage("\(self) '\(text)' is not hexadecimal: write two digits for each byte behind 0x")
    }
    return bytes
  }
}

extension SocketAddress {
  /// The address without port and brackets: `127.0.0.1`, `fe80::1%eth0`.
  public var host: String {
    let text = description
    guard let port else { return text }
    let bare = text.dropLast(String(port).utf8.count + 1)
    return String(bare.hasPrefix("[") ? bare.dropFirst().dropLast() : bare)
  }

  /// The address for a message, without a port that is 0 because none was chosen.
  public var briefDescription: String { port == 0 ? host : description }
}

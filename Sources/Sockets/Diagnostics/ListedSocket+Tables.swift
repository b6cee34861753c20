extension ListedSocket {
  /// The sockets in a table of `/proc/net` with the columns of `raw` and `icmp`; none if it cannot be read.
  static func inTable(_ path: String, kind: ListedKind) -> [ListedSocket] {
    guard let text = FileSystem.contents(of: path) else { return [] }
    return text.split(separator: UInt8(ascii: "\n")).dropFirst().compactMap { ListedSocket(row: $0, kind: kind) }
  }

  /// `0: 0100007F:0001 00000000:0000 07 00000000:00000000 00:00000000 00000000 0 0 12345 2 0000 0`: the number of the
  /// row, the addresses, the state, the queues, the timer, retransmissions, the user, the timeout, the inode.
  init?(row: ArraySlice<UInt8>, kind: ListedKind) {
    let words = row.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
    guard words.count > 9, let local = Self.address(words[1]), let state = UInt8(words[3], radix: 16),
      let inode = UInt32(words[9])
    else { return nil }
    self.init(kind: kind, state: kind.state(state), local: local, inode: inode, cookie: UInt64(inode))
    if let address = Self.address(words[2]), address.bytes.dropFirst(2).contains(where: { $0 != 0 }) { peer = address }
    let queues = words[4].split(separator: ":").map { Int($0, radix: 16) }
    if queues.count == 2 { (sendQueue, receiveQueue) = (queues[0], queues[1]) }
    user = UInt32(words[7])
  }

  /// A host as the kernel's words of 32 bits in hexadecimal, and a port: `0100007F:0001`.
  private static func address(_ text: String) -> SocketAddress? {
    let parts = text.split(separator: ":")
    guard parts.count == 2, parts[0].count == 8 || parts[0].count == 32, let port = UInt16(parts[1], radix: 16) else {
      return nil
    }
    var host: [UInt8] = []
    var rest = parts[0]
    while !rest.isEmpty {
      guard let word = UInt32(rest.prefix(8), radix: 16) else { return nil }
      host += .storing(word)
      rest = rest.dropFirst(8)
    }
    let portBytes: [UInt8] = .storing(port.bigEndian)
    return host.count == 4
      ? SocketAddress(family: .ipv4, portBytes + host + [UInt8](repeating: 0, count: 8))
      : SocketAddress(family: .ipv6, portBytes + [0, 0, 0, 0] + host + [0, 0, 0, 0])
  }
}

import SocketLoop
import Sockets

/// The part of a connection in plain text, up to the go-ahead for TLS.
///
/// It reads byte by byte, so that nothing of what follows is taken. Whatever the server sends behind its go-ahead could come
/// from somebody on the way, and would be taken for protected (CVE-2011-0411), so it is an error.
@LoopActor
package struct StartTLSDialogue {
  private let stream: any ByteStream
  private let kind: StartTLS
  private let deadline: MonotonicTime
  /// Called with each line that the server says.
  private let said: (String) -> Void

  /// The most that a server may say in one reply.
  private static let longest = 65_536

  package init(
    _ kind: StartTLS, over stream: any ByteStream, within limit: Duration?, said: @escaping (String) -> Void
  ) {
    self.kind = kind
    self.stream = stream
    self.said = said
    deadline = .after(limit)
  }

  /// - Parameter host: the name of the server.
  package func run(host: String) async throws(StreamFailure) {
    for step in kind.steps(us: ourName, host: host) {
      switch step {
      case .send(let bytes): try await send(bytes)
      case .expect(let reply): try await expect(reply)
      }
    }
    try refuseMore()
  }

  /// Our address, as SMTP writes it where there is no name.
  private var ourName: String {
    guard let local = stream.facts.local, local.port != nil else { return "[127.0.0.1]" }
    return local.host.utf8.contains(UInt8(ascii: ":")) ? "[IPv6:\(local.host)]" : "[\(local.host)]"
  }

  private func refuseMore() throws(StreamFailure) {
    var byte: UInt8 = 0
    let result = withUnsafeMutableBytes(of: &byte) { try? stream.read(into: $0) }
    if case .moved(1)? = result {
      throw StreamFailure(.peerProtocol, "has sent more behind its go-ahead for TLS: somebody may have put it there")
    }
  }

  // MARK: Replies

  private func expect(_ reply: StartTLS.Reply) async throws(StreamFailure) {
    switch reply {
    case .code(let code, let offers): try await expectCode(code, offers)
    case .line(let beginning, let refused, let offers):
      try await lines(offers) { line in
        line.hasPrefix(beginning) ? .last : refused.contains { line.hasPrefix($0) } ? .refusal : .more
      }
    case .numeric(let number):
      try await lines(nil) { line in
        let words = line.split(separator: " ")
        let said = words.first?.hasPrefix(":") == true ? words.dropFirst().first : words.first
        guard let said, said.utf8.count == 3, let value = Int(said) else {
          return line.hasPrefix("ERROR") ? .refusal : .more
        }
        return said == number ? .last : value >= 400 ? .refusal : .more
      }
    case .text(let end, let offers): try await expectText(until: end, offers)
    case .byte(let wanted):
      let byte = try await byte()
      if byte != wanted { throw refused("'\(Unicode.Scalar(byte))'") }
    case .mysqlGreeting: try await expectMySQL()
    case .ldapSuccess: try await expectLDAP()
    }
  }

  private enum Judgement { case more, last, refusal }

  /// Reads lines up to the last one of a reply.
  private func lines(_ offers: String?, _ judge: (String) -> Judgement) async throws(StreamFailure) {
    var isOffered = offers == nil
    var count = 0
    while true {
      let line = try await line()
      count += line.utf8.count
      if let offers, line.uppercased().containsBytes(of: offers) { isOffered = true }
      switch judge(line) {
      case .refusal: throw refused("'\(line)'")
      case .last:
        guard isOffered else { throw StreamFailure(.peerProtocol, "does not offer TLS (\(kind.rawValue))") }
        return
      case .more: if count > Self.longest { throw endless }
      }
    }
  }

  private func expectCode(_ code: String, _ offers: String?) async throws(StreamFailure) {
    var isInside = false
    try await lines(offers) { line in
      let hasCode = line.utf8.count >= 3 && line.utf8.prefix(3).allSatisfy { (0x30...0x39).contains($0) }
      // A reply of several lines may have any text between the first and the last (FTP).
      guard hasCode else { return isInside ? .more : .refusal }
      guard line.hasPrefix(code) else { return .refusal }
      isInside = line.utf8.dropFirst(3).first == UInt8(ascii: "-")
      return isInside ? .more : .last
    }
  }

  private func expectText(until end: String, _ offers: String) async throws(StreamFailure) {
    var text: [UInt8] = []
    let ending = Array(end.utf8)
    while !text.suffix(ending.count).elementsEqual(ending) {
      text.append(try await byte())
      if text.count > Self.longest { throw endless }
    }
    let said = String(decoding: text, as: UTF8.self)
    self.said(said)
    if !said.containsBytes(of: offers) { throw refused("'\(said)'") }
  }

  /// A header of length and number, the version of the protocol, text up to a zero, 13 bytes, and then the lower half of what the
  /// server can do.
  private func expectMySQL() async throws(StreamFailure) {
    let header = try await bytes(4)
    let count = Int(header[0]) | Int(header[1]) << 8 | Int(header[2]) << 16
    guard (1...Self.longest).contains(count) else { throw endless }
    let packet = try await bytes(count)
    guard packet[0] == 10, let zero = packet.firstIndex(of: 0), zero + 15 < packet.count else {
      throw refused("'\(String(decoding: packet.dropFirst(3).prefix(80), as: UTF8.self))'")
    }
    said("MySQL " + String(decoding: packet[1..<zero], as: UTF8.self))
    // CLIENT_SSL
    if packet[zero + 15] & 0x08 == 0 { throw StreamFailure(.peerProtocol, "does not offer TLS (mysql)") }
  }

  /// An LDAPMessage with an ExtendedResponse, whose first element is the result.
  private func expectLDAP() async throws(StreamFailure) {
    guard try await byte() == 0x30 else { throw refused("what is not LDAP") }
    var count = Int(try await byte())
    if count > 0x80 {
      guard count <= 0x84 else { throw endless }
      count = try await bytes(count - 0x80).reduce(0) { $0 << 8 | Int($1) }
    }
    guard count <= Self.longest else { throw endless }
    let message = try await bytes(count)
    // The number of the message (an INTEGER of one byte), the tag of the response, its length, and ENUMERATED, 1, result.
    guard message.count > 4, message[0] == 2, message[1] == 1, message[3] == 0x78 else {
      throw refused("another answer")
    }
    let start = message[4] < 0x80 ? 5 : 5 + Int(message[4] & 0x7f)
    guard start + 2 < message.count, message[start] == 0x0a, message[start + 1] == 1 else {
      throw refused("another answer")
    }
    if message[start + 2] != 0 { throw refused("result \(message[start + 2])") }
  }

  // MARK: Bytes

  private func line() async throws(StreamFailure) -> String {
    var bytes: [UInt8] = []
    while bytes.last != 0x0a {
      bytes.append(try await byte())
      if bytes.count > 4096 { throw endless }
    }
    bytes.removeLast()
    if bytes.last == 0x0d { bytes.removeLast() }
    let line = String(decoding: bytes, as: UTF8.self)
    said(line)
    return line
  }

  private func bytes(_ count: Int) async throws(StreamFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count { bytes.append(try await byte()) }
    return bytes
  }

  private func byte() async throws(StreamFailure) -> UInt8 {
    let next: UInt8?
    do throws(LoopError) { next = try await stream.readByte(until: deadline) } catch { throw failure(error) }
    guard let next else { throw StreamFailure(.peerProtocol, "has ended the connection before TLS (\(kind.rawValue))") }
    return next
  }

  private func send(_ bytes: [UInt8]) async throws(StreamFailure) {
    do throws(LoopError) { try await stream.writeAll(bytes) } catch { throw failure(error) }
  }

  // MARK: Failures

  private func failure(_ error: LoopError) -> StreamFailure {
    switch error {
    case .cancelled: StreamFailure(.cancelled, "cancelled")
    case .timedOut: StreamFailure(.timedOut, "has not answered in time before TLS (\(kind.rawValue))")
    case .system(let error):
      StreamFailure(.peerProtocol, "has broken off the connection before TLS (\(kind.rawValue)): \(error.number)")
    }
  }

  private func refused(_ what: String) -> StreamFailure {
    StreamFailure(.peerProtocol, "refuses TLS (\(kind.rawValue)): it says \(what)")
  }

  private var endless: StreamFailure {
    StreamFailure(.peerProtocol, "does not speak \(kind.rawValue): what it says has no end")
  }
}

/// A message of netlink(7): its header, and the bytes after it.
struct NetlinkMessage {
  /// `nlmsg_type`.
  let type: UInt16
  /// `nlmsg_flags`.
  let flags: UInt16
  /// `nlmsg_seq`: the request that it answers.
  let sequence: UInt32
  /// What follows the header.
  let body: [UInt8]

  /// `NLMSG_ERROR`: a refusal, or an acknowledgement if the number is 0.
  static let error: UInt16 = 2
  /// `NLMSG_DONE`: the end of a dump.
  static let done: UInt16 = 3
  /// `NLM_F_REQUEST`.
  static let isRequest: UInt16 = 0x1
  /// `NLM_F_ACK`.
  static let wantsAnswer: UInt16 = 0x4
  /// `NLM_F_DUMP_INTR`: something has changed during the dump, which may lack an entry or have one twice.
  static let wasInterrupted: UInt16 = 0x10
  /// `NLM_F_DUMP`.
  static let dumps: UInt16 = 0x300

  /// The messages in a datagram; a damaged one ends them.
  static func all(in bytes: [UInt8]) -> [NetlinkMessage] {
    var messages: [NetlinkMessage] = []
    var start = 0
    while bytes.count - start >= headerSize {
      let length = Int(bytes.load(UInt32.self, at: start))
      guard length >= headerSize, length <= bytes.count - start else { break }
      messages.append(
        NetlinkMessage(
          type: bytes.load(UInt16.self, at: start + 4), flags: bytes.load(UInt16.self, at: start + 6),
          sequence: bytes.load(UInt32.self, at: start + 8), body: Array(bytes[(start + headerSize)..<(start + length)]))
      )
      start += (length + 3) & ~3
    }
    return messages
  }

  /// The bytes to send: the header, and the body. The kernel fills in the port.
  var bytes: [UInt8] {
    .storing(UInt32(Self.headerSize + body.count)) + .storing(type) + .storing(flags) + .storing(sequence)
      + .storing(UInt32(0)) + body
  }

  /// The error that the message reports, which `NLMSG_DONE` may do as well; nil for none.
  var failure: ErrorNumber? {
    guard type == Self.error || type == Self.done, body.count >= 4 else { return nil }
    let number = body.load(CInt.self)
    return number < 0 ? ErrorNumber(rawValue: 0 &- number) : nil
  }

  private static let headerSize = 16
}

/// The attributes after the fixed part of a netlink message.
struct NetlinkAttributes {
  private let bytes: [UInt8]
  private var places: [(type: UInt16, range: Range<Int>)] = []

  /// The attributes from an offset on; a damaged one ends them.
  init(_ bytes: [UInt8], from offset: Int) {
    self.bytes = bytes
    var start = offset
    while bytes.count - start >= 4 {
      let length = Int(bytes.load(UInt16.self, at: start))
      guard length >= 4, length <= bytes.count - start else { break }
      // The upper bits of the type are flags.
      places.append((bytes.load(UInt16.self, at: start + 2) & 0x3fff, (start + 4)..<(start + length)))
      start += (length + 3) & ~3
    }
  }

  /// The contents of the first attribute of a type; nil if there is none.
  subscript(_ type: UInt16) -> [UInt8]? {
    places.first { $0.type == type }.map { Array(bytes[$0.range]) }
  }

  /// The number in an attribute; nil if there is none, or it is too short.
  func number<Number: FixedWidthInteger>(_ type: UInt16, _ kind: Number.Type) -> Number? {
    guard let place = places.first(where: { $0.type == type }), place.range.count >= MemoryLayout<Number>.size else {
      return nil
    }
    return bytes.load(kind, at: place.range.lowerBound)
  }
}

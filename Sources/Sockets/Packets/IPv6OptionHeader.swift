import CSocketShims

/// A hop-by-hop or destination options header of IPv6, as it is built and read by RFC 3542: `inet6_opt_init(3)` and the
/// rest.
public struct IPv6OptionHeader: Hashable, Sendable {
  /// One option: its type and its data, as type, length and value.
  public struct Option: Hashable, Sendable {
    /// The type; its two highest bits say what a host does that does not know it.
    public let type: UInt8
    /// The data, without type and length.
    public let data: [UInt8]
  }

  /// The header. Its length is a multiple of eight only once it is finished.
  public private(set) var bytes: [UInt8]

  /// The longest header.
  static let capacity = 2048

  /// A header without options yet.
  ///
  /// Calls `inet6_opt_init(3)`.
  public init() {
    var room = [UInt8](repeating: 0, count: Self.capacity)
    let length = unsafe sockshim_inet6_opt_init(&room, socklen_t(room.count))
    // Its length is known only when it is finished.
    room[1] = 0
    bytes = Array(room.prefix(max(0, Int(length))))
  }

  /// A header that arrived, or that is being built.
  ///
  /// - Returns: nil if it is too short or too long to be one.
  public init?(bytes: [UInt8]) {
    guard (2...Self.capacity).contains(bytes.count) else { return nil }
    self.bytes = bytes
  }

  /// Appends an option, with padding before it.
  ///
  /// Calls `inet6_opt_append(3)` and `inet6_opt_set_val(3)`.
  ///
  /// - Parameter alignment: the data begins at a multiple of this: 1, 2, 4 or 8, and at most its length.
  /// - Returns: false if the type is one of the padding (0, 1), the data is longer than 255 bytes, the alignment is
  ///   wrong, or the header is full.
  public mutating func append(type: UInt8, data: [UInt8], alignment: UInt8 = 1) -> Bool {
    guard data.count <= 255 else { return false }
    var room = bytes + [UInt8](repeating: 0, count: Self.capacity - bytes.count)
    let offset = CInt(bytes.count)
    let end = unsafe room.withUnsafeMutableBytes { buffer -> CInt in
      var place: UnsafeMutableRawPointer?
      guard let start = buffer.baseAddress else { return -1 }
      let end = unsafe sockshim_inet6_opt_append(
        start, socklen_t(buffer.count), offset, type, socklen_t(data.count), alignment, &place)
      if end >= 0, !data.isEmpty, let place = unsafe place {
        _ = unsafe sockshim_inet6_opt_set_val(place, 0, data, socklen_t(data.count))
      }
      return end
    }
    guard end >= 0 else { return false }
    bytes = Array(room.prefix(Int(end)))
    return true
  }

  /// Pads the header to a multiple of eight bytes, and sets its length.
  ///
  /// Calls `inet6_opt_finish(3)`.
  public mutating func finish() {
    var room = bytes + [UInt8](repeating: 0, count: Self.capacity - bytes.count)
    let end = unsafe sockshim_inet6_opt_finish(&room, socklen_t(room.count), CInt(bytes.count))
    guard end >= 8 else { return }
    room[1] = UInt8(clamping: Int(end) / 8 - 1)
    bytes = Array(room.prefix(Int(end)))
  }

  /// The option behind an offset, and the offset of what follows; nil at the end, or if the header is malformed.
  ///
  /// Calls `inet6_opt_next(3)`.
  ///
  /// - Parameter offset: 0 for the first, then what was returned.
  public func option(after offset: Int) -> (option: Option, end: Int)? {
    unsafe found(offset) { header, length, type, count, data in
      unsafe sockshim_inet6_opt_next(header, length, CInt(clamping: offset), type, count, data)
    }
  }

  /// The next option of a type.
  ///
  /// Calls `inet6_opt_find(3)`.
  public func option(ofType type: UInt8, after offset: Int = 0) -> (option: Option, end: Int)? {
    unsafe found(offset) { header, length, found, count, data in
      unsafe found.pointee = type
      return unsafe sockshim_inet6_opt_find(header, length, CInt(clamping: offset), type, count, data)
    }
  }

  /// Every option, in order; padding is left out.
  public var options: [Option] {
    var result: [Option] = []
    var offset = 0
    while let (option, end) = option(after: offset), end > offset {
      result.append(option)
      offset = end
    }
    return result
  }

  private typealias Search = (
    UnsafeRawPointer, socklen_t, UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<socklen_t>,
    UnsafeMutablePointer<UnsafeMutableRawPointer?>
  ) -> CInt

  private func found(_ offset: Int, _ search: Search) -> (option: Option, end: Int)? {
    guard offset >= 0, offset <= bytes.count else { return nil }
    // One byte more than the header has: the C library reads the length behind a type without looking.
    return unsafe (bytes + [0]).withUnsafeBytes { buffer in
      var (type, count): (UInt8, socklen_t) = (0, 0)
      var data: UnsafeMutableRawPointer?
      guard let start = buffer.baseAddress else { return nil }
      let end = unsafe search(start, socklen_t(bytes.count), &type, &count, &data)
      guard end >= 0, let data = unsafe data else { return nil }
      // The C library trusts lengths that a peer wrote.
      let place = unsafe UnsafeRawPointer(data) - start
      guard place >= 0, place + Int(count) <= bytes.count else { return nil }
      return unsafe (Option(type: type, data: Array(buffer[place..<place + Int(count)])), Int(end))
    }
  }
}

extension [UInt8] {
  /// Writes into the data of an option.
  ///
  /// Calls `inet6_opt_set_val(3)`.
  ///
  /// - Returns: the offset behind it; nil if it does not fit.
  public mutating func setOptionValue(_ value: [UInt8], at offset: Int) -> Int? {
    guard offset >= 0, offset <= count, value.count <= count - offset else { return nil }
    return unsafe Int(sockshim_inet6_opt_set_val(&self, CInt(offset), value, socklen_t(value.count)))
  }

  /// Reads from the data of an option.
  ///
  /// Calls `inet6_opt_get_val(3)`.
  ///
  /// - Returns: nil if it does not have so many bytes.
  public func optionValue(at offset: Int, count length: Int) -> [UInt8]? {
    guard offset >= 0, length >= 0, offset <= count, length <= count - offset else { return nil }
    var result = [UInt8](repeating: 0, count: length)
    _ = unsafe sockshim_inet6_opt_get_val(self, CInt(offset), &result, socklen_t(length))
    return result
  }
}

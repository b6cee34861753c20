import Glibc

// The bytes of getsockopt(2) and setsockopt(2). Numbers are in host order, except in addresses.
extension SocketOptionValue {
  /// Decodes a value; as plain bytes if they are too few for the kind.
  init(bytes: [UInt8], kind: SocketOption.Kind) {
    switch kind {
    case .flag where bytes.count >= 4: self = .flag(bytes.load(CInt.self) != 0)
    case .flag where bytes.count == 1: self = .flag(bytes[0] != 0)
    case .integer(let form) where bytes.count >= 8 && form.width == 8:
      let number = Int(bytes.load(Int64.self))
      self = .integer(number, name: form.names.name(of: number))
    case .integer(let form) where bytes.count >= form.prefix + 4:
      let isUnsigned = form.range.upperBound > Int(CInt.max)
      let number =
        isUnsigned
        ? Int(bytes.load(UInt32.self, at: form.prefix)) : Int(bytes.load(CInt.self, at: form.prefix))
      self = .integer(number, name: form.names.name(of: number))
    case .duration(let unit, _) where bytes.count >= 4:
      self = .duration(.microseconds(Int64(bytes.load(CInt.self)) * unit.inMicroseconds), unit)
    case .timeval where bytes.count >= 16:
      let seconds = bytes.load(Int64.self)
      let microseconds = bytes.load(Int64.self, at: 8)
      self = .timeout(seconds == 0 && microseconds == 0 ? nil : .seconds(seconds) + .microseconds(microseconds))
    case .linger where bytes.count >= 8:
      self = .linger(bytes.load(CInt.self) == 0 ? nil : .seconds(Int64(bytes.load(CInt.self, at: 4))))
    case .string: self = .string(String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self))
    case .errorNumber where bytes.count >= 4:
      let number = bytes.load(CInt.self)
      self = .errorNumber(number == 0 ? nil : ErrorNumber(rawValue: number))
    case .interface(let order) where bytes.count >= 4:
      let index = bytes.load(UInt32.self)
      self = .interface(order == .network ? UInt32(bigEndian: index) : index)
    case .ipv4Interface where bytes.count >= 4:
      self = .ipv4(IPv4Address(number: UInt32(bigEndian: bytes.load(UInt32.self))))
    case .credentials where bytes.count >= 12: self = .credentials(Credentials(bytes: bytes))
    case .structure(let form):
      // Older kernels return shorter structs.
      let bytes = form.members(of: bytes)
      self = .structure(bytes, text: form.text(of: bytes))
    case .typeFilter(let count) where bytes.count >= count:
      self = .structure(bytes, text: ICMPTypeFilter(bytes: bytes).description)
    case .canFilters: self = .structure(bytes, text: CANFilter.text(CANFilter.list(bytes)))
    case .serviceCodes: self = .structure(bytes, text: DCCPServiceCode.text(DCCPServiceCode.list(bytes)))
    case .address:
      self = (try? SocketAddress(bytes: bytes)).map { .structure(bytes, text: "\($0)") } ?? .bytes(bytes)
    case .flag, .integer, .duration, .timeval, .linger, .errorNumber, .interface, .ipv4Interface, .membership,
      .credentials, .typeFilter, .bytes:
      self = .bytes(bytes)
    }
  }

  /// Encodes a value.
  func bytes(for kind: SocketOption.Kind) -> [UInt8] {
    switch self {
    case .flag(let isOn): return .storing(CInt(isOn ? 1 : 0))
    case .integer(let number, _):
      guard case .integer(let form) = kind else { return .storing(CInt(truncatingIfNeeded: number)) }
      if form.width == 8 { return .storing(Int64(number)) }
      // Truncation gives the right bits for an int and an unsigned int alike.
      return [UInt8](repeating: 0, count: form.prefix) + .storing(CInt(truncatingIfNeeded: number))
    case .duration(let duration, let unit): return .storing(CInt(clamping: duration.count(of: unit)))
    case .timeout(let duration):
      let (seconds, rest) = (duration ?? .zero).inMicroseconds.quotientAndRemainder(dividingBy: 1_000_000)
      return .storing(seconds) + .storing(rest)
    case .linger(let duration):
      return .storing(CInt(duration == nil ? 0 : 1))
        + .storing(CInt(clamping: (duration ?? .zero).count(of: .seconds)))
    case .string(let text): return Array(text.utf8)
    case .errorNumber(let error): return .storing(error?.rawValue ?? 0)
    case .interface(let index):
      switch kind {
      case .ipv4Interface:
        // The index decides; getsockopt(2) answers with the address, which the kernel does not fill in by itself.
        let address = NetworkInterface.name(of: index).flatMap { NetworkInterface.ipv4Address(of: $0) } ?? .any
        return .storing(UInt32(0)) + .storing(address.number.bigEndian) + .storing(CInt(bitPattern: index))
      case .interface(.network): return .storing(index.bigEndian)
      default: return .storing(index)
      }
    case .ipv4(let address): return .storing(address.number.bigEndian)
    case .membership(let membership):
      guard case .membership(let form, _) = kind else { return [] }
      return membership.bytes(for: form)
    case .structure(let bytes, _): return bytes
    case .credentials(let credentials): return credentials.bytes
    case .bytes(let bytes): return bytes
    }
  }
}

extension Credentials {
  init(bytes: [UInt8]) {
    self.init(
      processID: bytes.load(CInt.self), userID: bytes.load(UInt32.self, at: 4),
      groupID: bytes.load(UInt32.self, at: 8))
  }

  /// `struct ucred`.
  var bytes: [UInt8] { .storing(processID) + .storing(userID) + .storing(groupID) }
}

extension [UInt8] {
  /// The number at an offset, which the caller has checked.
  func load<Number: FixedWidthInteger>(_ type: Number.Type, at offset: Int = 0) -> Number {
    var result: Number = 0
    for index in (0..<MemoryLayout<Number>.size).reversed() {
      // Byte by byte, so alignment does not matter; Swift on Linux is always little-endian.
      result = result << 8 | Number(truncatingIfNeeded: self[offset + index])
    }
    return result
  }

  /// The bytes of a number, in host order.
  static func storing<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    (0..<MemoryLayout<Number>.size).map { UInt8(truncatingIfNeeded: number >> Number(8 * $0)) }
  }
}

extension SocketOptionValue {
  /// Parses a value of this kind in any form that ``description`` or a user may write; nil for anything else.
  ///
  /// Pure, except for names of interfaces: `if_nametoindex(3)`.
  init?(_ text: String, kind: SocketOption.Kind) {
    let word = text.lowercased()
    switch kind {
    case .flag:
      guard let isOn = Self.flag(word) else { return nil }
      self = .flag(isOn)
    case .integer(let form):
      guard
        let number = form.names.value(named: word) ?? Self.number(word, form: form) ?? Self.constant(text, form: form)
      else { return nil }
      self = .integer(number, name: form.names.name(of: number))
    case .duration(let unit, let range):
      // Only TCP_LINGER2 accepts a negative time, which the grammar of durations does not.
      let isNegative = word.hasPrefix("-") && range.lowerBound < 0
      guard
        let time = word == "off"
          ? .zero : try? Duration(parsing: isNegative ? String(word.dropFirst()) : word, unit: unit)
      else { return nil }
      let duration = isNegative ? .zero - time : time
      guard range.contains(Int(duration.count(of: unit))) else { return nil }
      self = .duration(duration, unit)
    case .timeval:
      guard let duration = word == "off" ? .zero : try? Duration(parsing: word), duration <= .seconds(Int32.max)
      else { return nil }
      self = .timeout(duration == .zero ? nil : duration)
    case .linger:
      if word == "off" {
        self = .linger(nil)
        return
      }
      let inner = word.hasPrefix("on (") && word.hasSuffix(")") ? String(word.dropFirst(4).dropLast()) : word
      guard let duration = try? Duration(parsing: inner), duration <= .seconds(Int32.max) else { return nil }
      self = .linger(duration)
    case .string(let capacity):
      // One byte of the capacity is for the terminating zero.
      guard text.utf8.count < capacity, !text.utf8.contains(0) else { return nil }
      self = .string(word == "none" ? "" : text)
    case .interface:
      guard let index = Self.interface(text) else { return nil }
      self = .interface(index)
    case .ipv4Interface:
      if case .ipv4(let address)? = IPAddress(text) {
        self = .ipv4(address)
      } else {
        guard let index = Self.interface(text) else { return nil }
        self = .interface(index)
      }
    case .membership(let form, let family):
      guard let membership = try? GroupMembership(text), membership.group.family == family,
        (membership.source != nil) == form.hasSource, form != .groupOfSource || membership.interfaceAddress != nil
      else { return nil }
      self = .membership(membership)
    case .structure(let form):
      guard let bytes = form.bytes(of: text) else { return nil }
      self = .structure(bytes, text: form.text(of: bytes))
    case .typeFilter(let count):
      guard let filter = ICMPTypeFilter(text, byteCount: count) else { return nil }
      self = .structure(filter.bytes, text: filter.description)
    case .canFilters:
      guard let filters = CANFilter.list(text) else { return nil }
      self = .structure(filters.flatMap(\.bytes), text: CANFilter.text(filters))
    case .serviceCodes:
      guard let codes = DCCPServiceCode.list(text) else { return nil }
      self = .structure(codes.flatMap(\.bytes), text: DCCPServiceCode.text(codes))
    case .bytes(let capacity):
      guard let bytes = word == "none" ? [] : [UInt8](hexadecimal: word), bytes.count <= capacity else { return nil }
      self = .bytes(bytes)
    case .errorNumber, .credentials, .address: return nil
    }
  }

  static func flag(_ word: String) -> Bool? {
    switch word {
    case "on", "1", "true", "yes": true
    case "off", "0", "false", "no": false
    default: nil
    }
  }

  /// A decimal or `0x` hexadecimal number, or a size such as `64k` if the unit is bytes.
  private static func number(_ word: String, form: SocketOption.IntegerForm) -> Int? {
    let number: Int?
    if word.hasPrefix("0x") {
      number = Int(word.dropFirst(2), radix: 16)
    } else if form.unit?.hasPrefix("bytes") == true {
      number = try? Int(parsingSize: word)
    } else {
      number = Int(word)
    }
    guard let number, !word.hasPrefix("+"), form.range.contains(number) else { return nil }
    return number
  }

  /// C names of the value: `IPTOS_LOWDELAY`, `IP_PMTUDISC_DO`, `SOF_TIMESTAMPING_SOFTWARE|SOF_TIMESTAMPING_RX_SOFTWARE`.
  private static func constant(_ text: String, form: SocketOption.IntegerForm) -> Int? {
    Constants.value(named: text).flatMap { form.range.contains($0) ? $0 : nil }
  }

  private static func interface(_ text: String) -> UInt32? {
    text.lowercased() == "none" ? 0 : NetworkInterface.index(of: text) ?? UInt32(text)
  }
}

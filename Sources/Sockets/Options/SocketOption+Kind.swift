extension SocketOption {
  /// The type of an option's value, in C and as text.
  public enum Kind: Sendable, Hashable {
    /// An `int` used as a Boolean: `on`, `off`.
    case flag
    /// A number, possibly with names for some values.
    case integer(IntegerForm)
    /// An `int` that is a time; the range is in its unit.
    case duration(TimeUnit, in: ClosedRange<Int>)
    /// A `struct timeval`; 0 is off.
    case timeval
    /// A `struct linger`.
    case linger
    /// A string, with the size of its buffer.
    case string(capacity: Int)
    /// An `errno` value: `SO_ERROR`.
    case errorNumber
    /// An interface, as its index in this byte order.
    case interface(ByteOrder)
    /// A `struct in_addr` or `struct ip_mreqn`: the interface of `IP_MULTICAST_IF`.
    case ipv4Interface
    /// A multicast group of one family, an interface, and possibly a source.
    case membership(MembershipForm, AddressFamily)
    /// A `struct ucred`.
    case credentials
    /// A C struct with named members.
    case structure(StructureForm)
    /// The ICMP types to block, a bit each, with the number of bytes.
    case typeFilter(Int)
    /// Filters of CAN frames: an array of `struct can_filter`.
    case canFilters
    /// The service codes of a DCCP socket.
    case serviceCodes
    /// The address of a peer.
    case address
    /// A C struct without a text form: hexadecimal bytes, with the largest size.
    case bytes(capacity: Int)
  }

  /// The C struct of a membership.
  public enum MembershipForm: Sendable, Hashable {
    /// `struct ip_mreqn`, `struct ipv6_mreq`: every source.
    case group
    /// `struct ip_mreq_source`: one source.
    case groupOfSource
    /// `struct group_req`: every source, in either family.
    case request
    /// `struct group_source_req`: one source, in either family.
    case requestOfSource

    /// Whether it includes a source.
    var hasSource: Bool { self == .groupOfSource || self == .requestOfSource }
  }

  /// The byte order of a number.
  public enum ByteOrder: Sendable, Hashable { case host, network }

  /// The unit of an `int` that is a time.
  public enum TimeUnit: String, Sendable, Hashable {
    case seconds, milliseconds, microseconds

    /// `s`, `ms`, `us`.
    public var symbol: String {
      switch self {
      case .seconds: "s"
      case .milliseconds: "ms"
      case .microseconds: "us"
      }
    }

    /// The unit in microseconds.
    var inMicroseconds: Int64 {
      switch self {
      case .seconds: 1_000_000
      case .milliseconds: 1000
      case .microseconds: 1
      }
    }
  }

  /// The form of a number: its width, range, unit, and named values.
  public struct IntegerForm: Sendable, Hashable {
    /// The values that the kernel accepts.
    public let range: ClosedRange<Int>
    /// The unit: `bytes`.
    public let unit: String?
    /// 4 for an `int`, 8 for a `uint64_t`.
    public let width: Int
    /// The number of zero bytes before it, as in SCTP's `struct sctp_assoc_value`, which begins with an association.
    public var prefix = 0
    /// The named values; numbers are accepted as well.
    public let names: Names
  }

  /// Names for some values of a number, in the order of help.
  public struct Names: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// One value and its name.
    public struct Entry: Sendable, Hashable {
      /// The name as it is written and shown.
      public let name: String
      /// The number.
      public let value: Int
    }

    /// If two names have the same value, the first is shown.
    public let entries: [Entry]
    /// Whether the values are bits, so that names can be combined: `hash+defrag`.
    let areBits: Bool

    /// Names from a dictionary literal, in its order.
    public init(dictionaryLiteral elements: (String, Int)...) {
      entries = elements.map { Entry(name: $0.0, value: $0.1) }
      areBits = false
    }

    /// Names of bits.
    static func bits(_ names: KeyValuePairs<String, Int>) -> Self {
      Self(entries: names.map { Entry(name: $0.key, value: $0.value) }, areBits: true)
    }

    private init(entries: [Entry], areBits: Bool) {
      self.entries = entries
      self.areBits = areBits
    }

    init(_ constants: [(value: CInt, name: String)]) {
      entries = constants.map { Entry(name: $0.name, value: Int($0.value)) }
      areBits = false
    }

    /// The name of this value, or the names of its bits if all have one.
    func name(of value: Int) -> String? {
      if let entry = entries.first(where: { $0.value == value }) { return entry.name }
      guard areBits, value > 0 else { return nil }
      let set = entries.filter { value & $0.value == $0.value }
      return set.reduce(0) { $0 | $1.value } == value ? set.map(\.name).joined(separator: "+") : nil
    }

    /// The value with this name, in any case; bits may be joined by `+`.
    func value(named name: String) -> Int? {
      if areBits, name.contains("+") {
        let values = name.split(separator: "+", omittingEmptySubsequences: false).map { value(named: String($0)) }
        return values.contains(nil) ? nil : values.reduce(0) { $0 | ($1 ?? 0) }
      }
      return entries.first { $0.name.lowercased() == name.lowercased() }?.value
    }
  }
}

// Shorthands for the rows.
extension SocketOption.Kind {
  /// Any `int`.
  static let number = number(Int(CInt.min)...Int(CInt.max))

  /// An `unsigned int`.
  static let unsigned = number(0...Int(UInt32.max))

  static func number(_ range: ClosedRange<Int>, unit: String? = nil) -> Self {
    .integer(.init(range: range, unit: unit, width: 4, names: [:]))
  }

  /// An `int` that counts bytes, and accepts sizes such as `64K`.
  static func size(_ range: ClosedRange<Int> = 0...Int(CInt.max)) -> Self { number(range, unit: "bytes") }

  static func choice(_ names: SocketOption.Names, in range: ClosedRange<Int>) -> Self {
    .integer(.init(range: range, unit: nil, width: 4, names: names))
  }

  /// A number after an association identifier, which is 0 for future associations.
  static func association(
    _ range: ClosedRange<Int> = 0...Int(UInt32.max), unit: String? = nil, _ names: SocketOption.Names = [:]
  ) -> Self {
    .integer(.init(range: range, unit: unit, width: 4, prefix: 4, names: names))
  }

  /// Named bits.
  static func bits(_ names: KeyValuePairs<String, Int>, in range: ClosedRange<Int>) -> Self {
    choice(.bits(names), in: range)
  }

  /// C constants by name.
  static func constant(_ names: [(value: CInt, name: String)]) -> Self {
    choice(SocketOption.Names(names), in: 0...Int(CInt.max))
  }

  /// A `uint64_t`, reinterpreted as signed.
  static func wide(unit: String? = nil, _ names: SocketOption.Names = [:]) -> Self {
    .integer(.init(range: 0...Int.max, unit: unit, width: 8, names: names))
  }

  static func duration(_ unit: SocketOption.TimeUnit) -> Self { .duration(unit, in: 0...Int(CInt.max)) }

  /// The unit of the number.
  var unit: String? {
    switch self {
    case .integer(let form): form.unit
    case .duration(let unit, _): unit.rawValue
    case .timeval, .linger: "seconds"
    case .flag, .string, .errorNumber, .interface, .ipv4Interface, .membership, .credentials, .structure, .typeFilter,
      .canFilters, .serviceCodes, .address, .bytes:
      nil
    }
  }

  /// The largest size of the value.
  var capacity: Int {
    switch self {
    case .flag, .duration, .errorNumber, .interface, .ipv4Interface: 4
    case .integer(let form): form.prefix + form.width
    case .timeval: 16
    case .linger: 8
    case .membership: 264
    case .credentials: 12
    case .structure(let form): form.size
    case .typeFilter(let count): count
    case .canFilters: 512 * 8
    case .serviceCodes: 33 * 4
    case .address: SocketAddress.capacity
    case .string(let capacity), .bytes(let capacity): capacity
    }
  }
}

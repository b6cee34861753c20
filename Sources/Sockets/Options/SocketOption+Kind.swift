extension SocketOption {
  /// What the value of an option looks like, in C and as text.
  public enum Kind: Sendable, Hashable {
    /// An `int` that is 0 or not: `on`, `off`.
    case flag
    /// A number, perhaps with names for some of its values.
    case integer(IntegerForm)
    /// An `int` that counts time; the range is in that unit.
    case duration(TimeUnit, in: ClosedRange<Int>)
    /// A `struct timeval`; 0 is off.
    case timeval
    /// A `struct linger`.
    case linger
    /// Text of at most so many bytes.
    case string(capacity: Int)
    /// An `errno` value: `SO_ERROR`.
    case errorNumber
    /// An interface, as its index in this byte order.
    case interface(ByteOrder)
    /// A `struct in_addr` or `struct ip_mreqn`: the interface of `IP_MULTICAST_IF`.
    case ipv4Interface
    /// A multicast group of one family, an interface, and perhaps a source.
    case membership(MembershipForm, AddressFamily)
    /// A `struct ucred`.
    case credentials
    /// A C struct with members of its own names.
    case structure(StructureForm)
    /// The types of ICMP that are not taken, a bit each: so many bytes.
    case typeFilter(Int)
    /// The frames that a CAN socket takes: `struct can_filter`, as many as there are.
    case canFilters
    /// The service codes of a DCCP socket.
    case serviceCodes
    /// The address of a peer.
    case address
    /// A C struct that has no form of its own here: shown as hexadecimal bytes. The most that it may have.
    case bytes(capacity: Int)
  }

  /// The C struct of a membership.
  public enum MembershipForm: Sendable, Hashable {
    /// `struct ip_mreqn`, `struct ipv6_mreq`: everybody's datagrams.
    case group
    /// `struct ip_mreq_source`: those of one source.
    case groupOfSource
    /// `struct group_req`: everybody's, in either family.
    case request
    /// `struct group_source_req`: those of one source, in either family.
    case requestOfSource

    /// Whether a source belongs to it.
    var hasSource: Bool { self == .groupOfSource || self == .requestOfSource }
  }

  /// The order of the bytes in a number.
  public enum ByteOrder: Sendable, Hashable { case host, network }

  /// What an `int` option counts time in.
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

    /// How many microseconds one is.
    var inMicroseconds: Int64 {
      switch self {
      case .seconds: 1_000_000
      case .milliseconds: 1000
      case .microseconds: 1
      }
    }
  }

  /// The form of a number: how wide it is, what it may be, what it counts, and the values that have names.
  public struct IntegerForm: Sendable, Hashable {
    /// The values that the kernel takes.
    public let range: ClosedRange<Int>
    /// What it counts: `bytes`.
    public let unit: String?
    /// 4 for an `int`, 8 for a `uint64_t`.
    public let width: Int
    /// Zeros in front of it: of SCTP's `struct sctp_assoc_value`, whose first half names an association.
    public var prefix = 0
    /// Values with a name; numbers are understood as well.
    public let names: Names
  }

  /// Names for some values of a number, in the order in which help lists them.
  public struct Names: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// One value and its name.
    public struct Entry: Sendable, Hashable {
      /// As it is written and shown.
      public let name: String
      /// What it stands for.
      public let value: Int
    }

    /// Where two names have one value, the first is shown.
    public let entries: [Entry]
    /// Whether the values are bits, so that several names make one number: `hash+defrag`.
    let areBits: Bool

    /// Names as a dictionary literal, which keeps their order.
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

    /// The name that this value is shown by; the names of its bits, where all have one.
    func name(of value: Int) -> String? {
      if let entry = entries.first(where: { $0.value == value }) { return entry.name }
      guard areBits, value > 0 else { return nil }
      let set = entries.filter { value & $0.value == $0.value }
      return set.reduce(0) { $0 | $1.value } == value ? set.map(\.name).joined(separator: "+") : nil
    }

    /// The value of this name, in any case; of names with `+` between them, where they are of bits.
    func value(named name: String) -> Int? {
      if areBits, name.contains("+") {
        let values = name.split(separator: "+", omittingEmptySubsequences: false).map { value(named: String($0)) }
        return values.contains(nil) ? nil : values.reduce(0) { $0 | ($1 ?? 0) }
      }
      return entries.first { $0.name.lowercased() == name.lowercased() }?.value
    }
  }
}

// How rows write their kinds.
extension SocketOption.Kind {
  /// Any `int`.
  static let number = number(Int(CInt.min)...Int(CInt.max))

  /// An `unsigned int` that uses its upper bit.
  static let unsigned = number(0...Int(UInt32.max))

  static func number(_ range: ClosedRange<Int>, unit: String? = nil) -> Self {
    .integer(.init(range: range, unit: unit, width: 4, names: [:]))
  }

  /// An `int` of bytes: `64K` and `1M` are understood.
  static func size(_ range: ClosedRange<Int> = 0...Int(CInt.max)) -> Self { number(range, unit: "bytes") }

  static func choice(_ names: SocketOption.Names, in range: ClosedRange<Int>) -> Self {
    .integer(.init(range: range, unit: nil, width: 4, names: names))
  }

  /// A number with the association that it is for in front: 0, all that are to come.
  static func association(
    _ range: ClosedRange<Int> = 0...Int(UInt32.max), unit: String? = nil, _ names: SocketOption.Names = [:]
  ) -> Self {
    .integer(.init(range: range, unit: unit, width: 4, prefix: 4, names: names))
  }

  /// Bits with names.
  static func bits(_ names: KeyValuePairs<String, Int>, in range: ClosedRange<Int>) -> Self {
    choice(.bits(names), in: range)
  }

  /// A constant with its C name.
  static func constant(_ names: [(value: CInt, name: String)]) -> Self {
    choice(SocketOption.Names(names), in: 0...Int(CInt.max))
  }

  /// A `uint64_t`, in the signed number of its bits.
  static func wide(unit: String? = nil, _ names: SocketOption.Names = [:]) -> Self {
    .integer(.init(range: 0...Int.max, unit: unit, width: 8, names: names))
  }

  static func duration(_ unit: SocketOption.TimeUnit) -> Self { .duration(unit, in: 0...Int(CInt.max)) }

  /// The unit that the number counts.
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

  /// The most bytes that `getsockopt(2)` may answer.
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

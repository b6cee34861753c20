import Glibc
import Operations
import Sockets

extension SocketFilter {
  /// The transports that a filter may name.
  static let transportNames = ListedKind.allCases.map(\.rawValue)
  /// The states that a filter may name.
  static let stateNames = ListedKind.allStates
  /// What may stand in front of `=`.
  static let keys = [
    "local", "peer", "address", "port", "state", "process", "user", "transport", "family", "interface", "inode",
  ]

  /// Parses the conditions of a command line; the word `and` may stand between them.
  init(parsing words: [String]) throws(OperationError) {
    self.init()
    for (index, word) in words.enumerated() {
      if word == "and", index > 0, index + 1 < words.count { continue }
      conditions.append(try Self.condition(word))
    }
  }

  private static func condition(_ word: String) throws(OperationError) -> Condition {
    guard let equals = word.utf8.firstIndex(of: UInt8(ascii: "=")), !word.hasPrefix("/"), !word.hasPrefix("@") else {
      // A path or a name may have commas of its own.
      if word.hasPrefix("/") || word.hasPrefix("@") { return Condition([try test(word)]) }
      return Condition(
        try word.split(separator: ",", omittingEmptySubsequences: false).map { (part) throws(OperationError) in
          try test(String(part))
        })
    }
    var key = String(word[..<equals])
    let isNegated = key.hasSuffix("!")
    if isNegated { key.removeLast() }
    key = key.lowercased()
    var tests: [Test] = []
    for value in word[word.utf8.index(after: equals)...].split(separator: ",", omittingEmptySubsequences: false) {
      guard !value.isEmpty else { throw .usage("'\(word)' has no value: write \(key)=VALUE") }
      tests.append(try test(key, String(value), in: word))
    }
    return Condition(tests, isNegated: isNegated)
  }

  // MARK: - A word

  /// A transport, a state, a family, a port, an address or a path.
  private static func test(_ word: String) throws(OperationError) -> Test {
    if let test = kind(word) ?? state(word) ?? family(word) { return test }
    if let end = try end(word, .either) { return end }
    if word.utf8.allSatisfy(\.isDecimalDigit), !word.isEmpty {
      throw .usage("'\(word)' may be a port or a process: write :\(word) or process=\(word)")
    }
    let names = transportNames + stateNames + families.map(\.name) + keys.map { $0 + "=" }
    let nearest = NearestName.find(word, among: names).map { "did you mean \($0)?" }
    throw .usage(
      "unknown filter '\(word)': "
        + (nearest ?? "write a transport, a state, :PORT, an address, a path, or KEY=VALUE, such as process=\(word)"))
  }

  private static func kind(_ word: String) -> Test? {
    let word = word.lowercased()
    if let kind = ListedKind(rawValue: word) { return .kinds(kind.kindsOfName) }
    return word == "unix-stream" ? .kinds([.unix]) : nil
  }

  private static func state(_ word: String) -> Test? {
    let name = String(word.lowercased().map { $0 == "_" ? "-" : $0 })
    if let names = stateAliases[name] { return .states(names) }
    return stateNames.contains(name) ? .states([name]) : nil
  }

  /// What ss(8), netstat(8) and the C headers call the states, and a word for several of them.
  private static let stateAliases = [
    "listen": ["listening"], "estab": ["established"], "syn-recv": ["syn-received"], "fin-wait1": ["fin-wait-1"],
    "fin-wait2": ["fin-wait-2"], "close": ["closed"], "unconn": ["unconnected"],
    "connected": [
      "established", "syn-sent", "syn-received", "fin-wait-1", "fin-wait-2", "close-wait", "last-ack", "closing",
    ],
  ]

  private static let families: [(name: String, family: AddressFamily)] = [
    ("ipv4", .ipv4), ("ipv6", .ipv6), ("inet", .ipv4), ("inet6", .ipv6),
  ]

  private static func family(_ word: String) -> Test? {
    families.first { $0.name == word.lowercased() }.map { .addresses(of: $0.family) }
  }

  // MARK: - Ends

  /// `:80`, `:8000-8010`, `127.0.0.1`, `10.0.0.0/8`, `[::1]:80`, `/run/app.sock`, `@name`; nil for anything else.
  private static func end(_ word: String, _ side: Side) throws(OperationError) -> Test? {
    if word.hasPrefix("/") || word.hasPrefix("@") || word == "*" { return .path(side, word) }
    if let range = try range(word, in: word) { return .end(side, range, nil) }
    guard let colon = word.utf8.lastIndex(of: UInt8(ascii: ":")) else { return nil }
    let host = word[..<colon]
    let ports = try ports(word[word.utf8.index(after: colon)...], in: word)
    if host.isEmpty || host == "*" { return .end(side, nil, ports) }
    guard let range = try range(String(host), in: word) else { return nil }
    return .end(side, range, ports)
  }

  /// An address with or without brackets, and how many of its bits count.
  private static func range(_ text: String, in word: String) throws(OperationError) -> AddressRange? {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    var host = parts.first.map(String.init) ?? ""
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    guard let address = IPAddress(host) else { return nil }
    guard parts.count == 2 else { return AddressRange(from: address, to: address) }
    guard let bits = Int(parts[1]), let range = AddressRange(address, prefix: bits) else {
      throw .usage("'\(word)': write how many bits of the address count behind the slash, such as /24")
    }
    return range
  }

  /// A port, a range of them, or the name of a service.
  private static func ports(_ text: Substring, in word: String) throws(OperationError) -> ClosedRange<UInt16> {
    let bounds = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    if bounds.count == 2, let first = UInt16(bounds[0]), let last = UInt16(bounds[1]) {
      guard first <= last else { throw .usage("'\(word)': the range is empty: write \(last)-\(first)") }
      return first...last
    }
    if let number = UInt16(text) { return number...number }
    if let number = service(String(text)) { return number...number }
    throw .usage("'\(word)': '\(text)' is no port: write a number, a range such as 8000-8010, or the name of a service")
  }

  private static func service(_ name: String) -> UInt16? {
    guard !name.isEmpty, let entry = getservbyname(name, nil) else { return nil }
    return UInt16(bigEndian: UInt16(truncatingIfNeeded: entry.pointee.s_port))
  }

  // MARK: - Keys

  private static func test(_ key: String, _ value: String, in word: String) throws(OperationError) -> Test {
    switch key {
    case "local", "peer", "address":
      let side: Side = key == "local" ? .local : key == "peer" ? .peer : .either
      if let end = try end(value, side) { return end }
      throw .usage("'\(word)': '\(value)' is no address: write ADDRESS, ADDRESS/BITS, ADDRESS:PORT, :PORT or a path")
    case "port": return .end(.either, nil, try ports(value[...], in: word))
    case "state": if let test = state(value) { return test }
    case "transport": if let test = kind(value) { return test }
    case "family": if let test = family(value) ?? kind(value) { return test }
    case "process", "pid":
      if let number = Int(value) { return .process(number) }
      if key == "process" { return .program(value) }
    case "user": if let number = user(value) { return .user(number) }
    case "interface": if let index = NetworkInterface.index(of: value) { return .interface(index) }
    case "inode": if let number = UInt32(value) { return .inode(number) }
    default:
      let nearest = NearestName.find(key, among: keys)
      throw .usage(
        "unknown filter '\(word)': "
          + (nearest.map { "did you mean \($0)=?" } ?? "there are \(keys.joined(separator: ", "))"))
    }
    throw unknown(value, of: key, in: word)
  }

  private static func unknown(_ value: String, of key: String, in word: String) -> OperationError {
    let names: [String] =
      switch key {
      case "state": stateNames
      case "transport": transportNames
      case "family": families.map(\.name) + transportNames
      case "interface": (try? NetworkInterface.all().map(\.name)) ?? []
      default: []
      }
    let nearest = NearestName.find(value, among: names).map { "did you mean \($0)?" }
    let list =
      names.isEmpty
      ? "write a number" + (key == "user" ? ", or the name of a user" : "")
      : "there are \(names.joined(separator: ", "))"
    return .usage("'\(word)': there is no \(key) '\(value)': \(nearest ?? list)")
  }

  private static func user(_ name: String) -> UInt32? {
    if let number = UInt32(name) { return number }
    return getpwnam(name)?.pointee.pw_uid
  }
}

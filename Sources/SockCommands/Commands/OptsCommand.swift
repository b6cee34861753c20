import Operations
import Sockets

/// `sock opts`: the socket options of this kernel.
struct OptsCommand: VerbCommand {
  static var abstract: String { "Show socket options and this kernel's defaults, or set one and read it back." }
  static var operands: String { "[NAME[=VALUE] ...]" }
  static var notes: String {
    "Names are C names or patterns ('TCP_*'), in any case, with or without the prefix. Without names, all are shown."
  }
  static var examples: [String] { ["sock opts SO_RCVBUF=1M tcp_nodelay"] }
  static var operandCompletion: ValueCompletion { .socketOption }

  /// The request that the arguments describe.
  static func request(_ arguments: ParsedArguments) throws(OperationError) -> OptionsRequest {
    let level = try level(arguments)
    let patterns = arguments.words.map { NamePattern(text: $0) }
    if patterns.isEmpty || patterns.contains(where: \.isPattern) {
      var request = OptionsRequest(items: [], target: try target(arguments))
      try check(patterns, level)
      request.includes = { option in
        (level == nil || option.level == level) && (patterns.isEmpty || patterns.contains { $0.matches(option.name) })
      }
      return request
    }
    var items: [OptionsRequest.Item] = []
    for word in arguments.words {
      if case .show(let option)? = items.last, option.isSettable, SocketOption.named(word) == nil,
        (try? SocketOptionAssignment(option, word)) != nil
      {
        throw .usage("'\(word)' is no socket option: to set \(option) write \(option)=\(word)")
      }
      let name = String(word.prefix { $0 != "=" })
      if let level, SocketOption.named(name, level: level) == nil, let other = SocketOption.named(name) {
        throw .usage("\(other) is at the level \(other.level), and not \(level): leave --level out")
      }
      do throws(SocketOptionError) {
        items.append(try item(word, level: level ?? (arguments.has(.ipv6) ? .ipv6 : nil)))
      } catch {
        throw .usage("\(error)")
      }
      if case .set(let assignment)? = items.last { try OptionUse.checkInterface(assignment) }
    }
    return OptionsRequest(items: items, target: try target(arguments))
  }

  /// `--level`.
  private static func level(_ arguments: ParsedArguments) throws(OperationError) -> OptionLevel? {
    guard let text = arguments.text(.level) else { return nil }
    let name = text.uppercased()
    let bare = ["SOL_", "IPPROTO_"].first { name.hasPrefix($0) }.map { name.dropFirst($0.utf8.count) } ?? name[...]
    if let level = OptionLevel(named: String(bare)), levels.contains(level) { return level }
    let names = levels.map(\.shortName)
    let nearest = NearestName.find(String(bare), among: names).map { "did you mean \($0)?" }
    throw .usage("--level '\(text)' has no options: \(nearest ?? "write one of \(names.joined(separator: ", "))")")
  }

  /// The levels of the catalogue, in its order.
  static var levels: [OptionLevel] {
    var levels: [OptionLevel] = []
    for option in SocketOption.catalogue where !levels.contains(option.level) { levels.append(option.level) }
    return levels
  }

  /// Refuses a pattern that no option matches, and one beside something to set.
  private static func check(_ patterns: [NamePattern], _ level: OptionLevel?) throws(OperationError) {
    for pattern in patterns {
      if pattern.text.utf8.contains(UInt8(ascii: "=")) {
        throw .usage("'\(pattern.text)' sets an option, and a pattern only shows some: give one or the other")
      }
      let isKnown = SocketOption.catalogue.contains {
        (level == nil || $0.level == level) && pattern.matches($0.name)
      }
      guard isKnown else {
        throw .usage("no socket option matches '\(pattern.text)'" + (level.map { " at the level \($0)" } ?? ""))
      }
    }
  }

  /// The kinds that the types of socket(2) stand for, by their C names.
  private static let kinds = ["SOCK_STREAM": "tcp", "SOCK_DGRAM": "udp", "SOCK_RAW": "raw"]

  private static func target(_ arguments: ParsedArguments) throws(OperationError) -> OptionsRequest.Target {
    let family = try arguments.family()
    if let text = arguments.text(.of) {
      guard arguments.text(.type) == nil, family == .unspecified else {
        throw .usage("--of names a socket, whose kind is known: leave --type, -4 and -6 out")
      }
      guard let number = CInt(text.hasPrefix("fd:") ? text.dropFirst(3) : text[...]), number >= 0 else {
        throw .usage("--of '\(text)' is no descriptor: fd: and a number, such as fd:3")
      }
      return .descriptor(number)
    }
    guard let name = arguments.text(.type) else {
      guard family != .unspecified, let tcp = SocketKind(named: "tcp") else { return .any }
      return .kind(tcp, [family])
    }
    guard let kind = SocketKind(named: Self.kinds[name.uppercased()] ?? name) else {
      throw .usage("--type '\(name)' is not one of \(SocketKind.all.map(\.name).joined(separator: ", "))")
    }
    guard family == .unspecified || kind.families.contains(family) else {
      throw .usage("-4 and -6 have no meaning for \(kind): leave them out")
    }
    return .kind(kind, family == .unspecified ? kind.families : [family])
  }

  /// `NAME` shows, `NAME=VALUE` sets.
  ///
  /// - Parameter level: the level to look at first, for a name that exists at two levels, as `MCAST_JOIN_GROUP` does.
  private static func item(_ word: String, level: OptionLevel?) throws(SocketOptionError) -> OptionsRequest.Item {
    if let equals = word.firstIndex(of: "=") {
      guard let level, let option = SocketOption.named(String(word[..<equals]), level: level) else {
        return .set(try SocketOptionAssignment(word))
      }
      return .set(try SocketOptionAssignment(option, String(word[word.index(after: equals)...])))
    }
    guard let option = SocketOption.named(word, level: level) ?? SocketOption.named(word) else {
      throw .unknownName(word, nearest: SocketOption.nearestNames(to: word))
    }
    return .show(option)
  }

  static func perform(_ arguments: ParsedArguments) throws(OperationError) {
    let request = try request(arguments)
    let reports = try Operations.options(request)
    if reports.isEmpty { throw .usage("no option of this kind of socket is at that level or has such a name") }
    try ConsoleOutput.print(
      arguments.has(.json)
        ? OptionTable.json(reports)
        : request.items.isEmpty
          ? OptionTable.overview(reports, columns: OutputWidth.ofTable) : OptionTable.text(reports))
  }
}

extension OptionLevel {
  /// The name without its prefix, in small letters: `tcp`.
  var shortName: String { description.split(separator: "_", maxSplits: 1).last.map { $0.lowercased() } ?? description }
}

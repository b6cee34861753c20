import Operations
import Sockets

/// `sock opts`: the socket options of this kernel.
struct OptsCommand: VerbCommand {
  static var abstract: String { "Show socket options and this kernel's defaults, or set one and read it back." }
  static var operands: String { "[NAME[=VALUE] ...]" }
  static var notes: String {
    "Names are C names, in any case, with or without the prefix. Without names, all options are shown."
  }
  static var examples: [String] { ["sock opts SO_RCVBUF=1M tcp_nodelay"] }
  static var operandCompletion: ValueCompletion { .socketOption }

  /// The request that the arguments describe.
  static func request(_ arguments: ParsedArguments) throws(OperationError) -> OptionsRequest {
    var items: [OptionsRequest.Item] = []
    for word in arguments.words {
      do throws(SocketOptionError) {
        items.append(try item(word, level: arguments.has(.ipv6) ? .ipv6 : nil))
      } catch {
        throw .usage("\(error)")
      }
      if case .set(let assignment)? = items.last { try OptionUse.checkInterface(assignment) }
    }
    return OptionsRequest(items: items, target: try target(arguments))
  }

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
    guard let kind = SocketKind(named: name) else {
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
    if word.contains("=") { return .set(try SocketOptionAssignment(word)) }
    guard let option = SocketOption.named(word, level: level) ?? SocketOption.named(word) else {
      throw .unknownName(word, nearest: SocketOption.nearestNames(to: word))
    }
    return .show(option)
  }

  static func perform(_ arguments: ParsedArguments) throws(OperationError) {
    let reports = try Operations.options(try request(arguments))
    try ConsoleOutput.print(
      arguments.has(.json)
        ? OptionTable.json(reports)
        : arguments.words.isEmpty ? OptionTable.overview(reports) : OptionTable.text(reports))
  }
}

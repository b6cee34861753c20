import ArgumentParser
import Operations
import Sockets

/// `sock opts`: the socket options of this kernel.
struct OptsCommand: VerbCommand {
  static let configuration = CommandConfiguration(
    commandName: "opts",
    abstract: "Show socket options and this kernel's defaults; set one, and read it back.",
    usage: "sock opts [options] [NAME[=VALUE] ...]",
    discussion: """
      Names are C names, with or without their prefix, in any case. Without names all are shown.
      Example: sock opts SO_RCVBUF=1M tcp_nodelay
      """)

  @Argument(help: ArgumentHelp("An option to show, or to set and read back.", valueName: "name[=value]"))
  var words: [String] = []
  @Option(
    name: .of(.type),
    help: ArgumentHelp(
      "\(SocketKind.all.dropLast().map(\.name).joined(separator: ", ")) or \(SocketKind.all.last?.name ?? "").",
      valueName: "kind"))
  var type: String?
  @Option(name: .of(.of), help: ArgumentHelp("An inherited socket instead of a fresh one: fd:N.", valueName: "fd:n"))
  var of: String?
  @Flag(name: .of(.ipv4), help: "An IPv4 socket.") var ipv4 = false
  @Flag(name: .of(.ipv6), help: "An IPv6 socket.") var ipv6 = false
  @OptionGroup var json: JSONOptions

  static let options: [OptionName] = [.type, .of, .ipv4, .ipv6] + JSONOptions.names

  /// The request that a line makes.
  static func request(_ line: Line) throws(OperationError) -> OptionsRequest {
    var items: [OptionsRequest.Item] = []
    for word in line.words {
      do throws(SocketOptionError) {
        items.append(try item(word, level: line.has(.ipv6) ? .ipv6 : nil))
      } catch {
        throw .usage("\(error)")
      }
      if case .set(let assignment)? = items.last { try Line.checkInterface(assignment) }
    }
    return OptionsRequest(items: items, target: try target(line))
  }

  private static func target(_ line: Line) throws(OperationError) -> OptionsRequest.Target {
    let family = try line.family()
    if let text = line.value(.of) {
      guard line.value(.type) == nil, family == .unspecified else {
        throw .usage("--of names a socket, whose kind is known: leave --type, -4 and -6 out")
      }
      guard let number = CInt(text.hasPrefix("fd:") ? text.dropFirst(3) : text[...]), number >= 0 else {
        throw .usage("--of '\(text)' is no descriptor: fd: and a number, such as fd:3")
      }
      return .descriptor(number)
    }
    guard let name = line.value(.type) else {
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
  /// - Parameter level: where to look first for a name that stands at two levels, as `MCAST_JOIN_GROUP` does.
  private static func item(_ word: String, level: OptionLevel?) throws(SocketOptionError) -> OptionsRequest.Item {
    if word.contains("=") { return .set(try SocketOptionAssignment(word)) }
    guard let option = SocketOption.named(word, level: level) ?? SocketOption.named(word) else {
      throw .unknownName(word, nearest: SocketOption.nearestNames(to: word))
    }
    return .show(option)
  }

  static func perform(_ line: Line) throws(OperationError) {
    let reports = try Operations.options(try request(line))
    try StandardStream.print(
      line.has(.json)
        ? OptionTable.json(reports) : line.words.isEmpty ? OptionTable.overview(reports) : OptionTable.text(reports))
  }
}

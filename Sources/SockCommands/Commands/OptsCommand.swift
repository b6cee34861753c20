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
      "tcp (default), udp, udplite, mptcp, sctp, dccp, unix, unix-dgram, unix-seqpacket or vsock.",
      valueName: "transport"))
  var type: String?
  @Flag(name: .of(.ipv4), help: "An IPv4 socket (default).") var ipv4 = false
  @Flag(name: .of(.ipv6), help: "An IPv6 socket.") var ipv6 = false
  @OptionGroup var json: JSONOptions

  static let options: [OptionName] = [.type, .ipv4, .ipv6] + JSONOptions.names

  /// The request that a line makes.
  static func request(_ line: Line) throws(OperationError) -> OptionsRequest {
    var transport = Transport.tcp
    if let name = line.value(.type) {
      guard let found = Transport(named: name) else {
        throw .usage("--type '\(name)' is not one of \(Transport.all.map(\.name).joined(separator: ", "))")
      }
      transport = found
    }
    var items: [OptionsRequest.Item] = []
    for word in line.words {
      do throws(SocketOptionError) {
        items.append(try item(word))
      } catch {
        throw .usage("\(error)")
      }
    }
    let asked = try line.family()
    let family = asked == .unspecified ? transport.families[0] : asked
    guard transport.families.contains(family) else {
      throw .usage("-4 and -6 have no meaning for \(transport): leave them out")
    }
    return OptionsRequest(items: items, transport: transport, family: family)
  }

  /// `NAME` shows, `NAME=VALUE` sets.
  private static func item(_ word: String) throws(SocketOptionError) -> OptionsRequest.Item {
    if word.contains("=") { return .set(try SocketOptionAssignment(word)) }
    guard let option = SocketOption.named(word) else {
      throw .unknownName(word, nearest: SocketOption.nearestNames(to: word))
    }
    return .show(option)
  }

  static func perform(_ line: Line) throws(OperationError) {
    let reports = try Operations.options(try request(line))
    try StandardStream.print(
      line.has(.json) ? OptionTable.json(reports) : OptionTable.text(reports, isOverview: line.words.isEmpty))
  }
}

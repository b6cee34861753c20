import Sockets

/// A parameter of a call, by its name in the signature, and the candidates for it.
struct Parameter {
  /// `FAMILY`.
  let name: String
  /// The call and the arguments before this one.
  let words: [String]
  let variables: [Completion.Variable]

  private var command: String { words.first ?? "" }
  private var sockets: [String] { variables.filter(\.isSocket).map(\.name) }
  private var references: [String] { variables.map { "$" + $0.name } + ["$?", "$errno", "$ms"] }

  func offer(_ word: String) -> Completion {
    switch name {
    case "SOCKET": return Completion.matching(word, sockets)
    case "SOCKET:EVENTS": return events(word, ["in", "out", "pri", "rdhup"])
    case "SOCKET:SET": return events(word, ["r", "w", "e"])
    case "FAMILY": return Completion.constants(word, AddressFamily.names)
    case "TYPE":
      return Completion.constants(word, SocketType.names + CreationFlags.names.map { ($0.value.rawValue, $0.name) })
    case "PROTOCOL": return protocols(word)
    case "HOW": return Completion.constants(word, ShutdownDirection.names)
    case "LEVEL": return Completion.matching(word, optionNames + OptionLevel.names.map(\.name))
    case "OPTION": return Completion.matching(word, optionNames)
    case "FLAGS": return flags(word)
    case "MORE": return additions(word)
    case "COMMAND": return Completion.matching(word, Call.modes)
    case "MODE": return Completion.constants(word, SourceFilter.Mode.names)
    case "SIGNAL", "MASK": return Completion.matching(word, ShellSignals.names.map(\.name))
    case "INTERFACE": return .interfaces(word)
    case "TRANSPORT": return Completion.matching(word, ["tcp", "udp"])
    case "REQUEST": return Completion.matching(word, Call.requests)
    case "SETTING": return Completion.matching(word, ["-e", "+e", "-q", "+q"])
    case "FILE": return .files
    case "ADDRESS": return address(word)
    case "HOST": return .hosts(word, withPort: false)
    case "SERVICE": return .services(word, behind: "")
    case "NAME" where command == "explain" || command == "help": return Completion.matching(word, Explanation.names)
    case "NAME": return command == "if_nametoindex" ? .interfaces(word) : .hosts(word, withPort: false)
    case "VALUE": return value(word)
    case "EXPRESSION": return Completion.matching(word, references)
    case "NUMBER" where command == "waitpid": return Completion.matching(word, references + ["-1"])
    case "WNOHANG": return Completion.matching(word, ["WNOHANG"])
    default: return command == "assert" ? assertion(word) : .nothing
    }
  }

  /// The options that `getsockopt` can read, or `setsockopt` set, on the socket before it.
  private var optionNames: [String] {
    let unwanted: SocketOption.Access = command == "setsockopt" ? .readOnly : .writeOnly
    let facts = variables.first { words.count > 1 && $0.name == words[1] }?.facts
    return SocketOption.catalogue.filter { option in
      guard option.access != unwanted, option.access != .pointer else { return false }
      return facts.map { option.applies(to: $0.family, $0.type, $0.protocolNumber) } ?? true
    }.map(\.name)
  }

  /// Those of the family before it, if it has its own.
  private func protocols(_ word: String) -> Completion {
    let family = words.count > 1 ? AddressFamily(named: words[1]) : nil
    let own = family?.protocols ?? []
    return Completion.constants(word, own.isEmpty ? TransportProtocol.names : own)
  }

  /// A `|` starts a new word here: the next flag.
  private func flags(_ word: String) -> Completion {
    switch command {
    case "accept": Completion.matching(word, CreationFlags.names.map(\.name))
    case "fcntl": Completion.matching(word, ["O_NONBLOCK", "0"])
    default: Completion.matching(word, MessageFlags.names.map(\.name))
    }
  }

  /// What `sendmsg` takes after the data.
  private func additions(_ word: String) -> Completion {
    if word.lowercased().hasPrefix("to:") { return .hosts(word, withPort: true) }
    let controls = (["SCM_RIGHTS"] + ControlMessage.forms.map(\.name) + ["to"]).map { $0 + ":" }
    return .beginnings(Completion.beginning(word, controls + MessageFlags.names.map(\.name)))
  }

  /// `c:`, then `in,out`.
  private func events(_ word: String, _ names: [String]) -> Completion {
    guard word.contains(":"), let end = word.lastIndex(where: { $0 == ":" || $0 == "," || $0 == "|" }) else {
      return .beginnings(Completion.beginning(word, sockets.map { $0 + ":" }))
    }
    return .beginnings(Completion.beginning(word, names.map { word[...end] + $0 }))
  }

  /// A path, or a host and a port.
  private func address(_ word: String) -> Completion {
    if word.hasPrefix("/") || word.hasPrefix("./") || word.hasPrefix("unix:") { return .files }
    if let colon = word.firstIndex(of: ":"), !word.hasPrefix("[") {
      let service = word[word.index(after: colon)...]
      return service.contains(":") ? .nothing : .services(String(service), behind: String(word[...colon]))
    }
    return .hosts(word, withPort: true)
  }

  /// A value of an option, or something to print.
  private func value(_ word: String) -> Completion {
    if command == "fcntl" { return Completion.matching(word, ["O_NONBLOCK", "O_ASYNC", "FD_CLOEXEC", "0"]) }
    guard command == "setsockopt" else { return Completion.matching(word, references) }
    guard let option = words.dropFirst(2).lazy.compactMap({ SocketOption.named($0) }).first else { return .nothing }
    switch option.kind {
    case .flag: return Completion.matching(word, ["on", "off"])
    case .integer(let form): return Completion.matching(word, form.names.entries.map(\.name))
    case .interface, .ipv4Interface: return .interfaces(word)
    default: return .nothing
    }
  }

  private func assertion(_ word: String) -> Completion {
    if words.count == 1 { return Completion.matching(word, references + ["errno"]) }
    if words.count == 2, words[1] == "errno" { return Completion.matching(word, ShellWord.errorNames) }
    return Completion.matching(word, words.count == 2 ? ShellWord.operators : references)
  }
}

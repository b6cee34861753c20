import Operations
import Sockets

// How sock writes an address of socat: as a command line of its own, or as an end of a relay.
extension SocatAddress {
  /// The verb for a socket; nil for others.
  var verb: Use? {
    if case .socket(let use, _, _) = meaning { use } else { nil }
  }

  private var listens: Bool { verb == .listen || verb == .recv }

  private var hasDatagrams: Bool {
    if case .socket(_, let transport, _) = meaning { !transport.isConnectionOriented } else { false }
  }

  var isMissing: Bool {
    if case .missing = meaning { true } else { false }
  }

  var isStandard: Bool {
    if case .standard = meaning { true } else { false }
  }

  /// The sentence for two addresses that a relay can join; nil if another verb is for them.
  static func relay(_ first: SocatAddress, _ second: SocatAddress) -> String? {
    // One socket and the standard streams are what the other verbs are for.
    if first.isStandard && second.verb != nil || second.isStandard && first.verb != nil { return nil }
    if first.isStandard && second.isStandard || first.hasDatagrams != second.hasDatagrams { return nil }
    let isSwapped = !first.listens && second.listens
    let (left, right) = isSwapped ? (second, first) : (first, second)
    guard let from = left.end(.left), let to = right.end(.right) else { return nil }
    let isOnce = left.listens && !left.forks && !left.hasDatagrams
    return "write sock relay\(isOnce ? " --once" : "") \(from) \(to)"
  }

  /// The word for it as an end of a relay, quoted for the shell; nil if there is none.
  func end(_ place: End.Place) -> String? {
    switch meaning {
    case .sentence, .missing: nil
    case .standard: "-"
    case .end("exec"): Self.quoted((has("pty") ? "pty:" : "exec:") + rest)
    case .end("fifo") where rest.isEmpty: "echo:"
    case .end("echo"): "echo:"
    case .end("file") where rest == "/dev/tty": "tty:"
    case .end("file") where rest.hasPrefix("/dev/tty"): Self.quoted("serial:" + rest + speed)
    case .end("file"): Self.quoted((has("append") ? "append:" : "file:") + rest)
    case .end(let prefix): Self.quoted("\(prefix):\(rest)")
    case .socket(let use, let transport, let isTLS): socketEnd(use, transport, isTLS, place)
    }
  }

  /// The speed of a serial line, `b9600`, as sock writes it.
  private var speed: String {
    let speed = options.first {
      $0.hasPrefix("b") && $0.utf8.count > 1 && $0.utf8.dropFirst().allSatisfy(\.isDecimalDigit)
    }
    return speed.map { ",\($0.dropFirst())" } ?? ""
  }

  private func socketEnd(_ use: Use, _ transport: Transport, _ isTLS: Bool, _ place: End.Place) -> String {
    let role: End.Role = use == .connect ? .connect : .listen
    let bind = role == .listen ? value(of: "bind").map { $0 + ":" } ?? "" : ""
    let scheme = isTLS ? "tls://" : transport == .tcp ? "" : transport.isOverIP ? "\(transport)://" : "\(transport):"
    let query = (family.isEmpty ? [] : ["ipv\(family)"]) + settings.map { $0.name + ($0.value.map { "=\($0)" } ?? "") }
    return Self.quoted(
      (role == place.role ? "" : "\(role.rawValue):") + scheme + bind + rest
        + (query.isEmpty ? "" : "?" + query.joined(separator: "&")))
  }

  /// A word as the shell has to get it.
  static func quoted(_ word: String) -> String {
    let isPlain = word.utf8.allSatisfy { $0.isAlphanumeric || ":/.,_-@+%=".utf8.contains($0) }
    return isPlain ? word : CompletionScript.quoted(word)
  }

  /// What to write instead of it where it is alone.
  var sentence: String {
    switch meaning {
    case .sentence(let text), .missing(let text): text
    case .standard: "stdin and stdout are used without being named"
    case .end: "it is an end of a relay: write sock relay LEFT \(end(.right) ?? "RIGHT")"
    case .socket(let use, let transport, let isTLS):
      "write sock \(use.rawValue)\(flags(use, transport, isTLS)) \(place(use, transport, isTLS))"
    }
  }

  private func flags(_ use: Use, _ transport: Transport, _ isTLS: Bool) -> String {
    let isPlain = transport == .tcp || !transport.isOverIP
    var flags = isPlain ? [] : transport == .udp ? ["-u"] : ["--\(transport)"]
    if !family.isEmpty { flags.append("-\(family)") }
    if use == .listen, isTLS { flags.append("--tls") }
    if use == .listen, forks { flags.append("--keep-open") }
    flags += settings.map { ($0.name == "option" ? "-o" : "--\($0.name)") + ($0.value.map { " \($0)" } ?? "") }
    return flags.map { " \($0)" }.joined()
  }

  /// The endpoint; of the internet families without a layer, the host and the port as words.
  private func place(_ use: Use, _ transport: Transport, _ isTLS: Bool) -> String {
    guard transport.isOverIP else { return "\(transport):\(rest)" }
    if isTLS, use == .connect { return "tls://\(rest)" }
    let bind = use == .connect ? "" : value(of: "bind").map { "\($0) " } ?? ""
    guard let colon = rest.utf8.lastIndex(of: UInt8(ascii: ":")) else { return bind + rest }
    let host = rest[..<colon]
    return (host.hasPrefix("[") ? host.dropFirst().dropLast() : host) + " " + rest[rest.utf8.index(after: colon)...]
  }
}

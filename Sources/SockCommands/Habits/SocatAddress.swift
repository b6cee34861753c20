import Operations
import Sockets

/// An address of socat, `TCP-LISTEN:1100,fork`, and how sock writes it.
struct SocatAddress {
  /// What an address keyword stands for.
  private enum Meaning {
    /// A verb of sock, and the transport of its endpoint.
    case verb(String, Transport)
    /// Something that sock does not have, or does otherwise.
    case sentence(String)
  }

  private let meaning: Meaning
  /// What is between the keyword and the options.
  private let rest: String
  private let options: [String]
  private let family: String

  /// The sentence that answers the addresses among some words; nil if none is socat's.
  ///
  /// - Parameter verb: the verb that the words follow; nil if they are the whole command line.
  static func answer(to words: [String], verb: Verb? = nil) -> String? {
    let addresses = words.compactMap { SocatAddress($0, besideVerb: verb != nil) }
    guard let first = addresses.first(where: \.isSocket) ?? addresses.first else { return nil }
    if verb == nil, addresses.count(where: \.isSocket) > 1 {
      return "sock joins one socket to stdin and stdout, and does not relay between two yet: " + first.sentence
    }
    return first.sentence
  }

  private var isSocket: Bool {
    if case .verb = meaning { true } else { false }
  }

  private init?(_ word: String, besideVerb: Bool) {
    let parts = Self.split(word, at: ":")
    let keyword = parts[0].uppercased()
    // What sock takes itself, such as tcp:HOST:PORT, needs an answer only with options behind it, or without a verb.
    let isOwn = Endpoint.namesTransport(word)
    let fields = parts.count == 2 ? Self.split(parts[1], at: ",", limit: .max) : []
    if besideVerb, isOwn, fields.count < 2 || keyword.hasPrefix("UNIX") { return nil }
    guard parts.count == 2 || ["-", "STDIO", "STDIN", "STDOUT", "PTY", "READLINE"].contains(keyword) else { return nil }
    if word.utf8.contains(UInt8(ascii: "/")), parts.count == 2, parts[1].hasPrefix("//") { return nil }
    let digit = keyword.contains("4") ? "4" : keyword.contains("6") ? "6" : ""
    guard let meaning = Self.meaning(of: String(keyword.filter { $0 != "4" && $0 != "6" })) else { return nil }
    if case .verb(_, let transport) = meaning, !digit.isEmpty, !transport.isOverIP { return nil }
    // A host may be called proxy or shell: socat's keywords are usually in capitals, and no port follows them.
    if case .sentence = meaning, parts.count == 2, parts[0] != keyword || UInt16(parts[1]) != nil { return nil }
    self.meaning = meaning
    family = digit.isEmpty || keyword.hasPrefix("SOCKS") ? "" : " -\(digit)"
    rest = (keyword.hasPrefix("ABSTRACT") ? "@" : "") + (fields.first ?? "")
    options = Array(fields.dropFirst())
  }

  private static func meaning(of keyword: String) -> Meaning? {
    switch keyword {
    case "-", "STDIO", "STDIN", "STDOUT": return .sentence("stdin and stdout are used without being named")
    case "EXEC", "SYSTEM", "SHELL":
      return .sentence("sock runs no programs for its peers yet: join it to one with pipes")
    case "FILE", "OPEN", "GOPEN", "CREATE": return .sentence("redirect stdin or stdout to a file in the shell")
    case "PIPE", "FIFO", "FD", "PTY", "TUN", "INTERFACE", "SOCKETPAIR":
      return .sentence("sock has no address for that: redirect stdin or stdout in the shell")
    case "READLINE": return .sentence("to edit lines add --interactive")
    case "PROXY", "PROXY-CONNECT", "SOCKS", "SOCKSA", "SOCKS5", "SOCKS-LISTEN":
      return .sentence("sock connects directly, and through no proxy yet")
    case "OPENSSL", "SSL", "OPENSSL-CONNECT", "OPENSSL-LISTEN", "SSL-L", "SSL-LISTEN", "OPENSSL-DTLS-CLIENT",
      "OPENSSL-DTLS-SERVER", "DTLS", "DTLS-L":
      return .sentence("sock speaks no TLS yet")
    default: break
    }
    let words = split(keyword, at: "-")
    let names = ["ABSTRACT": "unix", "UNIX": "unix", "LOCAL": "unix", "VSOCK": "vsock"]
    guard let transport = Transport(named: names[words[0]] ?? words[0]) else { return nil }
    switch words.count == 2 ? words[1] : "CONNECT" {
    case "CONNECT", "CLIENT", "SENDTO", "SEND", "DATAGRAM": return .verb("connect", transport)
    case "LISTEN", "L": return .verb("listen", transport)
    case "RECV", "RECVFROM": return .verb("recv", transport)
    default: return nil
    }
  }

  private var sentence: String {
    switch meaning {
    case .sentence(let text): return text
    case .verb(let verb, let transport):
      let isInternet = transport.isOverIP
      let flag = transport == .tcp || !isInternet ? "" : transport == .udp ? " -u" : " --\(transport)"
      let place = isInternet ? hostAndPort(verb) : "\(transport):\(rest)"
      return "write sock \(verb)\(flag)\(family)\(settings(of: verb)) \(place)"
    }
  }

  /// The host and the port as words.
  private func hostAndPort(_ verb: String) -> String {
    let bind = options.first { $0.hasPrefix("bind=") }.map { $0.dropFirst(5) + " " } ?? ""
    guard let colon = rest.utf8.lastIndex(of: UInt8(ascii: ":")) else { return (verb == "connect" ? "" : bind) + rest }
    let host = rest[..<colon]
    return (host.hasPrefix("[") ? host.dropFirst().dropLast() : host) + " " + rest[rest.utf8.index(after: colon)...]
  }

  /// The options behind commas that sock has, as options of its own.
  private func settings(of verb: String) -> String {
    options.compactMap { option in
      let parts = Self.split(option.lowercased(), at: "=")
      let value = parts.count == 2 ? option.dropFirst(parts[0].utf8.count + 1) : ""
      switch parts[0] {
      case "fork": return verb == "listen" ? " --keep-open" : nil
      case "bind": return verb == "connect" ? " --source \(value)" : nil
      case "sourceport", "sp": return " --source-port \(value)"
      case "nodelay": return " -o TCP_NODELAY"
      case "keepalive": return " -o SO_KEEPALIVE"
      case "rcvbuf", "so-rcvbuf": return " -o SO_RCVBUF=\(value)"
      case "sndbuf", "so-sndbuf": return " -o SO_SNDBUF=\(value)"
      case "connect-timeout": return " --timeout \(value)"
      case "interface", "if", "so-bindtodevice": return " --interface \(value)"
      case "broadcast", "crlf", "ttl", "tos", "mode": return " --\(parts[0])" + (value.isEmpty ? "" : " \(value)")
      case "crnl": return " --crlf"
      default: return nil
      }
    }.joined()
  }

  private static func split(_ text: String, at separator: Character, limit: Int = 1) -> [String] {
    text.split(separator: separator, maxSplits: limit, omittingEmptySubsequences: false).map(String.init)
  }
}

import Operations
import Sockets

/// An address of socat, `TCP-LISTEN:1100,fork`, and what it means.
struct SocatAddress {
  /// What an address keyword stands for.
  enum Meaning {
    /// A socket.
    case socket(Use, Transport, isTLS: Bool)
    /// An end of `sock relay` that is not a socket, by its prefix.
    case end(String)
    /// Standard input and output.
    case standard
    /// Something that sock does otherwise.
    case sentence(String)
    /// Something that sock does not have.
    case missing(String)
  }

  /// What is done with a socket: the verb for it.
  enum Use: String {
    case connect, listen, recv
  }

  let meaning: Meaning
  /// What is between the keyword and the options.
  let rest: String
  let options: [String]
  /// The digit of `TCP4` or `TCP6`; empty without one.
  let family: String

  /// The sentence that answers the addresses among some words; nil if none is socat's.
  ///
  /// - Parameter verb: the verb that the words follow; nil if they are the whole command line.
  static func answer(to words: [String], verb: Verb? = nil) -> String? {
    let addresses = words.compactMap { SocatAddress($0, besideVerb: verb != nil) }
    if verb == nil, addresses.count == 2, let relay = relay(addresses[0], addresses[1]) { return relay }
    return
      (addresses.first(where: \.isMissing) ?? addresses.first { $0.verb != nil }
      ?? addresses.first { !$0.isStandard } ?? addresses.first)?.sentence
  }

  /// - Parameter besideVerb: whether a verb is before it. A host may be called proxy or shell, so that the keywords of
  ///   what is no socket must be in capitals then, and no port may follow them.
  init?(_ word: String, besideVerb: Bool) {
    let parts = Self.split(word, at: ":")
    let keyword = parts[0].uppercased()
    // What sock takes itself, such as tcp:HOST:PORT, needs an answer only with options behind it, or without a verb.
    let isOwn = Endpoint.namesTransport(word)
    let fields = parts.count == 2 ? Self.split(parts[1], at: ",", limit: .max) : []
    if besideVerb, isOwn, fields.count < 2 || keyword.hasPrefix("UNIX") { return nil }
    guard parts.count == 2 || Self.alone.contains(keyword) else { return nil }
    if word.utf8.contains(UInt8(ascii: "/")), parts.count == 2, parts[1].hasPrefix("//") { return nil }
    let digit = keyword.contains("4") ? "4" : keyword.contains("6") ? "6" : ""
    guard let meaning = Self.meaning(of: String(keyword.filter { $0 != "4" && $0 != "6" })) else { return nil }
    if case .socket(_, let transport, _) = meaning, !digit.isEmpty, !transport.isOverIP { return nil }
    let isInCapitals = parts[0] == keyword
    switch meaning {
    case .socket where !isInCapitals && !isOwn && !keyword.utf8.contains(UInt8(ascii: "-")) && UInt16(parts[1]) != nil:
      return nil
    case .socket, .standard: break
    case .end, .sentence, .missing:
      if parts.count == 2, UInt16(parts[1]) != nil && keyword != "FD" || besideVerb && !isInCapitals { return nil }
    }
    self.meaning = meaning
    family = keyword.hasPrefix("SOCKS") ? "" : digit
    rest = (keyword.hasPrefix("ABSTRACT") ? "@" : "") + (fields.first ?? "")
    options = Array(fields.dropFirst())
  }

  /// The keywords that may stand without a colon.
  private static let alone = ["-", "STDIO", "STDIN", "STDOUT", "PTY", "READLINE", "PIPE", "SOCKETPAIR"]

  private static func meaning(of keyword: String) -> Meaning? {
    switch keyword {
    case "-", "STDIO", "STDIN", "STDOUT": return .standard
    case "EXEC": return .end("exec")
    case "SYSTEM", "SHELL": return .end("shell")
    case "FILE", "OPEN", "GOPEN", "CREATE", "CREAT": return .end("file")
    case "PIPE", "FIFO": return .end("fifo")
    case "FD": return .end("fd")
    case "SOCKETPAIR": return .end("echo")
    case "PTY":
      return .missing("sock makes no terminal to open elsewhere: pty:COMMAND of sock relay runs a program on one")
    case "TUN", "INTERFACE":
      return .missing("sock makes no network devices: packet:IFACE is a socket on one that is there")
    case "READLINE": return .sentence("to edit lines add --interactive")
    case "PROXY", "PROXY-CONNECT", "SOCKS", "SOCKSA", "SOCKS5", "SOCKS-LISTEN": return .missing(Habit.noProxy)
    case "OPENSSL", "SSL", "OPENSSL-CONNECT", "SSL-CONNECT": return .socket(.connect, .tcp, isTLS: true)
    case "OPENSSL-LISTEN", "SSL-LISTEN", "SSL-L": return .socket(.listen, .tcp, isTLS: true)
    case "OPENSSL-DTLS-CLIENT", "OPENSSL-DTLS-CONNECT", "OPENSSL-DTLS-SERVER", "OPENSSL-DTLS-LISTEN", "DTLS", "DTLS-L",
      "DTLS-LISTEN", "DTLS-CONNECT":
      return .missing("sock speaks TLS over streams, and no DTLS yet")
    default: return socket(keyword)
    }
  }

  private static func socket(_ keyword: String) -> Meaning? {
    let words = split(keyword, at: "-")
    let names = ["ABSTRACT": "unix", "UNIX": "unix", "LOCAL": "unix", "VSOCK": "vsock"]
    guard let transport = Transport(named: names[words[0]] ?? words[0]) else { return nil }
    switch words.count == 2 ? words[1] : "CONNECT" {
    case "CONNECT", "CLIENT", "SENDTO", "SEND", "DATAGRAM": return .socket(.connect, transport, isTLS: false)
    case "LISTEN", "L": return .socket(.listen, transport, isTLS: false)
    case "RECV", "RECVFROM": return .socket(.recv, transport, isTLS: false)
    default: return nil
    }
  }

  /// The options that sock has, by its names; those that are of no use to it are left out.
  var settings: [(name: String, value: String?)] {
    options.compactMap { option in
      let parts = Self.split(option, at: "=")
      return setting(parts[0].lowercased(), parts.count == 2 ? parts[1] : nil)
    }
  }

  private func setting(_ name: String, _ value: String?) -> (String, String?)? {
    let listens = verb != .connect
    let text = value ?? ""
    switch name {
    case "bind": return listens ? nil : ("source", text)
    case "sourceport", "sp": return ("source-port", text)
    case "nodelay": return ("option", "TCP_NODELAY")
    case "keepalive": return ("option", "SO_KEEPALIVE")
    case "rcvbuf", "so-rcvbuf": return ("option", "SO_RCVBUF=\(text)")
    case "sndbuf", "so-sndbuf": return ("option", "SO_SNDBUF=\(text)")
    case "connect-timeout": return ("timeout", text)
    case "interface", "if", "so-bindtodevice": return ("interface", text)
    case "broadcast", "crlf", "ttl", "tos", "mode": return (name, value)
    case "crnl": return ("crlf", nil)
    case "cert", "certificate": return ("tls-cert", text)
    case "key": return ("tls-key", text)
    case "cafile", "capath": return (listens ? "tls-client-trust" : "tls-trust", text)
    case "verify": return listens || value != "0" ? nil : ("tls-no-verify", nil)
    case "commonname", "cn", "snihost": return listens ? nil : ("tls-name", text)
    case "cipher", "ciphers": return ("tls-ciphers", text)
    default: return nil
    }
  }

  /// Whether it serves one peer after the other.
  var forks: Bool { has("fork") }

  /// Whether an option without a value is there.
  func has(_ option: String) -> Bool { options.contains { $0.lowercased() == option } }

  /// The value of an option.
  func value(of option: String) -> String? {
    options.first { $0.lowercased().hasPrefix(option + "=") }.map { String($0.dropFirst(option.utf8.count + 1)) }
  }

  static func split(_ text: String, at separator: Character, limit: Int = 1) -> [String] {
    text.split(separator: separator, maxSplits: limit, omittingEmptySubsequences: false).map(String.init)
  }
}

import Sockets

/// Host and service names from `/etc/hosts` and `/etc/services`, for completion.
enum SystemNames {
  /// The names of `/etc/hosts`, which follow the address on each line.
  static func hosts(in bytes: [UInt8]) -> [String] {
    lines(of: bytes).flatMap { $0.dropFirst() }
  }

  /// The names of `/etc/services`: `http  80/tcp  www`.
  static func services(in bytes: [UInt8]) -> [String] {
    lines(of: bytes).flatMap { $0.prefix(1) + $0.dropFirst(2) }
  }

  static func hosts() -> [String] { hosts(in: contents("/etc/hosts")) }

  static func services() -> [String] { services(in: contents("/etc/services")) }

  /// An unreadable file has no names.
  private static func contents(_ path: String) -> [UInt8] { (try? FileContents.read(path)) ?? [] }

  /// The words of each line, comments removed.
  private static func lines(of bytes: [UInt8]) -> [[String]] {
    bytes.split(separator: 0x0a).map { line in
      line.prefix { $0 != UInt8(ascii: "#") }.split { $0 == 32 || (9...13).contains($0) }
        .map { String(decoding: $0, as: UTF8.self) }
    }
  }
}

extension Completion {
  /// The candidates, with the names of this host filled in.
  func offered() -> Completer.Offer {
    switch self {
    case .words(let words): return .words(words)
    case .beginnings(let words): return .beginnings(words)
    case .files: return .files
    case .hosts(let word, withPort: false): return .words(Self.beginning(word, SystemNames.hosts()))
    case .hosts(let word, withPort: true):
      let scheme = word.hasPrefix("to:") ? "to:" : ""
      return .beginnings(Self.beginning(word, SystemNames.hosts().map { "\(scheme)\($0):" }))
    case .services(let word, let head):
      return .words(Self.beginning(word, SystemNames.services()).map { head + $0 })
    case .interfaces(let word):
      let interfaces = (try? NetworkInterface.all()) ?? []
      return .words(Self.beginning(word, interfaces.map(\.name)))
    }
  }
}

import SocketLoop
import Sockets

/// What `explain` and `help` say about a C name, whatever it names: a call, an error, an option, a constant.
enum Explanation {
  /// The lines about a name, in any case; nil if nothing has it.
  static func lines(about name: String) -> [String]? {
    if let word = ShellWord.named(name) {
      return ["\(word.name) \(word.signature.text)\(word.takesBody ? " { … }" : "")", "  \(word.meaning)"]
    }
    if let call = Call.named(name) { return lines(about: call) }
    let wanted = name.uppercased()
    let found =
      lines(aboutError: wanted) + lines(aboutOption: wanted) + lines(aboutFamily: wanted)
      + lines(aboutConstant: wanted)
    return found.isEmpty ? nil : found
  }

  /// Every name that can be explained.
  static var names: [String] {
    Call.all.map(\.name) + ShellWord.all.map(\.name) + ErrorNames.all.keys.sorted()
      + SocketOption.catalogue.map(\.name) + ConstantMeanings.names
  }

  // MARK: - Calls

  private static func lines(about call: Call) -> [String] {
    var lines = ["\(call.name) \(call.signature.text)", "  \(call.meaning)"]
    // The value on this host, where the kernel has a limit that the call does not tell.
    if call.name == "listen", let limit = setting("net/core/somaxconn") {
      lines.append("  a BACKLOG above net.core.somaxconn, here \(limit), is cut to that without an error")
    }
    return lines + call.causes.map { "  \(text(of: $0))" }
  }

  private static func setting(_ path: String) -> String? {
    guard let bytes = try? FileContents.read("/proc/sys/" + path) else { return nil }
    return String(decoding: bytes.prefix { $0 != 0x0a }, as: UTF8.self)
  }

  /// `EACCES (datagrams): …`: the errors, the sockets concerned, the cause, and what to write.
  private static func text(of row: ErrorCause) -> String {
    row.errors.joined(separator: ", ") + subject(of: row) + ": " + reason(of: row)
  }

  private static func subject(of row: ErrorCause) -> String {
    switch row.scope {
    case .everySocket: ""
    case .sockets(let name, _): " (\(name))"
    case .option(let name): " (\(name))"
    case .level(let level): " (\(level))"
    }
  }

  private static func reason(of row: ErrorCause) -> String {
    let advice = row.advice.compactMap { advice -> String? in
      // The cause names privileges already.
      guard case .setOption(let name, _) = advice else { return nil }
      return ": setsockopt SOCKET \(name) 1"
    }
    return row.cause + advice.joined()
  }

  // MARK: - Errors

  private static let synonyms = ["EWOULDBLOCK": "EAGAIN", "ENOTSUP": "EOPNOTSUPP", "EDEADLOCK": "EDEADLK"]

  /// `ECONNREFUSED  111  Connection refused`, and the calls that fail with it.
  private static func lines(aboutError wanted: String) -> [String] {
    let name = synonyms[wanted] ?? wanted
    guard let (number, meaning) = ErrorNames.all[name] else { return [] }
    var lines = [(name == wanted ? "" : "\(wanted) = ") + "\(name)  \(number)  \(meaning)"]
    for row in ErrorCause.all where row.errors.contains(name) {
      lines.append("  \(row.calls.joined(separator: ", "))\(subject(of: row)): \(reason(of: row))")
    }
    return lines
  }

  // MARK: - Options

  /// `TCP_NODELAY  IPPROTO_TCP 1`, what it does, its values, and the errors that setting it can have.
  private static func lines(aboutOption wanted: String) -> [String] {
    // SCM_TIMESTAMP is the message that SO_TIMESTAMP asks for, not the option.
    if wanted.hasPrefix("SCM_") { return [] }
    return SocketOption.named(wanted, family: .ipv4).flatMap { option -> [String] in
      let access =
        switch option.access {
        case .readWrite: ""
        case .readOnly: ", for getsockopt only"
        case .writeOnly: ", for setsockopt only"
        case .pointer: ", for programs only"
        }
      var lines = [
        "\(option.name)  option of \(option.level), number \(option.number)\(access)", "  \(option.meaning)",
      ]
      if option.isSettable { lines.append("  takes \(option.kind.expectation)") }
      if let condition = option.condition { lines.append("  condition: \(condition)") }
      for row in ErrorCause.all {
        guard case .option(option.name) = row.scope else { continue }
        lines.append("  \(text(of: row))")
      }
      return lines
    }
  }

  // MARK: - Constants

  /// `AF_INET  2  address family`, its sockets, and the form of its addresses.
  private static func lines(aboutFamily wanted: String) -> [String] {
    guard let known = AddressFamily.names.first(where: { $0.name.uppercased() == wanted }) else { return [] }
    let family = AddressFamily(rawValue: known.value)
    var lines = ["\(known.name)  \(known.value)  an address family, the first argument of socket"]
    let probes = family.probes.filter { probe in
      family.addressing == .internet || family.addressType?.transports.contains { $0.type == probe.type } == true
    }
    let sockets = probes.map { type, protocols in
      let names = protocols.filter { $0 != .automatic }.map { family.name(of: $0) }
      return "\(type)" + (names.isEmpty ? "" : " (\(names.joined(separator: ", ")))")
    }
    if !sockets.isEmpty { lines.append("  sockets: \(sockets.joined(separator: ", "))") }
    if let form = family.addressForm(.stream, .automatic) { lines.append("  addresses: \(form)") }
    return lines
  }

  private static func lines(aboutConstant wanted: String) -> [String] {
    ConstantMeanings.find(wanted).map { found in
      let number =
        found.value < 0 || found.value < 10 ? "\(found.value)" : "\(found.value) (0x\(String(found.value, radix: 16)))"
      let meaning = ConstantMeanings.meanings[found.name].map { ": \($0)" } ?? ""
      return "\(found.name)  \(number)  \(found.subject)\(meaning)"
    }
  }
}

/// The errors of the kernel and of look-ups, by name: their numbers and meanings.
private enum ErrorNames {
  static let all: [String: (number: CInt, meaning: String)] = {
    var result: [String: (number: CInt, meaning: String)] = [:]
    for number in (1...133).map({ ErrorNumber(rawValue: $0) }) where !number.name.hasPrefix("errno ") {
      result[number.name] = (number.rawValue, number.meaning)
    }
    for (value, name) in ResolutionError.Code.names {
      result[name] = (value, ResolutionError.Code(rawValue: value).meaning)
    }
    for (value, name) in HostLookupError.Code.names {
      result[name] = (value, HostLookupError.Code(rawValue: value).meaning)
    }
    return result
  }()
}

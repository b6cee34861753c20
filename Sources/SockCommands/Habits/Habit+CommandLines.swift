import Sockets

// Command lines and addresses of other tools.
extension Habit {
  /// What to write instead of a command line that begins with no verb of sock, such as `sock localhost 80` or
  /// `sock -lk 1100`; nil if that is not clear.
  static func answer(toCommandLine words: [String]) -> String? {
    guard let first = words.first else { return nil }
    if let answer = SocatAddress.answer(to: words) { return answer }
    if first.hasPrefix("--") { return answer(to: first, of: first == "--listen" ? .connect : [.connect, .listen]) }
    if first.hasPrefix("-") { return answer(toLettersIn: words) }
    if isPort(first), words.count == 1 { return "to listen on it write sock listen \(first)" }
    if words.count > 1, isPort(words[1]) { return "to connect write sock connect \(first) \(words[1])" }
    return first.utf8.contains(UInt8(ascii: ":")) ? "to connect write sock connect \(first)" : nil
  }

  /// nc's way: what it does depends on the letters.
  private static func answer(toLettersIn words: [String]) -> String? {
    let clusters = words.filter { $0.hasPrefix("-") && !$0.hasPrefix("--") }.map { $0.dropFirst() }
    let letters = clusters.joined()
    let others = words.filter { !$0.hasPrefix("-") }
    if letters.contains("e") || letters.contains("c") { return noPrograms }
    let kept = String(letters.filter { "vu46Ux".contains($0) })
    let flags = kept.isEmpty ? "" : " -\(kept)"
    if letters.contains("l") || letters.contains("L") {
      return "to listen write sock listen\(flags)\(letters.contains("k") ? " --keep-open" : "")"
        + " \(others.last(where: isPort) ?? "PORT")"
    }
    guard !others.isEmpty else { return nil }
    // A letter with a value may have taken one of the words.
    let isClear = letters.allSatisfy { "vu46UxznN".contains($0) }
    return "to connect write sock connect\(flags)\(letters.contains("z") ? " -z" : "")"
      + " \(isClear ? others.joined(separator: " ") : "HOST PORT")"
  }

  private static func isPort(_ word: String) -> Bool { UInt16(word) != nil && !word.hasPrefix("+") }

  /// What to write instead of the first word of an endpoint, if it is socat's or bash's.
  static func answer(toEndpoint word: String) -> String? {
    if let answer = SocatAddress.answer(to: [word], verb: .connect) { return "is an address of socat: \(answer)" }
    let parts = word.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 5, parts[0].isEmpty, parts[1] == "dev", parts[2] == "tcp" || parts[2] == "udp" else {
      return nil
    }
    return "is bash's way: write \(parts[2]):\(parts[3]):\(parts[4])"
  }
}

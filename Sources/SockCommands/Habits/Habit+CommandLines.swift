import Sockets

// Command lines and addresses of other tools.
extension Habit {
  /// What to write instead of a command line that begins with no verb of sock, such as `sock localhost 80` or
  /// `sock -lk 1100`; nil if that is not clear.
  static func answer(toCommandLine words: [String]) -> String? {
    guard let first = words.first else { return nil }
    if let answer = SocatAddress.answer(to: words) { return answer }
    if first.hasPrefix("-") { return NetcatLine(words).answer ?? answer(to: first, of: [.connect, .listen]) }
    if isPort(first), words.count == 1 { return "to listen on it write sock listen \(first)" }
    if words.count > 1, isPort(words[1]) { return "to connect write sock connect \(first) \(words[1])" }
    guard first.utf8.contains(UInt8(ascii: ":")) else { return nil }
    return "to connect write sock connect \(server(of: first) ?? first)"
  }

  /// The endpoint of a URL, such as `https://example.com/`; nil if it is none that sock does not take itself.
  private static func server(of word: String) -> String? {
    do throws(EndpointError) {
      _ = try Endpoint([word], role: .peer)
      return nil
    } catch {
      return error.server
    }
  }

  static func isPort(_ word: String) -> Bool { UInt16(word) != nil && !word.hasPrefix("+") }

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

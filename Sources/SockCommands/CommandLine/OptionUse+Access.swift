import Operations

extension OptionUse {
  /// Peers, as `--allow` and `--deny` name them: separated by commas, or a file.
  func accessSources() throws(OperationError) -> [AccessSource] {
    guard let text, !text.isEmpty else {
      throw .usage("\(self) needs the peers that it is about: write an address, such as \(self) 10.0.0.0/8, or @FILE")
    }
    // The name of a file may have commas.
    let words = text.hasPrefix("@") ? [text[...]] : text.split(separator: ",", omittingEmptySubsequences: false)
    var sources: [AccessSource] = []
    for word in words {
      do throws(AccessRule.Fault) {
        sources.append(try AccessSource(parsing: String(word)))
      } catch {
        throw .usage("\(self): \(error.message)")
      }
    }
    return sources
  }
}

extension ParsedArguments {
  /// Refuses limits of connections where there is one, or there are none.
  func checkLimits(servesMany: Bool) throws(OperationError) {
    if has(.maxConnsReject), !has(.maxConns) { throw .usage("\(Option.maxConnsReject) needs \(Option.maxConns)") }
    let ofMany = Option.connectionLimits.filter { $0 !== Option.maxLifetime }
    guard !servesMany, let option = ofMany.first(where: { has($0) }) else { return }
    throw .usage("\(option) is for a server of many: add \(Option.keepOpen)")
  }
}

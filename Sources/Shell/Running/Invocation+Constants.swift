import SocketLoop
import Sockets

// Arguments that are C constants: by name, with or without the prefix, in any case, or by number.
@LoopActor
extension Invocation {
  /// One constant.
  func constant<Constant: NamedConstant>(_ index: Int, _ type: Constant.Type, _ what: String) throws(CallFailure)
    -> Constant
  {
    let text = try word(index)
    if let constant = Constant(named: text) { return constant }
    throw unknown(UnknownConstant(word: text, nearest: Constant.nearestName(to: text)), what, at: index)
  }

  /// Flags joined by `|`, such as `MSG_PEEK|MSG_DONTWAIT`; none if the argument is missing.
  func flags<Flags: NamedFlags>(_ index: Int, _ type: Flags.Type, _ what: String) throws(CallFailure) -> Flags {
    guard index < count else { return Flags(rawValue: 0) }
    let text = try word(index)
    do throws(UnknownConstant) {
      return try Flags(named: text)
    } catch {
      let names = Flags.names.map(\.name)
      guard error.nearest == nil, names.count < 4 else { throw unknown(error, what, at: index) }
      throw misuse("'\(error.word)' is no \(what): there are \(names.joined(separator: " and "))", at: index)
    }
  }

  /// The flags of a call that sends or receives.
  func flags(_ index: Int) throws(CallFailure) -> MessageFlags { try flags(index, MessageFlags.self, "flag") }

  /// The second argument of `socket`: `SOCK_STREAM|SOCK_NONBLOCK`.
  func socketType(_ index: Int) throws(CallFailure) -> SocketTypeArgument {
    let text = try word(index)
    do throws(UnknownConstant) {
      return try SocketTypeArgument(named: text)
    } catch {
      throw unknown(error, "socket type", at: index)
    }
  }

  /// The third argument of `socket`, whose names depend on the family; 0 if it is missing.
  func protocolNumber(_ index: Int, of family: AddressFamily) throws(CallFailure) -> TransportProtocol {
    guard index < count else { return .automatic }
    let text = try word(index)
    if let number = family.protocolNumber(named: text) { return number }
    let what = family.addressing == .internet ? "protocol" : "protocol of \(family)"
    throw unknown(UnknownConstant(word: text, nearest: family.nearestProtocol(to: text)), what, at: index)
  }

  /// Whether an address is that of no peer, `AF_UNSPEC`, with which connect(2) dissolves an association.
  func dissolves(_ index: Int) throws(CallFailure) -> Bool {
    guard case .text(let text) = try value(index) else { return false }
    return ["AF_UNSPEC", "PF_UNSPEC"].contains(text.uppercased())
  }

  private func unknown(_ error: UnknownConstant, _ what: String, at index: Int) -> CallFailure {
    misuse(
      "'\(error.word)' is no \(what)"
        + (error.nearest.map { ": did you mean \($0)?" } ?? ": write its C name or its number"), at: index)
  }
}

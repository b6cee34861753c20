import Glibc
import SocketLoop
import Sockets

/// `--allow` and `--deny`: who may come in. A denial wins; with an `--allow`, peers that it does not name stay out.
///
/// A server asks before it reads a byte of the peer, and before it answers one.
@LoopActor
package final class AccessList: Rereadable {
  /// A rule, and where it stands.
  struct Entry: Sendable, Hashable {
    var rule: AccessRule
    var origin: String
  }

  private nonisolated let allowing: [AccessSource]
  private nonisolated let denying: [AccessSource]
  private var allowed: [Entry] = []
  private var denied: [Entry] = []
  /// Senders of datagrams whose denial has been reported, so that a flood of them is not one of reports.
  private var reported: Set<SocketAddress> = []
  private static let mostReported = 1024

  package nonisolated init(allow: [AccessSource] = [], deny: [AccessSource] = []) {
    allowing = allow
    denying = deny
  }

  /// The same list with more in it.
  package nonisolated func adding(allow: [AccessSource] = [], deny: [AccessSource] = []) -> AccessList {
    AccessList(allow: allowing + allow, deny: denying + deny)
  }

  /// Whether it has something to read again: a file, or a name.
  nonisolated var mayChange: Bool { (allowing + denying).contains(where: \.mayChange) }
  nonisolated var subject: String { "who may come in" }
  nonisolated var unchanged: String { "who may come in stays as it was" }

  /// Whether a rule is about the process of a Unix peer, which datagrams do not name by themselves.
  nonisolated var asksForCredentials: Bool {
    // What a file will say is not known yet.
    (allowing + denying).contains {
      switch $0 {
      case .file, .rule(.user, _), .rule(.group, _): true
      case .rule: false
      }
    }
  }

  /// Whether every peer has to show a certificate that an authority of the user's vouches for.
  private var knowsCertificates = false

  /// Reads the list for the first time.
  ///
  /// - Parameter layers: the TLS of each side that peers come to; nil for a side without.
  func load(for layers: [TLSLayer?]) async throws(OperationError) {
    knowsCertificates = !layers.isEmpty && layers.allSatisfy { $0?.demandsCertificates == true }
    try await load()
  }

  /// Reads the files, and looks up the names. If anything is wrong with one, the list stays as it is.
  func load(again isAgain: Bool = false) async throws(OperationError) {
    let newAllowed = try await entries(of: allowing, "--allow", isAgain)
    let newDenied = try await entries(of: denying, "--deny", isAgain)
    if !knowsCertificates, let entry = (newAllowed + newDenied).first(where: \.rule.isOfCertificate) {
      throw OperationError(
        .usage,
        "\(entry.origin) is about the certificates of clients, which are not asked for: add --tls and --tls-client-trust FILE,"
          + " or to a side of a relay tls:// and ?tls-client-trust=FILE"
      )
    }
    (allowed, denied) = (newAllowed, newDenied)
    reported = []
  }

  /// Whether rules are about certificates, which are known after the handshake of TLS only.
  var asksForCertificates: Bool { (allowed + denied).contains(where: \.rule.isOfCertificate) }

  /// Why a peer may not come in; nil if it may, or if its certificate has yet to tell.
  ///
  /// - Parameter isNamed: whether it needs no `--allow`.
  func objection(to peer: AccessPeer, isNamed: Bool = false) -> String? {
    if let entry = denied.first(where: { peer.matches($0.rule) }) { return "\(entry.origin) names it" }
    if let entry = denied.first(where: { peer.leavesOpen($0.rule) }) {
      return "its user and group are unknown, and \(entry.origin) may be about it"
    }
    if isNamed || allowing.isEmpty || allowed.contains(where: { peer.matches($0.rule) }) { return nil }
    if knowsCertificates, peer.certificate == nil, allowed.contains(where: \.rule.isOfCertificate) { return nil }
    return "not named by --allow"
  }

  /// Whether the denial of a sender of datagrams has yet to be reported. True once for each.
  func isNews(_ sender: SocketAddress) -> Bool {
    if reported.count >= Self.mostReported { reported = [] }
    return reported.insert(sender).inserted
  }

  // MARK: - Reading

  private func entries(
    of sources: [AccessSource], _ option: String, _ isAgain: Bool
  ) async throws(OperationError) -> [Entry] {
    var result: [Entry] = []
    for source in sources {
      switch source {
      case .rule(let rule, let text):
        result += try await resolved(Entry(rule: rule, origin: "\(option) \(text)"))
      case .file(let file):
        let contents = try await AccessSource.contents(of: file, again: isAgain)
        for entry in try AccessSource.rules(in: contents, of: file) { result += try await resolved(entry) }
      }
    }
    return result
  }

  /// A rule for each address of a name; any other rule as it is.
  private func resolved(_ entry: Entry) async throws(OperationError) -> [Entry] {
    guard case .name(let name) = entry.rule else { return [entry] }
    let resolver = EndpointResolver(transport: .tcp, family: .unspecified, reporter: .silent)
    let addresses: [SocketAddress]
    do throws(OperationError) {
      addresses = try await resolver.lookUp(host: name, service: "0", role: .peer)
    } catch {
      var failure = error
      failure.message = "\(entry.origin): \(error.message)"
      throw failure
    }
    return addresses.compactMap { IPAddress($0) }.compactMap { address in
      AddressRange(from: address, to: address).map { Entry(rule: .addresses($0), origin: entry.origin) }
    }
  }
}

import Glibc
import SocketLoop
import Sockets

/// `--allow` and `--deny`: who may come in. A denial wins; with an `--allow`, peers that it does not name stay out.
///
/// A server asks before it reads a byte of the peer, and before it answers one.
@LoopActor
package final class AccessList {
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

  /// Whether SIGHUP has something to read again: a file, or a name.
  package nonisolated var isReloadable: Bool { (allowing + denying).contains(where: \.mayChange) }

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

  /// Reads the files, and looks up the names. If anything is wrong with one, the list stays as it is.
  func load(again isAgain: Bool = false) async throws(OperationError) {
    let newAllowed = try await entries(of: allowing, "--allow", isAgain)
    let newDenied = try await entries(of: denying, "--deny", isAgain)
    (allowed, denied) = (newAllowed, newDenied)
    reported = []
  }

  /// Why a peer may not come in; nil if it may.
  ///
  /// - Parameter isNamed: whether it needs no `--allow`.
  func objection(to peer: AccessPeer, isNamed: Bool = false) -> String? {
    if let entry = denied.first(where: { peer.matches($0.rule) }) { return "\(entry.origin) names it" }
    if let entry = denied.first(where: { peer.leavesOpen($0.rule) }) {
      return "its user and group are unknown, and \(entry.origin) may be about it"
    }
    if isNamed || allowing.isEmpty || allowed.contains(where: { peer.matches($0.rule) }) { return nil }
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

  // MARK: - Reloading

  /// Reads the list, and reads it again at each SIGHUP if it may have changed.
  ///
  /// - Returns: the task that waits for the signal; nil if there is nothing to read again.
  func open(_ reporter: EventReporter) async throws(OperationError) -> Task<Void, Never>? {
    try await load()
    guard isReloadable, let signals = try? Signals([SIGHUP]) else { return nil }
    // Under nohup(1) it is ignored; here it has a meaning of its own.
    signal(SIGHUP, SIG_DFL)
    return Task(executorPreference: EventLoop.shared) { await self.reload(at: signals, reporter) }
  }

  private func reload(at signals: Signals, _ reporter: EventReporter) async {
    while true {
      do throws(LoopError) { _ = try await signals.next() } catch { return }
      do throws(OperationError) {
        try await load(again: true)
        reporter.emit(.option) { $0.message = "read again who may come in" }
      } catch {
        if Task.isCancelled { return }
        reporter.warn("\(error.message): who may come in stays as it was")
      }
    }
  }
}

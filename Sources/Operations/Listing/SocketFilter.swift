import Sockets

/// Which sockets `sock list` shows: those that meet every condition.
package struct SocketFilter: Sendable {
  package var conditions: [Condition] = []

  package init() {}

  /// A condition: one of its tests must hold, or with `isNegated` none of them.
  package struct Condition: Sendable {
    package let tests: [Test]
    package let isNegated: Bool

    package init(_ tests: [Test], isNegated: Bool = false) {
      self.tests = tests
      self.isNegated = isNegated
    }
  }

  /// Which end of a socket a test is about.
  package enum Side: Sendable, Hashable { case local, peer, either }

  /// What is asked of a socket.
  package enum Test: Sendable {
    case kinds([ListedKind])
    case states([String])
    case addresses(of: AddressFamily)
    /// One end has an address in the range, and one of the ports.
    case end(Side, AddressRange?, ClosedRange<UInt16>?)
    /// The path or name of a Unix socket at one end; `*` stands for any characters.
    case path(Side, String)
    /// A process by its number.
    case process(Int)
    /// A process by its name; `*` stands for any characters.
    case program(String)
    case user(UInt32)
    case interface(UInt32)
    /// The inode of the socket.
    case inode(UInt32)
  }

  /// The kinds that can meet the conditions: others need not be asked for.
  package var kinds: [ListedKind] {
    ListedKind.allCases.filter { kind in
      conditions.allSatisfy { condition in
        let asked = condition.tests.compactMap { if case .kinds(let kinds) = $0 { kinds } else { nil } }
        guard asked.count == condition.tests.count else { return true }
        return asked.contains { $0.contains(kind) } != condition.isNegated
      }
    }
  }

  /// The kinds that are asked for by their names; empty if none are.
  package var namedKinds: [ListedKind] {
    let isNamed = conditions.contains { condition in
      !condition.isNegated && condition.tests.contains { if case .kinds = $0 { true } else { false } }
    }
    return isNamed ? kinds : []
  }
}

extension SocketFilter {
  /// Whether a socket meets every condition.
  ///
  /// - Parameters:
  ///   - owners: the processes that have it open.
  ///   - peer: the Unix socket at the other end.
  package func matches(_ socket: ListedSocket, _ owners: [SocketOwner], peer: ListedSocket? = nil) -> Bool {
    conditions.allSatisfy { condition in
      condition.tests.contains { Self.holds($0, socket, owners, peer) } != condition.isNegated
    }
  }

  private static func holds(
    _ test: Test, _ socket: ListedSocket, _ owners: [SocketOwner], _ peer: ListedSocket?
  ) -> Bool {
    switch test {
    case .kinds(let kinds): return kinds.contains(socket.kind)
    case .states(let states): return states.contains(socket.state)
    case .addresses(let family): return socket.isIn(family)
    case .end(let side, let range, let ports):
      return ends(side, socket.local, socket.peer).contains { lies($0, in: range, ports) }
    case .path(let side, let pattern):
      return ends(side, socket.local, peer?.local).contains { address in
        guard case .unix(let name) = address.contents, name != .unnamed else { return false }
        return Wildcard.matches(pattern, name.description)
      }
    case .process(let number): return owners.contains { $0.processID == number }
    case .program(let pattern): return owners.contains { Wildcard.matches(pattern, $0.name) }
    case .user(let number): return socket.user == number
    case .interface(let index): return socket.interface == index
    case .inode(let number): return socket.inode == number
    }
  }

  private static func ends(_ side: Side, _ local: SocketAddress, _ peer: SocketAddress?) -> [SocketAddress] {
    switch side {
    case .local: [local]
    case .peer: peer.map { [$0] } ?? []
    case .either: [local] + (peer.map { [$0] } ?? [])
    }
  }

  private static func lies(
    _ address: SocketAddress, in range: AddressRange?, _ ports: ClosedRange<UInt16>?
  ) -> Bool {
    guard let host = IPAddress(address), let port = address.port else { return false }
    return (range?.contains(host) ?? true) && (ports?.contains(port) ?? true)
  }
}

/// Patterns in which `*` stands for any characters.
enum Wildcard {
  /// Whether a text as a whole fits a pattern.
  static func matches(_ pattern: String, _ text: String) -> Bool {
    let pieces = pattern.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map(Array.init)
    guard pieces.count > 1, let first = pieces.first, let last = pieces.last else { return pattern == text }
    var rest = Array(text.utf8)[...]
    guard rest.starts(with: first) else { return false }
    rest = rest.dropFirst(first.count)
    guard rest.count >= last.count, Array(rest.suffix(last.count)) == last else { return false }
    rest = rest.dropLast(last.count)
    for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
      guard let place = rest.indices.first(where: { rest[$0...].starts(with: piece) }) else { return false }
      rest = rest[(place + piece.count)...]
    }
    return true
  }
}

import SocketLoop
import Sockets
import Transfer

// The places of connections, which `--max-conns` and `--max-per-host` limit. Whoever has ended its half, and most likely
// gone, gives up its place to a peer that wants one.
extension Acceptor {
  /// Counts a connection of a host, unless that has as many as it may have.
  func takesPlace(_ address: SocketAddress, _ connection: AsyncSocket) -> Bool {
    guard let most = limits.perHost else { return true }
    let host = PeerHost(address, over: connection.socket)
    guard hosts[host, default: 0] < most || makePlace(of: host) else {
      listeners.refused(
        address, connection.socket.transport, "its host has as many connections as --max-per-host allows: \(most)")
      return false
    }
    hosts[host, default: 0] += 1
    hostOf[ObjectIdentifier(connection)] = host
    return true
  }

  /// A host has one connection less.
  func forgetHost(of connection: ObjectIdentifier) {
    guard let host = hostOf.removeValue(forKey: connection), let number = hosts[host] else { return }
    hosts[host] = number > 1 ? number - 1 : nil
  }

  /// Closes the connection that has waited for longest since its peer ended its half; false if there is none.
  ///
  /// Its place is free at once, although its close may take a moment. No more are in that state than there are places.
  ///
  /// - Parameter host: the host whose connection it must be; nil for any.
  func makePlace(of host: PeerHost? = nil) -> Bool {
    guard leaving.count < min(limits.atOnce, EndedPeers.most) else { return false }
    let connection = endedPeers?.dismissOldest { [hostOf] in host == nil || hostOf[$0] == host }
    guard let connection else { return false }
    leaving.insert(connection)
    forgetHost(of: connection)
    serving -= 1
    return true
  }

  /// Waits until there may be a place for a peer on this socket, or no more are wanted.
  ///
  /// Called while all places are taken.
  func waitForPlace(on listener: AsyncSocket) async throws(LoopError) {
    guard let endedPeers, !endedPeers.isEmpty else { return try await waitForRoom() }
    let isWanted: Bool
    do throws(SystemError) {
      isWanted = try Descriptor(listener.socket.descriptor).isReady(.readable)
    } catch {
      throw .system(error)
    }
    if isWanted {
      if !makePlace() { try await waitForRoom() }
      return
    }
    do throws(LoopError) {
      try await listener.watch.readable()
    } catch {
      // The listeners are closed once no more peers are wanted, which the caller sees.
      if case .cancelled = error, !Task.isCancelled { return }
      throw error
    }
  }
}

import SockTestSupport
import Testing

/// An installed peer, the transport, and which side listens.
struct PeerPairing: Sendable, CustomTestStringConvertible {
  enum Way: String, CaseIterable { case ipv4, ipv6, unix }

  let peer: InstalledPeer
  let way: Way
  let sockListens: Bool

  static let all: [PeerPairing] = InstalledPeer.allCases.flatMap { peer in
    Way.allCases.flatMap { way in [false, true].map { PeerPairing(peer: peer, way: way, sockListens: $0) } }
  }

  var testDescription: String { "sock \(sockListens ? "listens for" : "connects to") \(peer) over \(way.rawValue)" }

  /// A free address.
  func place(in directory: TemporaryDirectory) throws -> InstalledPeer.Place {
    switch way {
    case .ipv4: .tcp(host: "127.0.0.1", port: try Ports.free())
    case .ipv6: .tcp(host: "::1", port: try Ports.free())
    case .unix: .unix(path: directory("socket"))
    }
  }

  /// Starts both ends.
  func start(
    at place: InstalledPeer.Place, arguments: [String] = [],
    sockInput: RunningProcess.Input, sockOutput: RunningProcess.Output,
    peerInput: RunningProcess.Input, peerOutput: RunningProcess.Output
  ) throws -> (sock: RunningProcess, peer: RunningProcess) {
    if sockListens {
      let sock = try Sock.start(
        ["listen"] + arguments + place.sockArguments, input: sockInput, output: sockOutput)
      try place.waitForListener()
      return (sock, try peer.connect(place, input: peerInput, output: peerOutput))
    }
    let server = try peer.serve(place, input: peerInput, output: peerOutput)
    let sock = try Sock.start(
      ["connect"] + arguments + place.sockArguments, input: sockInput, output: sockOutput)
    return (sock, server)
  }
}

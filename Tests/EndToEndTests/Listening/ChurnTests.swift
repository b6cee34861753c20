import Foundation
import SockTestSupport
import Testing

/// Servers under peers that come and go in every way. For 10 seconds in the suite; `SOCK_CHURN_SECONDS` and
/// `SOCK_CHURN_PEERS` set how long and with how many peers at a time (`make check` leaves them alone).
@Suite(.endToEnd, .serialized, .timeLimit(.minutes(15))) struct ChurnTests {
  private static func setting(_ name: String, or usual: Int) -> Int {
    ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? usual
  }

  /// Peers that connect, send, end their half, reset, stall or leave, at random from a seed.
  private static let peers = """
    import random, selectors, signal, sys, time
    port, seconds, most, seed = (int(word) for word in sys.argv[1:])
    random.seed(seed)
    ready, open_, served = selectors.DefaultSelector(), {}, 0
    end = time.monotonic() + seconds
    block = b'0123456789abcdef' * 1024
    def leave(peer, how):
        try: ready.unregister(peer)
        except (KeyError, ValueError): pass
        if how == 'reset': peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        peer.close(); del open_[peer]
    while time.monotonic() < end or open_:
        over = time.monotonic() >= end
        while len(open_) < most and not over and random.random() < 0.9:
            peer = socket.socket(); peer.setblocking(False); peer.connect_ex(('127.0.0.1', port))
            open_[peer] = random.choice(['send', 'half', 'reset', 'stall', 'leave', 'flood'])
            if open_[peer] == 'stall': continue
            ready.register(peer, selectors.EVENT_READ | selectors.EVENT_WRITE)
        for key, events in ready.select(0.01):
            peer, way = key.fileobj, open_[key.fileobj]
            try:
                if events & selectors.EVENT_READ and not peer.recv(65536): leave(peer, 'end'); served += 1; continue
                if events & selectors.EVENT_WRITE:
                    peer.send(block if way == 'flood' else b'hello')
                    if way == 'half': peer.shutdown(socket.SHUT_WR); ready.modify(peer, selectors.EVENT_READ)
                    if way in ('reset', 'leave') and random.random() < 0.3: leave(peer, way); served += 1; continue
                    if way in ('send', 'flood') and random.random() < 0.1:
                        peer.shutdown(socket.SHUT_WR); ready.modify(peer, selectors.EVENT_READ)
            except BlockingIOError: pass
            except OSError: leave(peer, 'end')
        stalled = [peer for peer, way in open_.items() if way == 'stall']
        for peer in stalled:
            if over or random.random() < 0.02: leave(peer, random.choice(['reset', 'end']))
        if over and time.monotonic() > end + 3:
            for peer in list(open_): leave(peer, 'reset')
    say(served)
    """

  private static func descriptors(_ server: SockListener) throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/\(server.process.identifier)/fd").count
  }

  @Test(
    "Descriptors and memory are back after a storm of peers",
    arguments: [["relay", "127.0.0.1:0", "echo:"], ["listen", "-k", "127.0.0.1", "0"]])
  func returns(_ words: [String]) throws {
    let seconds = Self.setting("SOCK_CHURN_SECONDS", or: 5)
    let most = Self.setting("SOCK_CHURN_PEERS", or: 200)
    let server = try SockListener(running: try Sock.start(words, output: .null))
    func storm(_ seconds: Int, _ most: Int, seed: Int) throws {
      let peers = try PythonPeer(
        "import struct\n" + Self.peers, arguments: ["\(server.port)", "\(seconds)", "\(most)", "\(seed)"])
      #expect(try Int(peers.reply(within: .seconds(seconds + 30))) ?? 0 > 0)
      try peers.finish()
    }
    let idle = try Self.descriptors(server)
    // The first peers have it load and reserve what stays.
    try storm(1, most, seed: 1)
    try eventually("the first are gone") { try Self.descriptors(server) <= idle + 4 }
    let before = try Self.descriptors(server)
    let memory = try server.process.residentBytes()
    try storm(seconds, most, seed: 2)
    try eventually("as many descriptors as before", within: .seconds(30)) { try Self.descriptors(server) <= before + 2 }
    try eventually("as much memory as before", within: .seconds(30)) {
      try server.process.residentBytes() < memory + (4 << 20)
    }
    #expect(server.process.isRunning)
  }
}

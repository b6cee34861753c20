import Glibc
import LoopTestSupport
import SockTestSupport
import SocketLoop
import Sockets

@testable import Transfer

/// The test's end of a pipe or connection: blocking, for use on threads.
typealias Far = SockTestSupport.Descriptor

/// Both ends of a connection: ours on the loop, the peer's for a thread of the test.
@LoopActor
struct Connection {
  let ours: AsyncSocket
  let peer: Far

  /// The kinds of connection.
  enum Kind: CaseIterable { case tcp, unix, sequencedPacket }

  init(_ kind: Kind) throws {
    switch kind {
    case .unix: (ours, peer) = try Self.pair(SocketType.stream)
    case .sequencedPacket: (ours, peer) = try Self.pair(SocketType.sequencedPacket)
    case .tcp:
      let listener = try Socket.open(.tcp, family: .ipv4)
      try listener.bind(to: .ipv4(.loopback, port: 0))
      try listener.listen()
      let client = try Socket.open(.tcp, family: .ipv4)
      _ = try client.connect(to: listener.localAddress())
      switch try listener.accept(mode: .nonBlocking) {
      case .connection(let accepted, from: _): ours = AsyncSocket(accepted)
      case .wouldBlock: throw TestFailure("no connection to accept")
      }
      peer = try Far(owning: client.release())
    }
  }

  private static func pair(_ type: SocketType) throws -> (AsyncSocket, Far) {
    let pair = try Socket.pair(type)
    var far: CInt = -1
    let ours = pair.take { first, second in
      far = second.release()
      return AsyncSocket(first)
    }
    try ours.socket.setBlockingMode(.nonBlocking)
    return (ours, try Far(owning: far))
  }
}

extension Far {
  /// Sends everything; gives up once no one reads any more.
  func feed(_ bytes: [UInt8], piece: Int = 1 << 16) {
    mayBlock()
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Self.put(raw, UnsafeRawBufferPointer(rebasing: buffer[sent..<min(sent + piece, bytes.count)]))
      }
      if count <= 0 { return }
      sent += count
    }
  }

  private static func put(_ descriptor: CInt, _ bytes: UnsafeRawBufferPointer) -> Int {
    let count = Glibc.send(descriptor, bytes.baseAddress, bytes.count, CInt(MSG_NOSIGNAL))
    return count < 0 && errno == ENOTSOCK ? Glibc.write(descriptor, bytes.baseAddress, bytes.count) : count
  }

  /// Reads to the end. Slowly means in small pieces, yielding the processor in between.
  func drain(slowly: Bool = false) -> [UInt8] {
    mayBlock()
    var all: [UInt8] = []
    var block = [UInt8](repeating: 0, count: slowly ? 9973 : 1 << 18)
    while case let count = Glibc.read(raw, &block, block.count), count > 0 {
      all += block[..<count]
      if slowly { sched_yield() }
    }
    return all
  }

  /// The contents of a file.
  static func contents(of path: String) throws -> [UInt8] { try open(path, O_RDONLY).drain() }

  /// Makes it blocking, since ``write(_:within:)`` leaves it non-blocking.
  private func mayBlock() { _ = fcntl(raw, F_SETFL, statusFlags & ~O_NONBLOCK) }

  /// Shuts down the sending half.
  func halfClose() { shutdown(raw, CInt(SHUT_WR)) }

  /// Closes a TCP connection with a reset.
  func reset() {
    var linger = linger(l_onoff: 1, l_linger: 0)
    setsockopt(raw, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
    close()
  }

  /// How many bytes can be read.
  var unread: Int {
    var count: CInt = 0
    _ = ioctl(raw, UInt(FIONREAD), &count)
    return Int(count)
  }

  /// Writes as much as fits without blocking, and returns how much.
  @discardableResult
  func fill() throws -> Int {
    let block = [UInt8](repeating: 0x2e, count: 1 << 16)
    let flags = statusFlags
    _ = fcntl(raw, F_SETFL, flags | O_NONBLOCK)
    defer { _ = fcntl(raw, F_SETFL, flags) }
    var total = 0
    while case let count = Glibc.write(raw, block, block.count), count > 0 { total += count }
    return total
  }
}

extension Connection {
  /// Sends to a pump, and waits until it has passed the bytes on, so that the pump is asleep when more arrives.
  @LoopActor
  func pass(_ bytes: [UInt8], through pump: Pump) async throws {
    let before = pump.counter.bytes
    peer.feed(bytes)
    try await eventually { pump.counter.bytes == before + UInt64(bytes.count) }
    await settle()
  }
}

/// Waits until a condition holds, while the loop keeps running. The test's time limit bounds it.
@LoopActor
func eventually(_ condition: @LoopActor () throws -> Bool) async throws {
  while try !condition() { await Task.yield() }
}

extension DescriptorStream {
  /// A stream over a descriptor of the test.
  convenience init(_ far: Far) throws { try self.init(Sockets.Descriptor(far.raw)) }
}

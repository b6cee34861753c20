import Glibc
import Testing

@testable import Sockets

@Suite("Several pieces with one call, and what else POSIX has")
struct PiecesTests {
  @Test("pieces are filled one after another, and an observer may shorten the call")
  func pieces() throws {
    try Socket.pair().take { first, second -> Result<Void, any Error> in
      Result {
        #expect(try first.write(gathering: [[1, 2], [], [3, 4, 5]]) == .moved(5))
        #expect(try second.read(into: [1, 0, 3, 9]) == .pieces([[1], [], [2, 3, 4], [5]]))
        _ = try first.write(gathering: [[1, 2], [3, 4, 5]])
        let recorder = SystemCallRecorder(["readv": [.limit(3)], "writev": [.limit(3)]])
        let (read, written) = try withSystemCallObserver(recorder) {
          (try second.read(into: [2, 9]), try first.write(gathering: [[6, 7], [8, 9]]))
        }
        #expect(read == .pieces([[1, 2], [3]]) && written == .moved(3))
        try second.setBlockingMode(.nonBlocking)
        #expect(try second.read(into: [9]) == .pieces([[4, 5, 6, 7, 8]]))
        #expect(try second.read(into: [9]) == .wouldBlock)
        #expect(throws: SystemError.self) { try second.read(into: [Int](repeating: 1, count: 1025)) }
        #expect(throws: SystemError.self) { try first.write(gathering: [[UInt8]](repeating: [1], count: 1025)) }
      }
    }.get()
  }

  @Test("a message is received into pieces, with its control messages and descriptors")
  func message() throws {
    try Socket.pair(.datagram).take { first, second -> Result<Void, any Error> in
      Result {
        _ = try first.sendMessage([UInt8]("headbody".utf8).span, control: [.descriptors([0])])
        var count = 0
        let pieces = try second.receiveMessage(into: [4, 100]) { received in count = received.descriptors.count }
        #expect(pieces == .pieces([Array("head".utf8), Array("body".utf8)]) && count == 1)
      }
    }.get()
  }

  @Test("the owner, its signals, and the flags of the descriptor")
  func owner() throws {
    let socket = try Socket.open(.tcp, family: .ipv4)
    #expect(try socket.signalOwner() == 0)
    try socket.setSignalOwner(getpid())
    #expect(try socket.signalOwner() == getpid())
    try socket.setSignalOwner(0)
    try socket.setReadinessSignal(SIGURG)
    #expect(try socket.readinessSignal() == SIGURG)
    #expect(try !socket.isAsynchronous())
    try socket.setAsynchronous(true)
    #expect(try socket.isAsynchronous())
    try socket.setNonBlocking(true)
    #expect(try socket.blockingMode() == .nonBlocking)
    #expect(try socket.closesOnExecute())
    try socket.setClosesOnExecute(false)
    #expect(try !socket.closesOnExecute())
    #expect(throws: SystemError.self) { try socket.setSignalOwner(CInt.max) }
  }

  @Test("calls are reported with the names of C")
  func texts() throws {
    let socket = try Socket.open(.udp, family: .ipv4)
    let recorder = SystemCallRecorder()
    let own = socket.descriptor
    try withSystemCallObserver(recorder) {
      try socket.setNonBlocking(true)
      try socket.setClosesOnExecute(true)
      _ = try socket.read(into: [2, 3])
      var set = PollSet()
      set.add(own, for: .readable)
      _ = try set.waitPrecisely(timeout: .nanoseconds(5), blocking: [SIGURG])
      var sets = SelectSet()
      try sets.insert(own, for: .writable)
      _ = try sets.waitPrecisely(timeout: .zero)
    }
    let name = "\(own)"
    #expect(
      recorder.calls.map(\.description) == [
        "ioctl(\(name), FIONBIO, [1]) = 0", "fcntl(\(name), F_SETFD, 1) = 0",
        "readv(\(name), [{iov_base=\"\", iov_len=2}, {iov_base=\"\", iov_len=3}], 2) = -1 EAGAIN",
        "ppoll([{fd=\(name), events=POLLIN, revents=0}], 1, {tv_sec=0, tv_nsec=5}, [23]) = 0",
        "pselect(\(own + 1), [], [\(name)], [], {tv_sec=0, tv_nsec=0}, NULL) = 1",
      ])
  }

  @Test("services and protocols of the databases")
  func databases() throws {
    #expect(try Resolver.service(named: "http", transport: "tcp")?.port == 80)
    #expect(try Resolver.service(at: 53, transport: "udp")?.name == "domain")
    #expect(try Resolver.service(named: "nosuch") == nil)
    #expect(try Resolver.protocolEntry(named: "icmp")?.number == .icmp)
    #expect(try Resolver.protocolEntry(numbered: .udp)?.name == "udp")
    #expect(try Resolver.protocolEntry(named: "nosuch") == nil)
  }

  @Test("the filter of a group, with more sources than were expected")
  func sourceFilter() throws {
    let socket = try Socket.open(.udp, family: .ipv4)
    let loopback = try #require(NetworkInterface.index(of: "lo"))
    let group = try #require(IPAddress("239.1.2.3"))
    #expect(throws: SystemError.self) { try socket.sourceFilter(of: group, interface: loopback) }
    let option = try SocketOptionAssignment("IP_ADD_MEMBERSHIP=239.1.2.3@lo")
    try socket.set(option.option, to: option.value)
    let sources = (1...5).map { IPAddress.ipv4(IPv4Address(number: 0x7f00_0000 + $0)) }
    try socket.setSourceFilter(of: group, interface: loopback, to: SourceFilter(.include, sources))
    let found = try socket.sourceFilter(of: group, interface: loopback)
    #expect(found.mode == .include && Set(found.sources) == Set(sources))
  }
}

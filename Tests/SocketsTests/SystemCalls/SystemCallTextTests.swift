import Glibc
import Testing

@testable import Sockets

/// What an observer reads: each call with its arguments by their C names, and what came of it.
@Suite("The text of system calls")
struct SystemCallTextTests {
  /// The calls that a body makes, but for the closing of what it made.
  private func texts(_ body: () throws -> Void) rethrows -> [String] {
    let recorder = SystemCallRecorder()
    try withSystemCallObserver(recorder, body)
    return recorder.calls.filter { $0.name != "close" }.map(\.description)
  }

  @Test("sockets: family, type with its flags, protocol by the family's names")
  func opening() throws {
    let next = try Socket.open(.udp, family: .ipv4).release()
    Descriptor(next).close()
    let recorder = SystemCallRecorder(["socket": [.fail(.tooManyOpenFiles)], "socketpair": [.fail(.notSupported)]])
    withSystemCallObserver(recorder) {
      _ = try? Socket.open(.tcp, family: .ipv6, mode: .nonBlocking)
      _ = try? Socket.pair()
    }
    #expect(
      recorder.calls.map(\.description) == [
        "socket(AF_INET6, SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK, IPPROTO_TCP) = -1 EMFILE",
        "socketpair(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0, [-1, -1]) = -1 EOPNOTSUPP",
      ])
  }

  @Test("users, groups and the root directory")
  func identity() throws {
    let denied = SystemCallReplacement.fail(.notPermitted)
    let recorder = SystemCallRecorder([
      "chroot": [denied], "setgroups": [denied], "setgid": [denied], "setuid": [denied], "ftruncate": [denied],
    ])
    withSystemCallObserver(recorder) {
      try? ProcessIdentity.enter(root: "/var/empty")
      try? ProcessIdentity.become(groups: [7, 8])
      try? ProcessIdentity.become(group: 7)
      try? ProcessIdentity.become(user: 9)
      try? Descriptor(-1).truncate()
    }
    #expect(
      recorder.calls.map(\.description) == [
        "chroot(\"/var/empty\") = -1 EPERM", "setgroups(2, [7, 8]) = -1 EPERM", "setgid(7) = -1 EPERM",
        "setuid(9) = -1 EPERM", "ftruncate(-1, 0) = -1 EPERM",
      ])
  }

  @Test("namespaces: opened, entered and left")
  func namespaces() throws {
    let recorder = SystemCallRecorder(["setns": [.fail(.notPermitted)]])
    let namespace = try NetworkNamespace.current()
    withSystemCallObserver(recorder) { _ = try? Socket.open(.tcp, family: .ipv4, in: namespace) }
    let texts = recorder.calls.map(\.description)
    #expect(texts.first?.hasPrefix("open(\"/proc/thread-self/ns/net\", O_RDONLY|O_CLOEXEC) = ") == true, "\(texts)")
    #expect(texts.dropFirst().first?.hasSuffix(", CLONE_NEWNET) = -1 EPERM") == true, "\(texts)")
    #expect(!texts.contains { $0.hasPrefix("socket(") })
  }

  @Test("a connection: addresses decoded, what the kernel wrote shown")
  func connecting() throws {
    let listener = try Socket.open(.tcp, family: .ipv4)
    try listener.bind(to: .ipv4(.loopback, port: 0))
    try listener.listen()
    let address = try listener.localAddress()
    let client = try Socket.open(.tcp, family: .ipv4)
    let (server, own) = (listener.descriptor, client.descriptor)
    var local = SocketAddress()
    var accepted: CInt = -1
    let seen = try texts {
      try listener.listen(backlog: 7)
      _ = try client.connect(to: address)
      local = try client.localAddress()
      if case .connection(let connection, _) = try listener.accept() { accepted = connection.release() }
      _ = try client.peerAddress()
      _ = try client.pendingError()
      try client.shutdown(.sending)
    }
    Descriptor(accepted).close()
    #expect(
      seen == [
        "listen(\(server), 7) = 0", "connect(\(own), \(address)) = 0", "getsockname(\(own), \(local)) = 0",
        "accept4(\(server), \(local), SOCK_CLOEXEC) = \(accepted)", "getpeername(\(own), \(address)) = 0",
        "getsockopt(\(own), SOL_SOCKET, SO_ERROR, [0]) = 0", "shutdown(\(own), SHUT_WR) = 0",
      ])
  }

  @Test("standard descriptors: occupied, replaced, shut down")
  func standardDescriptors() throws {
    let pair = try Socket.pair()
    let (first, second) = (Descriptor(pair.first.descriptor), Descriptor(pair.second.descriptor))
    var number: CInt = -1
    let seen = try texts {
      let placeholder = try OwnedDescriptor.placeholder()
      number = placeholder.number
      try first.shutDownSending()
      try second.become(placeholder.borrowed)
    }
    #expect(
      seen == [
        "open(\"/\", O_RDONLY|O_PATH) = \(number)", "shutdown(\(first.number), SHUT_WR) = 0",
        "dup2(\(number), \(second.number)) = \(second.number)",
      ])
    #expect(!second.isOpenForReading && !second.isOpenForWriting)
    #expect(throws: SystemError(call: "write", number: .badDescriptor)) {
      _ = try [UInt8](repeating: 0, count: 1).withUnsafeBytes { bytes in try second.write(bytes) }
    }
  }

  @Test("a failure has the number's name, and the time in milliseconds")
  func failing() throws {
    let socket = try Socket.open(.tcp, family: .ipv6)
    let recorder = SystemCallRecorder(["connect": [.fail(.connectionRefused)]])
    withSystemCallObserver(recorder) { _ = try? socket.connect(to: .ipv6(.loopback, port: 1100)) }
    let call = try #require(recorder.calls.first)
    #expect(call.description == "connect(\(socket.descriptor), [::1]:1100) = -1 ECONNREFUSED")
    #expect(call.timedDescription == "connect(\(socket.descriptor), [::1]:1100) = -1 ECONNREFUSED (0.0 ms)")
    let slow = SystemCall(
      name: "poll", descriptor: -1, count: 0, arguments: [],
      outcome: .init(value: 1, error: nil, failure: nil, duration: .microseconds(1250)))
    #expect(slow.timedDescription == "poll() = 1 (1.3 ms)")
    let quick = SystemCall(
      name: "poll", descriptor: -1, count: 0, arguments: [],
      outcome: .init(value: 1, error: nil, failure: nil, duration: .microseconds(7)))
    #expect(quick.timedDescription == "poll() = 1 (0.007 ms)")
  }

  @Test("bytes: as much as was moved, the first 32, escaped as in C")
  func bytes() throws {
    let pair = try Socket.pair()
    let (first, second) = (pair.first.descriptor, pair.second.descriptor)
    let long = [UInt8](repeating: UInt8(ascii: "x"), count: 40)
    let seen = try texts {
      _ = try pair.first.send(Array("a\"b\\\n\u{1}2\u{7f}".utf8).span)
      _ = try pair.second.receive(upTo: 100)
      _ = try pair.first.write(long.span)
      _ = try pair.second.receive(upTo: 100, flags: [.peek, .doNotWait])
      _ = try pair.second.receive(upTo: 100)
      _ = try pair.second.receive(upTo: 100, flags: .doNotWait)
      _ = try pair.first.sendMessage(gathering: [Array("ab".utf8), Array("cde".utf8)])
    }
    let escaped = #""a\"b\\\n\0012\177""#
    let prefix = "\"" + String(repeating: "x", count: 32) + "\"..."
    #expect(
      seen == [
        "send(\(first), \(escaped), 8, MSG_NOSIGNAL) = 8", "recv(\(second), \(escaped), 100, 0) = 8",
        "write(\(first), \(prefix), 40) = 40", "recv(\(second), \(prefix), 100, MSG_PEEK|MSG_DONTWAIT) = 40",
        "recv(\(second), \(prefix), 100, 0) = 40", "recv(\(second), \"\", 100, MSG_DONTWAIT) = -1 EAGAIN",
        "sendmsg(\(first), {msg_name=NULL, msg_iov=[{iov_base=\"ab\", iov_len=2}, {iov_base=\"cde\", iov_len=3}], "
          + "msg_controllen=0, msg_flags=0}, MSG_NOSIGNAL) = 5",
      ])
  }

  @Test("datagrams: where to, where from, and how many in one call")
  func datagrams() throws {
    let receiver = try Socket.open(.udp, family: .ipv4)
    try receiver.bind(to: .ipv4(.loopback, port: 0))
    let to = try receiver.localAddress()
    let sender = try Socket.open(.udp, family: .ipv4)
    try sender.bind(to: .ipv4(.loopback, port: 0))
    let from = try sender.localAddress()
    let (out, into) = (sender.descriptor, receiver.descriptor)
    var batch = DatagramBatch(capacity: 2, datagramSize: 10)
    let seen = try texts {
      _ = try sender.send(Array("one".utf8).span, to: to)
      _ = try receiver.receiveFrom(upTo: 10)
      _ = try sender.send(Array("two".utf8).span, to: to)
      _ = try receiver.receiveBatch(into: &batch, flags: .doNotWait)
    }
    #expect(
      seen == [
        "sendto(\(out), \"one\", 3, MSG_NOSIGNAL, \(to)) = 3", "recvfrom(\(into), \"one\", 10, 0, \(from)) = 3",
        "sendto(\(out), \"two\", 3, MSG_NOSIGNAL, \(to)) = 3",
        "recvmmsg(\(into), [{msg_hdr={msg_name=\(from), msg_iov=[{iov_base=\"two\", iov_len=10}], msg_controllen=0, "
          + "msg_flags=0}, msg_len=3}], 2, MSG_WAITFORONE|MSG_DONTWAIT, NULL) = 1",
      ])
  }

  @Test("options by their names in the catalogue, values by their kinds")
  func options() throws {
    let socket = try Socket.open(.tcp, family: .ipv4)
    let own = socket.descriptor
    let seen = try texts {
      try socket.set(.noDelay, to: true)
      _ = try socket.get(.noDelay)
    }
    let recorder = SystemCallRecorder(["setsockopt": [.fail(.noProtocolOption)]])
    withSystemCallObserver(recorder) {
      try? socket.setOption(level: .socket, number: 999, bytes: [UInt8]([1, 2]).span)
    }
    #expect(
      seen == [
        "setsockopt(\(own), IPPROTO_TCP, TCP_NODELAY, [1]) = 0",
        "getsockopt(\(own), IPPROTO_TCP, TCP_NODELAY, [1]) = 0",
      ])
    #expect(recorder.calls.map(\.description) == ["setsockopt(\(own), SOL_SOCKET, 999, [0102]) = -1 ENOPROTOOPT"])
  }

  @Test("descriptors and files")
  func files() throws {
    let directory = try TemporaryDirectory()
    let path = "\(directory.path)/file"
    var number: CInt = -1
    var ends: (CInt, CInt) = (-1, -1)
    let seen = try texts {
      let file = try OwnedDescriptor.open(path, O_RDWR | O_CREAT, mode: 0o600)
      number = file.number
      _ = try unsafe Array("hello".utf8).withUnsafeBytes { try unsafe file.borrowed.write($0) }
      try file.borrowed.seekToEnd()
      _ = file.borrowed.fileSize()
      _ = file.borrowed.isTerminal
      try file.borrowed.lock()
      let pipe = try Pipe()
      ends = (pipe.readEnd.number, pipe.writeEnd.number)
      _ = try? pipe.readEnd.borrowed.splice(to: file.borrowed, count: 10)
      _ = try pipe.readEnd.borrowed.pipeCapacity()
    }
    #expect(
      seen == [
        "open(\"\(path)\", O_RDWR|O_CREAT|O_CLOEXEC, 0600) = \(number)", "write(\(number), \"hello\", 5) = 5",
        "lseek(\(number), 0, SEEK_END) = 5", "fstat(\(number), {st_mode=0100600, st_size=5}) = 0",
        "isatty(\(number)) = -1 ENOTTY", "flock(\(number), LOCK_EX) = 0",
        "pipe2([\(ends.0), \(ends.1)], O_NONBLOCK|O_CLOEXEC) = 0",
        "splice(\(ends.0), NULL, \(number), NULL, 10, SPLICE_F_MOVE|SPLICE_F_NONBLOCK) = -1 EAGAIN",
        "fcntl(\(ends.0), F_GETPIPE_SZ) = 65536",
      ])
  }

  @Test("waits: what was asked for, and what was found")
  func readiness() throws {
    let pair = try Socket.pair()
    let own = pair.first.descriptor
    let epoll = try Epoll()
    let set = epoll.descriptor
    let seen = try texts {
      _ = try pair.first.wait(for: [.readable, .writable], timeout: .milliseconds(5))
      try epoll.add(own, for: [.writable, .edgeTriggered], token: 255)
      try epoll.wait(milliseconds: 0) { _, _ in }
      try epoll.remove(own)
      var select = SelectSet()
      try select.insert(own, for: .writable)
      _ = try select.wait(timeout: .microseconds(1_500_000))
    }
    #expect(
      seen == [
        "poll([{fd=\(own), events=POLLIN|POLLOUT, revents=POLLOUT}], 1, 5) = 1",
        "epoll_ctl(\(set), EPOLL_CTL_ADD, \(own), {events=EPOLLOUT|EPOLLET, data=0xff}) = 0",
        "epoll_wait(\(set), [{events=EPOLLOUT, data=0xff}], 64, 0) = 1",
        "epoll_ctl(\(set), EPOLL_CTL_DEL, \(own), NULL) = 0",
        "select(\(own + 1), [], [\(own)], [], {tv_sec=1, tv_usec=500000}) = 1",
      ])
  }

  @Test("look-ups of the C library fail with names of their own")
  func lookups() throws {
    let seen = try texts {
      _ = try Resolver.addresses(host: nil, service: "80", transport: .tcp, family: .ipv4, flags: .numericService)
      _ = try? Resolver.addresses(host: "x.test", service: nil, transport: .tcp, flags: [.numericHost])
      _ = NetworkInterface.index(of: "lo")
      _ = NetworkInterface.index(of: "no-such")
    }
    #expect(
      seen == [
        "getaddrinfo(NULL, \"80\", {ai_flags=AI_NUMERICSERV, ai_family=AF_INET, ai_socktype=SOCK_STREAM, "
          + "ai_protocol=IPPROTO_TCP}, [127.0.0.1:80]) = 0",
        "getaddrinfo(\"x.test\", NULL, {ai_flags=AI_NUMERICHOST, ai_family=AF_UNSPEC, ai_socktype=SOCK_STREAM, "
          + "ai_protocol=IPPROTO_TCP}, []) = -2 EAI_NONAME",
        "if_nametoindex(\"lo\") = 1", "if_nametoindex(\"no-such\") = -1 ENODEV",
      ])
  }

  @Test("a look-up fails as the observer says")
  func injectedLookup() {
    let recorder = SystemCallRecorder(["getaddrinfo": [.fail(.tooManyOpenFiles)]])
    let error = withSystemCallObserver(recorder) {
      message { () throws(ResolutionError) in
        _ = try Resolver.addresses(host: "localhost", service: nil, transport: .tcp)
      }
    }
    #expect(error == "localhost: Too many open files (EMFILE)")
    #expect(recorder.calls.first?.outcome?.description == "-11 EAI_SYSTEM")
  }

  @Test("owners close through the gateway")
  func closing() throws {
    let recorder = SystemCallRecorder()
    try withSystemCallObserver(recorder) {
      do {
        _ = try Socket.open(.udp, family: .ipv4)
        _ = try Pipe()
        _ = try Epoll()
        _ = try EventDescriptor()
        _ = try SignalDescriptor([SIGUSR1])
        _ = try ProcessDescriptor(of: getpid())
      }
    }
    let closed = recorder.calls.filter { $0.name == "close" }
    #expect(closed.count == 7 && closed.allSatisfy { $0.outcome?.value == 0 })
    #expect(
      recorder.calls.map(\.name).filter { $0 != "close" } == [
        "socket", "pipe2", "epoll_create1", "eventfd", "signalfd", "pidfd_open",
      ])
  }

  @Test("what an observer calls itself is not observed")
  func reentry() throws {
    final class Nosy: SystemCallObserver, @unchecked Sendable {
      var names: [String] = []
      func replacement(for call: SystemCall) -> SystemCallReplacement? { nil }
      func completed(_ call: SystemCall) {
        names.append(call.name)
        _ = NetworkInterface.index(of: "lo")
      }
    }
    let nosy = Nosy()
    try withSystemCallObserver(nosy) { _ = try Socket.open(.udp, family: .ipv4).release() }
    #expect(nosy.names == ["socket"])
  }

  @Test("an observer that only watches is not asked, and sees arguments all the same")
  func watching() throws {
    final class Watcher: SystemCallObserver, @unchecked Sendable {
      var texts: [String] = []
      let replacesAnswers = false
      func replacement(for call: SystemCall) -> SystemCallReplacement? { .fail(.inputOutput) }
      func completed(_ call: SystemCall) { texts.append(call.description) }
    }
    let watcher = Watcher()
    let number = try withSystemCallObserver(watcher) { try Socket.open(.udp, family: .ipv4).release() }
    Descriptor(number).close()
    #expect(watcher.texts == ["socket(AF_INET, SOCK_DGRAM|SOCK_CLOEXEC, IPPROTO_UDP) = \(number)"])
  }
}

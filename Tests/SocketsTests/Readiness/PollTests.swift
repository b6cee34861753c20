import Glibc
import Testing

@testable import Sockets

@Suite struct PollTests {
  let directory: TemporaryDirectory
  init() throws { directory = try TemporaryDirectory() }

  @Test("A socket is readable when data has arrived, and writable while there is room", arguments: SocketKind.streams)
  func readiness(kind: SocketKind) throws {
    let connection = try kind.connect(in: directory)
    #expect(try connection.server.wait(for: .readable, timeout: .zero) == [])
    #expect(try connection.server.wait(for: [.readable, .writable], timeout: .zero) == .writable)
    try connection.client.send(text: "x")
    #expect(try connection.server.wait(for: .readable, timeout: .seconds(10)) == .readable)
    #expect(try connection.server.wait(for: .readable) == .readable)
    try connection.client.shutdown(.sending)
    #expect(try connection.server.wait(for: .peerEnded, timeout: .seconds(10)).contains(.peerEnded))
    try connection.server.shutdown(.sending)
    #expect(try connection.server.wait(for: [], timeout: .seconds(10)).contains(.hungUp))
  }

  @Test("A listener is readable when a connection is waiting")
  func listener() throws {
    let (address, listener) = try SocketKind(transport: .tcp, family: .ipv4).listen(in: directory)
    #expect(try listener.socket.wait(for: .readable, timeout: .zero) == [])
    let client = try Socket.open(.tcp, family: .ipv4)
    _ = try client.connect(to: address)
    #expect(try listener.socket.wait(for: .readable, timeout: .seconds(10)) == .readable)
  }

  @Test("A set tells which of its descriptors are ready, with either call", arguments: [false, true])
  func sets(precisely: Bool) throws {
    let quiet = try Socket.pair()
    let busy = try Socket.pair()
    try busy.first.send(text: "x")
    var set = PollSet()
    let first = set.add(quiet.second.descriptor, for: .readable)
    let second = set.add(busy.second.descriptor, for: .readable)
    #expect(set.count == 2)
    let count = precisely ? try set.waitPrecisely(timeout: .seconds(10)) : try set.wait(timeout: .seconds(10))
    #expect(count == 1)
    #expect(set.found(at: first) == [] && set.found(at: second) == .readable)
    #expect(set.ready.map(\.descriptor) == [busy.second.descriptor])
    let count1 = precisely ? try set.waitPrecisely() : try set.wait()
    #expect(count1 == 1)

    set.setEvents([], at: second)
    let count2 = try set.wait(timeout: .zero)
    #expect(count2 == 0)
    set.setEvents([.readable, .writable], at: second)
    let count3 = try set.wait(timeout: .zero)
    #expect(count3 == 1)
    #expect(set.found(at: second) == [.readable, .writable])
  }

  @Test("A descriptor can be skipped and restored repeatedly")
  func passingOver() throws {
    let pair = try Socket.pair()
    try pair.first.send(text: "x")
    var set = PollSet()
    set.add(pair.second.descriptor, for: .readable)
    for _ in 0..<2 {
      set.setEvents([], at: 0)
      set.setEvents([], at: 0)
      let count4 = try set.wait(timeout: .zero)
      #expect(count4 == 0)
      set.setEvents(.readable, at: 0)
      let count5 = try set.wait(timeout: .zero)
      #expect(count5 == 1)
    }
  }

  @Test("A closed descriptor is reported as invalid at once")
  func invalid() throws {
    var set = PollSet()
    // The highest descriptor number, which is never open.
    set.add(CInt.max, for: .readable)
    let count6 = try set.wait()
    #expect(count6 == 1)
    #expect(set.found(at: 0) == .invalid)
  }

  @Test("A timeout is rounded up, and reports none ready", arguments: [false, true])
  func timeouts(precisely: Bool) throws {
    let pair = try Socket.pair()
    var set = PollSet()
    set.add(pair.first.descriptor, for: .readable)
    let start = ContinuousClock.now
    let wait = Duration.microseconds(1500)
    let count7 = precisely ? try set.waitPrecisely(timeout: wait) : try set.wait(timeout: wait)
    #expect(count7 == 0)
    #expect(ContinuousClock.now - start >= wait)
    let count8 = try set.wait(timeout: .seconds(-1))
    #expect(count8 == 0)
    let count9 = try set.waitPrecisely(timeout: .seconds(-1))
    #expect(count9 == 0)
  }

  @Test("select finds the same readiness as poll")
  func select() throws {
    let connection = try SocketKind(transport: .tcp, family: .ipv4).connect(in: directory)
    let (client, server) = (connection.client.descriptor, connection.server.descriptor)
    var set = SelectSet()
    try set.insert(server, for: .readable)
    let count10 = try set.wait(timeout: .microseconds(1))
    #expect(count10 == 0)
    #expect(set.ready(for: .readable) == [])
    try set.insert(client, for: .writable)
    let count11 = try set.wait(timeout: .zero)
    #expect(count11 == 1)
    #expect(set.ready(for: .writable) == [client] && !set.isReady(server, for: .readable))
    try connection.client.send(text: "x")
    set.remove(client, for: .writable)
    let count12 = try set.wait()
    #expect(count12 == 1)
    #expect(set.isReady(server, for: .readable) && set.ready(for: .writable) == [])
    _ = try connection.client.send(Array("!".utf8).span, flags: .outOfBand)
    try set.insert(server, for: .exceptional)
    set.remove(server, for: .readable)
    let count13 = try set.wait(timeout: .seconds(10))
    #expect(count13 == 1)
    #expect(set.ready(for: .exceptional) == [server])
  }

  @Test("select refuses descriptors that do not fit into its sets")
  func selectLimits() throws {
    var set = SelectSet()
    #expect(SelectSet.limit == CInt(FD_SETSIZE))
    let error = message { () throws(SystemError) in try set.insert(1024, for: .readable) }
    #expect(error == "select on descriptor 1024 (FD_SETSIZE is 1024): Bad file descriptor (EBADF)")
    #expect(errorNumber { () throws(SystemError) in try set.insert(-1, for: .writable) } == .badDescriptor)
    try set.insert(1023, for: .readable)
    // Linux ignores numbers beyond its table of open files and leaves their bits as they are: not ready here.
    let count = try set.wait(timeout: .zero)
    #expect(count == 0 && set.ready(for: .readable) == [])
  }
}

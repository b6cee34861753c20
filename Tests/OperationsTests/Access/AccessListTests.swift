import LoopTestSupport
import SocketLoop
import Sockets
import Testing

@testable import Operations

@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct AccessListTests {
  @LoopActor
  private func objection(_ host: IPv4Address, allow: [String] = [], deny: [String] = []) async throws -> String? {
    let list = AccessList(
      allow: try allow.map { try AccessSource(parsing: $0) }, deny: try deny.map { try AccessSource(parsing: $0) })
    try await list.load()
    return list.objection(to: AccessPeer(.ipv4(host, port: 9)))
  }

  private let host = IPv4Address(number: 0x0a00_0001)

  @Test("A denial wins; with an --allow all others stay out; with a --deny alone all others come in")
  @LoopActor
  func order() async throws {
    #expect(try await objection(host) == nil)
    #expect(try await objection(host, allow: ["10.0.0.0/8"]) == nil)
    #expect(try await objection(host, allow: ["10.0.0.2"]) == "not named by --allow")
    #expect(try await objection(host, deny: ["10.0.0.2"]) == nil)
    #expect(try await objection(host, deny: ["10.0.0.0/8"]) == "--deny 10.0.0.0/8 names it")
    #expect(try await objection(host, allow: ["10.0.0.1"], deny: ["10.0.0.1"]) == "--deny 10.0.0.1 names it")
  }

  @Test("A name stands for all of its addresses, looked up when the list is read")
  @LoopActor
  func names() async throws {
    #expect(try await objection(.loopback, allow: ["localhost"]) == nil)
    #expect(try await objection(host, allow: ["localhost"]) != nil)
  }

  @Test("Where the user of a Unix peer is unknown, a denial by user keeps it out")
  @LoopActor
  func unknownUser() async throws {
    let list = AccessList(deny: [try AccessSource(parsing: "uid:7")])
    try await list.load()
    var peer = AccessPeer(.ipv4(host, port: 9))
    #expect(list.objection(to: peer) == nil)
    peer.isUnix = true
    #expect(list.objection(to: peer) != nil)
    peer.credentials = Credentials(processID: 1, userID: 8, groupID: 7)
    #expect(list.objection(to: peer) == nil)
  }

  @Test("The denial of a sender is news once")
  @LoopActor
  func news() {
    let list = AccessList()
    let sender = SocketAddress.ipv4(host, port: 9)
    #expect(list.isNews(sender) && !list.isNews(sender))
    #expect(list.isNews(.ipv4(host, port: 10)))
  }
}

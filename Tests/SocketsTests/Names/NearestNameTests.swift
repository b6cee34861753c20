import Testing

@testable import Sockets

@Suite("Names that a mistyped one may have meant")
struct NearestNameTests {
  private static let verbs = ["listen", "connect", "send", "recv", "udp-send", "resolve", "opts"]
  private static let calls = [
    "socket", "socketpair", "bind", "listen", "accept", "recv", "recvfrom", "recvmsg", "receive",
  ]

  @Test(
    "the nearest is found, in any case",
    arguments: [
      ("lisetn", "listen"), ("CONNECT", "connect"), ("sned", "send"), ("recieve", "recv"), ("receive", "recv"),
      ("options", "opts"), ("rsolve", "resolve"), ("udpsend", "udp-send"), ("conn", "connect"), ("x", nil), ("", nil),
      ("frobnicate", nil), ("se", nil),
    ] as [(String, String?)])
  func verbs(_ text: String, _ expected: String?) {
    #expect(NearestName.find(text, among: Self.verbs) == expected)
  }

  @Test(
    "the nearest goes before abbreviations, and the first before its equals",
    arguments: [
      ("recieve", "receive"), ("receivefrom", "recvfrom"), ("sockt", "socket"), ("socketpa", "socketpair"),
      ("acept", "accept"), ("SOKCET", "socket"), ("recvmgs", "recvmsg"),
    ])
  func calls(_ text: String, _ expected: String?) {
    #expect(NearestName.find(text, among: Self.calls) == expected)
  }

  @Test(
    "socket options: with and without their prefix, three at most",
    arguments: [
      ("SO_RCVBUFF", ["SO_RCVBUF"]), ("TCP_NODLEAY", ["TCP_NODELAY"]),
      ("nodlay", ["TCP_NODELAY", "SCTP_NODELAY", "TIPC_NODELAY"]),
      ("TCP_CONG", ["TCP_CONGESTION"]), ("MCAST_JION_GROUP", ["MCAST_JOIN_GROUP"]), ("SO_RECEIVEBUFFER", ["SO_RCVBUF"]),
      ("nosuchthing", []),
    ] as [(String, [String])])
  func options(_ text: String, _ expected: [String]) {
    #expect(SocketOption.nearestNames(to: text) == expected)
  }

  @Test(
    "letters inserted, deleted, changed or swapped count once",
    arguments: [
      ("", "", 0), ("abc", "", 3), ("", "abc", 3), ("abc", "abc", 0), ("abc", "abd", 1), ("abc", "ac", 1),
      ("abc", "abxc", 1), ("abc", "acb", 1), ("recieve", "receive", 1), ("ca", "abc", 3), ("kitten", "sitting", 3),
    ])
  func distances(_ left: String, _ right: String, _ expected: Int) {
    #expect(Spelling.distance(Array(left.utf8), Array(right.utf8)) == expected)
    #expect(Spelling.distance(Array(right.utf8), Array(left.utf8)) == expected)
  }
}

import SockTestSupport
import Testing

/// `opts`: the names and values of socket options are payload, on stdout.
@Suite(.endToEnd) struct OptsTests {
  @Test("opts lists the names with this kernel's defaults")
  func optsListsDefaults() throws {
    let outcome = try Sock.run(["opts"])
    #expect(outcome.status == 0)
    for name in ["SO_RCVBUF", "SO_SNDBUF", "SO_LINGER", "SO_KEEPALIVE", "TCP_NODELAY", "IP_TTL", "SO_REUSEADDR"] {
      #expect(outcome.lines.contains { $0.contains(name) }, "\(name)")
    }
    #expect(outcome.lines.contains { $0.contains("IP_TTL") && $0.contains("64") })
    #expect(outcome.lines.contains { $0.contains("SO_RCVBUF") && $0.contains("131072") || $0.contains("SO_RCVBUF ") })
  }

  @Test("opts NAME shows one option, in any spelling")
  func optsShowsOne() throws {
    for spelling in ["SO_RCVBUF", "so_rcvbuf", "rcvbuf"] {
      let outcome = try Sock.run(["opts", spelling])
      #expect(outcome.status == 0)
      #expect(outcome.text.contains("SO_RCVBUF"))
      #expect(!outcome.text.contains("TCP_NODELAY"))
    }
  }

  @Test("opts NAME=VALUE sets an option and reads back what the kernel made of it")
  func optsSetsAndReadsBack() throws {
    let outcome = try Sock.run(["opts", "SO_RCVBUF=64k"])
    #expect(outcome.status == 0)
    #expect(outcome.text.contains("131072"), "\(outcome.text)")
  }

  @Test("opts --type asks another kind of socket", arguments: ["udp", "unix"])
  func optsOfAnotherType(_ type: String) throws {
    let outcome = try Sock.run(["opts", "--type", type])
    #expect(outcome.status == 0)
    #expect(outcome.text.contains("SO_RCVBUF"))
  }
}

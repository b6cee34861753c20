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

  @Test(
    "opts lists the options that a pattern or --level names",
    arguments: [
      ("opts TCP_FAST*", ["TCP_FASTOPEN", "TCP_FASTOPEN_CONNECT", "TCP_FASTOPEN_KEY", "TCP_FASTOPEN_NO_COOKIE"]),
      ("opts fastopen_[ck]*", ["TCP_FASTOPEN_CONNECT", "TCP_FASTOPEN_KEY"]),
      ("opts *linger* SO_DEBUG", ["SO_DEBUG", "SO_LINGER", "TCP_LINGER2"]),
      (
        "opts --level SOL_UDP",
        ["UDP_CORK", "UDP_ENCAP", "UDP_GRO", "UDP_NO_CHECK6_RX", "UDP_NO_CHECK6_TX", "UDP_SEGMENT"]
      ),
      ("opts --level udp *_GRO", ["UDP_GRO"]), ("opts --type tcp --level tcp LINGER?", ["TCP_LINGER2"]),
    ])
  func optsTakesPatterns(_ line: String, _ names: [String]) throws {
    let words = line.split(separator: " ").map(String.init)
    let outcome = try Sock.run(words)
    #expect(outcome.status == 0)
    #expect(outcome.lines.dropFirst().map { String($0.prefix { $0 != " " }) } == names, "\(outcome)")
    #expect(outcome.lines.first?.hasPrefix("NAME ") == true)
    let json = try Sock.run(words + ["--json"])
    #expect(json.lines.count { $0.contains(#""name":"#) } == names.count)
  }

  @Test(
    "A pattern or level that names no option is refused",
    arguments: [
      ("opts FOO_*", "no socket option matches 'FOO_*'"), ("opts --level tcpp", "did you mean tcp?"),
      ("opts --level udp TCP_*", "no socket option matches 'TCP_*' at the level SOL_UDP"),
      ("opts --level tcp SO_RCVBUF", "SO_RCVBUF is at the level SOL_SOCKET"),
      ("opts TCP_* SO_RCVBUF=1", "'SO_RCVBUF=1' sets an option"), ("opts --type udp TCP_*", "no option of this kind"),
      ("families nosuch", "called 'nosuch'"), ("families AF_INTE6", "did you mean AF_INET6?"),
    ])
  func optsRefusesPatterns(_ line: String, _ complaint: String) throws {
    let outcome = try Sock.run(line.split(separator: " ").map(String.init))
    #expect(outcome.status == 64 && outcome.errors.contains(complaint), "\(outcome)")
  }

  @Test("--level chooses between options of one name", arguments: [("ip", "IPPROTO_IP,"), ("ipv6", "IPPROTO_IPV6,")])
  func levelChooses(_ level: String, _ shown: String) throws {
    let outcome = try Sock.run(["opts", "--level", level, "mcast_join_group"])
    #expect(outcome.status == 0 && outcome.text.contains(shown), "\(outcome)")
  }

  @Test("families lists what a name or pattern names")
  func familiesTakesNames() throws {
    let inet = try Sock.run(["families", "inet"])
    #expect(inet.status == 0 && inet.lines.count > 5)
    #expect(inet.lines.dropFirst().allSatisfy { $0.hasPrefix("AF_INET ") }, "\(inet)")
    let both = try Sock.run(["families", "AF_INET*", "--json"])
    #expect(both.text.contains("AF_INET6") && !both.text.contains("AF_UNIX"))
    let streams = try Sock.run(["families", "ipproto_tcp", "af_x25"])
    #expect(
      streams.lines.dropFirst().map { $0.prefix { $0 != " " } } == ["AF_INET", "AF_X25", "AF_INET6"], "\(streams)")
  }

  @Test("Lists fit a terminal, and are whole elsewhere", arguments: ["opts", "families"], [80, 100, 132])
  func listsFit(_ verb: String, _ columns: Int) throws {
    let directory = try TemporaryDirectory()
    let terminal = try Terminal([verb], state: directory, columns: columns)
    let last = verb == "opts" ? "ALG_SET_KEY_BY_KEY_SERIAL" : "AF_MCTP"
    let lines = try terminal.wait(for: last).split(whereSeparator: \.isNewline)
    #expect(lines.count > 40)
    #expect(lines.allSatisfy { $0.count <= columns }, "\(lines.first { $0.count > columns } ?? "")")
    let whole = try Sock.run([verb])
    #expect(whole.lines.contains { $0.utf8.count > 132 })
  }

  @Test("opts NAME=VALUE sets an option and reads back what the kernel made of it")
  func optsSetsAndReadsBack() throws {
    let outcome = try Sock.run(["opts", "SO_RCVBUF=64k"])
    #expect(outcome.status == 0)
    #expect(outcome.text.contains("131072"), "\(outcome.text)")
  }

  @Test("--type takes the types of socket(2)", arguments: [("SOCK_DGRAM", "UDP_CORK"), ("sock_stream", "TCP_NODELAY")])
  func typesOfSocket(_ type: String, _ option: String) throws {
    let outcome = try Sock.run(["opts", "--type", type, option])
    #expect(outcome.status == 0 && outcome.text.hasPrefix(option + ": "), "\(outcome)")
  }

  @Test("opts --type asks another kind of socket", arguments: ["udp", "unix"])
  func optsOfAnotherType(_ type: String) throws {
    let outcome = try Sock.run(["opts", "--type", type])
    #expect(outcome.status == 0)
    #expect(outcome.text.contains("SO_RCVBUF"))
  }
}

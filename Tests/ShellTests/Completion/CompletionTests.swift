import Sockets
import Testing

@testable import Shell

@Suite struct CompletionTests {
  static let variables = [
    Completion.Variable(name: "client", isSocket: true, fields: ["address", "fd", "peer", "port", "state"]),
    Completion.Variable(name: "server", isSocket: true, fields: ["address", "fd", "peer", "port", "state"]),
    Completion.Variable(name: "answer", fields: ["length"]),
  ]

  /// The part of the line behind the `^` is what Tab completes.
  private func offer(_ line: String) -> Completion {
    let parts = line.split(separator: "^", omittingEmptySubsequences: false)
    return Completion.offer(String(parts[0] + parts[1]), from: parts[0].utf8.count, variables: Self.variables)
  }

  @Test(arguments: [
    ("^so", ["sockatmark", "socket", "socketpair", "source"]), ("s = ^soc", ["sockatmark", "socket", "socketpair"]),
    ("a b = ^socketp", ["socketpair"]), ("repeat 2 { ^clo", ["close"]), ("bind s x; ^lis", ["listen"]),
    ("socket ^inet", ["inet", "inet6"]), ("socket ^AF_INET", ["AF_INET", "AF_INET6"]),
    ("s = socket inet ^st", ["stream"]), ("socket inet stream ^tc", ["tcp"]),
    ("socket inet stream ^IPPROTO_TC", ["IPPROTO_TCP"]),
    ("socketpair unix ^seq", ["seqpacket"]), ("socket netlink raw ^NETLINK_RO", ["NETLINK_ROUTE"]),
    ("send c \"x\" ^MSG_P", ["MSG_PEEK"]), ("send c \"a b; { c\" ^msg_mo", ["MSG_MORE"]),
    ("recv c 1 MSG_PEEK|^MSG_DONTW", ["MSG_DONTWAIT"]), ("sendto s \"\" ^MSG_O", ["MSG_OOB"]),
    ("setsockopt s ^TCP_NOD", ["TCP_NODELAY"]), ("setsockopt s SO_KEEPALIVE ^o", ["off", "on"]),
    ("setsockopt s SOL_SOCKET ^SO_KEEP", ["SO_KEEPALIVE"]), ("setsockopt s SOL_SOCKET SO_KEEPALIVE ^of", ["off"]),
    ("getsockopt s ^SOL_SOC", ["SOL_SOCKET"]), ("setsockopt s ^TCP_INF", []), ("getsockopt s ^TCP_INF", ["TCP_INFO"]),
    ("fcntl s ^F_SETF", ["F_SETFD", "F_SETFL"]), ("fcntl s F_SETFL ^O_", ["O_ASYNC", "O_NONBLOCK"]),
    ("ioctl s ^SIOCOUTQN", ["SIOCOUTQNSD"]),
    ("shutdown c ^SHUT_W", ["SHUT_WR"]), ("accept s ^so", ["SOCK_CLOEXEC", "SOCK_NONBLOCK"]),
    ("close ^ser", ["server"]),
    ("close ^", ["client", "server"]), ("close server ^", []),
    ("print ^$ser", ["$server"]), ("print ^$server.p", ["$server.peer", "$server.port"]),
    ("connect c ^127.0.0.1:$server.po", ["127.0.0.1:$server.port"]), ("print ^$e", ["$errno"]),
    ("assert ^er", ["errno"]), ("assert errno ^ECONNRES", ["ECONNRESET"]), ("assert $? ^c", ["contains"]),
    ("assert $? == ^$an", ["$answer"]), ("help ^getsockn", ["getsockname"]), ("explain ^recvm", ["recvmsg"]),
    ("set ^-", ["-e", "-q"]), ("send c \"^Hel", []), ("# ^soc", []), ("nosuchcall ^s", []),
  ])
  func `Tab offers what can stand there`(_ line: String, _ expected: [String]) {
    #expect(offer(line) == .words(expected), "\(line)")
  }

  @Test func `options are those of the socket`() {
    let tcp = Completion.Variable(name: "t", isSocket: true, facts: (.ipv4, .stream, .tcp))
    let unix = Completion.Variable(name: "u", isSocket: true, facts: (.unix, .stream, .automatic))
    func names(_ line: String) -> [String] {
      guard case .words(let names) = Completion.offer(line, from: line.utf8.count, variables: [tcp, unix]) else {
        return []
      }
      return names
    }
    #expect(names("setsockopt t ").contains("TCP_NODELAY"))
    #expect(!names("setsockopt t ").contains("SO_PASSCRED"))
    #expect(names("setsockopt u ").contains("SO_PASSCRED"))
    #expect(!names("setsockopt u ").contains("TCP_NODELAY"))
  }

  @Test func `what goes on gets no space behind it`() {
    #expect(offer("poll ^ser") == .beginnings(["server:"]))
    #expect(offer("poll ^server:") == .beginnings(["server:in", "server:out", "server:pri", "server:rdhup"]))
    #expect(offer("poll ^server:in,o") == .beginnings(["server:in,out"]))
    #expect(offer("select client:r ^server:") == .beginnings(["server:e", "server:r", "server:w"]))
    #expect(offer("sendmsg s \"\" ^SCM_R") == .beginnings(["SCM_RIGHTS:"]))
    #expect(offer("sendmsg s \"\" IP_TTL:3 ^MSG_M") == .beginnings(["MSG_MORE"]))
  }

  @Test func `hosts, services, interfaces and files are of this system`() {
    #expect(offer("connect c ^loc") == .hosts("loc", withPort: true))
    #expect(offer("sendmsg s \"\" ^to:loc") == .hosts("to:loc", withPort: true))
    #expect(offer("sendto s \"x\" 0 ^loc") == .hosts("loc", withPort: true))
    #expect(offer("connect c ^localhost:ht") == .services("ht", behind: "localhost:"))
    #expect(offer("getaddrinfo ^loc") == .hosts("loc", withPort: false))
    #expect(offer("getaddrinfo localhost ^ht") == .services("ht", behind: ""))
    #expect(offer("gethostbyname ^loc") == .hosts("loc", withPort: false))
    #expect(offer("if_nametoindex ^l") == .interfaces("l"))
    #expect(offer("bind s ^/tm") == .files)
    #expect(offer("send c <^da") == .files)
    #expect(offer("send c <\"^my da") == .files)
    #expect(offer("source ^han") == .files)
  }

  @Test func `names are read from the files of this system`() {
    let hosts = "127.0.0.1\tlocalhost  here.example # the loopback\n#1.2.3.4 not\n\n::1 localhost ip6\n"
    #expect(SystemNames.hosts(in: Array(hosts.utf8)) == ["localhost", "here.example", "localhost", "ip6"])
    let services = "# names\nhttp\t\t80/tcp\t\twww\t# WorldWideWeb\ndomain 53/udp\n"
    #expect(SystemNames.services(in: Array(services.utf8)) == ["http", "www", "domain"])
  }
}

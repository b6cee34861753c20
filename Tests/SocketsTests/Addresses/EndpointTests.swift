import Testing

@testable import Sockets

@Suite struct EndpointTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let words: [String]
    let role: Endpoint.Role
    let addressing: Transport.Addressing
    let expected: Result<Endpoint, EndpointError>

    var testDescription: String { words.joined(separator: " ") + " as \(role)" }

    init(
      _ words: String..., as role: Endpoint.Role = .peer, under addressing: Transport.Addressing = .internet,
      gives transport: Transport? = nil, in family: AddressFamily = .unspecified, _ target: Endpoint.Target
    ) {
      (self.words, self.role, self.addressing) = (words, role, addressing)
      expected = .success(Endpoint(transport: transport, family: family, target: target))
    }

    init(
      _ words: String..., as role: Endpoint.Role = .peer, under addressing: Transport.Addressing = .internet,
      fails error: EndpointError
    ) {
      (self.words, self.role, self.addressing) = (words, role, addressing)
      expected = .failure(error)
    }
  }

  static func at(_ host: String?, _ service: String) -> Endpoint.Target { .internet(host: host, service: service) }
  static func path(_ name: String) -> Endpoint.Target { .unix(.path(Array(name.utf8))) }
  static func abstract(_ name: String) -> Endpoint.Target { .unix(.abstract(Array(name.utf8))) }
  static let long = String(repeating: "p", count: 108)

  static let accepted: [Row] = [
    // Two words.
    Row("localhost", "80", gives: nil, at("localhost", "80")),
    Row("localhost", "http", gives: nil, at("localhost", "http")),
    Row("::1", "80", gives: nil, at("::1", "80")), Row("[::1]", "80", gives: nil, at("::1", "80")),
    Row("[fe80::1%lo]", "80", gives: nil, at("fe80::1%lo", "80")),
    Row("127.0.0.1", "0", gives: nil, at("127.0.0.1", "0")),
    Row("h", "65535", gives: nil, at("h", "65535")), Row("*", "80", as: .local, gives: nil, at(nil, "80")),
    Row("", "80", as: .local, gives: nil, at(nil, "80")), Row("h", "00080", gives: nil, at("h", "00080")),
    Row("2", "1024", under: .vsock, gives: nil, .vsock(VsockAddress(contextID: 2, port: 1024))),
    // One word.
    Row("localhost:80", gives: nil, at("localhost", "80")), Row("[::1]:80", gives: nil, at("::1", "80")),
    Row("[fe80::1%eth0]:http", gives: nil, at("fe80::1%eth0", "http")),
    Row("80", as: .local, gives: nil, at(nil, "80")),
    Row("http", as: .local, gives: nil, at(nil, "http")), Row(":80", as: .local, gives: nil, at(nil, "80")),
    Row("*:80", as: .local, gives: nil, at(nil, "80")),
    Row("127.0.0.1:0", as: .local, gives: nil, at("127.0.0.1", "0")),
    // URLs.
    Row("tcp://localhost:80", gives: .tcp, at("localhost", "80")), Row("udp://[::1]:53", gives: .udp, at("::1", "53")),
    Row("TCP://h:1", gives: .tcp, at("h", "1")), Row("sctp://h:1", gives: .sctp, at("h", "1")),
    Row("dccp://h:1", gives: .dccp, at("h", "1")), Row("mptcp://h:1", gives: .mptcp, at("h", "1")),
    Row("udplite://h:1", gives: .udpLite, at("h", "1")), Row("tcp://80", as: .local, gives: .tcp, at(nil, "80")),
    Row("unix:///tmp/x", gives: .unix, path("/tmp/x")),
    Row("tcp://[fe80::1%25eth0]:80", gives: .tcp, at("fe80::1%eth0", "80")),
    Row("tcp://[fe80::1%eth0]:80", gives: .tcp, at("fe80::1%eth0", "80")),
    Row("tcp://[fe80::1%25]:80", gives: .tcp, at("fe80::1%25", "80")),
    // A transport before a colon, and a family behind the transport.
    Row("tcp:localhost:80", gives: .tcp, at("localhost", "80")), Row("TCP:h:1", gives: .tcp, at("h", "1")),
    Row("udp:[::1]:53", gives: .udp, at("::1", "53")), Row("sctp:h:1", gives: .sctp, at("h", "1")),
    Row("sctp-seqpacket:h:1", gives: .sctpSequencedPacket, at("h", "1")), Row("dccp:h:1", gives: .dccp, at("h", "1")),
    Row("mptcp:h:1", gives: .mptcp, at("h", "1")), Row("udplite:h:1", gives: .udpLite, at("h", "1")),
    Row("tcp4:h:http", gives: .tcp, in: .ipv4, at("h", "http")), Row("UDP6:h:1", gives: .udp, in: .ipv6, at("h", "1")),
    Row("udp6://h:1", gives: .udp, in: .ipv6, at("h", "1")), Row("tcp6!h!1", gives: .tcp, in: .ipv6, at("h", "1")),
    Row("tcp:80", as: .local, gives: .tcp, at(nil, "80")),
    Row("udp6:80", as: .local, gives: .udp, in: .ipv6, at(nil, "80")),
    Row("tcp:*:80", as: .local, gives: .tcp, at(nil, "80")), Row("tcp::80", as: .local, gives: .tcp, at(nil, "80")),
    // Plan 9.
    Row("tcp!localhost!http", gives: .tcp, at("localhost", "http")), Row("udp!::1!53", gives: .udp, at("::1", "53")),
    Row("tcp!*!80", as: .local, gives: .tcp, at(nil, "80")),
    // Unix.
    Row("unix:/tmp/x", gives: .unix, path("/tmp/x")), Row("unix:@name", gives: .unix, abstract("name")),
    Row("unix:relative", gives: .unix, path("relative")), Row("/tmp/x", under: .unix, gives: nil, path("/tmp/x")),
    Row("@name", under: .unix, gives: nil, abstract("name")), Row("a:b", under: .unix, gives: nil, path("a:b")),
    Row("80", under: .unix, gives: nil, path("80")),
    // Vsock and descriptors.
    Row("vsock:2:1024", gives: .vsock, .vsock(VsockAddress(contextID: 2, port: 1024))),
    Row("vsock:any:7", as: .local, gives: .vsock, .vsock(VsockAddress(contextID: .max, port: 7))),
    Row("vsock:7", as: .local, gives: .vsock, .vsock(VsockAddress(contextID: .max, port: 7))),
    Row("vsock:0", as: .local, gives: .vsock, .vsock(VsockAddress(contextID: .max, port: .max))),
    Row("vsock-seqpacket:1:7", gives: .vsockSequencedPacket, .vsock(VsockAddress(contextID: 1, port: 7))),
    Row("unix-dgram:/tmp/x", gives: .unixDatagram, path("/tmp/x")),
    Row("fd:0", gives: nil, .descriptor(0)), Row("fd:17", as: .local, gives: nil, .descriptor(17)),
  ]

  static let refused: [Row] = [
    Row(fails: .missing(.peer)), Row(as: .local, fails: .missing(.local)),
    Row("a", "b", "c", fails: .tooManyWords(["a", "b", "c"])),
    Row("/x", "/y", under: .unix, fails: .tooManyWords(["/x", "/y"])),
    Row("localhost", fails: .missingPort("localhost")), Row("80", fails: .missingPort("80")),
    Row("", fails: .missingPort("")),
    Row("localhost:", fails: .missingPort("")), Row("h", "", fails: .missingPort("")),
    Row("", as: .local, fails: .missingPort("")),
    Row(":80", fails: .missingHost), Row("*:80", fails: .missingHost), Row("", "80", fails: .missingHost),
    Row("h:65536", fails: .portOutOfRange("65536")), Row("h", "-1", fails: .portOutOfRange("-1")),
    Row("h", "+80", fails: .portOutOfRange("+80")),
    Row("h:99999999999999999999", fails: .portOutOfRange("99999999999999999999")),
    Row("::1:80", fails: .bareIPv6("::1:80")), Row("::1", fails: .bareIPv6("::1")),
    Row("fe80::1:80", fails: .bareIPv6("fe80::1:80")),
    Row("[::1]", fails: .malformed("[::1]")), Row("[::1]80", fails: .malformed("[::1]80")),
    Row("[::1", fails: .malformed("[::1")),
    Row("[localhost]:80", fails: .notIPv6InBrackets("[localhost]")),
    Row("[1.2.3.4]", "80", fails: .notIPv6InBrackets("[1.2.3.4]")),
    Row("/tmp/x", fails: .looksLikeUnix("/tmp/x")), Row("./x", as: .local, fails: .looksLikeUnix("./x")),
    Row("@name", fails: .looksLikeUnix("@name")),
    Row("tcp:80", fails: .missingPort("80", prefix: "tcp:")), Row("tcp:h", fails: .missingPort("h", prefix: "tcp:")),
    Row("tcp://h", fails: .missingPort("h", prefix: "tcp://")), Row("tcp::80", fails: .missingHost),
    Row("tcp:::1:80", fails: .bareIPv6("::1:80", prefix: "tcp:")),
    Row("tcp5:h:80", fails: .unknownTransport("tcp5", in: "tcp5:h:80")),
    Row("vsock4:h:80", fails: .unknownTransport("vsock4", in: "vsock4:h:80")),
    Row("tcp://h:80/", fails: .urlPart("/", in: "tcp://h:80/", plain: "tcp://h:80")),
    Row("udp://[::1]:53/a?b", fails: .urlPart("/a?b", in: "udp://[::1]:53/a?b", plain: "udp://[::1]:53")),
    Row("tcp://h:80?q", fails: .urlPart("?q", in: "tcp://h:80?q", plain: "tcp://h:80")),
    Row("tcp6://h:80#f", fails: .urlPart("#f", in: "tcp6://h:80#f", plain: "tcp6://h:80")),
    Row("tcp://u:p@h:80", fails: .urlPart("u:p@", in: "tcp://u:p@h:80", plain: "tcp://h:80")),
    Row("http://h", fails: .url("http://h", host: "h", port: "80", isSecure: false)),
    Row("HTTP://u@h:8080/x", fails: .url("HTTP://u@h:8080/x", host: "h", port: "8080", isSecure: false)),
    Row("https://[::1]/", fails: .url("https://[::1]/", host: "::1", port: "443", isSecure: true)),
    Row("wss://h:/", fails: .url("wss://h:/", host: "h", port: "443", isSecure: true)),
    Row("http:///x", fails: .unknownTransport("http", in: "http:///x")),
    Row("foo://h:80", fails: .unknownTransport("foo", in: "foo://h:80")),
    Row("vsock://2:1", fails: .unknownTransport("vsock", in: "vsock://2:1")),
    Row("foo!h!80", fails: .unknownTransport("foo", in: "foo!h!80")),
    Row("tcp!h", fails: .malformed("tcp!h")), Row("tcp!h!80!x", fails: .malformed("tcp!h!80!x")),
    Row("tcp!!80", fails: .missingHost), Row("tcp!h!", fails: .missingPort("")),
    Row("fd:", fails: .badDescriptor("")), Row("fd:x", fails: .badDescriptor("x")),
    Row("fd:-1", fails: .badDescriptor("-1")),
    Row("vsock:2", fails: .badAddress(.malformed("vsock:2", form: "vsock:CID:PORT"))),
    Row("vsock:x:1", fails: .badAddress(.malformed("vsock:x:1", form: "vsock:CID:PORT"))),
    Row("vsock:1:2:3", fails: .badAddress(.malformed("vsock:1:2:3", form: "vsock:CID:PORT"))),
    Row("unix:", fails: .badAddress(.emptyUnixPath)), Row("unix:@", fails: .badAddress(.emptyUnixPath)),
    Row("unix:" + long, fails: .badAddress(.unixNameTooLong(length: 108, isPath: true))),
    Row("unix:@" + long, fails: .badAddress(.unixNameTooLong(length: 108, isPath: false))),
  ]

  @Test("Valid endpoints are parsed", arguments: accepted)
  func accepting(row: Row) throws {
    let endpoint = try Endpoint(row.words, role: row.role, addressing: row.addressing)
    #expect(try endpoint == row.expected.get())
  }

  @Test("Invalid endpoints are refused with advice", arguments: refused)
  func refusing(row: Row) {
    let result = Result { () throws(EndpointError) in
      try Endpoint(row.words, role: row.role, addressing: row.addressing)
    }
    #expect(result == row.expected)
    if case .failure(let error) = result { #expect(!error.description.isEmpty) }
  }

  @Test("A port glued to an IPv6 address is refused, showing the brackets to write")
  func bracketAdvice() {
    #expect(EndpointError.bareIPv6("::1:80").description.contains("write [::1]:80 for port 80 of ::1"))
    #expect(EndpointError.bareIPv6("fe80::1").description.contains("[fe80::1]:PORT"))
    #expect(EndpointError.bareIPv6("a:b:c").description.contains("[ADDRESS]:PORT"))
  }

  @Test("A host with the name of a transport is written as two words")
  func hostNamedAsTransport() throws {
    #expect(try Endpoint(["tcp", "80"], role: .peer).target == Self.at("tcp", "80"))
  }

  @Test("What is wrong with an endpoint is named, and what to write instead")
  func advice() {
    let sentences: [(EndpointError, String)] = [
      (.missingPort("1100"), "no host given for port 1100: write HOST 1100, such as localhost 1100"),
      (.missingPort("80", prefix: "tcp:"), "no host given for port 80: write tcp:HOST:80"),
      (.missingPort("h", prefix: "udp://"), "no port given for 'h': write udp://h:PORT"),
      (
        .urlPart("/", in: "tcp://h:80/", plain: "tcp://h:80"),
        "'tcp://h:80/' has a slash behind the port, for which a socket has no use: write tcp://h:80"
      ),
      (
        .bareIPv6("::1:80", prefix: "tcp:"),
        "'::1:80' is ambiguous: write tcp:[::1]:80 for port 80 of ::1, or tcp:[::1:80]:PORT for a port of that address"
      ),
      (
        .url("http://h/", host: "h", port: "80", isSecure: false),
        "'http://h/' is a URL: for its server write h:80; sock sends and receives bytes as they are"
      ),
    ]
    for (error, sentence) in sentences { #expect(error.description == sentence) }
  }

  @Test("An endpoint can be parsed from its description")
  func showing() throws {
    for row in Self.accepted where row.addressing == .internet {
      let endpoint = try Endpoint(row.words, role: row.role)
      if endpoint.transport?.addressing == .unix { continue }
      let again = try Endpoint([endpoint.description], role: row.role)
      #expect(again.target == endpoint.target, "\(endpoint)")
    }
  }

  @Test("Any text gives an endpoint or an error")
  func totality() {
    let pieces = [
      "tcp", "tcp6", "http", "%25", "?", "#", "://", "!", ":", "[", "]", "%", "::1", "80", "@", "/", "unix:", "vsock:",
      "fd:", "*", "", "é", "\u{0}",
    ]
    for first in pieces {
      for second in pieces {
        for third in pieces {
          for role in [Endpoint.Role.peer, .local] { _ = try? Endpoint([first + second + third], role: role) }
          _ = try? Endpoint([first + second, third], role: .local)
        }
      }
    }
  }

  @Test("tls:// names TCP, and TLS as a layer over it")
  func layers() throws {
    let endpoint = try Endpoint(["tls://[::1]:443"], role: .peer)
    #expect(endpoint.transport == .tcp && endpoint.layers == [.tls])
    #expect(endpoint.target == .internet(host: "::1", service: "443"))
    #expect(try endpoint.over(.mptcp).layers == [.tls])
    #expect(try Endpoint(["tcp://[::1]:443"], role: .peer).layers.isEmpty)
    #expect(throws: EndpointError.missingPort("localhost", prefix: "tls://")) {
      try Endpoint(["tls://localhost"], role: .peer)
    }
  }
}

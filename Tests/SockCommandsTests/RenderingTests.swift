import Foundation
import Operations
import Sockets
import Testing

@testable import SockCommands

@Suite("Rendering")
struct RenderingTests {
  static let peer = Peer.address(.ipv4(.loopback, port: 53412))

  static func event(_ kind: Event.Kind, _ change: (inout Event) -> Void = { _ in }) -> Event {
    var event = Event(kind)
    event.time = 1_795_407_247_250_999_999
    change(&event)
    return event
  }

  @Test("The lines that scripts read")
  func stableText() {
    let listening = Self.event(.listening) {
      $0.local = .ipv4(.loopback, port: 1100)
      $0.transport = .tcp
    }
    #expect(TextReporter.text(listening) == "sock: listening on 127.0.0.1:1100 (tcp)")
    #expect(TextReporter.text(Self.event(.accepted) { $0.peer = Self.peer }) == "sock: accepted 127.0.0.1:53412")
    let connected = Self.event(.connected) {
      $0.peer = .address(.ipv4(.loopback, port: 1100))
      $0.transport = .tcp
    }
    #expect(TextReporter.text(connected) == "sock: connected to 127.0.0.1:1100 (tcp)")
    let closed = Self.event(.closed) {
      $0.peer = Self.peer
      $0.sent = 5
      $0.received = 6
      $0.seconds = 0.0031
    }
    #expect(TextReporter.text(closed) == "sock: closed 127.0.0.1:53412: sent 5 bytes, received 6 bytes in 0.003 s")
    let one = Self.event(.closed) {
      $0.peer = Self.peer
      $0.sent = 1
      $0.received = 0
      $0.seconds = 61.9996
    }
    #expect(TextReporter.text(one) == "sock: closed 127.0.0.1:53412: sent 1 byte, received 0 bytes in 62.000 s")
  }

  @Test("What a command with descriptors ended with")
  func command() {
    let event = Self.event(.command) {
      $0.peer = .address(.unix(.unnamed))
      $0.facts = DatagramFacts(descriptorCount: 2)
      $0.status = 3
      $0.seconds = 0.25
    }
    #expect(
      TextReporter.text(event) == "sock: ran the command with 2 descriptors from (unnamed): status 3 in 0.250 s")
    #expect(
      JSONReporter.text(event).hasSuffix(
        #""event":"command","peer":"(unnamed)","descriptors":2,"status":3,"seconds":0.250000}"#))
    #expect(ExitStatus.of(.command(3)) == 3)
  }

  @Test("The other events")
  func otherText() {
    #expect(
      TextReporter.text(
        Self.event(.attempt) {
          $0.peer = Self.peer; $0.transport = .tcp
        }) == "sock: trying 127.0.0.1:53412 (tcp)")
    let failed = Self.event(.attempt) {
      $0.peer = Self.peer
      $0.errorNumber = .connectionRefused
    }
    #expect(TextReporter.text(failed) == "sock: trying 127.0.0.1:53412 failed: Connection refused (ECONNREFUSED)")
    #expect(
      TextReporter.text(
        Self.event(.received) {
          $0.peer = Self.peer; $0.received = 1
        }) == "sock: received 1 byte from 127.0.0.1:53412")
    #expect(
      TextReporter.text(Self.event(.peerEOF) { $0.peer = Self.peer }) == "sock: end of input from 127.0.0.1:53412")
    #expect(TextReporter.text(Self.event(.warning) { $0.message = "cut" }) == "sock: warning: cut")
    #expect(
      TextReporter.text(Self.event(.option) { $0.message = "SO_RCVBUF: asked 1, got 2304" })
        == "sock: SO_RCVBUF: asked 1, got 2304")
  }

  @Test("No name makes two lines of one, or moves the cursor")
  func controlCharacters() {
    let event = Self.event(.accepted) { $0.peer = .address(.unix(.path(Array("/tmp/a\nb\u{1b}[2J".utf8)))) }
    #expect(TextReporter.text(event) == "sock: accepted /tmp/a\\x0ab\\x1b[2J")
  }

  @Test("The error that ends the run")
  func finalError() {
    let error = OperationError(
      .unreachable, "connect to h:1: no attempt worked\n127.0.0.1:1: Connection refused (ECONNREFUSED)")
    #expect(
      TextReporter.text(error)
        == "sock: connect to h:1: no attempt worked\n  127.0.0.1:1: Connection refused (ECONNREFUSED)\n")
    #expect(
      TextReporter.text(.usage("no"), hint: "Try 'sock connect --help'.") == "sock: no\nTry 'sock connect --help'.\n")
    #expect(TextReporter.text(OperationError(.signal(2), "interrupted")) == nil)
    #expect(TextReporter.text(OperationError(.outputClosed, "gone")) == nil)
  }

  @Test("Advice is worded in our options, behind the message or on a line of its own")
  func advice() {
    let raw: [Advice] = [.needsCapability("CAP_NET_RAW")]
    #expect(
      TextReporter.text(OperationError(.notPermitted, "socket: no", advice: raw))
        == "sock: socket: no: that takes CAP_NET_RAW\n")
    let ping: [Advice] = raw + [.needsSetting("net.ipv4.ping_group_range"), .useTransport(["tcp", "udp"])]
    #expect(
      TextReporter.text(OperationError(.notPermitted, "no", advice: ping))
        == "sock: no\n  that takes CAP_NET_RAW, or a group within net.ipv4.ping_group_range; --tcp and --udp take neither\n"
    )
    #expect(
      AdviceText.text("no", [.setOption("SO_BROADCAST", purpose: "to send to a broadcast address")])
        == "no: to send to a broadcast address add --broadcast")
    #expect(AdviceText.text("no", [.needsSetting("net.x")]) == "no: that takes a group within net.x")
    var failure = OperationError(.unreachable, "cannot connect to h:1: every attempt failed")
    failure.attempts = [.init(message: "1.2.3.4:1: refused"), .init(message: "[::1]:1: no", advice: raw)]
    #expect(
      AdviceText.text(failure)
        == "cannot connect to h:1: every attempt failed\n  1.2.3.4:1: refused\n  [::1]:1: no: that takes CAP_NET_RAW")
    let event = Self.event(.error) { ($0.message, $0.advice) = ("no", raw) }
    #expect(TextReporter.text(event) == "sock: no: that takes CAP_NET_RAW")
    #expect(JSONReporter.text(event).contains(#""message":"no: that takes CAP_NET_RAW""#))
  }

  @Test("Every event is one JSON object with what it has")
  func json() throws {
    let event = Self.event(.closed) {
      $0.connection = 2
      $0.transport = .tcp
      $0.local = .ipv4(.loopback, port: 1100)
      $0.peer = Self.peer
      $0.sent = 5
      $0.received = 6
      $0.seconds = 0.0031
      $0.errorNumber = .connectionReset
      $0.message = "a \"b\" \\ \u{1}\u{7f}\n\u{2028} \u{e9}"
    }
    let text = JSONReporter.text(event)
    #expect(
      text
        == #"{"time":"2026-11-23T04:14:07.250Z","event":"closed","connection":2,"transport":"tcp","local":"127.0.0.1:1100","#
        + #""peer":"127.0.0.1:53412","sent":5,"received":6,"seconds":0.003100,"errno":"ECONNRESET","#
        + #""message":"a \"b\" \\ \u0001\u007f\n\u2028 é"}"#)
    for kind in Event.Kind.allCases {
      let object = try #require(
        JSONSerialization.jsonObject(with: Data(JSONReporter.text(Self.event(kind)).utf8)) as? [String: Any])
      #expect(object["event"] as? String == kind.rawValue)
      #expect(Set(object.keys) == ["event", "time"])
    }
  }

  @Test("Any string is a JSON string again")
  func jsonStrings() throws {
    let all = String(String.UnicodeScalarView((0...0x2100).compactMap { Unicode.Scalar($0) }))
    for text in [all, "", "\"", "\\", "\u{10ffff}\u{0}"] {
      let parsed = try JSONSerialization.jsonObject(
        with: Data(JSONObject.quoted(text).utf8), options: .fragmentsAllowed)
      #expect(parsed as? String == text)
      #expect(!JSONObject.quoted(text).unicodeScalars.contains { $0.value < 0x20 || $0 == "\u{7f}" })
    }
  }

  @Test("Times before 1970 and after 2038")
  func timestamps() {
    #expect(JSONReporter.timestamp(0) == "1970-01-01T00:00:00.000Z")
    #expect(JSONReporter.timestamp(-1) == "1969-12-31T23:59:59.999Z")
    #expect(JSONReporter.timestamp(4_102_444_800_000_000_000) == "2100-01-01T00:00:00.000Z")
  }

  @Test("What is reported when")
  func reporters() throws {
    let any = try ListenCommand.request(arguments(.listen, "0")).endpoint
    let fixed = try ListenCommand.request(arguments(.listen, "80")).endpoint
    let unix = try ListenCommand.request(arguments(.listen, "-U /0")).endpoint
    #expect(any.asksForAnyPort && !fixed.asksForAnyPort && !unix.asksForAnyPort)
    #expect((try arguments(.listen, "").reporter(listeningOn: any) as? TextReporter)?.showsListening == true)
    #expect((try arguments(.listen, "").reporter(listeningOn: fixed) as? TextReporter)?.showsListening == false)
    #expect((try arguments(.listen, "-v").reporter() as? TextReporter)?.isVerbose == true)
    #expect(try arguments(.listen, "--json").reporter() is JSONReporter)
  }

  @Test("Tables have aligned columns and no trailing spaces")
  func table() {
    var table = Table(heading: ["A", "B", "C"])
    table.add(["long", "", "x"])
    table.add(["s", "mid", ""])
    #expect(table.rendered == "A     B    C\nlong       x\ns     mid\n")
  }

  @Test("Resolved names")
  func resolved() {
    let v4 = ResolvedName(address: .ipv4(.loopback, port: 0))
    let v6 = ResolvedName(address: .ipv6(.loopback, port: 443))
    let name = ResolveRequest(name: "h", service: nil, transport: .tcp, family: .unspecified)
    let both = ResolveRequest(name: "h", service: "https", transport: .tcp, family: .unspecified)
    let reverse = ResolveRequest(name: "127.0.0.1", service: nil, transport: .tcp, family: .unspecified)
    #expect(ResolvedNames.text([v4, v6], request: name) == "127.0.0.1\n::1\n")
    #expect(ResolvedNames.text([v6], request: both) == "[::1]:443\n")
    #expect(
      ResolvedNames.text([ResolvedName(address: .ipv4(.loopback, port: 0), name: "localhost")], request: reverse)
        == "localhost\n")
    #expect(
      ResolvedNames.json([v4, v6])
        == "{\"address\":\"127.0.0.1\",\"family\":\"AF_INET\"}\n{\"address\":\"::1\",\"port\":443,\"family\":\"AF_INET6\"}\n"
    )
    #expect(ResolvedNames.json([]) == "")
  }

  @Test("Options")
  func options() throws {
    let option = try #require(SocketOption.named("SO_RCVBUF"))
    var fresh = OptionReport(option: option)
    fresh.fresh = .integer(131_072)
    var changed = OptionReport(option: option)
    changed.asked = .integer(1_048_576)
    changed.got = .integer(2_097_152)
    var missing = OptionReport(option: option)
    missing.errorNumber = .noProtocolOption
    var long = OptionReport(option: option)
    long.fresh = .bytes([UInt8](repeating: 0xab, count: 200))
    #expect(OptionTable.overview([long]).contains(" abababababababababa…  "))
    #expect(OptionTable.text([long]).contains(String(repeating: "ab", count: 200)))
    #expect(OptionTable.overview([fresh]).contains("SO_RCVBUF  SOL_SOCKET  integer  bytes  131072"))
    let text = OptionTable.text([fresh, missing, changed])
    #expect(text.hasPrefix("SO_RCVBUF: the receive buffer"))
    #expect(text.contains("  level     SOL_SOCKET, 1\n  number    8\n  kind      integer\n  unit      bytes\n"))
    #expect(text.contains("  settable  yes: 0 to 2147483647 bytes (K, M, G are understood)\n  default   131072\n"))
    #expect(text.contains("(ENOPROTOOPT)"))
    #expect(text.hasSuffix("SO_RCVBUF: asked 1048576, got 2097152\n"))
    let json = try OptionTable.json([fresh, missing, changed]).split(separator: "\n").map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(json[0]["default"] as? Int == 131_072 && json[0]["level"] as? String == "SOL_SOCKET")
    #expect(json[0]["settable"] as? Bool == true && (json[0]["types"] as? [String])?.contains("tcp") == true)
    let members = ["name", "level", "number", "kind", "unit", "types", "settable", "default", "meaning"]
    #expect(Set(json[0].keys) == Set(members) && Set(json[2].keys) == Set(members + ["asked", "got"]))
    #expect(json[1]["default"] is NSNull)
    #expect(json[2]["asked"] as? Int == 1_048_576 && json[2]["got"] as? Int == 2_097_152)
  }

  @Test("Families")
  func families() {
    let reports = [
      FamilyReport(family: .ipv4, type: .stream, protocolNumber: .tcp, status: .opens),
      FamilyReport(
        family: .ipv6, type: .raw, protocolNumber: .raw,
        status: .needsPrivilege(.notPermitted, .needsCapability("CAP_NET_RAW"))),
      FamilyReport(
        family: .unix, type: .datagram, protocolNumber: .automatic, status: .notSupported(.socketTypeNotSupported)),
      FamilyReport(
        family: .vsock, type: .stream, protocolNumber: .automatic, status: .notSupported(.familyNotSupported)),
      FamilyReport(
        family: .vsock, type: .datagram, protocolNumber: .automatic, status: .notSupported(.familyNotSupported)),
    ]
    #expect(
      FamilyTable.text(reports) == """
        FAMILY    NUMBER  TYPE         PROTOCOL     STATUS                                ADDRESSES
        AF_INET   2       SOCK_STREAM  IPPROTO_TCP  opens                                 HOST:PORT
        AF_INET6  10      SOCK_RAW     IPPROTO_RAW  needs privilege (CAP_NET_RAW)         raw:[HOST]:PROTOCOL
        AF_UNIX   1       SOCK_DGRAM   0            not in this kernel (ESOCKTNOSUPPORT)  unix:/path or unix:@name
        AF_VSOCK  40      any          any          not in this kernel (EAFNOSUPPORT)     vsock:CID:PORT

        """)
    let json = FamilyTable.json(reports)
    #expect(json.contains(#""status":"needs-privilege","errno":"EPERM","privilege":"CAP_NET_RAW","address":"raw:"#))
    #expect(json.contains(#""status":"not-supported","errno":"EAFNOSUPPORT","address":"vsock:CID:PORT"}"#))
  }
}

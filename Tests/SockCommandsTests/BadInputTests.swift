import Operations
import Sockets
import Testing

@testable import SockCommands

@Suite("Input that is not right")
struct BadInputTests {
  @Test(
    "Each is refused with a sentence that names it",
    arguments: [
      ("connect", "no peer given: HOST PORT, HOST:PORT or unix:/path"),
      ("connect h", "no port given for 'h': write h PORT or h:PORT"),
      ("connect h 1 2", "'2' is one word too many behind 'h 1': to send a message use sock send"),
      ("connect h:1 2", "'2' is one word too many behind 'h:1': to send a message use sock send"),
      ("listen h 1 2", "'2' is one word too many behind 'h 1'"),
      ("connect h 65536", "port 65536 is out of range: 0 to 65535"),
      (
        "connect ::1:80",
        "'::1:80' is ambiguous: write [::1]:80 for port 80 of ::1, or [::1:80]:PORT or '::1:80 PORT' for a port of that address"
      ),
      (
        "connect nosuch://h:1",
        "unknown transport 'nosuch' in 'nosuch://h:1': tcp, udp, mptcp, udplite, sctp, sctp-seqpacket, dccp, raw, or unix:, vsock:, tipc:, packet:, netlink:, can:, alg:, fd:"
      ),
      ("connect -4 -6 h 1", "--ipv4 and --ipv6 exclude each other: without either, both families are used"),
      ("connect -u --sctp h 1", "--udp and --sctp exclude each other: give one transport"),
      ("connect --dccp -U /s", "--dccp and --unix exclude each other: give one transport"),
      ("connect --type seqpacket h 1", "tcp has no type seqpacket: leave --type out, or give --unix or --family"),
      ("connect -u --type stream h 1", "udp has no type stream: leave --type out, or give --unix or --family"),
      ("connect --type dgram tcp://h:1", "tcp has no type dgram: leave --type out, or give --unix or --family"),
      (
        "connect --type x h 1",
        "--type 'x' is no socket type: write stream, dgram, seqpacket, raw, rdm, dccp, or a number"
      ),
      ("connect --type strem h 1", "--type 'strem' is no socket type: did you mean stream?"),
      ("connect --type 11 h 1", "--type 11 is out of range: 1 to 10"),
      ("connect --type raw h 1", "tcp has no type raw: leave --type out, or give --unix or --family"),
      ("connect --family inte h 1", "--family 'inte' is no address family: did you mean inet?"),
      (
        "connect --family nosuch h 1",
        "--family 'nosuch' is no address family: write its number or its C name, such as inet: sock families lists them"
      ),
      ("connect --family 65536 h 1", "--family 65536 is out of range: 0 to 65535"),
      ("connect --family 0x10000 h 1", "--family 0x10000 is out of range: 0 to 65535"),
      ("connect --family=-1 h 1", "--family -1 is out of range: 0 to 65535"),
      ("connect --protocol mptc h 1", "--protocol 'mptc' is no protocol: did you mean mptcp?"),
      ("connect --protocol 2147483648 h 1", "--protocol 2147483648 is out of range: 0 to 2147483647"),
      (
        "send --family 16 --protocol rout x",
        "--protocol 'rout' is no protocol of AF_NETLINK: did you mean route?"
      ),
      ("send --family unix --protocol x /s", "--protocol 'x' is no protocol of AF_UNIX: write its number"),
      (
        "connect --protocol 99 h 1",
        "no transport of the internet has these numbers: add --family and --type"
      ),
      ("connect --family inet --protocol 99 h 1", "add --type: there is no usual one for AF_INET and protocol 99"),
      ("connect --family x25 --address 00", "add --type: there is no usual one for AF_X25"),
      ("connect --address 00", "--address needs --family: the family says what the bytes mean"),
      (
        "connect --family x25 --type stream h",
        "addresses of AF_X25 are not written in words: give their bytes with --address"
      ),
      (
        "connect --family 2 --address 044c7f00000",
        "--address: 11 hexadecimal digits are an odd number: write two for each byte"
      ),
      (
        "connect --family 2 --address 044g",
        "--address: 'g' is no hexadecimal digit: write two for each byte, such as 044c7f000001"
      ),
      (
        "connect --family 2 --address=",
        "--address: there are no bytes: write two hexadecimal digits for each, such as 044c7f000001"
      ),
      (
        "connect --family 2 --address \(String(repeating: "00", count: 127))",
        "--address: 127 bytes are too many: an address has at most 126 behind its family"
      ),
      ("connect --family 2 --address 00 h", "'h' is one word too many behind '00': to send a message use sock send"),
      ("connect -4 --family inet6 h 1", "--ipv4 and --family exclude each other: give one family"),
      ("connect --family unix tcp://h:1", "tcp is AF_INET or AF_INET6, and not AF_UNIX: leave one of them out"),
      ("connect --sctp --family unix /s", "sctp is AF_INET or AF_INET6, and not AF_UNIX: leave one of them out"),
      ("connect --mptcp --protocol tcp h 1", "mptcp is IPPROTO_MPTCP, and not IPPROTO_TCP: leave one of them out"),
      ("connect udp://h:1 --protocol 6", "udp is IPPROTO_UDP, and not IPPROTO_TCP: leave one of them out"),
      (
        "send netlink:ROUTE --protocol 15 x",
        "netlink is NETLINK_ROUTE, and not NETLINK_KOBJECT_UEVENT: leave one of them out"
      ),
      (
        "send --family inet --type raw --protocol 6 h 17 x",
        "raw is IPPROTO_UDP, and not IPPROTO_TCP: leave one of them out"
      ),
      (
        "connect --family inet fd:3",
        "fd:3 is open already, and says itself what it is: leave --family out"
      ),
      (
        "udp-send --family inet --type stream h 1 x",
        "tcp does not carry single datagrams: write udp:// or udplite://, or nothing"
      ),
      (
        "connect --send-only --recv-only h 1",
        "--send-only and --recv-only exclude each other: without either, data flows both ways"
      ),
      ("udp-recv vsock:2:1", "vsock does not carry single datagrams: write udp:// or udplite://, or nothing"),
      ("connect --type dgram vsock:2:1", "vsock has no type dgram: leave --type out, or give --unix or --family"),
      (
        "connect -w x h 1",
        "--timeout 'x' is not a time: write seconds, or a number with ms, s, m or h (1.5, 300ms, 2m)"
      ),
      (
        "connect --wait=-1 h 1",
        "--wait -1: leave it out: without it sock waits until the peer ends"
      ),
      ("connect --on-eof x h 1", "--on-eof 'x' is not one of half-close, keep, close"),
      ("connect --on-peer-eof x h 1", "--on-peer-eof 'x' is not one of continue, exit"),
      ("connect --frame x h 1", "--frame 'x' is not one of read, line"),
      ("connect --datagram-size 0 h 1", "--datagram-size '0' is not a number from the range 1 to 65507"),
      ("connect --datagram-size 64k h 1", "--datagram-size '64k' is not a number from the range 1 to 65507"),
      ("connect -p 70000 h 1", "--source-port 70000 is out of range: 0 to 65535"),
      ("connect --log= h 1", "--log needs the name of a file"),
      ("connect -o SO_RCVBUFF=1 h 1", "--option: unknown socket option 'SO_RCVBUFF': did you mean SO_RCVBUF?"),
      ("connect -o SO_RCVBUF h 1", "--option: SO_RCVBUF needs a value: SO_RCVBUF="),
      ("recv --count 0 1", "--count '0' is not a number from the range 1 or more"),
      ("listen --mode 888 1", "--mode '888' is not a mode: write permission bits in octal, 000 to 777 (such as 600)"),
      ("listen --mode 1777 1", "--mode '1777' is not a mode: write permission bits in octal, 000 to 777 (such as 600)"),
      ("wait", "no endpoint given: write what to wait for, such as localhost:80"),
      ("wait fd:3", "fd:3 is open already: there is nothing to wait for"),
      ("wait h:25-20", "the range 25-20 is empty: write 20-25"),
      ("connect --retry often h 1", "--retry 'often' is not a number of times: write 5, or forever"),
      (
        "connect -u --retry 1 h 1",
        "--retry is for connections, and udp has none: nothing tells whether a peer is there"
      ),
      ("send --ignore-refused h 1", "--ignore-refused is for UDP, which --udp or udp:// choose: tcp has no such thing"),
      ("recv --lines 0 1", "--lines '0' is not a number from the range 1 or more"),
      ("recv --until= 1", "--until needs a text of at least one byte"),
      ("recv --bytes 1 --resume 1", "--bytes and --resume exclude each other: a file is received to its end"),
      ("recv --echo 1", "--echo is not an option of this verb, but of listen, udp-recv"),
      (
        "listen --grace 1 1", "--grace is for a server of many, since a single connection ends at once: add --keep-open"
      ),
      ("recv --wait 2 1", "--wait is not an option of this verb, but of listen, connect, send, udp-send"),
      ("send --prog h 1", "unknown option '--prog': did you mean --progress?"),
      ("send --check-sum md5 h 1", "unknown option '--check-sum': did you mean --checksum?"),
      ("udp-send --wait 2 h 1 m", "--wait is the time for answers: add --reply to wait for one"),
      ("udp-send --reply=x h 1 m", "--reply 'x' is not a number from the range 1 or more"),
      ("resolve", "no name given: write a name such as localhost, or an address"),
      ("resolve a b c", "'c' is one word too many: resolve takes a name and perhaps a service"),
      ("opts nosuchoption", "unknown socket option 'nosuchoption'"),
      (
        "opts --type x",
        "--type 'x' is not one of \(SocketKind.all.map(\.name).joined(separator: ", "))"
      ),
      ("opts -6 --type unix", "-4 and -6 have no meaning for unix: leave them out"),
      ("ping", "no host given: write a name such as localhost, or an address"),
      ("ping h 1", "'1' is one word too many: ICMP has no ports; --tcp and --udp have"),
      ("ping --tcp --udp h 1", "--tcp and --udp exclude each other: give one"),
      ("ping --tcp --size 5 h 1", "--size has no use with --tcp: a connection attempt carries no data"),
      ("ping 10.3.0.2:80", "'10.3.0.2:80' has a port, and ICMP has none: add --tcp or --udp, or leave the port out"),
      ("ping [::1]:80", "'[::1]:80' has a port, and ICMP has none: add --tcp or --udp, or leave the port out"),
      ("ping --udp tcp://h:1", "'tcp://h:1' and --udp exclude each other: give one"),
      ("ping sctp://h:1", "'sctp://h:1' cannot be probed: write tcp:// or udp://, or a host alone for ICMP"),
      ("ping --tcp --broadcast h 1", "--broadcast is for ICMP: leave --tcp out"),
      ("ping --interval 1ms h", "--interval '1ms' is too short: 10 ms is the least"),
      ("ping --ttl 256 h", "--ttl '256' is not a number from the range 1 to 255"),
      ("ping -w 0 h", "--timeout has to be more than 0"),
      ("trace-route --icmp --tcp h", "--tcp and --icmp exclude each other: give one"),
      ("trace-route -f 5 -m 4 h", "--first-hop 5 is behind --max-hops 4"),
      ("shell a b", "'b' is one word too many: shell takes the name of one script"),
      ("families x", "no family, type or protocol is called 'x'"),
      ("relay 80", "a relay has two ends: write LEFT RIGHT, such as 8080 localhost:80"),
      (
        "listen --proxy-protocol send 0",
        "--proxy-protocol send is for a side that connects: write accept"
      ),
      ("listen --proxy-protocol pass 0", "--proxy-protocol pass is for a relay: write accept"),
      ("connect --proxy-protocol pass h 1", "--proxy-protocol pass is for a relay: write send"),
      ("connect --proxy-protocol accept h 1", "--proxy-protocol accept is for a side that listens: write send"),
      ("listen --proxy-protocol v2 0", "--proxy-protocol 'v2' is not one of accept, send, send-v1, send-v2, pass"),
      ("listen --proxy-protocol-from ::1 0", "--proxy-protocol-from needs --proxy-protocol accept"),
      (
        "listen --proxy-protocol accept --proxy-protocol-from localhost 0",
        "--proxy-protocol-from 'localhost' is no address: write one, or NETWORK/BITS"
      ),
      (
        "recv -u --proxy-protocol accept 0", "--proxy-protocol and --udp exclude each other: it is for streams of bytes"
      ),
      ("listen --proxy-protocol accept udp://:0", "--proxy-protocol is for streams of bytes, not for udp"),
      (
        "relay --proxy-protocol accept connect:h:1 h:2",
        "--proxy-protocol accept is about peers that connect, and neither side of this relay listens"
      ),
      (
        "relay --proxy-protocol send 0 exec:cat",
        "--proxy-protocol send or pass is for a side that connects, and this relay has none"
      ),
      ("relay 0?proxy-protocol=send h:2", "--proxy-protocol send is for a side that connects: write accept"),
      ("relay --handshake-timeout 1 0 h:2", "--handshake-timeout is for TLS, and for --proxy-protocol accept"),
      (
        "connect --proxy-protocol send --proxy-protocol-field host=x h 1",
        "--proxy-protocol-field 'host' is no field that can be sent: there are alpn, authority, unique-id, netns, and 0xe0 to 0xef"
      ),
      (
        "connect --proxy-protocol send-v1 --proxy-protocol-field alpn=x h 1",
        "--proxy-protocol-field: version 1 of the header has no fields: write send"
      ),
      (
        "connect --proxy-protocol send --proxy-protocol-field 0xe0=0x1 h 1",
        "--proxy-protocol-field '0x1' is not hexadecimal: write two digits for each byte behind 0x"
      ),
      ("relay original: h:1", "'original:' is where the connection on the left was going: write it on the right"),
      ("relay 0 original:x", "'original:x': nothing stands behind original:"),
      ("relay 0 listen:original:", "'original:': nothing listens on original:: leave listen: out"),
      ("relay - original:", "'original:' is where a connection was going: the left side must listen over TCP"),
      ("relay unix:/s original:", "'original:' is where a connection was going: the left side must listen over TCP"),
      ("relay --as-client unix:/s h:1", "--as-client connects as a client does: the left side must listen over TCP"),
      ("relay --as-client 0 exec:cat", "--as-client is for a right side that connects over IP"),
      (
        "relay --as-client 0 h:1?source=127.0.0.2",
        "--as-client and --source exclude each other: both choose the address to connect from"
      ),
      ("relay --transparent - h:1", "--transparent is for a side that listens, and neither side of this relay does"),
      ("listen --transparent -U /s", "--transparent is for packets of IP: unix has none"),
      ("relay 0 exce:cat", "there is no end 'exce:': did you mean exec:?"),
      (
        "relay 0 localhost:80?sorce=x", "'localhost:80?sorce=x': 'sorce' is no option of one side: did you mean source?"
      ),
      ("list tpc", "unknown filter 'tpc': did you mean tcp?"),
      ("list --deadline 1 tcp", "--deadline ends a watch: add --watch, or leave it out"),
      ("list --kill --watch tcp", "--watch and --kill exclude each other: leave one of them out"),
      ("list --watch=1ms", "--watch '1ms' is too short: 10 ms is the least"),
      ("relay 0 fd:x", "'fd:x' is no descriptor: write fd: and a number, such as fd:3"),
    ])
  func refused(_ text: String, _ message: String) throws {
    let words = text.split(separator: " ").map(String.init)
    let verb = try #require(Verb(rawValue: words[0]))
    let error = usageError {
      let line = try ArgumentScanner.scan(words.dropFirst(), for: verb.asSet)
      switch verb {
      case .listen: _ = try ListenCommand.request(line)
      case .connect: _ = try ConnectCommand.request(line)
      case .send: _ = try SendCommand.request(line)
      case .recv: _ = try RecvCommand.request(line)
      case .udpSend: _ = try UDPSendCommand.request(line)
      case .udpRecv: _ = try UDPRecvCommand.request(line)
      case .ping: _ = try PingCommand.request(line)
      case .traceRoute: _ = try TraceRouteCommand.request(line)
      case .resolve: _ = try ResolveCommand.request(line)
      case .list: _ = try ListCommand.request(line)
      case .opts: _ = try OptsCommand.request(line)
      case .families: try FamiliesCommand.perform(line)
      case .wait: _ = try WaitCommand.request(line)
      case .relay: _ = try RelayCommand.request(line)
      case .bench: _ = try BenchCommand.request(line)
      case .shell: try ShellCommand.perform(line)
      }
    }
    // A message that goes on after its prefix is another module's text, tested there.
    #expect(error == message || message.hasSuffix("=") && error?.hasPrefix(message) == true)
  }

  @Test(
    "First words that are no verb",
    arguments: [
      ("lisetn", "unknown verb 'lisetn': did you mean listen?"),
      ("udp_send", "unknown verb 'udp_send': did you mean udp-send?"),
      (
        "localhost",
        "unknown verb 'localhost': there are \(Verb.allCases.map(\.rawValue).joined(separator: ", "))"
      ),
      ("-v", "'-v' stands before the verb: write sock VERB -v, with a verb such as connect or listen"),
    ])
  func unknownVerb(_ word: String, _ message: String) {
    #expect(Verb.unknown(word).message == message)
    #expect(Verb.unknown(word).cause == .usage)
  }
}

import SockTestSupport
import Testing

/// Command lines in the manner of nc, ncat, socat and bash are answered with what to write.
@Suite(.endToEnd) struct HabitTests {
  /// A command line, and what the answer must say.
  struct Line: Sendable, CustomTestStringConvertible {
    let words: [String]
    let answer: String
    var testDescription: String { "sock " + words.joined(separator: " ") }
    init(_ words: String, _ answer: String) {
      self.words = words.split(separator: " ").map(String.init)
      self.answer = answer
    }
  }

  static let options: [Line] = [
    Line("connect -l 1100", "unknown option '-l': to listen write sock listen PORT"),
    Line("listen -l -p 1100", "unknown option '-l': leave it out: this verb listens"),
    Line("listen -lp 1100", "unknown option '-l' in '-lp': leave it out"),
    Line("listen -p 1100", "write the port as a word"), Line("recv -p 1100", "write the port as a word"),
    Line("listen -s 127.0.0.1 1100", "write the address as a word before the port"),
    Line("listen -e /bin/sh 1100", "write --exec COMMAND"),
    Line("recv -e /bin/sh 1100", "write sock listen HOST PORT --exec COMMAND"),
    Line("connect --sh-exec date h 1", "write --shell-exec COMMAND"),
    Line("send -c date h 1", "write sock connect HOST PORT --shell-exec COMMAND"),
    Line("connect -N h 1", "leave it out: the end of stdin is passed on to the peer"),
    Line("connect -n h 1", "leave it out: addresses are shown as numbers"),
    Line("connect -nv h 1", "unknown option '-n' in '-nv': leave it out"),
    Line("connect -q -1 h 1", "-q -1: leave it out"), Line("connect --wait -1 h 1", "--wait -1: leave it out"),
    Line("connect -w -1 h 1", "-w -1: write 0 for no limit"),
    Line("connect --ssl h 1", "unknown option '--ssl': write --tls"),
    Line("connect --ssl-verify h 1", "with --tls the peer is always verified"),
    Line("listen --ssl-cert c 1", "write --tls-cert FILE"),
    Line("connect --ssl-trustfile c h 1", "write --tls-trust FILE"),
    Line("relay --ssl 1 2", "tls://HOST:PORT?tls-trust=FILE"),
    Line("relay --tls-cert c 1 2", "write tls:// in front of an end"),
    Line("connect -q-1 h 1", "-q -1: leave it out"), Line("connect --wait=-1 h 1", "--wait -1: leave it out"),
    Line("listen -w 3 1", "write --idle SECS"), Line("udp-send -w1 h 1 x", "write --wait SECS"),
    Line("ping -i 0.2 h", "write --interval SECS"), Line("connect http://h/x", "for its server write h:80"),
    Line("connect 1100 h", "'1100' stands where the host does"), Line("connect h 20-25", "write one number"),
    Line("connect --proxy p:1 h 1", "through no proxy yet"), Line("connect -X 5 h 1", "through no proxy yet"),
    Line("connect -x p:1080 h 1", "-x is --hex, and sock uses no proxy yet"),
    Line("connect -k h 1", "that is for sock listen"), Line("recv -k 1", "write --count N"),
    Line("listen -z 1", "-z, --zero, is not an option of this verb, but of connect"),
    Line("connect -C h 1", "write --crlf"), Line("connect -T af21 h 1", "write --tos CLASS"),
    Line("connect --no-shutdown h 1", "write --on-eof keep"), Line("connect --output f h 1", "write --log FILE"),
    Line("connect -o out.txt h 1", "for a log of the traffic write --log out.txt"),
    Line("listen --allowfile f 1", "write --allow @FILE"), Line("listen -k -m 5 1", "write --max-conns N"),
    Line("ping -W 1 h", "write --timeout SECS"),
    Line("trace-route -I h", "write --icmp"), Line("connect -vh h 1", "-h stands alone"),
    Line("opts SO_RCVBUF 1M", "to set SO_RCVBUF write SO_RCVBUF=1M"),
    Line("opts -o SO_RCVBUF=1M", "write NAME=VALUE as a word"),
    Line("connect -o SO_RCVBUF 1M h 1", "--option SO_RCVBUF needs its value: write --option SO_RCVBUF=1M"),
  ]

  static let commandLines: [Line] = [
    Line("-l 1100", "write sock listen 1100"), Line("-lk 1100", "write sock listen --keep-open 1100"),
    Line("-lvnp 4444", "write sock listen -v 4444"), Line("-l -k -p 1100", "write sock listen --keep-open 1100"),
    Line("-vu -l 53", "write sock listen -vu 53"), Line("-zv h 80", "write sock connect -v -z h 80"),
    Line("-u h 53", "write sock connect -u h 53"), Line("-w 1 h 80", "write sock connect HOST PORT"),
    Line("h 80", "write sock connect h 80"), Line("h:80", "write sock connect h:80"),
    Line("1100", "write sock listen 1100"),
    Line("tcp://h:80", "write sock connect tcp://h:80"), Line("--ssl h 443", "write sock connect --tls h 443"),
    Line("-l --ssl 443", "write sock listen --tls 443"), Line("https://h/x", "write sock connect tls://h:443"),
    Line("connect https://h/x", "for its server write tls://h:443"),
    Line("connect imaps://[::1]", "write tls://[::1]:993"),
    Line("http://h", "write sock connect h:80"),
    Line("-l -p 80 -e cat", "write sock relay 80 exec:cat"),
    Line("-lkvp 80 --sh-exec cat", "write sock relay 80 shell:cat"),
    Line("-lp 80 -c cat", "write sock relay 80 shell:cat"), Line("-lvpe cat 80", "write sock relay 80 exec:cat"),
    Line("-e /bin/sh h 80", "write sock relay connect:h:80 exec:/bin/sh"),
    Line("TCP-LISTEN:1100,fork EXEC:cat", "write sock relay 1100 exec:cat"),
    Line("tcp-l:1100 exec:cat,pty", "write sock relay --once 1100 pty:cat"),
    Line("EXEC:cat TCP-LISTEN:1100,fork", "write sock relay 1100 exec:cat"),
    Line("TCP-LISTEN:8080,fork TCP:h:80", "write sock relay 8080 h:80"),
    Line("TCP4-LISTEN:1100,reuseaddr,fork TCP:h:80", "write sock relay '1100?ipv4' h:80"),
    Line("TUN:10.0.0.1/24 UDP:h:1", "sock makes no network devices"), Line("local:80", "write sock connect local:80"),
    Line("TCP-L:80,fork PROXY:p:h:80", "through no proxy yet"), Line("relay -e cat 1 2", "as an end: exec:COMMAND"),
    Line("bench --ssl h 1", "TLS is for listen, connect, send, recv and relay"),
    Line("-lk 443 --ssl --ssl-cert c --ssl-key k", "sock listen --tls --tls-cert c --tls-key k --keep-open 443"),
    Line("--ssl-verify h 443", "write sock connect --tls h 443"), Line("- -", "stdin and stdout are used without"),
    Line("UDP-RECV:53 -", "write sock recv -u 53"),
    Line("GOPEN:/dev/ttyS0,b9600 TCP-L:7,fork", "7 serial:/dev/ttyS0,9600"),
    Line("-d -d TCP-LISTEN:1,fork,bind=127.0.0.2 UNIX-CONNECT:/s", "write sock relay 127.0.0.2:1 unix:/s"),
    Line("UDP-LISTEN:53,fork UDP:h:53", "write sock relay udp://53 udp://h:53"),
    Line("OPENSSL-LISTEN:443,cert=c,key=k,fork TCP:h:80", "write sock relay 'tls://443?tls-cert=c&tls-key=k' h:80"),
    Line("TCP-L:80,fork OPENSSL:h:443,cafile=a", "write sock relay 80 'tls://h:443?tls-trust=a'"),
    Line("TCP:h:80 TCP:i:80", "write sock relay connect:h:80 i:80"),
    Line("FILE:/f TCP:h:80", "sock relay file:/f h:80"),
    Line("- OPENSSL:h:443", "write sock connect tls://h:443"), Line("TCP-L:7,fork PIPE", "write sock relay 7 echo:"),
    Line("TCP-L:7,fork /dev/null", "write sock listen --keep-open 7"), Line("- PTY", "pty:COMMAND of sock relay"),
    Line("relay TCP-LISTEN:80,fork EXEC:cat", "'TCP-LISTEN:80,fork' is an address of socat: write 80"),
    Line("relay 80 EXEC:cat", "'EXEC:cat' is an address of socat: write exec:cat"),
    Line("relay 80 OPENSSL:h:443,verify=0", "write 'tls://h:443?tls-no-verify'"),
    Line("- TCP:h:80", "write sock connect h 80"), Line("STDIO UDP4:h:53", "write sock connect -u -4 h 53"),
    Line("connect TCP-CONNECT:h:80", "write sock connect h 80"), Line("listen tcp-l:80", "write sock listen 80"),
    Line("listen TCP-LISTEN:1100,fork,bind=127.0.0.1", "write sock listen --keep-open 127.0.0.1 1100"),
    Line("connect TCP:h:80,nodelay,sp=99", "write sock connect -o TCP_NODELAY --source-port 99 h 80"),
    Line("connect UNIX-CONNECT:/tmp/x", "write sock connect unix:/tmp/x"),
    Line("connect ABSTRACT-CONNECT:x", "write sock connect unix:@x"),
    Line("listen UNIX-LISTEN:/tmp/x,fork,mode=600", "write sock listen --keep-open --mode 600 unix:/tmp/x"),
    Line("udp-recv UDP-RECVFROM:53", "write sock recv -u 53"), Line("connect SCTP:h:1,fork", "--sctp h 1"),
    Line("connect EXEC:cat", "write sock relay LEFT exec:cat"),
    Line("connect OPENSSL:h:443,cn=x", "write sock connect --tls-name x tls://h:443"),
    Line("listen OPENSSL-LISTEN:443,fork", "write sock listen --tls --keep-open 443"),
    Line("connect PROXY:p:h:80", "through no proxy yet"),
    Line("connect /dev/tcp/h/80", "is bash's way: write tcp:h:80"),
  ]

  @Test("The habits of other tools are answered", arguments: options + commandLines)
  func answered(_ line: Line) throws {
    let outcome = try Sock.run(line.words, within: .seconds(10))
    #expect(outcome.status == 64 && outcome.output == [], "\(outcome)")
    #expect(outcome.errors.contains(line.answer), "\(outcome.errors)")
  }

  @Test("A host may have the name of a keyword of socat", arguments: ["proxy:1", "shell:1", "PIPE:1", "open:1"])
  func hostNamedAsKeyword(_ word: String) throws {
    guard Sock.canMakeNamespaces else { return }
    let outcome = try Sock.inNamespace(
      """
      printf '127.0.0.1 proxy shell PIPE open\\n' > $TMP
      mount --bind $TMP /etc/hosts
      exec $SOCK connect \(word)
      """)
    #expect(outcome.status == 69, "\(outcome)")
  }

  @Test(
    "Requests for help that are none are named",
    arguments: [
      Line("help connect -v", "'-v' is one word too many: help takes a single verb"),
      Line("help connect listen", "'listen' is one word too many"), Line("help -v", "'-v' is no verb"),
      Line("--help=foo", "--help takes no value: leave '=foo' out"), Line("-h=1", "-h takes no value"),
      Line("connect --help=foo", "--help takes no value: leave '=foo' out"),
      Line("--version=1", "--version takes no value"), Line("listen --version=2", "--version takes no value"),
    ])
  func helpIsChecked(_ line: Line) throws {
    let outcome = try Sock.run(line.words)
    #expect(outcome.status == 64 && outcome.output == [], "\(outcome)")
    #expect(outcome.errors.contains(line.answer), "\(outcome.errors)")
  }

  @Test(
    "A request for help remains one",
    arguments: ["help connect --help", "help help", "help", "help -h", "connect -v -h"])
  func helpIsGiven(_ line: String) throws {
    let outcome = try Sock.run(line.split(separator: " ").map(String.init))
    #expect(outcome.status == 0 && outcome.text.contains("USAGE"), "\(outcome)")
  }

  @Test("A script that cannot be opened is 74", arguments: ["/nosuch", "/nosuch/x", "/"])
  func missingScript(_ path: String) throws {
    let outcome = try Sock.run(["shell", path])
    #expect(outcome.status == 74 && outcome.errors.contains(path), "\(outcome)")
  }
}

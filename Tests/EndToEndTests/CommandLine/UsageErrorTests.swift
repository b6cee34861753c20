import SockTestSupport
import Testing

/// A mistake on the command line is refused with 64, before anything is opened, in a sentence that names it.
@Suite(.endToEnd) struct UsageErrorTests {
  /// A command line, and what the error must mention.
  struct Mistake: Sendable, CustomTestStringConvertible {
    let words: [String]
    let mentions: [String]
    var testDescription: String { "sock " + words.joined(separator: " ") }
    init(_ words: String, _ mentions: String...) {
      self.words = words.split(separator: " ").map { $0 == "''" ? "" : String($0) }
      self.mentions = mentions
    }
  }

  static let mistakes: [Mistake] = [
    Mistake("lisen 1100", "lisen", "listen"),
    Mistake("conect 127.0.0.1 80", "conect", "connect"),
    Mistake("frobnicate", "frobnicate"),
    Mistake("--verion", "--verion", "--version"),
    Mistake("--generate-completion-script nosuch", "bash", "fish"),
    Mistake("help -v", "'-v' is no verb", "sock help VERB"),
    Mistake("help hlep", "unknown verb 'hlep'"),
    Mistake("resolve -4 ::1", "::1", "IPv6"),
    Mistake("connect -6 127.0.0.1 80", "127.0.0.1", "IPv4"),
    Mistake("connect -s '' 127.0.0.1 80", "--source"),
    Mistake("listen --kep-open 1100", "--kep-open", "--keep-open"),
    Mistake("connect --timout 3 127.0.0.1 80", "--timout", "--timeout"),
    Mistake("udp-send --repli 127.0.0.1 80 x", "--repli", "--reply"),
    Mistake("connect 127.0.0.1", "PORT"),
    Mistake("connect"),
    Mistake("listen"),
    Mistake("wait"),
    Mistake("wait fd:0", "fd:0"),
    Mistake("connect -z 127.0.0.1 25-20", "25-20", "20-25"),
    Mistake("connect 127.0.0.1 80 81", "81"),
    Mistake("connect 127.0.0.1 65536", "65536", "65535"),
    Mistake("listen 65536", "65536"),
    Mistake("connect 127.0.0.1:99999", "99999"),
    Mistake("connect 127.0.0.1 -- -1", "-1"),
    Mistake("connect 127.0.0.1 ''"),
    Mistake("connect ::1:80", "::1:80", "[::1]:80"),
    Mistake("connect [::1:80", "[::1:80"),
    Mistake("connect [::1]", "[::1]"),
    Mistake("connect http://127.0.0.1:80", "http"),
    Mistake("connect tcp://127.0.0.1", "127.0.0.1", "port"),
    Mistake("connect fd:x", "fd:x"),
    Mistake("connect fd:-1", "fd:-1"),
    Mistake("connect unix:", "path"),
    Mistake("connect -w abc 127.0.0.1 80", "abc"),
    Mistake("connect -w -1 127.0.0.1 80", "-1"),
    Mistake("connect --timeout=1x 127.0.0.1 80", "1x"),
    Mistake("connect -i 1..5 127.0.0.1 80", "1..5"),
    Mistake("connect -q later 127.0.0.1 80", "later"),
    Mistake("connect --deadline '' 127.0.0.1 80"),
    Mistake("connect --deadline=nan 127.0.0.1 80", "nan"),
    Mistake("connect --deadline=inf 127.0.0.1 80", "inf"),
    Mistake("connect -u --datagram-size 0 127.0.0.1 80", "0"),
    Mistake("connect -u --datagram-size 65508 127.0.0.1 80", "65508", "65507"),
    Mistake("connect -u --datagram-size many 127.0.0.1 80", "many"),
    Mistake("connect --frame word 127.0.0.1 80", "word", "line"),
    Mistake("connect --on-eof never 127.0.0.1 80", "never", "half-close"),
    Mistake("connect --on-peer-eof never 127.0.0.1 80", "never", "exit"),
    Mistake("connect --type streem 127.0.0.1 80", "streem", "stream"),
    Mistake("listen -U --mode 999 /tmp/x", "999"),
    Mistake("listen -U --mode rwx /tmp/x", "rwx"),
    Mistake("udp-recv --count 0 7654", "0"),
    Mistake("udp-recv --count two 7654", "two"),
    Mistake("recv --count -1 7654", "-1"),
    Mistake("connect -o SO_RCVBUFF=1 127.0.0.1 80", "SO_RCVBUFF", "SO_RCVBUF"),
    Mistake("connect -o SO_RCVBUF=much 127.0.0.1 80", "SO_RCVBUF", "much"),
    Mistake("connect -o =1 127.0.0.1 80", "=1"),
    Mistake("connect -p 65536 127.0.0.1 80", "65536"),
    Mistake("connect --send-only --recv-only 127.0.0.1 80", "--send-only", "--recv-only"),
    Mistake("resolve"),
    Mistake("opts SO_RCVBUFF", "SO_RCVBUFF", "SO_RCVBUF"),
    Mistake("opts SO_RCVBUF=much", "much"),
    Mistake("opts --type tpc", "tpc"),
  ]

  @Test("A mistake is refused with 64, in a sentence that names it", arguments: mistakes)
  func mistakeIsNamed(_ mistake: Mistake) throws {
    let outcome = try Sock.run(mistake.words, within: .seconds(10))
    #expect(outcome.status == 64)
    #expect(outcome.errors.hasPrefix("sock: "), "\(outcome.errors)")
    #expect(outcome.output == [])
    for word in mistake.mentions { #expect(outcome.errors.contains(word), "\(outcome.errors)") }
    #expect(!outcome.errors.contains("Error:"))
    #expect(!outcome.errors.contains("Fatal"))
  }

  /// Either usage (64) or a name that does not resolve (68) is a fair answer.
  @Test(
    "An unknown service is refused",
    arguments: [
      ["connect", "127.0.0.1", "nosuchservice"], ["connect", "127.0.0.1", "80x"],
    ])
  func unknownServiceIsRefused(_ words: [String]) throws {
    let outcome = try Sock.run(words, within: .seconds(10))
    #expect(outcome.status == 64 || outcome.status == 68)
    #expect(outcome.errors.hasPrefix("sock: "))
    #expect(outcome.errors.contains(words[words.count - 1]) || outcome.errors.contains(words[words.count - 2]))
  }

  @Test("A Unix path has at most 107 bytes and is never truncated", arguments: [107, 108, 109, 200])
  func unixPathLengthIsLimited(_ length: Int) throws {
    let directory = try TemporaryDirectory()
    let path = directory(String(repeating: "p", count: length - directory.path.utf8.count - 1))
    #expect(path.utf8.count == length)
    for words in [["listen", "-U", path], ["connect", "-U", path], ["connect", "unix:\(path)"]] {
      if length > 107 {
        let outcome = try Sock.run(words)
        #expect(outcome.status == 64)
        #expect(outcome.errors.contains("\(length)"))
        #expect(outcome.errors.contains("10"), "the limit is named: \(outcome.errors)")
      }
    }
    #expect(directory.entries == [])
    if length == 107 {
      let server = try Sock.start(["listen", "-U", path], input: .text("hello"))
      try SocketTable.waitForUnixSocket(path)
      #expect(directory.entries.count == 1)
      #expect(try Sock.run(["connect", "-U", path]).text == "hello")
      #expect(try server.wait().status == 0)
    }
  }

  @Test("An abstract name has at most 107 bytes after the @")
  func abstractNameLengthIsLimited() throws {
    let name = "@" + String(repeating: "n", count: 107)
    let server = try Sock.start(["listen", "-U", name], input: .text("hello"))
    try SocketTable.waitForUnixSocket(name)
    #expect(try Sock.run(["connect", "unix:\(name)"]).text == "hello")
    #expect(try server.wait().status == 0)
    #expect(try Sock.run(["connect", "-U", name + "n"]).status == 64)
  }

  @Test("A descriptor that is not open is refused by its number")
  func closedDescriptorIsRefused() throws {
    // Through a shell, which closes what this process may itself have inherited.
    let shell = try RunningProcess("bash", ["-c", "exec 57>&-; exec \(Sock.binary) connect fd:57"])
    let outcome = try Sock.outcome(of: shell)
    #expect(outcome.status != 0)
    #expect(outcome.errors.contains("57"))
    #expect(outcome.errors.contains("EBADF"))
  }

  @Test("A descriptor that is not a socket is refused with an explanation")
  func descriptorThatIsNoSocketIsRefused() throws {
    let outcome = try Sock.run(["connect", "fd:0"])
    #expect(outcome.status != 0)
    #expect(outcome.errors.contains("ENOTSOCK") || outcome.errors.contains("not a socket"), "\(outcome.errors)")
  }

  @Test(
    "Help and version go to stdout, with status 0",
    arguments: [
      [], ["--help"], ["help"], ["listen", "--help"], ["help", "connect"], ["help", "help"], ["--version"],
    ])
  func helpGoesToStdout(_ words: [String]) throws {
    let outcome = try Sock.run(words)
    if words.isEmpty {
      // No verb, and no terminal for a shell.
      #expect(outcome.status == 0 || outcome.status == 64)
    } else {
      #expect(outcome.status == 0)
      #expect(!outcome.output.isEmpty)
      #expect(outcome.errors == "")
    }
  }

  @Test("No verb accepts an option and then ignores it")
  func noOptionIsSilentlyIgnored() throws {
    for words in [["listen", "-z", "127.0.0.1", "0"], ["send", "-k", "127.0.0.1", "1"], ["recv", "--echo", "0"]] {
      #expect(try Sock.run(words).status == 64)
    }
  }
}

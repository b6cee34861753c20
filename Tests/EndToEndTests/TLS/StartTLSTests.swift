import SockTestSupport
import Testing

/// `--starttls`: the beginning in plain text, up to the handshake. The peers are scripts that say what the protocols'
/// servers say, and check what they are asked.
@Suite(.endToEnd) struct StartTLSTests {
  /// What the server of a protocol says and wants to hear, in Python: `s` says, `w` waits for what ends with a text.
  static let dialogues: [(name: String, script: String)] = [
    (
      "smtp",
      """
      s(b'220-one\\r\\n220 mail.example.org ESMTP\\r\\n'); w(b'EHLO [127.0.0.1]\\r\\n')
      s(b'250-mail.example.org\\r\\n250-SIZE 100\\r\\n250-STARTTLS\\r\\n250 HELP\\r\\n'); w(b'STARTTLS\\r\\n'); s(b'220 go on\\r\\n')
      """
    ),
    (
      "lmtp",
      "s(b'220 ready\\r\\n'); w(b'LHLO [127.0.0.1]\\r\\n'); s(b'250-x\\r\\n250 STARTTLS\\r\\n'); w(b'STARTTLS\\r\\n'); s(b'220 go\\r\\n')"
    ),
    (
      "imap",
      """
      s(b'* OK ready\\r\\n'); w(b'a CAPABILITY\\r\\n'); s(b'* CAPABILITY IMAP4rev1 STARTTLS\\r\\na OK done\\r\\n')
      w(b'b STARTTLS\\r\\n'); s(b'b OK begin\\r\\n')
      """
    ),
    ("pop3", "s(b'+OK ready\\r\\n'); w(b'STLS\\r\\n'); s(b'+OK begin\\r\\n')"),
    ("ftp", "s(b'220-hello\\r\\n  and more\\r\\n220 ready\\r\\n'); w(b'AUTH TLS\\r\\n'); s(b'234 go on\\r\\n')"),
    ("nntp", "s(b'201 no posting\\r\\n'); w(b'STARTTLS\\r\\n'); s(b'382 go on\\r\\n')"),
    (
      "sieve",
      """
      s(b'"IMPLEMENTATION" "x"\\r\\n"STARTTLS"\\r\\nOK ready\\r\\n'); w(b'STARTTLS\\r\\n'); s(b'OK begin\\r\\n')
      """
    ),
    ("xmpp", jabber("client")), ("xmpp-server", jabber("server")),
    ("postgres", "w(bytes.fromhex('0000000804d2162f')); s(b'S')"),
    (
      "mysql",
      """
      p = b'\\n8.0.1\\0' + bytes(13) + bytes.fromhex('ffff') + bytes(20)
      s(len(p).to_bytes(3, 'little') + b'\\0' + p)
      assert c.recv(36, socket.MSG_WAITALL) == bytes.fromhex('2000000185ae7f000000000121') + bytes(23)
      """
    ),
    (
      "ldap",
      "w(b'1.3.6.1.4.1.1466.20037'); s(bytes.fromhex('300c02010178070a010004000400'))"
    ),
    (
      "irc",
      "w(b'STARTTLS\\r\\n'); s(b':irc NOTICE * :looking up\\r\\n:irc.example.org 670 * :STARTTLS successful\\r\\n')"
    ),
  ]

  private static func jabber(_ kind: String) -> String {
    """
    w(b"version='1.0'>"); assert b'jabber:\(kind)' in heard and b"to='localhost'" in heard
    s(b"<?xml version='1.0'?><stream:stream><stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>")
    w(b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"); s(b"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
    """
  }

  private static let words = """
    heard = b''
    def s(data): c.sendall(data)
    def w(end):
      global heard
      while not heard.endswith(end):
        data = c.recv(4096)
        if not data: raise SystemExit('ended after %r' % heard)
        heard += data

    """

  /// A server that speaks a protocol, and then does something.
  private static func server(_ script: String, then rest: String) throws -> (peer: PythonPeer, port: Int) {
    let peer = try PythonPeer(TLSPeer.tunnel + "l = listen()\nc, who = l.accept()\n" + words + script + "\n" + rest)
    return (peer, try peer.port())
  }

  @Test("Each protocol goes over to TLS", arguments: dialogues.map(\.name))
  func succeeds(_ name: String) throws {
    let script = try #require(Self.dialogues.first { $0.name == name }?.script)
    let authority = try TestAuthority()
    let pair = try authority.issue()
    let (_, port) = try Self.server(
      script, then: "t = Tunnel(c, '\(pair.certificate)', '\(pair.key)')\nt.write(b'safe: ' + t.read_all())\nt.end()")
    let outcome = try Sock.run([
      "send", "--starttls", name, "localhost", "\(port)", "--tls-trust", authority.certificate, "-v", "hello",
    ])
    #expect(outcome.status == 0 && outcome.text == "safe: hello", "\(outcome)")
    #expect(outcome.errors.contains("sock: secured 127.0.0.1:\(port): TLSv1.3"))
  }

  @Test("Anything behind the go-ahead is an error", arguments: dialogues.map(\.name))
  func injection(_ name: String) throws {
    let script = try #require(Self.dialogues.first { $0.name == name }?.script)
    // In one piece with the go-ahead, which is the last that is said; MySQL's server has no go-ahead.
    guard name != "mysql", let place = script.lastRange(of: "s(b") ?? script.lastRange(of: "s(bytes") else { return }
    let last = String(script[place])
    let injected = script[..<place.lowerBound] + "s(b'' + " + last.dropFirst(2).dropLast() + " + b'injected\\r\\n')"
    let (_, port) = try Self.server(String(injected), then: "hear()")
    let outcome = try Sock.run(["connect", "--starttls", name, "localhost", "\(port)"])
    #expect(outcome.status == 76, "\(outcome)")
    #expect(
      outcome.errors
        == "sock: 127.0.0.1:\(port) has sent more behind its go-ahead for TLS: somebody may have put it there\n",
      "\(outcome)")
  }

  @Test(
    "A server that does not offer TLS, refuses it or goes away is never talked to without",
    arguments: [
      ("smtp", "s(b'220 x\\r\\n'); w(b'\\r\\n'); s(b'250 HELP\\r\\n')", "does not offer TLS (smtp)"),
      ("smtp", "s(b'HTTP/1.1 400 Bad\\r\\n\\r\\n')", "refuses TLS (smtp): it says 'HTTP/1.1 400 Bad'"),
      (
        "ldap", "w(b'20037'); s(bytes.fromhex('30840000000c02010178070a013504000400'))",
        "refuses TLS (ldap): it says result 53"
      ),
      ("smtp", "s(b'554 no service\\r\\n')", "refuses TLS (smtp): it says '554 no service'"),
      (
        "imap", "s(b'* OK\\r\\n'); w(b'\\r\\n'); s(b'* CAPABILITY IMAP4rev1\\r\\na OK\\r\\n')",
        "does not offer TLS (imap)"
      ),
      ("pop3", "s(b'+OK\\r\\n'); w(b'\\r\\n'); s(b'-ERR no\\r\\n')", "refuses TLS (pop3): it says '-ERR no'"),
      ("ftp", "s(b'220 x\\r\\n'); w(b'\\r\\n'); s(b'502 no\\r\\n')", "refuses TLS (ftp): it says '502 no'"),
      ("sieve", "s(b'OK ready\\r\\n')", "does not offer TLS (sieve)"),
      ("postgres", "w(b'/'); s(b'N')", "refuses TLS (postgres): it says 'N'"),
      (
        "mysql", "p = b'\\n8\\0' + bytes(40); s(len(p).to_bytes(3, 'little') + b'\\0' + p)",
        "does not offer TLS (mysql)"
      ),
      (
        "ldap", "w(b'20037'); s(bytes.fromhex('300c02010178070a013504000400'))", "refuses TLS (ldap): it says result 53"
      ),
      ("irc", "w(b'\\r\\n'); s(b':irc 691 * :no\\r\\n')", "refuses TLS (irc): it says ':irc 691 * :no'"),
      ("xmpp", "w(b'>'); s(b'<stream:features></stream:features>')", "refuses TLS (xmpp): it says '"),
      ("nntp", "s(b'200 x\\r\\n'); w(b'\\r\\n'); c.close()", "has ended the connection before TLS (nntp)"),
      ("smtp", "s(b'220-' + b'x' * 100000)", "does not speak smtp: what it says has no end"),
    ])
  func refusals(_ name: String, _ script: String, _ sentence: String) throws {
    let (_, port) = try Self.server(script, then: "try: hear()\nexcept Exception: pass")
    let outcome = try Sock.run(["connect", "--starttls", name, "localhost", "\(port)"], within: .seconds(20))
    #expect(outcome.status == 76, "\(outcome)")
    #expect(outcome.errors.hasPrefix("sock: 127.0.0.1:\(port) " + sentence), "\(outcome)")
  }

  @Test("A silent server is given up after --handshake-timeout, with 75")
  func silence() throws {
    let (_, port) = try Self.server("", then: "hear()")
    let outcome = try Sock.run(
      ["connect", "--starttls", "imap", "localhost", "\(port)", "--handshake-timeout", "300ms"])
    #expect(outcome.status == 75 && outcome.errors.contains("has not answered in time before TLS (imap)"), "\(outcome)")
  }
}

extension String {
  /// From the last occurrence of a text to the end, without a newline.
  fileprivate func lastRange(of text: String) -> Range<Index>? {
    var found: Range<Index>?
    var start = startIndex
    while let place = self[start...].range(of: text) {
      found = place.lowerBound..<endIndex
      start = place.upperBound
    }
    return found
  }
}

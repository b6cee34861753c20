import Sockets

/// The protocols in which a client asks for TLS on a connection that begins in plain text.
package enum StartTLS: String, CaseIterable, Sendable {
  case smtp, lmtp, imap, pop3, ftp, nntp, sieve, xmpp
  case xmppServer = "xmpp-server"
  case postgres, mysql, ldap, irc

  /// One step of a dialogue.
  enum Step {
    case send([UInt8])
    case expect(Reply)
  }

  /// What the server has to say.
  enum Reply {
    /// Lines that begin with a code of three digits, of which the last has a space behind it, the others a hyphen.
    ///
    /// - Parameter offers: a word that one of them has to have.
    case code(String, offers: String? = nil)
    /// Lines up to one with a beginning; one with another of these beginnings refuses.
    case line(String, refused: [String], offers: String? = nil)
    /// The line of a server of IRC with this number; another error refuses.
    case numeric(String)
    /// Text up to an end. It refuses if it does not have a word.
    case text(until: String, offers: String)
    /// One byte.
    case byte(UInt8)
    /// The first packet of MySQL, which says whether it can do TLS (`CLIENT_SSL`).
    case mysqlGreeting
    /// The answer of LDAP to an extended request, with the result 0.
    case ldapSuccess
  }

  /// What is sent and expected, up to the server's go-ahead.
  ///
  /// - Parameters:
  ///   - us: what we call ourselves, for SMTP.
  ///   - host: the name of the server, for XMPP.
  func steps(us: String, host: String) -> [Step] {
    switch self {
    case .smtp: mail("EHLO", us)
    case .lmtp: mail("LHLO", us)
    case .imap:
      [
        .expect(.line("* OK", refused: ["* BYE", "* PREAUTH"])), send("a CAPABILITY\r\n"),
        .expect(.line("a OK", refused: ["a NO", "a BAD", "* BYE"], offers: "STARTTLS")), send("b STARTTLS\r\n"),
        .expect(.line("b OK", refused: ["b NO", "b BAD", "* BYE"])),
      ]
    case .pop3:
      [.expect(.line("+OK", refused: ["-ERR"])), send("STLS\r\n"), .expect(.line("+OK", refused: ["-ERR"]))]
    case .ftp: [.expect(.code("220")), send("AUTH TLS\r\n"), .expect(.code("234"))]
    case .nntp: [.expect(.code("20")), send("STARTTLS\r\n"), .expect(.code("382"))]
    case .sieve:
      [
        .expect(.line("OK", refused: ["NO", "BYE"], offers: "STARTTLS")), send("STARTTLS\r\n"),
        .expect(.line("OK", refused: ["NO", "BYE"])),
      ]
    case .xmpp: jabber("jabber:client", host)
    case .xmppServer: jabber("jabber:server", host)
    // SSLRequest: its length, and a number that is no version.
    case .postgres: [.send([0, 0, 0, 8, 4, 0xd2, 0x16, 0x2f]), .expect(.byte(UInt8(ascii: "S")))]
    // SSLRequest: capabilities with CLIENT_SSL, the longest packet, UTF-8, and 23 bytes for later use.
    case .mysql:
      [
        .expect(.mysqlGreeting),
        .send([0x20, 0, 0, 1, 0x85, 0xae, 0x7f, 0, 0, 0, 0, 1, 0x21] + [UInt8](repeating: 0, count: 23)),
      ]
    // An ExtendedRequest, number 1, of the object identifier of StartTLS (RFC 4511, section 4.14).
    case .ldap:
      [
        .send([0x30, 0x1d, 2, 1, 1, 0x77, 0x18, 0x80, 0x16] + Array("1.3.6.1.4.1.1466.20037".utf8)),
        .expect(.ldapSuccess),
      ]
    case .irc: [send("STARTTLS\r\n"), .expect(.numeric("670"))]
    }
  }

  private func send(_ text: String) -> Step { .send(Array(text.utf8)) }

  private func mail(_ greeting: String, _ us: String) -> [Step] {
    [
      .expect(.code("220")), send("\(greeting) \(us)\r\n"), .expect(.code("250", offers: "STARTTLS")),
      send("STARTTLS\r\n"), .expect(.code("220")),
    ]
  }

  private func jabber(_ namespace: String, _ host: String) -> [Step] {
    // A name has none of the characters that would end the attribute.
    let to = host.filter { $0 != "'" && $0 != "<" && $0 != "&" }
    return [
      send(
        "<?xml version='1.0'?><stream:stream xmlns='\(namespace)' xmlns:stream='http://etherx.jabber.org/streams'"
          + " to='\(to)' version='1.0'>"),
      .expect(.text(until: "</stream:features>", offers: "urn:ietf:params:xml:ns:xmpp-tls")),
      send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"),
      .expect(.text(until: ">", offers: "<proceed")),
    ]
  }
}

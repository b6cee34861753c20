import Operations
import Transfer

// TLS, of either role.
extension Option {
  static let tlsOptions =
    [tls, dtls, starttls, tlsTrust, tlsPin, tlsName, tlsNoVerify, tlsCert, tlsKey, tlsKeyPassword, tlsClientTrust]
    + tlsRevocationOptions + [alpn, tlsVersion, tlsCiphers, tlsGroups, tlsMinDays, tlsSaveChain, tlsKeylog]
    + tlsSessionOptions + [tlsTruncationOK, handshakeTimeout]

  static let tls = Option(
    "tls", in: .tls, of: [.sessions, .wait],
    "Protect the connection with TLS; the peer is verified",
    manual: """
      Protect the connection with TLS, as
      .Cm tls://
      in front of the endpoint does; see
      .Xr sock-tls 7 .
      The server must have a certificate for the host that is connected to, from an authority that this system trusts.
      """,
    variants: [
      Variant(
        [.listen, .recv], "Protect connections with TLS, with a certificate or a new one",
        manual: """
          Protect connections with TLS, as
          .Cm tls://
          in front of the endpoint does; see
          .Xr sock-tls 7 .
          Without
          .Fl -tls-cert ,
          a key and a certificate are made for this run, and the
          .Cm certificate
          event says how clients recognise it.
          A client that sends nothing does not keep others waiting, and does not count.
          """)
    ],
    excludes: [
      .with("pass-fd", "descriptors would bypass the encryption"),
      .with("pass-credentials", "credentials would bypass the encryption"),
      .with("receive-fds", "descriptors would bypass the encryption"),
      .with("bench", "it measures the connection below"),
    ])

  static let dtls = Option(
    "dtls", in: .tls, of: [.sessions, .wait],
    "Protect datagrams with DTLS; the peer is verified",
    manual: """
      Protect datagrams of UDP with DTLS 1.2, as
      .Cm dtls://
      in front of the endpoint does; see
      .Sx DATAGRAMS
      in
      .Xr sock-tls 7 .
      The options of TLS mean the same for it.
      """,
    variants: [
      Variant(
        [.listen, .recv], "Protect datagrams with DTLS",
        manual: """
          Protect datagrams of UDP with DTLS 1.2, as
          .Cm dtls://
          in front of the endpoint does; see
          .Sx DATAGRAMS
          in
          .Xr sock-tls 7 .
          A client has to show that it receives what is sent to its address before anything is kept of it.
          The options of TLS mean the same for DTLS.
          """)
    ],
    excludes: [
      .with("tls", "DTLS is for datagrams, and TLS for streams"),
      .with("starttls", "it is for streams"),
      .with("resume", "it is for streams"),
      .with("bench", "it measures the connection below"),
    ])

  static let starttls = Option(
    "starttls", nil, .required("PROTOCOL"), in: .tls, of: [.connect, .send, .wait],
    "Ask for TLS in PROTOCOL first: smtp, imap, postgres …",
    manual: """
      Begin in plain text, ask the server for TLS as this protocol does it, and go on with TLS:
      .Cm smtp , lmtp , imap , pop3 , ftp , nntp , sieve , xmpp , xmpp-server , postgres , mysql , ldap
      or
      .Cm irc .
      Includes
      .Fl -tls .
      What the server says before TLS is shown with
      .Fl -verbose .
      """,
    completion: .choices(of: StartTLS.self),
    excludes: [
      .with("pass-fd", "descriptors would bypass the encryption"),
      .with("pass-credentials", "credentials would bypass the encryption"),
    ],
    sets: [.tls { settings, use in settings.startTLS = try use.choice(of: StartTLS.self) }])

  static let tlsTrust = Option(
    "tls-trust", nil, .required("FILE"), in: .tls, of: [.connect, .send, .wait],
    "Trust the authorities in this PEM file or hashed directory only",
    manual: """
      Trust the authorities whose certificates are in this file, in PEM, or in this directory, hashed as
      .Xr openssl-rehash 1
      does it; and no others.
      By default those of the system are trusted.
      May be given several times.
      """,
    completion: .file, repeats: true,
    sets: [.tls { settings, use in settings.trust.append(try use.file()) }])

  static let tlsPin = Option(
    "tls-pin", nil, .required("PIN"), in: .tls, of: [.sessions, .wait],
    "Trust the key with this hash: sha256//BASE64",
    manual: """
      Trust the peer whose key has this hash:
      .Cm sha256//
      and 44 characters of Base64, as
      .Xr curl 1
      takes it.
      The key alone decides then, whatever its certificate says, unless
      .Fl -tls-trust
      or
      .Fl -tls-client-trust
      asks for more.
      May be given several times, for a key and its successor.
      """,
    repeats: true,
    sets: [.tls { settings, use in settings.pins += try use.pins() }])

  static let tlsName = Option(
    "tls-name", nil, .required("NAME"), in: .tls, of: [.connect, .send, .wait],
    "Expect a certificate for NAME (default: the host)",
    manual: """
      Ask the server for the certificate of this name, and accept no other.
      By default it is the host that is connected to, a name or an address.
      """,
    sets: [.tls { settings, use in settings.name = try use.name() }])

  static let tlsNoVerify = Option(
    "tls-no-verify", in: .tls, of: [.connect, .send, .wait],
    "Accept any certificate: the peer may be anyone",
    manual: """
      Accept any certificate.
      Whoever answers can then read and change everything; each run says so.
      .Fl -tls-pin
      serves the same purpose safely.
      """,
    excludes: [.with("tls-trust", "leave one of them out"), .with("tls-pin", "leave one of them out")],
    sets: [.tls { settings, _ in settings.verifies = false }])

  static let tlsCert = Option(
    "tls-cert", nil, .required("FILE"), in: .tls, of: [.sessions, .wait],
    "Use the certificate in this PEM file, with its chain",
    manual: """
      Identify us with the certificate in this file: PEM, first our own, then those of the authorities that lead to the
      peer's.
      May be given several times: once for each kind of key, such as RSA and ECDSA, of which the peer chooses.
      """,
    variants: [
      Variant(
        [.listen, .recv], "Use the certificate in this PEM file, with its chain",
        manual: """
          Identify the server with the certificate in this file: PEM, first its own, then those of the authorities that
          lead to a root.
          May be given several times, for several names and for several kinds of key, such as RSA and ECDSA.
          A client gets the certificate for the name that it asks for (SNI): one that has this name, else one with a
          wildcard for it, else the first one.
          At
          .Dv SIGHUP
          the files are read again, for connections from then on; if anything is wrong with one, all stays as it was.
          """)
    ],
    completion: .file, repeats: true,
    sets: [.tls { settings, use in settings.certificates.append(try use.file()) }])

  static let tlsKey = Option(
    "tls-key", nil, .required("FILE"), in: .tls, of: [.sessions, .wait],
    "Use the key in this PEM file (default: the certificate's file)",
    manual: """
      Use the private key in this file, in PEM; with several certificates, in their order.
      By default it is in the file of the certificate.
      If it has a pass phrase, that is asked for at the terminal.
      """,
    completion: .file, repeats: true,
    sets: [.tls { settings, use in settings.keys.append(try use.file()) }])

  static let tlsKeyPassword = Option(
    "tls-key-password", nil, .required("@FILE"), in: .tls, of: [.sessions, .wait],
    "Read the pass phrase of the key from the first line of FILE",
    manual: """
      Read the pass phrase of the key from the first line of this file.
      A pass phrase on the command line would be visible to everybody on this machine, so that is not possible.
      """,
    sets: [.tls { settings, use in settings.keyPassword = try use.firstLineOfFile() }])

  static let tlsClientTrust = Option(
    "tls-client-trust", nil, .required("FILE"), in: .tls, of: [.listen, .recv],
    "Demand a certificate of clients, from an authority in FILE",
    manual: """
      Serve only clients that have a certificate from one of the authorities in this PEM file or hashed directory.
      May be given several times.
      """,
    completion: .file, repeats: true,
    sets: [.tls { settings, use in settings.clientTrust.append(try use.file()) }])

  static let alpn = Option(
    "alpn", nil, .required("NAMES"), in: .tls, of: [.sessions, .wait],
    "Offer or accept these application protocols: h2,http/1.1",
    manual: """
      Offer these application protocols, or as a server accept one of them, the most wanted first, separated by commas:
      .Cm h2,http/1.1 .
      A server to which a client offers only others breaks off the handshake.
      """,
    sets: [.tls { settings, use in settings.protocols = try use.protocols() }])

  static let tlsVersion = Option(
    "tls-version", nil, .required("RANGE"), in: .tls, of: [.sessions, .wait],
    "Accept these versions of TLS: 1.3, 1.2-1.3 (default: OpenSSL's)",
    manual: """
      Accept this version of TLS, or those from one to another:
      .Cm 1.3 , 1.2-1.3 .
      The versions 1.0 and 1.1 are for old devices, and are not secure.
      By default OpenSSL's configuration decides: 1.2 and 1.3 on most systems.
      """,
    sets: [.tls { settings, use in settings.versions = try use.tlsVersions() }])

  static let tlsCiphers = Option(
    "tls-ciphers", nil, .required("LIST"), in: .tls, of: [.sessions, .wait],
    "Accept these ciphers only, in OpenSSL's notation",
    manual: """
      Accept these cipher suites, separated by colons, in the notation of
      .Xr openssl-ciphers 1 .
      Those of TLS 1.3 begin with
      .Cm TLS_ ,
      and are left as they are if none is given.
      """,
    sets: [.tls { settings, use in settings.ciphers = use.text }])

  static let tlsGroups = Option(
    "tls-groups", nil, .required("LIST"), in: .tls, of: [.sessions, .wait],
    "Use these groups for the key exchange: X25519:P-256",
    manual: """
      Use these groups for the key exchange, separated by colons, the most wanted first:
      .Cm X25519:P-256 .
      """,
    sets: [.tls { settings, use in settings.groups = use.text }])

  static let tlsMinDays = Option(
    "tls-min-days", nil, .required("N"), in: .tls, of: [.sessions, .wait],
    "Refuse a certificate that expires within N days",
    manual: """
      Refuse a peer whose certificate expires within this many days; the exit status is 76.
      With
      .Fl -zero ,
      .Nm sock connect
      is a check of a server's certificate.
      """,
    excludes: [.with("tls-no-verify", "leave one of them out")],
    sets: [.tls { settings, use in settings.minimumDays = try use.number(in: 1...36_500) }])

  static let tlsSaveChain = Option(
    "tls-save-chain", nil, .required("FILE"), in: .tls, of: [.sessions, .wait],
    "Write the certificates that the peer sends to FILE",
    manual: """
      Write the certificates that the peer sends to this file, in PEM, its own first.
      Together with
      .Fl -tls-no-verify
      they show what a server has that is not trusted.
      """,
    completion: .file,
    sets: [.tls { settings, use in settings.savedChain = try use.file() }])

  static let tlsKeylog = Option(
    "tls-keylog", nil, .required("FILE"), in: .tls, of: [.sessions, .wait],
    "Append the keys of sessions to FILE, for Wireshark",
    manual: """
      Append the keys of each session to this file, with which
      .Xr wireshark 1
      decrypts a recording.
      Without this option, the variable
      .Ev SSLKEYLOGFILE
      may name the file.
      """,
    completion: .file,
    sets: [.tls { settings, use in (settings.keyLog, settings.keyLogOrigin) = (try use.file(), "--tls-keylog") }])

  static let tlsTruncationOK = Option(
    "tls-truncation-ok", in: .tls, of: .sessions,
    "Take the end of the connection for the end of the data",
    manual: """
      Take the end of the connection for the end of the data, even if the peer has not announced it (close_notify).
      Some old programs never do.
      By default this is an error, with the exit status 74, since anybody on the way could have cut the connection.
      """,
    sets: [.tls { settings, _ in settings.allowsTruncation = true }])

  static let handshakeTimeout = Option(
    "handshake-timeout", nil, .required("SECS"), in: .tls, of: [.sessions, .relay, .wait],
    "Wait SECS for the handshake (default: 10; 0: no limit)",
    manual: """
      Wait at most this long for the peer to finish the handshake of TLS, or to send the header that
      .Fl -proxy-protocol Cm accept
      asks for.
      The default is 10 seconds;
      .Cm 0
      means no limit.
      """,
    sets: [
      .tls { settings, use in settings.handshakeTimeout = try use.limit() },
      .connection { options, use in options.handshakeTimeout = try use.limit() },
    ])
}

import Operations
import Transfer

// Sessions of TLS that are resumed, and keys that both sides have already.
extension Option {
  static let tlsSessionOptions = [tlsSession, tlsEarlyData, tlsMaxEarlyData, tlsPSK]

  static let tlsSession = Option(
    "tls-session", nil, .required("FILE"), in: .tls, of: [.connect, .send],
    "Resume the session in FILE, and keep the next one there",
    manual: """
      Resume the session in this file, which saves the server's certificate and most of the computation, and write the
      one that the server offers for the next time to it.
      A session is resumed only if the server's name, the authorities, the pins and our own certificate are those of the
      run that kept it, and the server's certificate is still valid; otherwise a new one begins, as it does if there is
      no such file.
      A file that holds something else is left as it is.
      Whoever can read the file can decrypt what is sent in the session: only its owner can.
      """,
    completion: .file,
    sets: [.tls { settings, use in settings.sessionFile = try use.file() }])

  static let tlsEarlyData = Option(
    "tls-early-data", in: .tls, of: .send,
    "Send the beginning of the data along with the first message",
    manual: """
      Send the beginning of the data along with the first message of the handshake, if
      .Fl -tls-session
      is resumed and the server allows it; this saves a round trip.
      What the server has not taken is sent again after the handshake.
      At most 64 KiB are sent so; standard input is read before the connection is opened.
      .Pp
      Whoever records such data on its way can send it to the server again, as often as they like.
      Use this only for requests that may arrive more than once, such as a query.
      """,
    excludes: [
      .with("skip", "leave one of them out"), .with("line-delay", "lines wait for their turn"),
      .with("resume", "the receiver says first what to send"),
    ],
    sets: [.tls { settings, _ in settings.sendsEarlyData = true }])

  static let tlsMaxEarlyData = Option(
    "tls-max-early-data", nil, .required("BYTES"), in: .tls, of: [.listen, .recv],
    "Take BYTES of data before the handshake is over (default: none)",
    manual: """
      Let clients that resume a session send this much data along with their first message.
      It is passed on once the handshake is over, which whoever has merely recorded the data cannot finish: sent again, it
      is dropped.
      By default none is taken.
      """,
    excludes: [.with("tls-psk", "leave one of them out")],
    sets: [.tls { settings, use in settings.maximumEarlyData = try use.number(in: 1...16_777_216) }])

  static let tlsPSK = Option(
    "tls-psk", nil, .required("ID:@FILE"), in: .tls, of: .sessions,
    "Trust the peer that has the same key, in hexadecimal in FILE",
    manual: """
      Trust the peer that has the same key, by the name
      .Ar id ,
      in place of certificates.
      The first line of the file is the key, in hexadecimal, up to 256 bytes, as
      .Xr openssl-s_client 1
      takes it;
      .Ql openssl rand -hex 32
      makes one.
      A server may be given several.
      """,
    completion: .file, repeats: true,
    excludes: [
      "tls-trust", "tls-client-trust", "tls-pin", "tls-no-verify", "tls-cert", "tls-session", "tls-ocsp", "tls-crl",
      "tls-min-days", "tls-save-chain",
    ].map { .with($0, "the key takes the place of certificates") },
    sets: [.tls { settings, use in settings.presharedKeys.append(try use.presharedKey()) }])
}

internal import COpenSSL
import SocketLoop
import Sockets

extension TLSStream {
  /// Opens TLS over a connection: makes the handshake, and verifies the peer.
  ///
  /// - Parameters:
  ///   - host: the name or the address that was connected to, for a client; nil if there is none.
  ///   - beginning: the beginning of the data, which is sent before the handshake is over if that is possible. It is
  ///     written to the stream as well, which knows what the server has.
  package static func open(
    over base: any ByteStream, with context: TLSContext, host: String?, sending beginning: [UInt8] = []
  ) async throws(StreamFailure) -> TLSStream {
    let name = context.settings.name ?? host
    if context.role == .client, name == nil, context.settings.verifies, context.settings.pins.isEmpty,
      context.settings.presharedKeys.isEmpty
    {
      throw StreamFailure(
        .settings, "\(context.settings.protocolName) needs the name in the peer's certificate: add --tls-name NAME")
    }
    let base: any ByteStream = context.settings.isOverDatagrams ? DatagramStream(base) : base
    guard let session = context.takeBegun(on: base) ?? TLSSession(context, over: base) else {
      throw StreamFailure(
        .notSupported, "\(context.settings.protocolName) cannot begin: \(context.library.takeReason())")
    }
    let verification = TLSVerification(context.library, context.settings, context.role, name: name)
    let stream =
      context.settings.isOverDatagrams
      ? DTLSStream(session, context, verification, over: base)
      : TLSStream(session, context, verification, over: base)
    _ = context.library.ssl.pointee.SSL_set_ex_data(
      session.pointer, 0, Unmanaged.passUnretained(verification).toOpaque())
    if context.role == .client, let name { stream.expect(name) }
    (stream as? DTLSStream)?.useMTU()
    if context.role == .client { stream.resume(name, beginning) }
    try await stream.shakeHands(until: .after(context.settings.handshakeTimeout))
    stream.settleEarlyData()
    (base as? DatagramStream)?.client?.isEstablished = true
    return stream
  }

  /// Offers to resume the session that was kept for a server.
  private func resume(_ name: String?, _ beginning: [UInt8]) {
    guard let file = context.sessionFile, let kept = file.load(for: name ?? "") else { return }
    let ssl = session.library.ssl
    defer { ssl.pointee.SSL_SESSION_free(kept) }
    guard ssl.pointee.SSL_set_session(session.pointer, kept) == 1 else { return }
    if !beginning.isEmpty { sendEarly(beginning, in: kept) }
  }

  /// Sets the name that the peer's certificate must have, and asks the peer for it (SNI).
  private func expect(_ name: String) {
    let ssl = session.library.ssl
    if IPAddress(name) != nil {
      _ = session.library.crypto.pointee.X509_VERIFY_PARAM_set1_ip_asc(
        ssl.pointee.SSL_get0_param(session.pointer), name)
      return
    }
    // A trailing dot marks a name as complete, and belongs neither into the certificate nor into SNI (RFC 6066).
    let host = name.hasSuffix(".") ? String(name.dropLast()) : name
    _ = openssl_set_server_name(session.pointer, host)
    // RFC 9525: the common name does not count, and a wildcard stands for a whole label.
    ssl.pointee.SSL_set_hostflags(
      session.pointer, CUnsignedInt(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT))
    _ = ssl.pointee.SSL_set1_host(session.pointer, host)
  }

  private func shakeHands(until deadline: MonotonicTime) async throws(StreamFailure) {
    var hasEarlyData = context.role == .client || context.settings.maximumEarlyData == 0
    while true {
      let step: TLSSession.Step?
      do throws(SystemError) {
        step = try session.run(receiving: 16_704) {
          hasEarlyData
            ? session.shakeHands() : session.shakeHandsTakingEarlyData(&decrypted, isOver: &hasEarlyData)
        }
      } catch {
        throw broken(by: error)
      }
      switch step {
      case .done:
        return try await wait(until: deadline) { () throws(LoopError) in try await self.sendAll(until: deadline) }
      case .failed:
        throw description.ofHandshake
      case .ended:
        throw broken("has ended the session during the handshake of \(context.settings.protocolName) (close_notify)")
      case .wantsInput:
        // The stream below has ended.
        throw description.ofPlainText
          ?? broken("has ended the connection during the handshake of \(context.settings.protocolName)")
      case .wantsRoom, nil:
        // A greeting that is shorter than a record's header. Datagrams may be anybody's.
        if !context.settings.isOverDatagrams, let failure = description.ofPlainText { throw failure }
        try await wait(until: deadline) { () throws(LoopError) in
          try await self.sendAll(until: deadline)
          if step == nil { try await self.waitForHandshake(until: deadline) }
        }
      }
    }
  }

  /// The failure of a peer that went away; one that had not even begun is another matter for a server.
  private func broken(_ message: String) -> StreamFailure {
    StreamFailure(session.beginning.isEmpty ? .neverStarted : .peerProtocol, message)
  }

  /// The failure of a connection that broke.
  private func broken(by error: SystemError) -> StreamFailure {
    if context.settings.isOverDatagrams { return StreamFailure(.unreachable(error), "") }
    return broken("has broken off the handshake of TLS: \(error.number)")
  }

  private func wait(
    until deadline: MonotonicTime, _ body: () async throws(LoopError) -> Void
  ) async throws(StreamFailure) {
    do throws(LoopError) {
      try await body()
    } catch {
      switch error {
      case .cancelled: throw StreamFailure(.cancelled, "cancelled")
      case .timedOut:
        throw StreamFailure(
          session.beginning.isEmpty && context.role == .server ? .neverStarted : .timedOut,
          "has not finished the handshake of \(context.settings.protocolName) in time")
      case .system(let error): throw broken(by: error)
      }
    }
  }

  private func sendAll(until deadline: MonotonicTime) async throws(LoopError) {
    while true {
      do throws(SystemError) { if try session.flush() { return } } catch { throw .system(error) }
      try await base.writable(until: deadline)
    }
  }

  // MARK: What was agreed on

  package var security: TLSFacts? {
    let (ssl, pointer) = (session.library.ssl, session.pointer)
    func text(_ words: UnsafePointer<CChar>?) -> String? { words.map { String(cString: $0) } }
    var start: UnsafePointer<UInt8>?
    var count: CUnsignedInt = 0
    ssl.pointee.SSL_get0_alpn_selected(pointer, &start, &count)
    let identity = context.settings.presharedKeys.isEmpty ? nil : verification.presharedIdentity
    let chosen = start.map { String(decoding: UnsafeBufferPointer(start: $0, count: Int(count)), as: UTF8.self) }
    return TLSFacts(
      version: text(ssl.pointee.SSL_get_version(pointer)) ?? "",
      cipher: text(ssl.pointee.SSL_CIPHER_get_name(ssl.pointee.SSL_get_current_cipher(pointer))) ?? "",
      group: text(openssl_group_name(pointer)), applicationProtocol: chosen,
      serverName: text(ssl.pointee.SSL_get_servername(pointer, TLSEXT_NAMETYPE_host_name)),
      earlyData: early.sent > 0 ? early.isAccepted : nil, presharedKey: identity,
      isResumed: identity == nil && ssl.pointee.SSL_session_reused(pointer) == 1, chain: certificates.map(\.facts),
      isVerified: context.settings.verifies && !verification.wasWaived)
  }

  /// The peer's certificates in PEM, its own first.
  package var chainInPEM: String { certificates.map(\.armored).joined() }

  private var certificates: [TLSCertificate] {
    let (ssl, crypto) = (session.library.ssl, session.library.crypto)
    guard let own = ssl.pointee.SSL_get0_peer_certificate(session.pointer) else { return [] }
    var found = [TLSCertificate(own, session.library)]
    guard let chain = ssl.pointee.SSL_get_peer_cert_chain(session.pointer) else { return found }
    for index in 0..<crypto.pointee.OPENSSL_sk_num(chain) {
      // A client's list begins with the peer's own certificate, a server's does not.
      guard let next = crypto.pointee.OPENSSL_sk_value(chain, index).map({ OpaquePointer($0) }), next != own else {
        continue
      }
      found.append(TLSCertificate(next, session.library))
    }
    return found
  }
}

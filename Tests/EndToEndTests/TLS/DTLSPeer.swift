import SockTestSupport

/// Peers and networks of DTLS.
enum DTLSPeer {
  /// The pin that a server without a certificate reports before it listens.
  static func pin(of listener: SockListener) throws -> String {
    let line = try listener.errors.waitForLine(containing: "--tls-pin sha256//")
    return String(line.split(separator: " ").last ?? "")
  }

  /// A certificate for this host, and the authority that vouches for it.
  struct Identity {
    private let authority: TestAuthority
    private let pair: TestAuthority.Pair

    init() throws {
      authority = try TestAuthority()
      pair = try authority.issue()
    }

    var certificate: String { pair.certificate }
    var key: String { pair.key }
    /// Arguments for a `sock` that uses it.
    var arguments: [String] { pair.arguments }
    /// The file of the authority.
    var trust: String { authority.certificate }
  }

  /// A network between a client and a server on this port, which loses, repeats, cuts and reorders datagrams, and makes
  /// some up. What it does with the first ones is given; `.` passes one on, `x` loses it, `2` repeats it, `<` keeps it
  /// back until the next one, `c` sends its beginning before it, `g` garbage. After that it passes all of them on.
  static func network(to port: Int, _ fates: String) throws -> (peer: PythonPeer, port: Int) {
    let peer = try PythonPeer(
      """
      import os
      s, out = bound('127.0.0.1'), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      out.connect(('127.0.0.1', \(port)))
      fates, client, held = list('\(fates)'), None, []
      while True:
        for e in select.select([s, out], [], [])[0]:
          try: d, who = e.recvfrom(70000)
          except ConnectionRefusedError: continue
          if e is s: client = who
          def emit(d):
            if e is out: s.sendto(d, client)
            else: out.send(d)
          fate = fates.pop(0) if fates else '.'
          if fate == 'x': continue
          if fate == '<':
            held.append((e, d))
            continue
          if fate == 'c': emit(d[:len(d) // 2])
          if fate == 'g':
            emit(os.urandom(300))
            emit(b'\\x16\\xfe\\xfd' + os.urandom(40))
          emit(d)
          if fate == '2': emit(d)
          for k in [k for k in held if k[0] is e]: emit(k[1])
          held = [k for k in held if k[0] is not e]

      """)
    return (peer, try peer.port())
  }
}

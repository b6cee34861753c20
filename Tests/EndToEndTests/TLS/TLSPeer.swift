import SockTestSupport

/// The other end of a connection with TLS.
enum TLSPeer {
  /// `openssl s_server`, which answers each line with its reverse, or with arguments does what they say.
  static func openSSLServer(
    _ pair: TestAuthority.Pair, _ arguments: [String] = ["-rev", "-quiet"], chain: String? = nil,
    input: RunningProcess.Input = .null
  ) throws -> (process: RunningProcess, port: Int) {
    let port = try Ports.free()
    let process = try RunningProcess(
      "openssl",
      ["s_server", "-accept", "127.0.0.1:\(port)", "-cert", pair.certificate, "-key", pair.key] + arguments
        + (chain.map { ["-cert_chain", $0] } ?? []), input: input)
    try SocketTable.tcp.waitForListener(on: port)
    return (process, port)
  }

  /// `openssl s_client`, which ends with the connection.
  static func openSSLClient(
    port: Int, _ arguments: [String] = [], input: RunningProcess.Input = .null
  ) throws -> RunningProcess {
    try RunningProcess("openssl", ["s_client", "-connect", "127.0.0.1:\(port)"] + arguments, input: input)
  }

  /// The words of Python for one end over memory, so that it can close one direction only: `t = Tunnel(c, …)`.
  static let tunnel = """
    import ssl
    class Tunnel:
      def __init__(self, c, certificate=None, key=None, trust=None, version=None):
        self.c = c
        server = certificate is not None
        x = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server else ssl.PROTOCOL_TLS_CLIENT)
        if server: x.load_cert_chain(certificate, key)
        else: x.load_verify_locations(trust)
        if version: x.minimum_version = x.maximum_version = getattr(ssl.TLSVersion, version)
        self.i, self.o = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.s = x.wrap_bio(self.i, self.o, server_side=server, server_hostname=None if server else 'localhost')
        self.call(self.s.do_handshake)
      def flush(self):
        data = self.o.read()
        if data: self.c.sendall(data)
      def call(self, f, *words):
        while True:
          try:
            result = f(*words)
            self.flush()
            return result
          except ssl.SSLWantReadError:
            self.flush()
            data = self.c.recv(65536)
            if data: self.i.write(data)
            else: self.i.write_eof()
      def write(self, data):
        view = memoryview(data)
        while len(view):
          view = view[self.s.write(view):]
          self.flush()
      def read(self, count=65536):
        try: return self.call(self.s.read, count)
        except ssl.SSLZeroReturnError: return b''
      def read_all(self):
        parts = []
        while True:
          part = self.read()
          if not part: return b''.join(parts)
          parts.append(part)
      def end(self):  # a close_notify, and go on reading
        try: self.s.unwrap()
        except ssl.SSLWantReadError: pass
        self.flush()

    """

  /// A server in Python that has the session as `t`.
  static func pythonServer(
    _ pair: TestAuthority.Pair, version: String = "", _ script: String
  ) throws -> (peer: PythonPeer, port: Int) {
    let opening =
      "t = Tunnel(c, '\(pair.certificate)', '\(pair.key)'\(version.isEmpty ? "" : ", version='\(version)'"))\n"
    let peer = try PythonPeer(tunnel + "l = listen()\nc, who = l.accept()\n" + opening + script)
    return (peer, try peer.port())
  }

  /// A client in Python that has the session as `t`.
  static func pythonClient(
    port: Int, trust: String, version: String = "", _ script: String
  ) throws -> PythonPeer {
    let opening = "t = Tunnel(c, trust='\(trust)'\(version.isEmpty ? "" : ", version='\(version)'"))\n"
    return try PythonPeer.client(port: port, tunnel + opening + script)
  }
}

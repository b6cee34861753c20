/// The installed tools that can be the other end of a connection.
package enum InstalledPeer: String, CaseIterable, Sendable, CustomStringConvertible {
  case ncOpenBSD = "nc.openbsd"
  case ncat
  case socat

  package var description: String { rawValue }

  /// The address at which a peer listens, or to which it connects.
  package enum Place: Sendable, Hashable, CustomStringConvertible {
    case tcp(host: String, port: Int)
    case udp(host: String, port: Int)
    case unix(path: String)

    package var description: String {
      switch self {
      case .tcp(let host, let port): "tcp \(host) \(port)"
      case .udp(let host, let port): "udp \(host) \(port)"
      case .unix(let path): "unix \(path)"
      }
    }

    /// The same for `sock`.
    package var sockArguments: [String] {
      switch self {
      case .tcp(let host, let port): [host, "\(port)"]
      case .udp(let host, let port): ["-u", host, "\(port)"]
      case .unix(let path): ["-U", path]
      }
    }

    /// Waits until a listener is there.
    package func waitForListener() throws {
      switch self {
      case .tcp(_, let port): try SocketTable.tcp.waitForListener(on: port)
      case .udp(_, let port): try SocketTable.udp.waitForListener(on: port)
      case .unix(let path): try SocketTable.waitForUnixSocket(path)
      }
    }
  }

  /// Starts it as a server that half-closes when its stdin ends, and waits until it listens.
  package func serve(
    _ place: Place, input: RunningProcess.Input = .null, output: RunningProcess.Output = .collected
  ) throws -> RunningProcess {
    let process = try RunningProcess(rawValue, arguments(place, serves: true), input: input, output: output)
    try place.waitForListener()
    return process
  }

  /// Starts it as a client.
  package func connect(
    _ place: Place, input: RunningProcess.Input = .null, output: RunningProcess.Output = .collected
  ) throws -> RunningProcess {
    try RunningProcess(rawValue, arguments(place, serves: false), input: input, output: output)
  }

  private func arguments(_ place: Place, serves: Bool) -> [String] {
    switch (self, place) {
    case (.ncOpenBSD, .tcp(let host, let port)): ["-n", "-N"] + (serves ? ["-l"] : []) + [host, "\(port)"]
    case (.ncOpenBSD, .udp(let host, let port)): ["-n", "-u"] + (serves ? ["-l"] : []) + [host, "\(port)"]
    case (.ncOpenBSD, .unix(let path)): ["-N", serves ? "-lU" : "-U", path]
    case (.ncat, .tcp(let host, let port)): ["-n"] + (serves ? ["-l"] : []) + [host, "\(port)"]
    case (.ncat, .udp(let host, let port)): ["-n", "-u"] + (serves ? ["-l"] : []) + [host, "\(port)"]
    case (.ncat, .unix(let path)): [serves ? "-lU" : "-U", path]
    case (.socat, let place): ["-t", "600", "-b", "65536", "STDIO", socatAddress(place, serves: serves)]
    }
  }

  private func socatAddress(_ place: Place, serves: Bool) -> String {
    func bracketed(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }
    func digit(_ host: String) -> String { host.contains(":") ? "6" : "4" }
    switch place {
    case .tcp(let host, let port):
      return serves
        ? "TCP\(digit(host))-LISTEN:\(port),bind=\(bracketed(host))" : "TCP\(digit(host)):\(bracketed(host)):\(port)"
    case .udp(let host, let port):
      return serves
        ? "UDP\(digit(host))-LISTEN:\(port),bind=\(bracketed(host))" : "UDP\(digit(host)):\(bracketed(host)):\(port)"
    case .unix(let path):
      return serves ? "UNIX-LISTEN:\(path)" : "UNIX-CONNECT:\(path)"
    }
  }
}

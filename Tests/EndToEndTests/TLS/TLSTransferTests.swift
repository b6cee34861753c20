import SockTestSupport
import Testing

/// Large transfers over TLS with other programs, in both roles and both versions.
@Suite(.heavy) struct TLSTransferTests {
  enum Peer: String, CaseIterable { case ncat, socat, openssl, sock }

  private static func server(
    _ peer: Peer, _ pair: TestAuthority.Pair, port: Int, version: String, input: RunningProcess.Input,
    output: RunningProcess.Output
  ) throws -> RunningProcess {
    let old = version == "1.2"
    let (program, arguments): (String, [String]) =
      switch peer {
      case .ncat:
        ("ncat", ["-l", "127.0.0.1", "\(port)", "--ssl", "--ssl-cert", pair.certificate, "--ssl-key", pair.key])
      case .socat:
        (
          "socat",
          [
            "-t10", "-b65536", "-",
            "OPENSSL-LISTEN:\(port),bind=127.0.0.1,reuseaddr,verify=0,cert=\(pair.certificate),key=\(pair.key)"
              + (old ? ",openssl-max-proto-version=TLS1.2" : ""),
          ]
        )
      case .openssl:
        (
          "openssl",
          ["s_server", "-accept", "127.0.0.1:\(port)", "-naccept", "1", "-quiet", "-cert", pair.certificate]
            + ["-key", pair.key] + (old ? ["-tls1_2"] : [])
        )
      case .sock:
        (Sock.binary, ["listen", "--tls", "127.0.0.1", "\(port)", "--tls-version", version] + pair.arguments)
      }
    let process = try RunningProcess(program, arguments, input: input, output: output)
    try SocketTable.tcp.waitForListener(on: port)
    return process
  }

  @Test("What is sent arrives whole", arguments: Peer.allCases, ["1.2", "1.3"])
  func sending(_ peer: Peer, _ version: String) throws {
    let authority = try TestAuthority()
    let directory = try TemporaryDirectory()
    let input = try LargeTransfer.input(in: directory)
    let port = try Ports.free()
    let server = try Self.server(
      peer, try authority.issue(), port: port, version: version, input: .pipe, output: .file(directory("out")))
    let sock = try Sock.run(
      [
        "connect", "--tls", "localhost", "\(port)", "--tls-trust", authority.certificate, "--send-only",
        "--tls-version", version,
      ], input: .file(input), within: LargeTransfer.limit)
    #expect(sock.status == 0, "\(sock)")
    server.input?.close()
    if peer != .openssl { try server.wait() }
    try eventually("all has been written", within: .seconds(10), every: .milliseconds(50)) {
      LargeTransfer.length(directory("out")) == LargeTransfer.size
    }
    #expect(try RunningProcess("cmp", [input, directory("out")]).wait(within: LargeTransfer.limit).status == 0)
  }

  @Test("What is received arrives whole", arguments: Peer.allCases, ["1.2", "1.3"])
  func receiving(_ peer: Peer, _ version: String) throws {
    let authority = try TestAuthority()
    let directory = try TemporaryDirectory()
    let input = try LargeTransfer.input(in: directory)
    let port = try Ports.free()
    let pair = try authority.issue()
    let server =
      peer == .openssl
      ? try Self.fileServer(pair, directory, port: port, version)
      : try Self.server(peer, pair, port: port, version: version, input: .file(input), output: .null)
    // ncat 7.93 ends without a close_notify.
    let others = peer == .ncat ? ["--tls-truncation-ok", "--recv-only"] : peer == .openssl ? [] : ["--recv-only"]
    let sock = try RunningProcess(
      Sock.binary,
      ["connect", "--tls", "localhost", "\(port)", "--tls-trust", authority.certificate, "--tls-version", version]
        + others, input: .text(peer == .openssl ? "GET /in HTTP/1.0\r\n\r\n" : ""),
      output: .file(directory("out")))
    let ending = try sock.wait(within: LargeTransfer.limit)
    #expect(ending.status == 0, "\(sock.errors?.text ?? "")")
    #expect(try RunningProcess("cmp", [input, directory("out")]).wait(within: LargeTransfer.limit).status == 0)
    server.kill()
  }

  /// `openssl s_server -HTTP`, which sends a file as it is. With input of its own it may block before it has written that.
  private static func fileServer(
    _ pair: TestAuthority.Pair, _ directory: TemporaryDirectory, port: Int, _ version: String
  ) throws -> RunningProcess {
    let server = try RunningProcess(
      "sh",
      [
        "-c",
        "cd \(directory.path) && exec openssl s_server -accept 127.0.0.1:\(port) -naccept 1 -HTTP -cert \(pair.certificate)"
          + " -key \(pair.key)" + (version == "1.2" ? " -tls1_2" : ""),
      ])
    try SocketTable.tcp.waitForListener(on: port)
    return server
  }

  @Test("Both directions at once, and what the checksum says is what was sent")
  func bothWays() throws {
    let authority = try TestAuthority()
    let directory = try TemporaryDirectory()
    let input = try LargeTransfer.input(in: directory)
    let listener = try SockListener(
      ["--tls", "--checksum", "sha256"] + (try authority.issue().arguments), input: .file(input),
      output: .file(directory("there")))
    let sock = try RunningProcess(
      Sock.binary,
      ["connect", "tls://localhost:\(listener.port)", "--tls-trust", authority.certificate, "--checksum", "sha256"],
      input: .file(input), output: .file(directory("here")))
    let ending = try sock.wait(within: LargeTransfer.limit)
    #expect(ending.status == 0, "\(sock.errors?.text ?? "")")
    #expect(try listener.outcome(within: LargeTransfer.limit).status == 0)
    for file in ["here", "there"] {
      #expect(try RunningProcess("cmp", [input, directory(file)]).wait(within: LargeTransfer.limit).status == 0)
    }
    let hash = try RunningProcess("sha256sum", [input])
    try hash.wait(within: LargeTransfer.limit)
    let sum = String(hash.output?.text.prefix(64) ?? "?")
    #expect(sock.errors?.text.components(of: sum) == 2)
  }

  @Test("--resume continues a transfer over TLS, and --limit-rate holds")
  func resumed() throws {
    let authority = try TestAuthority()
    let directory = try TemporaryDirectory()
    let content = RandomData.bytes(3_000_000, seed: 3)
    try writeFile(directory("in"), content)
    try writeFile(directory("out"), Array(content.prefix(1_000_000)))
    let file = try Descriptor.open(directory("out"), 0o2 | 0o2000)
    let listener = try SockListener(
      ["--tls", "--resume"] + (try authority.issue().arguments), verb: "recv", output: .descriptor(file))
    let sock = try Sock.run(
      [
        "send", "tls://localhost:\(listener.port)", "--tls-trust", authority.certificate, "--resume", "--limit-rate",
        "4M", "--no-reply",
      ], input: .file(directory("in")))
    #expect(sock.status == 0 && sock.seconds > 0.3, "\(sock)")
    #expect(try listener.outcome().status == 0)
    #expect(try readFile(directory("out")) == content)
  }
}

extension String {
  /// How often a text occurs.
  fileprivate func components(of text: String) -> Int {
    var (count, rest) = (0, self[...])
    while let place = rest.range(of: text) {
      count += 1
      rest = rest[place.upperBound...]
    }
    return count
  }
}

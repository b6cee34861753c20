import Glibc
import SockTestSupport
import Testing

/// sock as a server of DTLS: cookies, many peers on one port, and what runs over it.
@Suite(.endToEnd) struct DTLSServerTests {
  @Test("Ten thousand first messages without a cookie leave nothing behind, and the next client is served")
  func flood() throws {
    let pair = try DTLSPeer.Identity()
    let listener = try SockListener(["-k", "--dtls"] + pair.arguments)
    let hello = try PythonPeer.datagrams("say(s.recv(65536).hex())")
    _ = try Sock.run(["connect", "--dtls", "--timeout", "100ms", "127.0.0.1", "\(hello.port)"])
    let message = try hello.peer.reply()
    func flood(_ count: Int) throws {
      let peer = try PythonPeer(
        """
        hello, answers = bytes.fromhex('\(message)'), 0
        s = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(100)]
        for x in s:
          x.connect(('127.0.0.1', \(listener.port)))
          x.settimeout(2)
        for turn in range(\(count) // 100):
          for x in s: x.send(hello)
          for x in s:
            answer = x.recv(65536)
            # A HelloVerifyRequest, which is shorter than what asked for it.
            assert answer[13] == 3 and len(answer) < len(hello), answer
            answers += 1
        say(answers)
        """)
      #expect(try peer.reply() == "\(count)")
    }
    try flood(500)
    func state() throws -> (memory: Int, descriptors: Int) {
      (
        try Self.memory(of: listener.process),
        try Self.descriptors(of: listener.process)
      )
    }
    let before = try state()
    try flood(10_000)
    let after = try state()
    #expect(after.descriptors == before.descriptors)
    #expect(after.memory < before.memory + (1 << 20), "\(after.memory - before.memory) bytes more")
    let client = try Sock.run(
      ["send", "--dtls", "127.0.0.1", "\(listener.port)", "--tls-trust", pair.trust, "hello"])
    #expect(client.status == 0, "\(client)")
    try listener.output.waitForBytes(5)
  }

  private static func memory(of process: RunningProcess) throws -> Int {
    let status = String(decoding: try readFile("/proc/\(process.identifier)/status"), as: UTF8.self)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    return (line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
  }

  private static func descriptors(of process: RunningProcess) throws -> Int {
    let list = try RunningProcess("ls", ["/proc/\(process.identifier)/fd"])
    try list.wait()
    return list.output?.text.split(separator: "\n").count ?? 0
  }

  @Test("Many peers share a port: each has its own session, and standard input goes to all of them")
  func manyPeers() throws {
    let pair = try DTLSPeer.Identity()
    let listener = try SockListener(["-k", "--dtls", "-v"] + pair.arguments, input: .pipe)
    let clients = try (0..<20).map { _ in
      try Sock.start(
        ["connect", "--dtls", "127.0.0.1", "\(listener.port)", "--tls-trust", pair.trust], input: .pipe)
    }
    for (index, client) in clients.enumerated() { try client.input?.write("peer \(index)\n") }
    try listener.output.waitForBytes((0..<20).reduce(0) { $0 + "peer \($1)\n".utf8.count })
    #expect(Set(listener.output.text.split(separator: "\n")).count == 20)
    try listener.process.input?.write("to all")
    for client in clients {
      try client.output?.waitForBytes(6)
      client.input?.close()
    }
    for client in clients { #expect(try Sock.outcome(of: client).text == "to all") }
    listener.process.send(15)
    _ = try listener.outcome()
  }

  @Test("A wildcard address answers from where it was asked, and no other program may bind its port meanwhile")
  func wildcard() throws {
    let pair = try DTLSPeer.Identity()
    let listener = try SockListener(["-k", "--dtls"] + pair.arguments, host: "0.0.0.0")
    for host in ["127.0.0.1", "127.0.0.2"] {
      let client = try Sock.run(
        [
          "send", "--dtls", host, "\(listener.port)", "--tls-trust", pair.trust, "--tls-name", "localhost",
          "from \(host)",
        ])
      #expect(client.status == 0, "\(client)")
      let thief = try Sock.run(["udp-recv", "-o", "SO_REUSEADDR=1", "127.0.0.1", "\(listener.port)"])
      #expect(thief.status == 71, "\(thief)")
    }
    try listener.output.waitForBytes(28)
  }

  @Test("A peer that falls silent is forgotten after --peer-timeout")
  func peerTimeout() throws {
    let listener = try SockListener(["-k", "--dtls", "-v", "--peer-timeout", "500ms"])
    let pin = try DTLSPeer.pin(of: listener)
    let client = try Sock.start(
      ["connect", "--dtls", "127.0.0.1", "\(listener.port)", "--tls-pin", pin], input: .pipe)
    try client.input?.write("a")
    _ = try listener.errors.waitForLine(containing: "received 1 byte in", within: .seconds(5))
    // It is told so.
    client.input?.close()
    #expect(try Sock.outcome(of: client, within: .seconds(5)).status == 0)
  }

  @Test("Who may not come in gets no answer, and clients' certificates are asked for as with TLS")
  func access() throws {
    let pair = try DTLSPeer.Identity()
    let denying = try SockListener(["-k", "--dtls", "-v", "--deny", "127.0.0.1"] + pair.arguments)
    let denied = try Sock.run(
      ["connect", "--dtls", "--timeout", "500ms", "127.0.0.1", "\(denying.port)", "--tls-trust", pair.trust])
    #expect(denied.status == 75)
    _ = try denying.errors.waitForLine(containing: "denied")
    let listener = try SockListener(["-k", "--dtls", "--tls-client-trust", pair.trust] + pair.arguments)
    let address = ["127.0.0.1", "\(listener.port)", "--tls-trust", pair.trust]
    let without = try Sock.run(["send", "--dtls"] + address + ["x"])
    #expect(without.status != 0, "\(without)")
    _ = try listener.errors.waitForLine(containing: "it has sent no certificate, and must")
    let with = try Sock.run(["send", "--dtls"] + address + pair.arguments + ["certified"])
    #expect(with.status == 0, "\(with)")
    try listener.output.waitForBytes(9)
  }

  @Test("Programs, relays and waiting work over it")
  func overIt() throws {
    let pair = try DTLSPeer.Identity()
    let program = try SockListener(["-k", "--dtls", "--shell-exec", "head -c 40000 /dev/zero; cat"] + pair.arguments)
    let trust = ["--tls-trust", pair.trust]
    let client = try Sock.start(["connect", "--dtls", "127.0.0.1", "\(program.port)"] + trust, input: .pipe)
    try client.input?.write("echo")
    try client.output?.waitForBytes(40_004)
    client.input?.close()
    #expect(try Sock.outcome(of: client).status == 0)
    let waited = try Sock.run(["wait", "--for", "10s", "dtls://127.0.0.1:\(program.port)"] + trust)
    #expect(waited.status == 0, "\(waited)")
    // From datagrams with DTLS to plain ones, and back.
    let echo = try SockListener(["--echo"], verb: "udp-recv")
    let relay = try SockListener.relay(
      [], left: "dtls://127.0.0.1:0?tls-cert=\(pair.certificate)&tls-key=\(pair.key)", "udp://127.0.0.1:\(echo.port)")
    let through = try Sock.start(["connect", "--dtls", "127.0.0.1", "\(relay.port)"] + trust, input: .pipe)
    try through.input?.write("through")
    try through.output?.waitForBytes(7)
    through.input?.close()
    #expect(try Sock.outcome(of: through).text == "through")
    for process in [program, echo, relay] { process.process.send(15) }
  }

  @Test("A client that restarts on the same port is served again")
  func restart() throws {
    let pair = try DTLSPeer.Identity()
    let listener = try SockListener(["-k", "--dtls"] + pair.arguments)
    let port = try Ports.free()
    let address = ["--dtls", "127.0.0.1", "\(listener.port)", "--source-port", "\(port)", "--tls-trust", pair.trust]
    let first = try Sock.start(["connect"] + address, input: .pipe)
    try first.input?.write("first")
    try listener.output.waitForBytes(5)
    first.send(9)
    _ = try first.wait()
    let second = try Sock.run(["send"] + address + ["second"], within: .seconds(10))
    #expect(second.status == 0, "\(second)")
    try listener.output.waitForBytes(11)
  }
}

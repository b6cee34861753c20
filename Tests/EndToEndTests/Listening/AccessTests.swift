import Glibc
import SockTestSupport
import Testing

/// `--allow` and `--deny`: who may come in.
@Suite(.endToEnd) struct AccessTests {
  /// Connects from an address, and says `in` if the server answers by ending, `out` if it has reset the connection.
  private static func knock(from source: String, port: Int) throws -> String {
    let peer = try PythonPeer(
      """
      c = socket.socket()
      c.bind(('\(source)', 0))
      c.settimeout(30)
      try:
        c.connect(('127.0.0.1', \(port)))
        c.sendall(b'x')
        c.shutdown(socket.SHUT_WR)
        got = c.recv(10)
        time.sleep(0.05)
        say('in' if got == b'' else repr(got))
      except OSError: say('out')
      """)
    let reply = try peer.reply()
    try peer.finish()
    return reply
  }

  @Test(
    "Only those are let in who are allowed and not denied",
    arguments: [
      (["--allow", "127.0.0.2"], ["127.0.0.2"]), (["--allow", "127.0.0.2-127.0.0.3"], ["127.0.0.2", "127.0.0.3"]),
      (["--allow", "127.0.0.2,127.0.0.4"], ["127.0.0.2", "127.0.0.4"]),
      (["--allow", "127.0.0.2", "--allow", "127.0.0.3"], ["127.0.0.2", "127.0.0.3"]),
      (["--deny", "127.0.0.2/31"], ["127.0.0.4"]),
      (["--allow", "127.0.0.0/8", "--deny", "127.0.0.3"], ["127.0.0.2", "127.0.0.4"]),
    ])
  func addresses(_ options: [String], _ admitted: [String]) throws {
    let listener = try SockListener(["-k", "-v"] + options)
    for source in ["127.0.0.2", "127.0.0.3", "127.0.0.4"] {
      #expect(try Self.knock(from: source, port: listener.port) == (admitted.contains(source) ? "in" : "out"))
      let event = admitted.contains(source) ? "accepted \(source):" : "denied \(source):"
      try listener.errors.waitForLine(containing: event)
    }
    try listener.output.waitForBytes(admitted.count)
    #expect(listener.output.text.utf8.count == admitted.count)
  }

  @Test("A denied peer does not count as the one that is waited for, with TLS or without", arguments: [[], ["--tls"]])
  func deniedDoesNotCount(_ options: [String]) throws {
    let listener = try SockListener(["-v", "--deny", "127.0.0.3"] + options)
    #expect(try Self.knock(from: "127.0.0.3", port: listener.port) == "out")
    try listener.errors.waitForLine(containing: "denied 127.0.0.3:")
    let client = options.isEmpty ? [] : ["--tls-no-verify"]
    let outcome = try Sock.run(["send"] + options + client + ["127.0.0.1", "\(listener.port)", "here"])
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try listener.outcome().text == "here")
  }

  @Test("An IPv4 peer of a dual-stack socket is known by its IPv4 address")
  func mapped() throws {
    let listener = try SockListener(["-k", "--allow", "127.0.0.2"], host: "*")
    #expect(try Self.knock(from: "127.0.0.2", port: listener.port) == "in")
    #expect(try Self.knock(from: "127.0.0.3", port: listener.port) == "out")
  }

  @Test("SIGHUP reads a file again; if it is broken, the old list stays, with a warning")
  func reload() throws {
    let directory = try TemporaryDirectory()
    let file = directory("acl")
    func write(_ text: String) throws { try RunningProcess("sh", ["-c", "printf '\(text)' >\(file)"]).wait() }
    try write("# two\\n127.0.0.2 # only\\n")
    let listener = try SockListener(["-k", "-v", "--allow", "@\(file)"])
    #expect(try Self.knock(from: "127.0.0.2", port: listener.port) == "in")
    #expect(try Self.knock(from: "127.0.0.3", port: listener.port) == "out")
    try write("127.0.0.3\\n")
    listener.process.send(SIGHUP)
    try listener.errors.waitForLine(containing: "read again")
    #expect(try Self.knock(from: "127.0.0.2", port: listener.port) == "out")
    try write("127.0.0.2\\n127.0.0.300\\n")
    listener.process.send(SIGHUP)
    try listener.errors.waitForLine(containing: "\(file):2: '127.0.0.300'")
    #expect(try Self.knock(from: "127.0.0.2", port: listener.port) == "out")
    #expect(try Self.knock(from: "127.0.0.3", port: listener.port) == "in")
    try RunningProcess("rm", [file]).wait()
    listener.process.send(SIGHUP)
    try listener.errors.waitForLine(containing: "ENOENT")
    #expect(try Self.knock(from: "127.0.0.3", port: listener.port) == "in")
  }

  @Test("Without a file or a name SIGHUP ends the run")
  func hangUp() throws {
    let listener = try SockListener(["-k", "--allow", "127.0.0.1"])
    listener.process.send(SIGHUP)
    #expect(try listener.process.wait().status == 129)
  }

  @Test(
    "A broken list is refused before anything listens",
    arguments: [
      ("10.0.0.300", 64, "'10.0.0.300'"), ("10.0.0.0/33", 64, "0 to 32"), ("@/nonexistent", 64, "/nonexistent"),
      ("uid:no-such-user", 64, "no such user"), ("10.0.0.1,", 64, "names no peers"),
    ])
  func refusals(_ value: String, _ status: CInt, _ part: String) throws {
    for option in ["--allow", "--deny"] {
      let outcome = try Sock.run(["listen", option, value, "127.0.0.1", "0"])
      #expect(outcome.status == status && outcome.errors.contains(part), "\(outcome)")
      #expect(!outcome.errors.contains("listening"))
    }
  }

  @Test("A broken line of a file is named, and ends the run with 65")
  func brokenFile() throws {
    let directory = try TemporaryDirectory()
    try RunningProcess("sh", ["-c", "printf '::1\\n10.0.0.0/99\\n' >\(directory("acl"))"]).wait()
    let outcome = try Sock.run(["recv", "--deny", "@\(directory("acl"))", "127.0.0.1", "0"])
    #expect(outcome.status == 65 && outcome.errors.contains("acl:2: '10.0.0.0/99'"), "\(outcome)")
  }

  @Test(
    "Datagrams of those who may not send are dropped",
    arguments: [["listen", "-u", "-k"], ["udp-recv"], ["recv", "-u"]])
  func datagrams(_ words: [String]) throws {
    let server = try SockListener(Array(words.dropFirst()) + ["-v", "--deny", "127.0.0.3"], verb: words[0])
    for (source, text) in [("127.0.0.3", "no"), ("127.0.0.3", "no"), ("127.0.0.2", "yes")] {
      let sent = try Sock.run(["udp-send", "-s", source, "127.0.0.1", "\(server.port)", text])
      #expect(sent.status == 0, "\(sent)")
    }
    try server.output.waitForBytes(3)
    #expect(server.output.text == "yes")
    #expect(server.errors.text.contains("denied 127.0.0.3:"))
  }

  @Test("A denied sender is not the one peer of listen -u")
  func firstPeer() throws {
    let server = try SockListener(["-u", "-v", "--allow", "127.0.0.2"])
    _ = try Sock.run(["udp-send", "127.0.0.1", "\(server.port)", "no"])
    try server.errors.waitForLine(containing: "denied 127.0.0.1:")
    _ = try Sock.run(["udp-send", "-s", "127.0.0.2", "127.0.0.1", "\(server.port)", "yes"])
    try server.output.waitForBytes(3)
    #expect(server.output.text == "yes")
  }

  @Test("A relay lets in on its left side those who may come in")
  func relay() throws {
    let target = try SockListener(["-k"])
    let relay = try SockListener(
      running: Sock.start(["relay", "-v", "--deny", "127.0.0.3", "127.0.0.1:0", "127.0.0.1:\(target.port)"]))
    #expect(try Self.knock(from: "127.0.0.3", port: relay.port) == "out")
    #expect(try Self.knock(from: "127.0.0.2", port: relay.port) == "in")
    try target.output.waitForBytes(1)
    #expect(target.output.text == "x")
  }

  @Test(
    "Unix peers are let in by their user", .enabled(if: Privileges.isRoot, "root, to become another user"),
    arguments: [([], ["send"]), (["--type", "dgram"], ["udp-send"])])
  func users(_ type: [String], _ send: [String]) throws {
    let directory = try TemporaryDirectory()
    try RunningProcess("chmod", ["755", directory.path]).wait()
    let verb = type.isEmpty ? ["listen", "-k"] : ["udp-recv"]
    let process = try Sock.start(
      verb + ["-v", "-U", "--mode", "666", "--deny", "uid:0", directory("s")] + type, input: .null)
    try process.errors?.waitForLine(containing: "listening")
    let command = "\(Sock.binary) \(send[0]) -U \(type.joined(separator: " ")) \(directory("s"))"
    try RunningProcess("sh", ["-c", command + " root 2>/dev/null"]).wait()
    try process.errors?.waitForLine(containing: "uid 0")
    try RunningProcess("sh", ["-c", Privileges.nobody + command + " nobody"]).wait()
    try process.output?.waitForBytes(6)
    #expect(process.output?.text == "nobody")
    #expect(process.errors?.text.contains("denied") == true)
  }
}

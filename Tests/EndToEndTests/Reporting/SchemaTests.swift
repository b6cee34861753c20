import Glibc
import SockTestSupport
import Testing

/// Everything that `--json` writes is as `share/sock.schema.json` has it.
@Suite(.endToEnd) struct SchemaTests {
  @Test func `the payload of each verb that prints JSON`() throws {
    let check = try SchemaCheck()
    for words in [
      ["opts"], ["opts", "SO_RCVBUF=1M"], ["families"], ["resolve", "localhost", "http"], ["resolve", "127.0.0.1"],
      ["list"],
      ["ping", "--count", "2", "--interval", "10ms", "127.0.0.1"], ["trace-route", "127.0.0.1"],
      ["ping", "--count", "1", "--tcp", "127.0.0.1", "1"], ["list", "nothing"], ["opts", "SO_NOTHING"],
    ] {
      let outcome = try Sock.run([words[0], "--json"] + words.dropFirst())
      check.add(outcome.lines + outcome.errorLines, words)
    }
    let server = try SockListener(["--bench"])
    for work in ["upload", "latency", "datagrams"] {
      let words = ["bench", "--json", "--time", "0.1", "--work", work, "127.0.0.1", "\(server.port)"]
      check.add(try Sock.run(words).lines, words)
    }
    let watch = try Sock.start(["list", "--watch=50ms", "--json", "tcp"])
    let listener = try SockListener()
    _ = try Sock.run(["send", "--no-reply", "127.0.0.1", "\(listener.port)", "x"])
    try watch.output?.waitForLine(containing: "\"closed\"")
    kill(watch.identifier, SIGINT)
    check.add(try Sock.outcome(of: watch).lines, ["list", "--watch"])
    _ = try check.finish()
  }

  @Test func `every event`() throws {
    let check = try SchemaCheck()
    let directory = try TemporaryDirectory()
    try writeFile(directory("data"), Array("some data".utf8))

    /// A server and a client of it, both with events as JSON.
    func pair(_ server: [String], _ client: [String], verb: String = "listen") throws {
      let listener = try SockListener(["--json", "-v"] + server, verb: verb)
      let outcome = try Sock.run(client.map { $0 == "PORT" ? "\(listener.port)" : $0 } + ["--json"])
      check.add(outcome.errorLines, client)
      if server.contains("-k") || server.contains("-u") { kill(listener.process.identifier, SIGTERM) }
      check.add(try listener.outcome().errorLines, server)
    }
    try pair(
      ["--checksum", "sha256"],
      ["send", "localhost", "PORT", "hello", "-o", "TCP_NODELAY", "--progress=always", "--checksum", "md5"])
    try pair(["-k", "--deny", "127.0.0.1"], ["send", "127.0.0.1", "PORT", "hello"])
    try pair(["-u"], ["send", "-u", "127.0.0.1", "PORT", "hello"])
    try pair(["--count", "1"], ["udp-send", "127.0.0.1", "PORT", "hello"], verb: "udp-recv")
    try pair(["--tls"], ["send", "--tls", "--tls-no-verify", "127.0.0.1", "PORT", "hello"])
    try pair(["-k", "--exec", "cat"], ["send", "--trace", "127.0.0.1", "PORT", "hello"])
    try pair(["-k"], ["connect", "-z", "127.0.0.1", "PORT"])
    try pair(
      ["--proxy-protocol", "accept"],
      [
        "send", "--proxy-protocol", "send", "--proxy-protocol-field", "authority=host", "--proxy-protocol-field",
        "0xe0=x", "127.0.0.1", "PORT", "hello",
      ])
    try pair(["-k", "--workers", "2"], ["send", "127.0.0.1", "PORT", "hello"])
    check.add(try drained(), ["listen", "--grace", "0.1"])
    for words in [
      ["connect", "127.0.0.1", "1"], ["connect", "no-such-name.invalid", "1"], ["connect"],
      ["listen", "192.0.2.1", "1"],
      ["connect", "--retry", "1", "--retry-delay", "10ms", "127.0.0.1", "1"],
      ["wait", "--closed", "--for", "1", "127.0.0.1:1"], ["send", "-U", directory("none"), "x"],
    ] { check.add(try Sock.run(words + ["--json"]).errorLines, words) }
    let kinds = try check.finish()
    for kind in [
      "listening", "resolved", "attempt", "connected", "accepted", "denied", "received", "peer-eof", "closed", "error",
      "option", "progress", "checksum", "certificate", "secured", "found", "retry", "ready", "call", "proxied",
      "draining",
    ] { #expect(kinds.contains(kind), "no event '\(kind)' was seen") }
  }
}

extension SchemaTests {
  /// The events of a server that is told to end while a connection is open.
  private func drained() throws -> [String] {
    let server = try SockListener(["--json", "-v", "-k", "--exec", "cat", "--grace", "0.1"])
    let client = try Sock.start(["connect", "127.0.0.1", "\(server.port)"], input: .pipe)
    try server.errors.waitForLine(containing: "accepted")
    kill(server.process.identifier, SIGTERM)
    let lines = try server.outcome().errorLines
    client.input?.close()
    return lines
  }
}

/// Collects lines, and holds them against the schema.
final class SchemaCheck {
  private let process: RunningProcess

  init() throws {
    process = try RunningProcess(
      PythonPeer.interpreter, ["-c", Self.script, projectRoot + "share/sock.schema.json"], input: .pipe)
  }

  /// Adds the lines of a run; the words say which it was.
  func add(_ lines: [String], _ words: [String]) {
    for line in lines { try? process.input?.write(words.joined(separator: " ") + "\t" + line + "\n") }
  }

  /// The events that were seen. Records each line that the schema does not allow.
  func finish() throws -> [String] {
    process.input?.close()
    let outcome = try Sock.outcome(of: process)
    for line in outcome.errorLines { Issue.record("\(line)") }
    #expect(outcome.status == 0)
    return outcome.lines
  }

  /// The keywords that the schema uses; any other is a fault of the schema.
  private static let script = """
    import json, re, sys
    schema = json.load(open(sys.argv[1]))
    types = {'string': str, 'integer': int, 'number': (int, float), 'boolean': bool, 'null': type(None),
             'array': list, 'object': dict}
    def has_type(value, name):
      return isinstance(value, types[name]) and (name == 'boolean' or not isinstance(value, bool))
    def fits(value, rule):
      return all(holds(key, rule[key], value, rule) for key in rule)
    def holds(key, wanted, value, rule):
      if key in ('$schema', '$defs', 'title', 'description', 'then'): return True
      if key == '$ref': return fits(value, schema['$defs'][wanted.removeprefix('#/$defs/')])
      if key == 'anyOf': return any(fits(value, one) for one in wanted)
      if key == 'allOf': return all(fits(value, one) for one in wanted)
      if key == 'if': return not fits(value, wanted) or fits(value, rule['then'])
      if key == 'type': return any(has_type(value, name) for name in ([wanted] if isinstance(wanted, str) else wanted))
      if key == 'const': return value == wanted
      if key == 'enum': return value in wanted
      if key == 'pattern': return not isinstance(value, str) or re.search(wanted, value) is not None
      if key == 'minimum': return not isinstance(value, (int, float)) or value >= wanted
      if key == 'items': return not isinstance(value, list) or all(fits(item, wanted) for item in value)
      if key == 'required': return not isinstance(value, dict) or all(name in value for name in wanted)
      if key == 'properties':
        return not isinstance(value, dict) or all(fits(value[name], wanted[name]) for name in wanted if name in value)
      if key == 'patternProperties':
        return not isinstance(value, dict) or all(
          fits(value[name], wanted[pattern]) for pattern in wanted for name in value if re.search(pattern, name))
      if key == 'additionalProperties':
        if not isinstance(value, dict): return True
        patterns = rule.get('patternProperties', {})
        others = [value[name] for name in value if name not in rule.get('properties', {})
                  and not any(re.search(pattern, name) for pattern in patterns)]
        return not others if wanted is False else all(fits(other, wanted) for other in others)
      sys.exit('the schema has a keyword that this test does not know: ' + key)
    seen = set()
    for entry in sys.stdin:
      words, line = entry.rstrip('\\n').split('\\t', 1)
      if not line.startswith('{'):
        if not line.startswith('Try '): print(words + ': no object: ' + line, file=sys.stderr)
        continue
      value = json.loads(line)
      seen.add(value.get('event', ''))
      if not fits(value, schema): print(words + ': ' + line, file=sys.stderr)
    print(*seen, sep='\\n')
    """
}

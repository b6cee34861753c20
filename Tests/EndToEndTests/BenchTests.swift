import Foundation
import SockTestSupport
import Testing

/// `sock bench` against its own server, and against services of others.
@Suite(.endToEnd) struct BenchTests {
  private func server(_ arguments: [String] = []) throws -> (process: RunningProcess, port: Int) {
    let process = try Sock.start(["listen", "--bench"] + arguments + ["127.0.0.1", "0"])
    let line = try #require(try process.errors?.waitForLine(containing: "listening on 127.0.0.1:"))
    return (process, try #require(line.firstMatch(of: /127\.0\.0\.1:(\d+)/).flatMap { Int($0.1) }))
  }

  private func bench(_ port: Int, _ options: String) throws -> [String: Any] {
    let outcome = try Sock.run(
      ["bench", "--json", "--time", "0.2"] + options.split(separator: " ").map(String.init) + ["127.0.0.1", "\(port)"])
    #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome)")
    return try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output)) as? [String: Any], "\(outcome)")
  }

  @Test func `streams there, back and both ways, with what arrived and what the kernel says`() throws {
    let (process, port) = try server()
    let upload = try bench(port, "--streams 2")
    #expect(upload["sent"] as? Int == upload["arrived"] as? Int && (upload["sent"] as? Int ?? 0) > 1 << 20)
    #expect((upload["tcp"] as? [Any])?.count == 2 && (upload["seconds"] as? Double ?? 0) > 0.15)
    #expect(try bench(port, "--bytes 3000001")["arrived"] as? Int == 3_000_001)
    #expect(try bench(port, "--work download --bytes 1000001 --streams 3")["received"] as? Int == 3_000_003)
    let both = try bench(port, "--work both")
    #expect((both["sent"] as? Int ?? 0) > 1 << 20 && (both["received"] as? Int ?? 0) > 1 << 20)
    process.send(SIGTERM)
    #expect(try Sock.outcome(of: process).status == 128 + SIGTERM)
  }

  @Test func `rounds, connections and datagrams are counted and timed`() throws {
    let (_, port) = try server()
    let rounds = try bench(port, "--work latency --count 100 --size 300")
    #expect(rounds["count"] as? Int == 100 && rounds["received"] as? Int == 30_000)
    let least = try #require(rounds["least"] as? Double)
    #expect(least > 0 && least <= rounds["p50"] as? Double ?? 0)
    #expect(rounds["p50"] as? Double ?? 1 <= rounds["most"] as? Double ?? 0)
    #expect(try bench(port, "--work connects --count 50 --streams 2")["count"] as? Int == 100)
    let datagrams = try bench(port, "--work datagrams --count 200 --limit-rate 10M")
    #expect(datagrams["datagrams-sent"] as? Int == 200 && datagrams["datagrams-received"] as? Int ?? 0 > 100)
  }

  @Test func `what was sent and did not arrive is lost`() throws {
    let (_, port) = try server()
    let outcome = try bench(port, "--work datagrams --size 60000 --limit-rate 20G --time 0.3")
    let (sent, got) = (outcome["datagrams-sent"] as? Int ?? 0, outcome["datagrams-received"] as? Int ?? 0)
    let loss = try #require(outcome["loss-percent"] as? Double)
    #expect(abs(loss - 100 * Double(sent - got) / Double(max(1, sent))) < 0.001)
  }

  @Test func `services of others: echo, discard, chargen`() throws {
    let (_, echo) = try PythonPeer.server("while True:\n  d = c.recv(65536)\n  if not d: break\n  c.sendall(d)")
    #expect(try bench(echo, "--against echo --work latency --count 20")["count"] as? Int == 20)
    let (_, discard) = try PythonPeer.server("hear()")
    #expect(try bench(discard, "--against discard --bytes 100000")["sent"] as? Int == 100_000)
    let (_, chargen) = try PythonPeer.server("while True: c.sendall(b'x' * 65536)")
    #expect(try bench(chargen, "--against chargen")["received"] as? Int ?? 0 > 100_000)
  }

  @Test func `another service in the server's place is 76, nobody 69, and a server that dies 74`() throws {
    let (_, other) = try PythonPeer.server(
      "c.sendall(b'220 mail.example ESMTP ready, and a long greeting that is no answer')\nhear()")
    let refused = try Sock.run(["bench", "--time", "0.1", "127.0.0.1", "\(other)"])
    #expect(
      refused.status == 76 && refused.errors.contains("does not answer as 'sock listen --bench' does"), "\(refused)")
    #expect(try Sock.run(["bench", "127.0.0.1", "1"]).status == 69)
    let (process, port) = try server(["-v"])
    let client = try Sock.start(["bench", "--time", "20", "127.0.0.1", "\(port)"])
    try process.errors?.waitForLine(containing: "accepted")
    process.send(SIGKILL)
    #expect(try Sock.outcome(of: client).status == 74)
  }

  @Test func `a server outlives those who speak otherwise`() throws {
    let (process, port) = try server()
    for bytes in ["GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "sockbnch\u{1}\u{7f}", "", "x"] {
      _ = try Sock.run(["send", "127.0.0.1", "\(port)"], input: .text(bytes))
    }
    #expect(try bench(port, "--bytes 1000")["arrived"] as? Int == 1000)
    process.send(SIGINT)
    let outcome = try Sock.outcome(of: process)
    #expect(outcome.errors.contains("does not speak as sock bench does"), "\(outcome)")
  }

  @Test func `people are told the same`() throws {
    let (_, port) = try server()
    let outcome = try Sock.run(["bench", "--time", "0.2", "127.0.0.1", "\(port)"])
    #expect(outcome.lines.first?.hasPrefix("upload, 1 stream, 0.") == true, "\(outcome)")
    for word in ["sent ", "arrived ", "processor here ", "TCP_INFO 1: "] {
      #expect(outcome.text.contains(word), "\(outcome)")
    }
  }

  @Test(arguments: [
    ("--work upload --count 5", "--count has no use with --work upload: give --bytes"),
    ("--work latency --bytes 5", "--bytes has no use with --work latency: give --count"),
    ("--against echo --work upload", "--work upload needs another server"), ("--streams 129", "--streams '129'"),
    ("--time 10ms", "--time '10ms' is out of range"), ("--limit-rate 1M", "--limit-rate is for --work datagrams"),
    ("--work datagrams --size 8", "--size '8'"), ("--udp", "--udp"),
  ])
  func `mistakes are named`(_ options: String, _ message: String) throws {
    let outcome = try Sock.run(["bench"] + options.split(separator: " ").map(String.init) + ["127.0.0.1", "1"])
    #expect(outcome.status == 64 && outcome.errors.contains(message), "\(outcome)")
  }
}

import Glibc
import SockTestSupport
import Testing

/// `listen --http-file`.
@Suite(.endToEnd) struct HTTPFileTests {
  private static func answer(to request: String, with contents: String = "contents\n") throws -> String {
    let directory = try TemporaryDirectory()
    let listener = try SockListener(["--http-file", try directory.file("page.html", containing: contents)])
    return try Sock.run(["send", "127.0.0.1", "\(listener.port)", request]).text
  }

  @Test("A request gets the file with its length and type, and HEAD the fields alone")
  func methods() throws {
    for method in ["GET", "POST", "DELETE", "BREW"] {
      let text = try Self.answer(to: "\(method) /any/path?x HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n") && text.hasSuffix("\r\n\r\ncontents\n"), "\(text)")
      #expect(text.contains("Content-Length: 9\r\n") && text.contains("Content-Type: text/html\r\n"))
      #expect(text.contains("\r\nDate: ") && text.contains(" GMT\r\n"))
    }
    let head = try Self.answer(to: "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n")
    #expect(head.contains("Content-Length: 9\r\n") && head.hasSuffix("\r\n\r\n"))
  }

  @Test("Requests that come at once are answered in order, until one asks to close")
  func pipelined() throws {
    let request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    let last = "GET / HTTP/1.1\r\nconnection: foo, Close\r\n\r\n"
    let text = try Self.answer(to: request + "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n12345" + last + request)
    #expect(text.components(of: "200 OK") == 3 && text.components(of: "Connection: close") == 1, "\(text)")
  }

  @Test("HTTP/1.0 closes, unless it asks to be kept alive; empty lines before a request are passed over")
  func old() throws {
    let closed = try Self.answer(to: "\r\n\nGET / HTTP/1.0\n\nGET / HTTP/1.0\n\n")
    #expect(closed.components(of: "200 OK") == 1 && closed.contains("Connection: close"))
    let kept = try Self.answer(to: "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET / HTTP/1.0\r\n\r\n")
    #expect(kept.components(of: "200 OK") == 2 && kept.contains("Connection: keep-alive"))
  }

  @Test(
    "What is no request, is cut short or too long gets an error",
    arguments: [
      ("nonsense\r\n\r\n", "400"), ("GET /\r\n\r\n", "400"), ("GET / HTTP/1.1\r\nno colon\r\n\r\n", "400"),
      ("GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "400"), ("GET / HTTP/2.0\r\n\r\n", "505"),
      ("GET / HTTP/1.1\r\nHost", "400"),
      ("GET / HTTP/1.1\r\nX: " + String(repeating: "a", count: 100_000), "431"),
    ])
  func malformed(_ request: String, _ status: String) throws {
    let text = try Self.answer(to: request)
    #expect(text.hasPrefix("HTTP/1.1 \(status) ") && text.contains("Connection: close"), "\(text)")
  }

  @Test("curl gets a large file twice over one connection, whatever it uploads and whatever range it wants")
  func curl() throws {
    let directory = try TemporaryDirectory()
    let file = directory("large.bin")
    try RandomData.file(file, 20_000_000, seed: 7)
    let listener = try SockListener(["--http-file", file, "-v"])
    let url = "http://127.0.0.1:\(listener.port)/"
    let script = """
      set -e
      curl -s -o "$0.1" \(url) -o "$0.2" \(url); cmp "$0" "$0.1"; cmp "$0" "$0.2"
      curl -s -r 0-9 \(url) | cmp - "$0"
      curl -s --data-binary @"$0" \(url) | cmp - "$0"
      curl -s -H 'Transfer-Encoding: chunked' --data-binary @"$0" \(url) | cmp - "$0"
      """
    let client = try RunningProcess("sh", ["-c", script, file])
    #expect(try Sock.outcome(of: client).status == 0)
    _ = try listener.errors.waitForLine(containing: "sent 4000")
  }

  @Test("A file that has gone is a 500 with a warning, and the server goes on")
  func gone() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file("file", containing: "x")
    let listener = try SockListener(["--http-file", file])
    unlink(file)
    for _ in 0..<2 {
      let client = try Sock.run(["send", "127.0.0.1", "\(listener.port)", "GET / HTTP/1.1\r\n\r\n"])
      #expect(client.text.hasPrefix("HTTP/1.1 500 ") && client.status == 0)
    }
    _ = try listener.errors.waitForLine(containing: "cannot read \(file)")
  }

  @Test("A file that becomes shorter while it is sent is named, and the answer is cut off by a reset")
  func shrinks() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file("file", containing: "")
    truncate(file, 100_000_000)
    let listener = try SockListener(["--http-file", file])
    let client = try PythonPeer.client(
      port: listener.port,
      """
      c.sendall(b'GET / HTTP/1.1\\r\\n\\r\\n')
      c.recv(1)
      say('begun')
      hear()
      try: receive_all(c); say('end')
      except ConnectionResetError: say('reset')
      """)
    #expect(try client.reply() == "begun")
    try listener.process.waitUntilIdle()
    truncate(file, 1000)
    try client.tell()
    #expect(try client.reply() == "reset")
    try listener.errors.waitForLine(containing: "\(file) became shorter while it was sent")
  }

  @Test("A client that sends no request is closed after --peer-timeout")
  func silent() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file("file", containing: "x")
    let listener = try SockListener(["--http-file", file, "--peer-timeout", "0.3"])
    let peer = try PythonPeer.client(port: listener.port, "c.sendall(b'GET / HT')\nsay(len(receive_all(c)))")
    #expect(try peer.reply() == "0")
  }
}

extension String {
  /// How often another text occurs in it.
  fileprivate func components(of wanted: String) -> Int {
    var (rest, count) = (self[...], 0)
    while let place = rest.range(of: wanted) {
      count += 1
      rest = rest[place.upperBound...]
    }
    return count
  }
}

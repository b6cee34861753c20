import Testing

@testable import Operations

@Suite("The heads of HTTP requests")
struct HTTPRequestTests {
  private static func length(_ text: String) -> Int? { HTTPRequest.headLength(in: Array(text.utf8)[...], from: 0) }

  @Test(
    "A head ends with its first empty line, with CR LF or LF",
    arguments: [
      ("a\r\n\r\nrest", 5), ("a\n\nrest", 3), ("a\r\nb\n\r\n", 7), ("a\r\n", nil), ("a\r\n\r", nil), ("", nil),
      ("a\r\nb", nil),
    ] as [(String, Int?)])
  func ends(_ text: String, _ length: Int?) {
    #expect(Self.length(text) == length)
  }

  private static func read(_ text: String) throws -> HTTPRequest { try HTTPRequest(head: Array(text.utf8)[...]) }

  @Test("The version and the Connection field decide whether more may follow")
  func closing() throws {
    #expect(try !Self.read("GET / HTTP/1.1\r\n\r\n").closes)
    #expect(try Self.read("GET / HTTP/1.0\r\n\r\n").closes)
    #expect(try Self.read("GET / HTTP/1.1\r\nConnection: x , close\r\n\r\n").closes)
    let old = try Self.read("GET / HTTP/1.0\r\nCONNECTION:Keep-Alive\r\n\r\n")
    #expect(!old.closes && old.asksToKeepAlive)
  }

  @Test("The length of the body is known, or the request is the last")
  func bodies() throws {
    #expect(try Self.read("GET / HTTP/1.1\n\n").bodyLength == 0)
    #expect(try Self.read("PUT / HTTP/1.1\ncontent-length:  12 \n\n").bodyLength == 12)
    let chunked = try Self.read("PUT / HTTP/1.1\nTransfer-Encoding: chunked\nContent-Length: 5\n\n")
    #expect(chunked.bodyLength == nil && chunked.closes)
    #expect(try Self.read("PUT / HTTP/1.1\nExpect: 100-Continue\n\n").awaitsContinue)
  }

  @Test(
    "What is no request says so",
    arguments: [
      "", "\r\n\r\n", "GET /\n\n", "GET / FTP/1.1\n\n", "GET / HTTP/1.1 x\n\n", "GET / HTTP/1.1\n: x\n\n",
      "G\u{1}T / HTTP/1.1\n\n", "GET / HTTP/1.1\nContent-Length: 99999999999999999999\n\n",
    ])
  func malformed(_ text: String) {
    #expect(throws: HTTPRequest.Fault.malformed) { try Self.read(text) }
  }

  @Test("The suffix of a name tells the media type")
  func types() {
    #expect(MediaType.of("/a.b/index.HTML") == "text/html")
    #expect(MediaType.of("/a.html/file") == "application/octet-stream")
    #expect(MediaType.of("") == "application/octet-stream")
  }
}

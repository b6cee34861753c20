import SockTestSupport
import Testing

/// `--crlf`: a lone LF in the input is sent as CR LF, and nothing else changes.
@Suite(.endToEnd) struct LineEndingTests {
  @Test(
    "A lone LF becomes CR LF",
    arguments: [
      ("a\nb\n", "a\r\nb\r\n"), ("a\r\nb", "a\r\nb"), ("\n\n", "\r\n\r\n"), ("\r\r\n", "\r\r\n"), ("", ""),
    ])
  func loneLFBecomesCRLF(_ input: String, _ sent: String) throws {
    for verb in ["connect", "send"] {
      let (peer, port) = try PythonPeer.server("say(receive_all(c))\nc.close()")
      #expect(try Sock.run([verb, "--crlf", "127.0.0.1", "\(port)"], input: .text(input)).status == 0)
      #expect(
        try peer.reply()
          == "b'\(sent.map { $0 == "\r\n" ? "\\r\\n" : $0 == "\n" ? "\\n" : $0 == "\r" ? "\\r" : String($0) }.joined())'"
      )
    }
  }

  @Test("CR at the end of one read and LF at the start of the next stay one line end")
  func crlfSplitAcrossReads() throws {
    let (peer, port) = try PythonPeer.server("say(receive_all(c))")
    let sock = try Sock.start(["connect", "--crlf", "127.0.0.1", "\(port)"], input: .pipe)
    try sock.input?.write("one\r")
    try sock.waitUntilIdle()
    try sock.input?.write("\ntwo\n")
    sock.input?.close()
    #expect(try peer.reply() == "b'one\\r\\ntwo\\r\\n'")
  }

  @Test("Received data is not changed")
  func receivedDataIsUntouched() throws {
    let (_, port) = try PythonPeer.server("c.sendall(b'a\\nb\\r\\nc\\r')\nc.close()")
    #expect(try Sock.run(["connect", "--crlf", "127.0.0.1", "\(port)"]).text == "a\nb\r\nc\r")
  }

  @Test("listen has it, and so do messages of send")
  func listenAndMessagesHaveIt() throws {
    let listener = try SockListener(["--crlf"], input: .text("a\n"))
    let peer = try PythonPeer.client(port: listener.port, "say(receive_all(c))")
    #expect(try peer.reply() == "b'a\\r\\n'")
    let (server, port) = try PythonPeer.server("say(receive_all(c))")
    #expect(try Sock.run(["send", "--crlf", "127.0.0.1", "\(port)", "GET /\n\n"]).status == 0)
    #expect(try server.reply() == "b'GET /\\r\\n\\r\\n'")
  }

  @Test("A large input with many line ends arrives correctly")
  func largeInput() throws {
    let directory = try TemporaryDirectory()
    try writeFile(directory("in"), Array(String(repeating: "some line\nand another\r\n\n", count: 200_000).utf8))
    let (peer, port) = try PythonPeer.server("say(digest(receive_all(c)))")
    #expect(try Sock.run(["connect", "--crlf", "127.0.0.1", "\(port)"], input: .file(directory("in"))).status == 0)
    let wanted = try PythonPeer(
      "say(digest(open('\(directory("in"))', 'rb').read().replace(b'\\r\\n', b'\\n').replace(b'\\n', b'\\r\\n')))")
    #expect(try peer.reply() == wanted.reply())
  }
}

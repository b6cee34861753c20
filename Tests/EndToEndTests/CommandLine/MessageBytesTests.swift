import SockTestSupport
import Testing

/// A MESSAGE is bytes, not text: what the shell passed is what is sent.
@Suite(.endToEnd) struct MessageBytesTests {
  static let odd: [[UInt8]] = [
    [0xff], [0xff, 0xfe, 0x80], [0x61, 0xc3, 0x28, 0x62], Array("grüße €".utf8), [0xed, 0xa0, 0x80],
    [0x0a, 0x0d, 0x09],
  ]

  @Test("Bytes that are not UTF-8 are sent as they are", arguments: odd)
  func invalidUTF8IsSentAsIs(_ message: [UInt8]) throws {
    let hex = message.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    let (datagrams, port) = try PythonPeer.datagrams("say(s.recv(100).hex())")
    #expect(try Sock.run(["udp-send", "127.0.0.1", "\(port)"], rawArguments: [message]).status == 0)
    #expect(try datagrams.reply() == hex)

    let (server, streamPort) = try PythonPeer.server("say(receive_all(c).hex())")
    #expect(try Sock.run(["send", "127.0.0.1:\(streamPort)"], rawArguments: [message]).status == 0)
    #expect(try server.reply() == hex)
  }

  @Test("Words with odd bytes are joined by one space, even with options between them")
  func wordsWithOddBytesAreJoined() throws {
    for words in [["send", "-v", "127.0.0.1", "PORT"], ["send", "127.0.0.1", "-q", "5", "PORT"]] {
      let (server, port) = try PythonPeer.server("say(receive_all(c).hex())")
      let outcome = try Sock.run(
        words.map { $0 == "PORT" ? "\(port)" : $0 }, rawArguments: [[0xff], Array("and".utf8), [0xfe]])
      #expect(outcome.status == 0, "\(outcome)")
      #expect(try server.reply() == "ff20616e6420fe")
    }
  }

  @Test("Options may follow the message")
  func optionsMayFollowTheMessage() throws {
    let (server, port) = try PythonPeer.server("say(receive_all(c))")
    #expect(try Sock.run(["send", "127.0.0.1", "\(port)", "word", "-v"]).status == 0)
    #expect(try server.reply() == "b'word'")
  }

  @Test("Everything after -- is message", arguments: [["--", "-v"], ["--", "--reply"], ["--", "a", "--", "b"]])
  func doubleDashEndsOptions(_ words: [String]) throws {
    let (peer, port) = try PythonPeer.server("say(receive_all(c).decode())")
    #expect(try Sock.run(["send", "127.0.0.1", "\(port)"] + words).status == 0)
    #expect(try peer.reply() == words.dropFirst().joined(separator: " "))
  }

  @Test("An empty message sends nothing over a stream, and stdin is not read")
  func emptyMessageSendsNothing() throws {
    let (peer, port) = try PythonPeer.server("say(len(receive_all(c)))")
    let sock = try Sock.start(["send", "127.0.0.1", "\(port)", ""], input: .pipe)
    #expect(try peer.reply() == "0")
    #expect(try sock.wait().status == 0)
  }

  @Test("A path that is not UTF-8 is used as it is")
  func pathThatIsNotUTF8() throws {
    let directory = try TemporaryDirectory()
    let path = Array(directory("sock-").utf8) + [0xff, 0xfe]
    let server = try RunningProcess(Sock.binary, ["listen", "-U"], rawArguments: [path], input: .text("hello"))
    try eventually("a socket with an odd name", within: .seconds(10)) {
      var name = path.map { CChar(bitPattern: $0) }
      name.append(0)
      return name.withUnsafeBufferPointer { buffer in buffer.baseAddress.map { exists($0) } ?? false }
        || !server.isRunning
    }
    let client = try Sock.run(["connect", "-U"], rawArguments: [path])
    #expect(client.status == 0, "\(client)")
    #expect(client.text == "hello")
  }
}

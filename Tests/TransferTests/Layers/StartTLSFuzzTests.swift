import LoopTestSupport
import SockTestSupport
import SocketLoop
import Sockets
import Testing

@testable import Transfer

/// Dialogues of `--starttls` with servers that say anything: each ends, with the go-ahead or with a failure.
@Suite(.onTheLoop, .timeLimit(.minutes(2))) struct StartTLSFuzzTests {
  /// A server that says what it says, whatever it hears.
  @LoopActor
  private final class Server: LayeredStream {
    let base: any ByteStream
    init(saying bytes: [UInt8]) { base = MemoryStream(bytes) }
    func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> IOResult { .moved(bytes.count) }
    func placeToWrite() throws(LoopError) -> Suspension? { nil }
  }

  /// What a server of each protocol says, up to its go-ahead.
  private static let said: [(StartTLS, [UInt8])] = texts.map { ($0.0, Array($0.1.utf8)) } + packets

  private static let texts: [(StartTLS, String)] = [
    (.smtp, "220-one\r\n220 ESMTP\r\n250-SIZE 100\r\n250 STARTTLS\r\n220 go on\r\n"),
    (.lmtp, "220 ready\r\n250-x\r\n250 STARTTLS\r\n220 go\r\n"),
    (.imap, "* OK ready\r\n* CAPABILITY IMAP4rev1 STARTTLS\r\na OK done\r\nb OK begin\r\n"),
    (.pop3, "+OK ready\r\n+OK begin\r\n"), (.ftp, "220-hello\r\n and more\r\n220 ready\r\n234 go on\r\n"),
    (.nntp, "201 no posting\r\n382 go on\r\n"), (.sieve, "\"STARTTLS\"\r\nOK ready\r\nOK begin\r\n"),
    (.xmpp, "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features><proceed/>"),
    (.xmppServer, "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features><proceed/>"),
    (.postgres, "S"), (.irc, ":irc NOTICE * :looking up\r\n:irc.example.org 670 * :go\r\n"),
  ]

  private static let packets: [(StartTLS, [UInt8])] = [
    (
      .mysql,
      [46, 0, 0, 0, 10] + Array("8.0.1\0".utf8) + [UInt8](repeating: 0, count: 13) + [0xff, 0xff]
        + [UInt8](repeating: 0, count: 24)
    ),
    (.ldap, [0x30, 0x0c, 2, 1, 1, 0x78, 7, 0x0a, 1, 0, 4, 0, 4, 0]),
  ]

  @LoopActor
  private static func outcome(_ kind: StartTLS, _ bytes: [UInt8]) async -> StreamFailure? {
    do throws(StreamFailure) {
      try await StartTLSDialogue(kind, over: Server(saying: bytes), within: .seconds(5)) { _ in }.run(host: "localhost")
      return nil
    } catch {
      return error
    }
  }

  @Test("What a server should say is the go-ahead; with one byte less or one more it is none")
  @LoopActor
  func transcripts() async {
    for (kind, bytes) in Self.said {
      let whole = await Self.outcome(kind, bytes)
      #expect(whole == nil, "\(kind) \(whole?.message ?? "")")
      let cut = await Self.outcome(kind, Array(bytes.dropLast()))
      #expect(cut?.cause == .peerProtocol, "\(kind)")
      let more = await Self.outcome(kind, bytes + [0x16])
      #expect(more?.message.hasPrefix("has sent more behind its go-ahead") == true, "\(kind)")
    }
  }

  @Test("Changed, cut, repeated and shuffled, each dialogue ends", arguments: [1, 2, 3, 4])
  @LoopActor
  func mutations(_ seed: UInt64) async {
    var generator = RandomData(seed: seed)
    for round in 0..<4000 {
      let (kind, original) = Self.said[round % Self.said.count]
      var bytes = original
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = Int.random(in: 0..<max(1, bytes.count), using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0 where !bytes.isEmpty: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.removeLast(min(bytes.count, Int.random(in: 0...8, using: &generator)))
        case 2: bytes.insert(contentsOf: original.prefix(20), at: min(place, bytes.count))
        case 3: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: min(place, bytes.count))
        default: bytes += original
        }
      }
      // Some end with the go-ahead; all end.
      let failure = await Self.outcome(kind, bytes)
      if let failure, failure.cause != .peerProtocol { Issue.record("\(kind) \(bytes): \(failure)") }
    }
  }
}

import LoopTestSupport
import SocketLoop
import Sockets
import Testing

@testable import Shell

@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct ShellValueTests {
  private static let values: [(ShellValue, String, String, Int?)] = [
    (.number(-1), "-1", "a number", -1), (.bytes([0x61, 0x0a]), "\"a\\n\"", "bytes", nil),
    (.text("42"), "42", "a word", 42),
    (.text("x"), "x", "a word", nil), (.address(.ipv4(.loopback, port: 80)), "127.0.0.1:80", "an address", nil),
    (.list([.number(1), .text("a")]), "1, a", "a list", nil), (.option(.flag(true)), "on", "an option's value", 1),
    (.option(.duration(.seconds(2), .seconds)), "2 s", "an option's value", nil),
  ]

  @Test @LoopActor func `values are shown, named and read as numbers`() {
    for (value, description, kind, number) in Self.values {
      #expect(value.description == description && value.kindName == kind && value.number == number)
    }
    #expect(ShellValue.bytes(Array("a\n".utf8)).plain == "a\n")
  }

  @Test @LoopActor func `every field that a value is said to have can be read`() throws {
    let socket = ShellSocket(try Socket.open(.ipv4, .stream))
    try socket.call("bind") { (socket) throws(SystemError) in try socket.bind(to: .ipv4(.loopback, port: 0)) }
    let values: [ShellValue] = Self.values.map(\.0) + [.socket(socket)]
    for value in values {
      for name in value.fieldNames where name != "peer" {
        #expect(value.field(name) != nil, "\(value.kindName).\(name)")
      }
      #expect(value.field("nosuch") == nil)
    }
    #expect(ShellValue.socket(socket).field("peer") == nil)
    #expect(ShellValue.list([]).field("first") == nil)
  }

  @Test(arguments: [
    ("", "\"\""), ("a\"b\\c", "\"a\\\"b\\\\c\""), ("\r\n\t\0", "\"\\r\\n\\t\\x00\""), ("é😀", "\"é😀\""),
    ("\u{202e}x", "\"\\xe2\\x80\\xaex\""), ("\u{85}", "\"\\xc2\\x85\""), ("\u{1b}[0m", "\"\\x1b[0m\""),
  ])
  func `bytes are quoted as in C`(_ text: String, _ quoted: String) { #expect(Array(text.utf8).quoted == quoted) }

  @Test func `bytes that are not UTF-8 are escaped one by one`() {
    #expect([UInt8]([0xff, 0x61, 0xc3]).quoted == "\"\\xffa\\xc3\"")
  }
}

@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct ShellSocketTests {
  @Test @LoopActor func `a closed socket keeps its number and answers EBADF`() async throws {
    let socket = ShellSocket(try Socket.open(.ipv4, .stream))
    let number = socket.number
    #expect(socket.isOpen && socket.facts?.type == .stream)
    try await socket.close()
    #expect(!socket.isOpen && socket.number == number && socket.facts == nil && socket.localAddress == nil)
    guard case .system(let error)? = await failure({ () async throws(CallFailure) in try await socket.close() }) else {
      Issue.record("a second close succeeded")
      return
    }
    #expect(error == SystemError(call: "close", number: .badDescriptor))
    #expect(throws: SystemError(call: "fcntl", number: .badDescriptor)) { try socket.duplicate() }
    #expect(throws: SystemError(call: "fcntl", number: .badDescriptor)) { try socket.isBlocking() }
  }

  @Test @LoopActor func `time limits of the socket are deadlines`() throws {
    let socket = ShellSocket(try Socket.open(.ipv4, .stream))
    #expect(socket.deadline(.readable) == .never && socket.deadline(.writable) == .never)
    try socket.call("setsockopt") { (socket) throws(SystemError) in try socket.set(.receiveTimeout, to: .seconds(60)) }
    #expect(socket.deadline(.readable) < .never && socket.deadline(.writable) == .never)
  }
}

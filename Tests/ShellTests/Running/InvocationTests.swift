import LoopTestSupport
import SocketLoop
import Sockets
import Testing

@testable import Shell

/// Arguments as the types that calls take.
@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct InvocationTests {
  @LoopActor
  private func invocation(_ argument: String) throws -> Invocation {
    var parser = Parser()
    let statement = try #require(try parser.read(Array("call \(argument)".utf8)).first)
    let interpreter = Interpreter(SessionOutput { _ in })
    interpreter.assign(.number(5), to: "n")
    interpreter.assign(.bytes(Array("data".utf8)), to: "bytes")
    interpreter.assign(.address(.ipv4(.loopback, port: 80)), to: "a")
    interpreter.assign(.list([.text("x"), .text("y")]), to: "list")
    return Invocation(statement: statement, interpreter: interpreter)
  }

  private func message(_ failure: CallFailure?) -> String? {
    guard case .misuse(let error)? = failure else { return nil }
    return error.description
  }

  @Test(arguments: [
    ("0", 0), ("42", 42), ("0x10", 16), ("0XfF", 255), ("64k", 65_536), ("1.5M", 1_572_864), ("2KiB", 2048), ("$n", 5),
  ])
  @LoopActor func `numbers are decimal, hexadecimal or sizes`(_ text: String, _ number: Int) throws {
    #expect(try invocation(text).number(0, in: 0...Int.max) == number)
  }

  @Test(arguments: ["x", "1.5", "-1", "1e3", "0x", "\"5\"", "101", "$list"])
  @LoopActor func `other numbers are refused`(_ text: String) async throws {
    let call = try invocation(text)
    let failure = await failure { () throws(CallFailure) in try call.number(0, in: 0...100) }
    #expect(message(failure)?.hasSuffix("is not a number from the range 0 to 100") == true)
  }

  @Test(arguments: [
    ("20us", 20_000), ("300ms", 300_000_000), ("1.5", 1_500_000_000), ("2m", 120_000_000_000),
    ("1h", 3_600_000_000_000), ("$n", Int64(5_000_000_000)),
  ])
  @LoopActor func `times have the grammar of the command line`(_ text: String, _ nanoseconds: Int64) throws {
    #expect(try invocation(text).duration(0) == .nanoseconds(nanoseconds))
  }

  @Test(arguments: [
    ("AF_INET", AddressFamily.ipv4), ("inet6", .ipv6), ("Unix", .unix), ("2", .ipv4), ("0x1", .unix),
  ])
  @LoopActor func `constants have their C name, with or without the prefix, or a number`(
    _ text: String, _ family: AddressFamily
  ) throws {
    #expect(try invocation(text).constant(0, AddressFamily.self, "family") == family)
  }

  @Test(arguments: [
    ("inett", "1:6: 'inett' is no family: did you mean INET?"),
    ("qwertzuiop", "1:6: 'qwertzuiop' is no family: write its C name or its number"),
  ])
  @LoopActor func `an unknown constant suggests the nearest`(_ text: String, _ expected: String) async throws {
    let call = try invocation(text)
    let failure = await failure { () throws(CallFailure) in try call.constant(0, AddressFamily.self, "family") }
    #expect(message(failure) == expected)
  }

  @Test(
    arguments: [
      ("MSG_PEEK", MessageFlags.peek), ("peek|dontwait", [.peek, .doNotWait]), ("0", []), ("0x2", .peek),
      ("2|0x40", [.peek, .doNotWait]),
    ] as [(String, MessageFlags)])
  @LoopActor func `flags are joined by bars`(_ text: String, _ flags: MessageFlags) throws {
    #expect(try invocation(text).flags(0) == flags)
    #expect(try invocation(text).flags(1) == [])
  }

  @Test(arguments: ["MSG_PEAK", "peek|", "|", "peek dontwait|x"])
  @LoopActor func `a flag that does not exist is refused`(_ text: String) async throws {
    let call = try invocation(text)
    let failure = await failure { () throws(CallFailure) in try call.flags(call.count - 1) }
    #expect(message(failure)?.contains("is no flag") == true)
  }

  @Test(arguments: [
    ("\"a\\r\\n\"", "a\r\n"), ("x\"41 42\"", "AB"), ("$bytes", "data"), ("$n", "5"), ("$a", "127.0.0.1:80"),
    ("$list", "x, y"),
  ])
  @LoopActor func `data is a string, hexadecimal digits, or a variable`(_ text: String, _ bytes: String) throws {
    #expect(try invocation(text).data(0) == Array(bytes.utf8))
  }

  @Test @LoopActor func `a bare word is no data`() async throws {
    let call = try invocation("hello")
    let failure = await failure { () throws(CallFailure) in try call.data(0) }
    #expect(message(failure) == "1:6: 'hello' is no data: write \"hello\", x\"0a ff\", <FILE or $NAME")
  }

  @Test(arguments: [
    ("127.0.0.1:$a.port", "127.0.0.1:80"), ("x$n-$n", "x5-5"), ("$a", "127.0.0.1:80"), ("x$list.count", "x2"),
    ("$bytes.length", "4"), ("plain", "plain"),
  ])
  @LoopActor func `variables and their fields are expanded in words`(_ text: String, _ word: String) throws {
    #expect(try invocation(text).word(0) == word)
  }

  @Test(arguments: [
    ("$m", "1:6: no variable $m: there are a, bytes, list, n"),
    ("$a.size", "1:6: $a is an address without a field 'size': it may have family, host, port"),
    ("$n.size", "1:6: $n is a number without a field 'size'"), ("x$:y", "1:6: a name has to follow '$' in 'x$:y'"),
  ])
  @LoopActor func `unknown variables and fields are named`(_ text: String, _ expected: String) async throws {
    let call = try invocation(text)
    #expect(message(await failure { () throws(CallFailure) in try call.word(0) }) == expected)
  }

  @Test(arguments: [
    ("127.0.0.1:80", AddressFamily.ipv4, "127.0.0.1:80"), ("[::1]:80", .ipv6, "[::1]:80"),
    ("$a", .ipv4, "127.0.0.1:80"),
    ("/tmp/x", .unix, "/tmp/x"), ("@name", .unix, "@name"), ("unix:/tmp/x", .unix, "/tmp/x"),
    ("/tmp/x", .unspecified, "/tmp/x"), ("x\"0200 0050 7f000001 0000000000000000\"", .ipv4, "127.0.0.1:80"),
  ])
  @LoopActor func `addresses are those of the socket's family`(
    _ text: String, _ family: AddressFamily, _ expected: String
  ) async throws {
    let address = try await invocation(text).address(0, family: family, type: .stream)
    #expect("\(address)" == expected)
  }

  @Test @LoopActor func `a host without a port is told so`() async throws {
    let call = try invocation("127.0.0.1")
    let failure = await failure { () async throws(CallFailure) in
      try await call.address(0, family: .ipv4, type: .stream)
    }
    #expect(message(failure) == "1:6: '127.0.0.1' has no port: write 127.0.0.1:PORT")
  }
}

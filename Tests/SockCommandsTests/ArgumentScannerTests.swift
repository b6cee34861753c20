import Operations
import Testing

@testable import SockCommands

@Suite("Reading a command line")
struct ArgumentScannerTests {
  static let verbs: VerbSet = [.connect, .listen, .udpSend]

  /// The line that words make; options shown as `--name` or `--name=value`.
  private func scan(_ words: [String]) throws -> (words: [String], options: [String]) {
    let line = try ArgumentScanner.scan(words[...], for: Self.verbs)
    return (line.words, line.uses.map { "\($0)" + ($0.text.map { "=" + $0 } ?? "") })
  }

  @Test(
    "Every spelling of an option",
    arguments: [
      (["-v"], ["--verbose"]),
      (["--verbose"], ["--verbose"]),
      (["-vk4"], ["--verbose", "--keep-open", "--ipv4"]),
      (["-w1"], ["--timeout=1"]),
      (["-w", "1"], ["--timeout=1"]),
      (["-w=1"], ["--timeout=1"]),
      (["-vw1.5"], ["--verbose", "--timeout=1.5"]),
      (["-vw", "1"], ["--verbose", "--timeout=1"]),
      (["-q0"], ["--wait=0"]),
      (["--timeout", "1"], ["--timeout=1"]),
      (["--timeout=1"], ["--timeout=1"]),
      (["-oSO_LINGER=0"], ["--option=SO_LINGER=0"]),
      (["-o", "SO_LINGER=0"], ["--option=SO_LINGER=0"]),
      (["--option=SO_LINGER=0"], ["--option=SO_LINGER=0"]),
      (["--log", "-"], ["--log=-"]),
      (["--log=-x"], ["--log=-x"]),
      (["--log="], ["--log="]),
      (["--log", ""], ["--log="]),
      (["--reply"], ["--reply"]),
      (["--reply", "3"], ["--reply=3"]),
      (["--reply=3"], ["--reply=3"]),
    ])
  func spellings(_ words: [String], _ expected: [String]) throws {
    let line = try scan(words)
    #expect(line.options == expected)
    #expect(line.words == [])
  }

  @Test("Options stand before, between and behind the words; behind -- all are words")
  func order() throws {
    let line = try scan(["-v", "host", "-w", "2", "80", "-", "", "-4", "--", "-x", "--", "--json"])
    #expect(line.words == ["host", "80", "-", "", "-x", "--", "--json"])
    #expect(line.options == ["--verbose", "--timeout=2", "--ipv4"])
  }

  @Test("A word that is no number does not belong to --reply")
  func optionalNumber() throws {
    let line = try scan(["--reply", "localhost", "80"])
    #expect(line.words == ["localhost", "80"])
    #expect(line.options == ["--reply"])
  }

  @Test("Of several values the last one counts, where not all do")
  func repeated() throws {
    let line = try ArgumentScanner.scan(["-w1", "-w2", "-o", "a", "-o", "b"], for: Self.verbs)
    #expect(line.text(.timeout) == "2")
    #expect(line.uses.filter { $0.option === Option.option }.map(\.text) == ["a", "b"])
    #expect(line.text(.idle) == nil)
  }

  @Test(
    "Mistakes name the argument and what to write",
    arguments: [
      (["--tiemout", "1"], "unknown option '--tiemout': did you mean --timeout?"),
      (["--hlep"], "unknown option '--hlep': did you mean --help?"),
      (["--qqqqqq"], "unknown option '--qqqqqq'"),
      (["--legacy"], "--legacy is not an option of this verb, but of resolve"),
      (["-Z"], "unknown option '-Z'"),
      (["-vZ"], "unknown option '-Z' in '-vZ'"),
      (["-1"], "unknown option '-1'"),
      (["--timeout"], "--timeout needs a value"),
      (["-w"], "-w needs a value"),
      (["-w", "--", "5"], "-w needs a value"),
      (["--log", "-x"], "--log needs a value: if '-x' is it, write --log=-x"),
      (["--udp=yes"], "--udp takes no value"),
    ])
  func mistakes(_ words: [String], _ message: String) {
    #expect {
      try ArgumentScanner.scan(words[...], for: Self.verbs)
    } throws: { error in
      let error = error as? OperationError
      return error?.message == message && error?.cause == .usage
    }
  }

  @Test("Any line is read or refused, and nothing else happens")
  func total() {
    let pieces = [
      "-", "--", "", "-o", "-w", "--log=", "=", "-=", "--=", "-\u{1F600}", "x", "-vvv", "---", "--x-y", "\u{10ffff}",
    ]
    var state: UInt32 = 1
    for _ in 0..<2000 {
      var words: [String] = []
      for _ in 0..<(state % 6) {
        state = state &* 1_664_525 &+ 1_013_904_223
        words.append(pieces[Int(state >> 16) % pieces.count])
      }
      state = state &* 1_664_525 &+ 1_013_904_223
      _ = try? ArgumentScanner.scan(words[...], for: Self.verbs)
    }
  }
}

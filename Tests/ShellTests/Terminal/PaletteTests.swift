import Testing

@testable import Shell

@Suite struct PaletteTests {
  private static let failure = ShellLine(.failure, head: "accept = ", body: "-1 EINTR (x)", time: "  (5 ms)")

  @Test func `without colours a line is its text`() {
    #expect(Palette(isOn: false).painted(Self.failure) == Self.failure.text)
    let result = ShellLine(.result, head: "recv = ", body: "2 \"a\\\"b\"")
    #expect(Palette(isOn: false).painted(result) == "recv = 2 \"a\\\"b\"")
  }

  @Test func `failures are red, bytes green, times faint, sides cyan`() {
    var line = Self.failure
    line.job = "[1] "
    #expect(
      Palette(isOn: true).painted(line)
        == "\u{1b}[36m[1] \u{1b}[0maccept = \u{1b}[31m-1 EINTR (x)\u{1b}[0m\u{1b}[2m  (5 ms)\u{1b}[0m")
    let result = ShellLine(.result, head: "recv = ", body: "3 \"a\\\"b\" from \"c")
    #expect(Palette(isOn: true).painted(result) == "recv = 3 \u{1b}[32m\"a\\\"b\"\u{1b}[0m from \"c")
  }

  @Test func `what a peer sent does nothing to the terminal`() {
    #expect(
      Palette(isOn: true).painted(ShellLine(.text, body: "\u{1b}[2J\u{7}\u{9b}1m\ncafé")) == "^[[2J^G\\xc2\\x9b1m\ncafé"
    )
    #expect(Palette(isOn: false).painted(ShellLine(.text, body: "café"), isUTF8: false) == "caf\\xc3\\xa9")
  }
}

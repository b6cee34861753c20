import Testing

@testable import SockCommands

@Suite("Values of options")
struct ValueTests {
  @Test(
    "Times",
    arguments: [
      ("0", Duration.zero), ("5", .seconds(5)), ("1.5", .milliseconds(1500)), (".5", .milliseconds(500)),
      ("5.", .seconds(5)), ("300ms", .milliseconds(300)), ("2s", .seconds(2)), ("2m", .seconds(120)),
      ("1.5h", .seconds(5400)), ("0.1m", .seconds(6)), ("0.0005ms", .nanoseconds(500)),
      ("1.000000001", .nanoseconds(1_000_000_001)),
      // Up: a limit never ends early.
      ("0.0000000001", .nanoseconds(1)), ("0.0000000000001ms", .nanoseconds(1)),
      ("9000000000", .seconds(9_000_000_000)),
    ])
  func times(_ text: String, _ duration: Duration) {
    #expect(Duration(limit: text) == duration)
  }

  @Test(
    "What is no time",
    arguments: [
      "", "s", "ms", ".", "-1", "+1", "1 s", " 1", "1.5.5", "1e3", "5x", "0x5", "1d", "9300000000",
      "99999999999999999999",
    ])
  func noTimes(_ text: String) {
    #expect(Duration(limit: text) == nil)
  }

  @Test(
    "Numbers",
    arguments: [
      ("0", 0), ("65507", 65_507), ("64k", 65_536), ("64K", 65_536), ("1M", 1_048_576), ("2G", 2_147_483_648),
      ("1g", 1 << 30), ("1T", 1 << 40), ("500KiB", 512_000), ("500kB", 512_000), ("500kb", 512_000),
      ("1.5M", 1_572_864), ("0.5k", 512), ("1.9999k", 2047), ("1.25GiB", 1_342_177_280), ("8388607T", 8_388_607 << 40),
    ])
  func numbers(_ text: String, _ number: Int) {
    #expect(Int(counting: text) == number)
  }

  @Test(
    "What is no number",
    arguments: [
      "", "k", "-1", "+1", "1.5", "0x1", "99999999999999999999", "9999999999999G", "8388608T", "8388607.999999999999T.",
      "5B", "5iB", "B", "kB", ".5k", "1.k", "1.5.5k", "1e3k", "1 k", "1kk", "1P", "\u{661}k", "1.-5k",
    ])
  func noNumbers(_ text: String) {
    #expect(Int(counting: text) == nil)
  }

  @Test("Arguments are text that loses no byte")
  func argumentText() {
    #expect(ArgumentText.text(Array("h\u{e9}llo \u{1f600}".utf8)) == "h\u{e9}llo \u{1f600}")
    let cases: [[UInt8]] = [
      [], [0xff], [0x61, 0xff, 0x62], [0xc3], [0xc3, 0xa9], [0xc3, 0xa9, 0xff], Array("\u{10ff80}\u{10ffff}".utf8),
      Array("\u{10ff7f}\u{f8ff}".utf8), Array(1...255),
    ]
    for bytes in cases {
      #expect(ArgumentText.bytes(ArgumentText.text(bytes)) == bytes)
    }
    #expect(ArgumentText.isPlain("plain"))
    #expect(!ArgumentText.isPlain(ArgumentText.text([0xff])))
  }

  @Test("The nearest name, where one is near")
  func nearest() {
    let names = ["listen", "connect", "send", "recv"]
    #expect(NearestName.find("lisetn", among: names) == "listen")
    #expect(NearestName.find("CONNECT", among: names) == "connect")
    #expect(NearestName.find("sned", among: names) == "send")
    #expect(NearestName.find("x", among: names) == nil)
    #expect(NearestName.find("", among: names) == nil)
  }
}

import Testing

@testable import SockCommands

@Suite("Lists of ports") struct PortListTests {
  @Test("Numbers, names and ranges")
  func valid() throws {
    #expect(try PortList.services("22") == ["22"])
    #expect(try PortList.services("http") == ["http"])
    #expect(try PortList.services("http-alt") == ["http-alt"])
    #expect(try PortList.services("20-22,http,8000-8000") == ["20", "21", "22", "http", "8000"])
    #expect(try PortList.services("1-65535").count == 65_535)
  }

  @Test(
    "Everything else is refused",
    arguments: ["", ",", "1,", "0", "65536", "2-1", "0-1", "1-65536", "1-", "-", "1-2-3", "99999999999999999999"])
  func invalid(_ text: String) {
    #expect(throws: (any Error).self) { try PortList.services(text) }
  }
}

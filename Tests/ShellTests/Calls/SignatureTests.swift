import Testing

@testable import Shell

@Suite struct SignatureTests {
  @Test(arguments: [
    ("", 0...0), ("SOCKET", 1...1), ("SOCKET LENGTH [FLAGS]", 2...3), ("[CALL]", 0...1), ("VALUE…", 1...Int.max),
    ("SOCKET:EVENTS… [TIME]", 1...Int.max),
  ])
  func `how many arguments there may be`(_ text: String, _ range: ClosedRange<Int>) {
    #expect(Signature(text: text).range == range)
  }

  @Test(arguments: [
    ("SOCKET LENGTH [FLAGS]", 0, "SOCKET"), ("SOCKET LENGTH [FLAGS]", 2, "FLAGS"),
    ("SOCKET LENGTH [FLAGS]", 9, "FLAGS"),
    ("SOCKET:EVENTS… [TIME]", 5, "SOCKET:EVENTS"), ("SOCKET DATA [MORE…]", 7, "MORE"), ("", 0, ""),
  ])
  func `the name of an argument`(_ text: String, _ index: Int, _ name: String) {
    #expect(Signature(text: text).name(of: index) == name)
  }

  @Test func `the first argument that is missing`() {
    let signature = Signature(text: "SOCKET LENGTH [FLAGS]")
    #expect(signature.missing(after: 0) == "SOCKET" && signature.missing(after: 1) == "LENGTH")
    #expect(Signature(text: "VALUE…").missing(after: 0) == "VALUE")
    #expect(Signature(text: "SOCKET [LEVEL] OPTION").without("[LEVEL]").text == "SOCKET OPTION")
  }
}

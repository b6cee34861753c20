import Testing

@testable import Transfer

@Suite struct ResumeLineTests {
  private static let proof = ResumeLine.Proof(algorithm: .sha1, digest: [0x00, 0xab, 0xff])

  @Test(
    "A line is written and parsed",
    arguments: [
      ("sock-resume 1 0", ResumeLine(size: 0)), ("sock-resume 1 12345", ResumeLine(size: 12345)),
      ("sock-resume 1 9223372036854775807", ResumeLine(size: .max)),
      ("sock-resume 1 7 sha1:00abff", ResumeLine(size: 7, proof: proof)),
      ("sock-resume 1 7 differs", ResumeLine(size: 7, differs: true)),
    ])
  func lines(_ text: String, _ line: ResumeLine) {
    #expect("\(line)" == text)
    #expect(ResumeLine(text) == line)
  }

  @Test("Upper-case hexadecimal is accepted")
  func upperCase() { #expect(ResumeLine("sock-resume 1 7 sha1:00ABFF")?.proof == Self.proof) }

  @Test(
    "Malformed lines are refused",
    arguments: [
      "", "sock-resume", "sock-resume 1", "sock-resume 1 ", "sock-resume 2 5", "sock-resume 1  5", "sock-resume 1 -5",
      "sock-resume 1 +5", "sock-resume 1 5x", "sock-resume 1 9223372036854775808", "sock-resume 1 5 ",
      "sock-resume 1 5 same",
      "sock-resume 1 5 sha1", "sock-resume 1 5 sha1:", "sock-resume 1 5 sha1:0", "sock-resume 1 5 sha1:0g",
      "sock-resume 1 5 crc:00", "sock-resume 1 5 sha1:00 x", " sock-resume 1 5", "Sock-resume 1 5",
    ])
  func refused(_ text: String) { #expect(ResumeLine(text) == nil) }

  @Test("The longest checksum fits")
  func longest() {
    for algorithm in DigestAlgorithm.allCases {
      let line = ResumeLine(size: .max, proof: .init(algorithm: algorithm, digest: .init(repeating: 255, count: 64)))
      #expect("\(line)\n".utf8.count <= ResumeLine.longest)
    }
  }
}

import Testing

@Suite struct FileSizeTests {
  static let longest = 400

  @Test("no Swift file is longer than 400 lines", arguments: ["Sources", "Tests", "Benchmarks"])
  func fileSizes(folder: String) throws {
    for path in ProjectFiles.swiftFiles(below: folder) {
      let lines = try ProjectFiles.text(path).split(separator: "\n", omittingEmptySubsequences: false).count - 1
      #expect(lines <= Self.longest, "\(path) has \(lines) lines: split it by its aspects")
    }
  }
}

import Foundation
import SockCommands
import Testing

/// The option lists of the manual are those of the table, word for word: with `SOCK_UPDATE_PAGES=1` this test writes them.
@Suite struct ManualOptionsTests {
  @Test("a verb's page lists its options as their rows have them", arguments: CommandTree.expectedVerbs)
  func list(verb: String) throws {
    let path = "man/sock-\(verb).1"
    let page = try ProjectFiles.text(path)
    let list = try #require(ManualOptions.list(of: verb))
    let first = try #require(page.range(of: ManualOptions.begin), "\(path) has no place for its options")
    let last = try #require(page.range(of: ManualOptions.end), "\(path) has no end of its options")
    if ProcessInfo.processInfo.environment["SOCK_UPDATE_PAGES"] != nil {
      let new = page[..<first.upperBound] + list + page[last.lowerBound...]
      try String(new).write(to: ProjectFiles.root.appending(path: path), atomically: true, encoding: .utf8)
      return
    }
    let isSame = page[first.upperBound..<last.lowerBound] == list
    #expect(isSame, "run SOCK_UPDATE_PAGES=1 swift test --filter ManualOptionsTests, and commit \(path)")
  }
}

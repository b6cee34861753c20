import Foundation
import SockCommands
import Testing

/// The table of ends in the manual is that of the program, word for word: with `SOCK_UPDATE_PAGES=1` this test writes it.
@Suite struct ManualEndsTests {
  @Test("sock-endpoints(7) lists the kinds of ends as their rows have them")
  func lists() throws {
    let path = "man/sock-endpoints.7"
    let page = try ProjectFiles.text(path)
    let first = try #require(page.range(of: ManualEnds.begin), "\(path) has no place for its ends")
    let last = try #require(page.range(of: ManualEnds.end), "\(path) has no end of its ends")
    if ProcessInfo.processInfo.environment["SOCK_UPDATE_PAGES"] != nil {
      let new = page[..<first.upperBound] + ManualEnds.lists + page[last.lowerBound...]
      try String(new).write(to: ProjectFiles.root.appending(path: path), atomically: true, encoding: .utf8)
      return
    }
    let isSame = page[first.upperBound..<last.lowerBound] == ManualEnds.lists
    #expect(isSame, "run SOCK_UPDATE_PAGES=1 swift test --filter ManualEndsTests, and commit \(path)")
  }
}

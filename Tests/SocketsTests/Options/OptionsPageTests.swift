import Foundation
import Testing

@testable import Sockets

/// `sock-options.7` lists the catalogue, word for word: with `SOCK_UPDATE_PAGES=1` this test writes the list.
@Suite("The manual of socket options")
struct OptionsPageTests {
  static let begin = ".\\\" The catalogue: made by OptionsPageTests.\n"
  static let end = ".\\\" The end of the catalogue.\n"

  /// Every level, each with a list of its options.
  static var list: String {
    var text = ""
    var level: OptionLevel?
    for option in SocketOption.catalogue.sorted(by: {
      ($0.level.description, $0.name) < ($1.level.description, $1.name)
    }) {
      if option.level != level {
        text += (level == nil ? "" : ".El\n") + ".Ss Options of \(option.level)\n.Bl -tag -width Ds\n"
        level = option.level
      }
      let access =
        switch option.access {
        case .readWrite: ""
        case .readOnly: ", read only"
        case .writeOnly: ", write only"
        case .pointer: ", not by sock"
        }
      let unit = option.unit.map { ", \($0)" } ?? ""
      // Text after the name is set as it is; a dash that begins a number is a minus.
      text += ".It Dv \(option.name) No (\(option.number)\(unit)\(access))\n"
      text += option.meaning.replacing(" -1", with: " \\-1") + ".\n"
    }
    return text + ".El\n"
  }

  @Test("lists every option with its number, unit and meaning")
  func page() throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../man/sock-options.7")
    let page = try String(contentsOf: path, encoding: .utf8)
    let first = try #require(page.range(of: Self.begin))
    let last = try #require(page.range(of: Self.end))
    if ProcessInfo.processInfo.environment["SOCK_UPDATE_PAGES"] != nil {
      let new = page[..<first.upperBound] + Self.list + page[last.lowerBound...]
      try String(new).write(to: path, atomically: true, encoding: .utf8)
      return
    }
    let isSame = page[first.upperBound..<last.lowerBound] == Self.list
    #expect(isSame, "run SOCK_UPDATE_PAGES=1 swift test --filter OptionsPageTests, and commit man/sock-options.7")
  }
}

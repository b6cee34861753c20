import Glibc
import LoopTestSupport
import Shell
import SockTestSupport
import SocketLoop
import Testing

/// The file that keeps lines between runs.
@Suite(.serialized, .onTheLoop) struct HistoryFileTests {
  @Test(
    arguments: [
      ("/state", "/users/me", "/state/sock/history"),
      (nil, "/users/me", "/users/me/.local/state/sock/history"),
      ("", "/users/me", "/users/me/.local/state/sock/history"),
      ("relative", "/users/me", "/users/me/.local/state/sock/history"),
      (nil, nil, nil),
    ] as [(String?, String?, String?)])
  func place(_ stateHome: String?, _ home: String?, _ expected: String?) {
    #expect(HistoryFile.path("history", stateHome: stateHome, home: home) == expected)
  }

  @Test @LoopActor func `several runs append to one file, and it belongs to its user alone`() throws {
    let directory = try TemporaryDirectory()
    let path = directory("a/b/history")
    let (first, second) = (HistoryFile(path: path), HistoryFile(path: path))
    first.load()
    second.load()
    for line in ["one", "one", "", " secret"] { first.add(Array(line.utf8)) }
    second.add(Array("two".utf8))
    first.add(Array("three".utf8))
    #expect(try String(decoding: readFile(path), as: UTF8.self) == "one\ntwo\nthree\n")
    #expect(fileStatus(path).map { $0.st_mode & 0o777 } == 0o600)
    #expect(fileStatus(directory("a/b")).map { $0.st_mode & 0o777 } == 0o700)
  }

  @Test @LoopActor func `a long file is shortened to its last lines`() throws {
    let directory = try TemporaryDirectory()
    let path = directory("history")
    let history = HistoryFile(path: path, limit: 10)
    history.load()
    for number in 1...25 { history.add(Array("line \(number)".utf8)) }
    HistoryFile(path: path, limit: 10).load()
    #expect(
      try String(decoding: readFile(path), as: UTF8.self) == (16...25).map { "line \($0)\n" }.joined())
  }
}

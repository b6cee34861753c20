import Glibc
import SockTestSupport

/// `sock` under strace(1), with an observer that marks the calls of the gateway (`SockTracer`).
struct StraceRun {
  /// A line of strace's output.
  enum Line: Hashable {
    /// A call of the gateway begins.
    case begins(String)
    /// It has returned: the observer's text.
    case returned(String)
    /// A call that the kernel saw: its name, and its text from the bracket on.
    case kernel(name: String, rest: String)
  }

  let process: RunningProcess
  private let directory: TemporaryDirectory

  /// Whether strace is here and may trace: containers may forbid it.
  static let isPossible: Bool = {
    guard let process = try? RunningProcess("strace", ["-o", "/dev/null", "true"]) else { return false }
    return (try? process.wait().status) == 0
  }()

  /// Beside the program under test.
  private static let tracer: String = {
    let bundle = CommandLine.arguments[0]
    guard let slash = bundle.lastIndex(of: "/") else { return ".build/debug/SockTracer" }
    let beside = bundle[..<slash] + "/SockTracer"
    return access(String(beside), X_OK) == 0 ? String(beside) : ".build/debug/SockTracer"
  }()

  init(_ arguments: [String], input: RunningProcess.Input = .null) throws {
    directory = try TemporaryDirectory()
    // A file for each thread: no call is cut in two by another thread's.
    process = try RunningProcess(
      "strace", ["-ff", "-s", "65536", "-e", "signal=none", "-o", directory("calls"), Self.tracer] + arguments,
      input: input)
  }

  /// Sends a signal to the program, not to strace.
  func send(_ signal: CInt) throws {
    for name in directory.entries where try text(of: name).hasPrefix("execve(") {
      if let identifier = pid_t(name.dropFirst("calls.".count)) { kill(identifier, signal) }
    }
  }

  /// What each thread called, from the program's first step to its last; the first thread is the main one.
  func threads() throws -> [[Line]] {
    try directory.entries.map { try text(of: $0) }.sorted { left, _ in left.hasPrefix("execve(") }.map { text in
      let lines = text.split(separator: "\n").compactMap(Self.line)
      // Before the first mark is the loader and the start of the runtime; after the last one, exit(3).
      let start = lines.firstIndex(of: .begins("begin")).map { $0 + 1 } ?? 0
      let end = lines.firstIndex(of: .begins("end")) ?? lines.count
      return Array(lines[start..<end])
    }
  }

  private func text(of name: String) throws -> String { String(decoding: try readFile(directory(name)), as: UTF8.self) }

  /// The descriptor that the marks are written to, in `SockTracer`.
  private static let mark = "write(1000, \""

  private static func line(_ text: Substring) -> Line? {
    if text.hasPrefix(mark) {
      let content = text.dropFirst(mark.count)
      guard let end = content.lastIndex(of: "\"") else { return nil }
      let mark = unescaped(content[..<end])
      return mark.hasPrefix("< ")
        ? .returned(String(mark.dropFirst(2))) : .begins(mark.hasPrefix("> ") ? String(mark.dropFirst(2)) : mark)
    }
    guard let bracket = text.firstIndex(of: "("), !text.hasPrefix("+++") else { return nil }
    return .kernel(name: String(text[..<bracket]), rest: String(text[bracket...]))
  }

  /// strace escapes what was escaped already.
  private static func unescaped(_ text: Substring) -> String {
    var result = ""
    var isEscaped = false
    for character in text {
      if character == "\\", !isEscaped {
        isEscaped = true
      } else {
        result.append(character)
        isEscaped = false
      }
    }
    return result
  }
}

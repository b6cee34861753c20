import ArgumentParser
import Glibc
import Operations
import Shell
import Sockets

/// `sock shell`: the sockets API, call by call.
struct ShellCommand: VerbCommand {
  static let configuration = CommandConfiguration(
    commandName: "shell",
    abstract: "Make the calls of the sockets API one by one.",
    usage: "sock shell [FILE]",
    discussion: """
      Lines come from FILE, or from stdin; results go to stdout.
      Example: sock shell handshake.sock
      """)

  @Argument(help: ArgumentHelp("A script (default: stdin).", valueName: "file"))
  var words: [String] = []

  static let options: [OptionName] = []

  static func perform(_ line: Line) throws(OperationError) { _ = try status(of: line) }

  static func status(of line: Line) throws(OperationError) -> CInt {
    guard line.words.count <= 1 else {
      throw .usage("'\(line.words[1])' is one word too many: shell takes the name of one script")
    }
    let path = line.words.first ?? "-"
    let descriptor = path == "-" ? 0 : open(path.isEmpty ? "" : path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let number = ErrorNumber(rawValue: errno)
      throw OperationError(.usage, "cannot open '\(path)': \(number)", errorNumber: number)
    }
    let name = path == "-" ? "stdin" : path
    let outcome = ShellScript.run(from: descriptor) { text in
      // A reader that has gone is found out by the next signal or the end: results are not payload.
      _ = StandardStream.output.write(text + "\n")
    }
    switch outcome {
    case .ended(let status): return CInt(truncatingIfNeeded: status)
    case .misuse(let message): throw .usage("\(name):\(message)")
    case .failed(let message): throw OperationError(.malformedData, "\(name):\(message)")
    case .signal(let number): throw OperationError(.signal(number), "ended by signal \(number)")
    case .unreadable(let number):
      throw OperationError(.connectionLost, "cannot read '\(path)': \(number)", errorNumber: number)
    }
  }
}

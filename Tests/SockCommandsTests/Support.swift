import Operations
import Sockets
import Testing

@testable import SockCommands

/// The line behind a verb, from one text: words parted by single spaces, `''` for an empty one.
func line(_ command: any VerbCommand.Type, _ text: String) throws(OperationError) -> Line {
  let words = text.split(separator: " ").map { $0 == "''" ? "" : String($0) }
  return try LineScanner.scan(words[...], options: command.options)
}

/// The message of the usage error that `body` throws; nil where it throws none, or another.
func usageError(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch let error as OperationError {
    return error.cause == .usage ? error.message : "\(error.cause): \(error.message)"
  } catch {
    return "\(error)"
  }
}

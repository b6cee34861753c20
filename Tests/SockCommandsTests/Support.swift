import Operations
import Sockets
import Testing

@testable import SockCommands

/// The arguments after a verb, from one text: words separated by single spaces, `''` for an empty one.
func arguments(_ verb: VerbSet, _ text: String) throws(OperationError) -> ParsedArguments {
  let words = text.split(separator: " ").map { $0 == "''" ? "" : String($0) }
  return try ArgumentScanner.scan(words[...], for: verb)
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

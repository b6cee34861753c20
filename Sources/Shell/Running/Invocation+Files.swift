import Sockets

extension Invocation {
  /// The contents of a file inside an expression: one that is there at once.
  func contents(of path: String, at position: Position) throws(CallFailure) -> [UInt8] {
    do throws(SystemError) {
      return try FileContents.read(FileContents.expanded(path))
    } catch {
      throw cannotRead(path, error, position)
    }
  }

  /// The contents of a file, which may be a named pipe: waits for its writers, until Ctrl-C.
  func awaitedContents(of path: String, at position: Position) async throws(CallFailure) -> [UInt8] {
    let contents = try await FileContents.readWaiting(FileContents.expanded(path))
    do throws(SystemError) { return try contents.get() } catch { throw cannotRead(path, error, position) }
  }

  /// The same call with the contents of its arguments `<FILE`, so that only here a file can make it wait.
  func loadingFiles() async throws(CallFailure) -> Invocation {
    var statement = statement
    for (index, argument) in statement.arguments.enumerated() {
      guard let path = argument.path else { continue }
      statement.arguments[index].kind = .bytes(try await awaitedContents(of: path, at: argument.position))
    }
    return Invocation(statement: statement, interpreter: interpreter)
  }

  private func cannotRead(_ path: String, _ error: SystemError, _ position: Position) -> CallFailure {
    misuse("cannot read '\(path)': \(error.number)", at: position)
  }
}

extension Argument {
  /// The file whose contents the whole argument is.
  fileprivate var path: String? {
    switch kind {
    case .file(let path): path
    case .expression(.value(let argument)): argument.path
    default: nil
    }
  }
}

import Glibc
import SocketLoop
import Sockets

/// What one `--allow` or `--deny` names: a rule, or a file of rules.
package enum AccessSource: Sendable, Hashable {
  case rule(AccessRule, text: String)
  case file(String)

  /// Reads what stands between the commas of an option.
  package init(parsing text: String) throws(AccessRule.Fault) {
    guard text.hasPrefix("@") else {
      self = .rule(try AccessRule(parsing: text), text: text)
      return
    }
    guard text != "@" else { throw AccessRule.Fault(message: "'@' names no file: write @FILE") }
    self = .file(String(text.dropFirst()))
  }

  /// Whether reading it again may give something else.
  var mayChange: Bool {
    switch self {
    case .file, .rule(.name, _): true
    case .rule: false
    }
  }

  /// The rules of a file: one a line, with comments behind `#`.
  ///
  /// - Throws: an error that names the file, the line and what was expected.
  static func rules(in contents: [UInt8], of file: String) throws(OperationError) -> [AccessList.Entry] {
    var entries: [AccessList.Entry] = []
    let lines = contents.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let bytes = line.prefix { $0 != UInt8(ascii: "#") }
      for word in bytes.split(whereSeparator: { [0x20, 0x09, 0x0d, UInt8(ascii: ",")].contains($0) }) {
        let place = "\(file):\(index + 1)"
        do throws(AccessRule.Fault) {
          entries.append(
            AccessList.Entry(rule: try AccessRule(parsing: String(decoding: word, as: UTF8.self)), origin: place))
        } catch {
          throw OperationError(.malformedData, "\(place): \(error.message)")
        }
      }
    }
    return entries
  }

  /// How large a file of rules may be.
  private static let limit = 16 << 20

  /// Reads a file on another thread, since it may be a pipe that is slow to come.
  ///
  /// - Parameter isAgain: whether it has been read before: what a pipe held is gone then.
  static func contents(of file: String, again isAgain: Bool) async throws(OperationError) -> [UInt8] {
    let result: Result<[UInt8], OperationError>
    do throws(WaitError) {
      result = try await EventLoop.offload {
        do throws(SystemError) {
          let opened = try OwnedDescriptor.open(file, isAgain ? O_RDONLY | O_NONBLOCK : O_RDONLY)
          guard !isAgain || opened.borrowed.fileSize() != nil else {
            return .failure(OperationError(.usage, "\(file) is no regular file, and can be read only once"))
          }
          return bytes(of: opened.borrowed, file)
        } catch {
          return .failure(OperationError(.usage, "cannot read \(file): \(error.number)", errorNumber: error.number))
        }
      }
    } catch {
      throw .cancelled
    }
    return try result.get()
  }

  private static func bytes(of descriptor: Descriptor, _ file: String) -> Result<[UInt8], OperationError> {
    var result: [UInt8] = []
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 1)
    defer { chunk.deallocate() }
    do throws(SystemError) {
      while case .moved(let count) = try descriptor.read(into: chunk), count > 0 {
        result.append(contentsOf: chunk[..<count])
        guard result.count <= limit else {
          return .failure(OperationError(.malformedData, "\(file) is longer than 16 MiB: that is no list of rules"))
        }
      }
      return .success(result)
    } catch {
      return .failure(OperationError(.usage, "cannot read \(file): \(error.number)", errorNumber: error.number))
    }
  }
}

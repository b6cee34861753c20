import Glibc
import SocketLoop
import Sockets
import Transfer

/// A file that an answer is taken from.
package struct AnswerFile: Sendable, CustomStringConvertible {
  private let option: String
  package let name: String

  /// How much of a file is kept in memory.
  private static let limit = 16 << 20

  /// The file of an option. The name is the text of an argument, and `bytes` are the bytes of that.
  package init(option: String, name: String, bytes: [UInt8]) throws(OperationError) {
    guard !name.isEmpty else { throw OperationError(.usage, "\(option) needs the name of a file") }
    guard Array(name.utf8) == bytes else {
      throw OperationError(.usage, "\(option): the name of the file must be UTF-8")
    }
    self.option = option
    self.name = name
  }

  package var description: String { "\(option) \(name)" }

  /// Fails unless it can be sent to each peer from its beginning.
  func requireRegular() async throws(OperationError) {
    let isRegular = try await offload(O_RDONLY | O_NONBLOCK) { (descriptor) throws(SystemError) in
      try Self.refuseDirectory(descriptor)
      return try descriptor.kind() == .regularFile
    }
    guard !isRegular else { return }
    throw OperationError(.usage, "\(self) is no regular file, which can be sent to each peer from its beginning")
  }

  /// All of it.
  func contents() async throws(OperationError) -> [UInt8] {
    try await contents(evenIfRegular: true) ?? []
  }

  /// All of what can be read only once, such as a pipe; nil for a regular file.
  func contentsUnlessRegular() async throws(OperationError) -> [UInt8]? {
    try await contents(evenIfRegular: false)
  }

  private func contents(evenIfRegular: Bool) async throws(OperationError) -> [UInt8]? {
    let bytes = try await offload(O_RDONLY) { (descriptor) throws(SystemError) -> [UInt8]? in
      if !evenIfRegular, try descriptor.kind() == .regularFile { return nil }
      var bytes: [UInt8] = []
      let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 1)
      defer { chunk.deallocate() }
      while bytes.count <= Self.limit, case .moved(let count) = try descriptor.read(into: chunk), count > 0 {
        bytes.append(contentsOf: chunk[..<count])
      }
      return bytes
    }
    guard bytes?.count ?? 0 <= Self.limit else { throw OperationError(.usage, "\(self) is longer than 16 MiB") }
    return bytes
  }

  /// A directory can be opened, but not read.
  private static func refuseDirectory(_ descriptor: Descriptor) throws(SystemError) {
    _ = try descriptor.read(into: UnsafeMutableRawBufferPointer(start: nil, count: 0))
  }

  /// Opens a regular file to be sent.
  @LoopActor
  func open() throws(OperationError) -> DescriptorStream {
    do throws(SystemError) {
      // It may have been replaced by a pipe in the meantime.
      return try DescriptorStream(owning: try OwnedDescriptor.open(name, O_RDONLY | O_NONBLOCK))
    } catch {
      throw failure(error)
    }
  }

  /// Fails unless it can be opened.
  @LoopActor
  func checkRights() throws(OperationError) { _ = try open() }

  /// Opens and uses it on another thread: a pipe may be slow to come.
  private func offload<Value: Sendable>(
    _ flags: CInt, _ body: @escaping @Sendable (Descriptor) throws(SystemError) -> Value
  ) async throws(OperationError) -> Value {
    let result: Result<Value, SystemError>
    do throws(WaitError) {
      result = try await EventLoop.offload { [name] in
        Result { () throws(SystemError) in
          let opened = try OwnedDescriptor.open(name, flags)
          return try body(opened.borrowed)
        }
      }
    } catch {
      throw .cancelled
    }
    do throws(SystemError) { return try result.get() } catch { throw failure(error) }
  }

  private func failure(_ error: SystemError) -> OperationError {
    OperationError(.usage, "\(option): cannot read \(name): \(error.number)", errorNumber: error.number)
  }
}

import Glibc
import SocketLoop
import Sockets

extension StreamEnd {
  /// Whether one write may be read by several reads, and several by one: so that nobody sees where one ended.
  ///
  /// A socket that was inherited may be of any type.
  package var isByteStream: Bool { kind != .socket }

  /// Writes all of what lies in several places, in one piece as to other writers. The vectors are used up.
  func writeAll(_ vectors: UnsafeMutableBufferPointer<iovec>, count: Int) async throws(LoopError) {
    try await takeTurn()
    defer { endTurn() }
    enlarge(after: count)
    var rest = vectors
    while !rest.isEmpty {
      let result: IOResult
      do throws(SystemError) { result = try write(rest) } catch { throw .system(error) }
      switch result {
      case .moved(let count): rest = Self.drop(count, of: rest)
      case .wouldBlock: try await watch.writable()
      }
    }
  }

  /// Has a pipe hold more, once it has carried so many bytes at once: as it comes it holds 64 KiB, and each time it is full
  /// or empty costs two switches of processes.
  func enlarge(after count: Int) {
    if kind != .pipe || count < 32_768 || isEnlarged { return }
    isEnlarged = true
    try? descriptor.setPipeCapacity(1 << 20)
  }

  /// What is left behind the first bytes; places of which nothing is left are gone.
  private static func drop(
    _ count: Int, of vectors: UnsafeMutableBufferPointer<iovec>
  ) -> UnsafeMutableBufferPointer<iovec> {
    var rest = count
    var index = 0
    while index < vectors.count, vectors[index].iov_len <= rest {
      rest -= vectors[index].iov_len
      index += 1
    }
    if index < vectors.count, rest > 0 {
      vectors[index].iov_base += rest
      vectors[index].iov_len -= rest
    }
    return UnsafeMutableBufferPointer(rebasing: vectors[index...])
  }
}

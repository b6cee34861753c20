import CSocketShims
import Glibc

/// What a call received into several buffers: the pieces, as far as they were filled.
public enum ReceivedPieces: Hashable, Sendable {
  /// The pieces: as many as were asked for, those at the end empty if there was less.
  case pieces([[UInt8]])
  /// Nothing is waiting.
  case wouldBlock
}

// Sending from and receiving into several buffers with one call.
extension Socket {
  /// The most pieces of one call: `IOV_MAX`.
  public static let maximumPieces = 1024

  /// Reads into several buffers, one after another.
  ///
  /// Calls `readv(2)`.
  ///
  /// - Parameter sizes: the sizes of the buffers, at most ``maximumPieces``.
  /// - Throws: as ``receive(into:flags:)``; `EINVAL` for too many buffers.
  public borrowing func read(into sizes: [Int]) throws(SystemError) -> ReceivedPieces {
    let descriptor = descriptor
    let buffers = try PieceBuffers(sizes, "readv")
    let result = try Kernel.transfer(
      "readv", on: descriptor, count: buffers.total,
      received: {
        unsafe [
          .descriptor(descriptor), .vectors(buffers.vectors.baseAddress, sizes.count, total: $0),
          .integer(sizes.count),
        ]
      }
    ) { count in
      // An observer's limit makes a short read.
      unsafe Glibc.readv(descriptor, buffers.vectors.baseAddress, CInt(buffers.count(limit: count)))
    }
    guard case .moved(let count) = result else { return .wouldBlock }
    return .pieces(buffers.pieces(of: count))
  }

  /// Writes several pieces with one call.
  ///
  /// Calls `writev(2)`.
  ///
  /// - Throws: as ``send(_:flags:)``; `EINVAL` for too many pieces.
  public borrowing func write(gathering pieces: [[UInt8]]) throws(SystemError) -> IOResult {
    let descriptor = descriptor
    let buffers = try PieceBuffers(pieces.map(\.count), "writev")
    buffers.fill(pieces)
    return try Kernel.transfer(
      "writev", on: descriptor, count: buffers.total,
      unsafe [.descriptor(descriptor), .vectors(buffers.vectors.baseAddress, pieces.count), .integer(pieces.count)]
    ) { count in
      unsafe Glibc.writev(descriptor, buffers.vectors.baseAddress, CInt(buffers.count(limit: count)))
    }
  }

  /// Receives one message, its data into several buffers, with its control messages.
  ///
  /// Calls `recvmsg(2)`, as ``receiveMessage(into:controlCapacity:flags:)`` does.
  ///
  /// - Returns: the pieces of the data; `receive` gets the rest, and is not called if nothing is waiting.
  public borrowing func receiveMessage(
    into sizes: [Int], controlCapacity: Int = 512, flags: MessageFlags = [],
    _ receive: (consuming ReceivedMessage) -> Void
  ) throws(SystemError) -> ReceivedPieces {
    let descriptor = descriptor
    let buffers = try PieceBuffers(sizes, "recvmsg")
    let asked = passesDescriptors ? flags.union(.closeOnExecute) : flags
    var header = MessageHeader(controlCapacity: controlCapacity)
    let result = try Kernel.transfer(
      "recvmsg", on: descriptor, count: buffers.total,
      received: {
        unsafe [
          .descriptor(descriptor),
          .message(
            header.address, buffers.vectors.baseAddress, sizes.count, total: $0, controlLength: header.controlLength,
            flags: header.flags), .flags(asked),
        ]
      }
    ) { count in
      unsafe header.receive(from: descriptor, buffers.vectors.baseAddress, buffers.count(limit: count), asked)
    }
    guard case .moved(let count) = result else { return .wouldBlock }
    receive(header.message(count))
    return .pieces(buffers.pieces(of: count))
  }
}

/// Buffers of given sizes, and the `iovec` of each. They live as long as this object.
@safe private final class PieceBuffers {
  let vectors: UnsafeMutableBufferPointer<iovec>
  let total: Int
  private let storage: UnsafeMutableRawBufferPointer

  init(_ sizes: [Int], _ call: String) throws(SystemError) {
    guard sizes.count <= Socket.maximumPieces else {
      throw SystemError(call: call, number: .invalidArgument, subject: "of \(sizes.count) pieces")
    }
    total = sizes.reduce(0) { $0 + max(0, $1) }
    unsafe storage = .allocate(byteCount: max(1, total), alignment: 1)
    unsafe vectors = .allocate(capacity: sizes.count)
    var start = unsafe storage.baseAddress
    for (index, size) in sizes.enumerated() {
      unsafe vectors.initializeElement(at: index, to: iovec(iov_base: start, iov_len: max(0, size)))
      unsafe start = start.map { unsafe $0 + max(0, size) }
    }
  }

  deinit {
    unsafe vectors.deallocate()
    unsafe storage.deallocate()
  }

  /// Copies the pieces into the buffers.
  func fill(_ pieces: [[UInt8]]) { unsafe storage.copyBytes(from: pieces.joined()) }

  /// How many of the buffers a call may use, so that it moves at most so many bytes; the last is cut.
  func count(limit: Int) -> Int {
    var rest = limit
    for index in unsafe vectors.indices {
      let size = unsafe vectors[index].iov_len
      if size > rest {
        unsafe vectors[index].iov_len = rest
        return index + 1
      }
      rest -= size
    }
    return unsafe vectors.count
  }

  /// The contents of the buffers, of which so many bytes are filled.
  func pieces(of count: Int) -> [[UInt8]] {
    var start = 0
    return unsafe vectors.map { vector in
      let filled = unsafe min(vector.iov_len, max(0, count - start))
      defer { unsafe start += vector.iov_len }
      return unsafe [UInt8](storage[start..<start + filled])
    }
  }
}

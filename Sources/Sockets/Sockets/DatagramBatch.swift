import CSocketShims
import Glibc

/// A buffer for many datagrams, for ``Socket/receiveBatch(into:flags:)`` and ``Socket/sendBatch(_:from:flags:)``.
///
/// All memory is allocated once, on creation, so that a loop that fills and empties it allocates nothing. Received
/// datagrams can be sent on unchanged.
@safe public struct DatagramBatch: ~Copyable, @unchecked Sendable {
  /// The maximum number of datagrams.
  public let capacity: Int
  /// The maximum size of a datagram, in bytes.
  public let datagramSize: Int
  /// The space for control messages of each datagram, in bytes; 0 for none.
  public let controlSize: Int
  /// The number of datagrams in the batch.
  public private(set) var count = 0

  // One block each, of which datagram i has a slice. The headers point to the vectors, and those to the bytes. Nothing
  // moves them.
  private let bytes: UnsafeMutablePointer<UInt8>
  private let addresses: UnsafeMutablePointer<sockaddr_storage>
  private let vectors: UnsafeMutablePointer<iovec>
  private let headers: UnsafeMutablePointer<sockshim_mmsghdr>
  private let controls: UnsafeMutableRawPointer?
  /// How many headers a call may have changed since they were last reset.
  private var used: Int

  /// Allocates the memory.
  ///
  /// - Parameters:
  ///   - capacity: the maximum number of datagrams, from 1 to 1024, which is the kernel's limit for one call.
  ///   - datagramSize: the maximum size in bytes, from 1 to 16 MiB. Memory not reached by any datagram is not touched.
  ///   - controlSize: the space in bytes for control messages of each received datagram
  ///     (``ControlMessage/space(for:)``). What does not fit is truncated. The kernel closes passed descriptors only if
  ///     there is no space at all.
  public init(capacity: Int, datagramSize: Int, controlSize: Int = 0) {
    self.capacity = min(max(1, capacity), 1024)
    self.datagramSize = min(max(1, datagramSize), 1 << 24)
    // Each slice begins at a multiple of 8, as struct cmsghdr requires.
    self.controlSize = (max(0, min(controlSize, 65_536)) + 7) & ~7
    used = self.capacity
    unsafe bytes = .allocate(capacity: self.capacity * self.datagramSize)
    unsafe addresses = .allocate(capacity: self.capacity)
    unsafe vectors = .allocate(capacity: self.capacity)
    unsafe headers = .allocate(capacity: self.capacity)
    unsafe controls =
      self.controlSize == 0 ? nil : .allocate(byteCount: self.capacity * self.controlSize, alignment: 8)
    unsafe addresses.initialize(repeating: sockaddr_storage(), count: self.capacity)
    unsafe vectors.initialize(repeating: iovec(), count: self.capacity)
    unsafe headers.initialize(repeating: sockshim_mmsghdr(), count: self.capacity)
    for index in 0..<self.capacity {
      unsafe headers[index].header.msg_iov = vectors + index
      unsafe headers[index].header.msg_iovlen = 1
    }
  }

  deinit {
    unsafe bytes.deallocate()
    unsafe addresses.deallocate()
    unsafe vectors.deallocate()
    unsafe headers.deallocate()
    unsafe controls?.deallocate()
  }

  func datagramStart(_ index: Int) -> UnsafeMutablePointer<UInt8> { unsafe bytes + index * datagramSize }
  func header(_ index: Int) -> sockshim_mmsghdr { unsafe headers[index] }
  var vectorPointer: UnsafeMutablePointer<iovec> { unsafe vectors }

  /// Whether the batch is empty.
  public var isEmpty: Bool { count == 0 }
  /// Whether the batch is full.
  public var isFull: Bool { count == capacity }

  /// Removes all datagrams.
  public mutating func removeAll() { count = 0 }

  /// Adds a datagram to send to an address, or to the connected peer.
  ///
  /// - Returns: false if the batch is full or the datagram is longer than ``datagramSize``.
  public mutating func append(_ datagram: Span<UInt8>, to address: SocketAddress? = nil) -> Bool {
    guard !isFull, datagram.count <= datagramSize else { return false }
    let start = unsafe bytes + count * datagramSize
    for index in 0..<datagram.count { unsafe start[index] = datagram[index] }
    unsafe headers[count].length = UInt32(datagram.count)
    unsafe headers[count].header.msg_flags = 0
    setAddress(address, at: count)
    count += 1
    return true
  }

  /// Changes the destination of a datagram.
  ///
  /// - Parameter address: the destination; nil for the connected peer.
  public mutating func setAddress(_ address: SocketAddress?, at index: Int) {
    precondition((0..<capacity).contains(index), "no such datagram")
    let storage = unsafe UnsafeMutableRawPointer(addresses + index)
    guard let address else {
      unsafe headers[index].header.msg_name = nil
      unsafe headers[index].header.msg_namelen = 0
      return
    }
    unsafe headers[index].header.msg_name = storage
    unsafe headers[index].header.msg_namelen = address.withSockaddr { pointer, length in
      unsafe storage.copyMemory(from: pointer, byteCount: Int(length))
      return length
    }
  }

  /// Calls `body` with the bytes of a datagram.
  public func withDatagram<Result, Failure: Error>(
    at index: Int, _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition((0..<count).contains(index), "no such datagram")
    let buffer = unsafe UnsafeBufferPointer(start: bytes + index * datagramSize, count: byteCount(at: index))
    return try unsafe body(buffer.span)
  }

  /// The number of bytes of a datagram in the batch.
  public func byteCount(at index: Int) -> Int {
    precondition((0..<count).contains(index), "no such datagram")
    return unsafe min(Int(headers[index].length), datagramSize)
  }

  /// The sender of a received datagram, or the destination of one to send; `AF_UNSPEC` for the connected peer.
  public func address(at index: Int) -> SocketAddress {
    precondition((0..<count).contains(index), "no such datagram")
    guard let name = unsafe headers[index].header.msg_name else { return SocketAddress() }
    return unsafe SocketAddress(
      copying: name.assumingMemoryBound(to: sockaddr.self), length: Int(headers[index].header.msg_namelen))
  }

  /// Whether a received datagram was longer than ``datagramSize``.
  public func wasTruncated(at index: Int) -> Bool {
    precondition((0..<count).contains(index), "no such datagram")
    return unsafe MessageFlags(rawValue: headers[index].header.msg_flags).contains(.truncated)
  }

  /// Resets the buffers, lets a call fill them, and records how many it filled.
  mutating func receive(
    _ body: (UnsafeMutablePointer<sockshim_mmsghdr>) throws(SystemError) -> IOResult
  ) throws(SystemError) -> IOResult {
    count = 0
    for index in 0..<used {
      unsafe vectors[index].iov_base = UnsafeMutableRawPointer(bytes + index * datagramSize)
      unsafe vectors[index].iov_len = datagramSize
      unsafe headers[index].header.msg_control = controls.map { unsafe $0 + index * controlSize }
      unsafe headers[index].header.msg_controllen = controlSize
      unsafe headers[index].header.msg_name = UnsafeMutableRawPointer(addresses + index)
      unsafe headers[index].header.msg_namelen = socklen_t(MemoryLayout<sockaddr_storage>.size)
      unsafe headers[index].header.msg_flags = 0
    }
    used = 0
    let result = try unsafe body(headers)
    if case .moved(let filled) = result { (count, used) = (filled, filled) }
    return result
  }

  /// Lets a call send the datagrams from this one on.
  mutating func send(
    from first: Int, _ body: (UnsafeMutablePointer<sockshim_mmsghdr>, Int) throws(SystemError) -> IOResult
  ) throws(SystemError) -> IOResult {
    precondition((0...count).contains(first), "no such datagram")
    used = max(used, count)
    for index in first..<count {
      unsafe vectors[index].iov_base = UnsafeMutableRawPointer(bytes + index * datagramSize)
      unsafe headers[index].header.msg_control = nil
      unsafe headers[index].header.msg_controllen = 0
      // sendmmsg writes the bytes sent into the field that holds the length: for datagrams, the same number.
      unsafe vectors[index].iov_len = min(Int(headers[index].length), datagramSize)
    }
    return try unsafe body(headers + first, count - first)
  }
}

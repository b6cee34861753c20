import CSocketShims
import Glibc

/// Room for many datagrams, for ``Socket/receiveBatch(into:flags:)`` and ``Socket/sendBatch(_:from:flags:)``.
///
/// All memory is taken once, when it is made: the loop that fills and empties it allocates nothing. What was received
/// can be sent on as it is.
@safe public struct DatagramBatch: ~Copyable, @unchecked Sendable {
  /// How many datagrams there is room for.
  public let capacity: Int
  /// How long each may be, in bytes.
  public let datagramSize: Int
  /// Room for the control messages of each, in bytes; 0 for none.
  public let controlSize: Int
  /// How many are held.
  public private(set) var count = 0

  // One block each; datagram i has its slice. The headers point at the vectors, those at the bytes. Nothing moves them.
  private let bytes: UnsafeMutablePointer<UInt8>
  private let addresses: UnsafeMutablePointer<sockaddr_storage>
  private let vectors: UnsafeMutablePointer<iovec>
  private let headers: UnsafeMutablePointer<sockshim_mmsghdr>
  private let controls: UnsafeMutableRawPointer?
  /// How many headers a call may have changed since they were made ready.
  private var used: Int

  /// Takes the memory.
  ///
  /// - Parameters:
  ///   - capacity: from 1 to 1024, the most that the kernel takes in one call.
  ///   - datagramSize: in bytes, from 1 to 16 MiB. Memory that no datagram has reached yet is not touched.
  ///   - controlSize: in bytes, for the control messages of each received datagram (``ControlMessage/space(for:)``). What
  ///     does not fit is cut; descriptors that are passed are closed by the kernel only where there is no room at all.
  public init(capacity: Int, datagramSize: Int, controlSize: Int = 0) {
    self.capacity = min(max(1, capacity), 1024)
    self.datagramSize = min(max(1, datagramSize), 1 << 24)
    // Each begins at a multiple of 8, as struct cmsghdr has to.
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

  /// Whether none are held.
  public var isEmpty: Bool { count == 0 }
  /// Whether there is no room for another.
  public var isFull: Bool { count == capacity }

  /// Forgets all.
  public mutating func removeAll() { count = 0 }

  /// Adds a datagram to send: to this address, or to the connected peer.
  ///
  /// - Returns: false where the batch is full or the datagram is longer than ``datagramSize``.
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

  /// Has a datagram sent elsewhere than where it came from.
  ///
  /// - Parameter address: nil for the connected peer.
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

  /// Shows the bytes of a datagram that is held.
  public func withDatagram<Result, Failure: Error>(
    at index: Int, _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition((0..<count).contains(index), "no such datagram")
    let buffer = unsafe UnsafeBufferPointer(start: bytes + index * datagramSize, count: byteCount(at: index))
    return try unsafe body(buffer.span)
  }

  /// How many bytes of a datagram are held.
  public func byteCount(at index: Int) -> Int {
    precondition((0..<count).contains(index), "no such datagram")
    return unsafe min(Int(headers[index].length), datagramSize)
  }

  /// Who sent a datagram, or to whom it goes; `AF_UNSPEC` for the connected peer.
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

  /// Makes all of the room ready, lets a call fill it, and takes over how many it filled.
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

  /// Lets a call send what is held, from this one on.
  mutating func send(
    from first: Int, _ body: (UnsafeMutablePointer<sockshim_mmsghdr>, Int) throws(SystemError) -> IOResult
  ) throws(SystemError) -> IOResult {
    precondition((0...count).contains(first), "no such datagram")
    used = max(used, count)
    for index in first..<count {
      unsafe vectors[index].iov_base = UnsafeMutableRawPointer(bytes + index * datagramSize)
      unsafe headers[index].header.msg_control = nil
      unsafe headers[index].header.msg_controllen = 0
      // sendmmsg writes what it sent into the same field that says how much is held: the same number, for datagrams.
      unsafe vectors[index].iov_len = min(Int(headers[index].length), datagramSize)
    }
    return try unsafe body(headers + first, count - first)
  }
}

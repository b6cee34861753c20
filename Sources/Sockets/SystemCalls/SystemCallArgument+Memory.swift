import CSocketShims
import Glibc

// Memory of this process that the kernel reads or writes, decoded for an observer.
extension SystemCallArgument {
  /// Bytes that the kernel reads.
  @inline(never)
  static func data(_ start: UnsafeRawPointer?, _ count: Int) -> Self {
    guard let start = unsafe start else { return .null }
    let prefix = unsafe UnsafeRawBufferPointer(start: start, count: max(0, min(count, longestPrefix)))
    return unsafe .buffer(prefix: Array(prefix), count: max(0, count))
  }

  /// A buffer that the kernel writes to: the bytes that it wrote.
  ///
  /// - Parameter moved: the result of the call, which may exceed `capacity` (`MSG_TRUNC`).
  static func received(_ start: UnsafeRawPointer?, _ capacity: Int, _ moved: Int) -> Self {
    unsafe data(start, min(capacity, moved))
  }

  /// An array of `iovec`, of which the kernel reads or wrote the first `total` bytes.
  @inline(never)
  static func vectors(_ start: UnsafePointer<iovec>?, _ count: Int, total: Int = .max) -> Self {
    guard let start = unsafe start else { return .null }
    var rest = total
    var elements: [SystemCallArgument] = []
    for index in 0..<count {
      let vector = unsafe start[index]
      let filled = unsafe min(rest, vector.iov_len)
      unsafe elements.append(
        .structure([
          Field(name: "iov_base", value: data(vector.iov_base, filled)),
          Field(name: "iov_len", value: .integer(vector.iov_len)),
        ]))
      rest -= filled
    }
    return .list(elements)
  }

  /// An array of one `iovec`.
  @inline(never)
  static func vector(_ start: UnsafeRawPointer, _ count: Int, total: Int = .max) -> Self {
    var vector = unsafe iovec(iov_base: UnsafeMutableRawPointer(mutating: start), iov_len: count)
    return unsafe .vectors(&vector, 1, total: total)
  }

  /// A `msghdr`.
  ///
  /// - Parameters:
  ///   - address: `msg_name`; nil for a null pointer.
  ///   - controlLength: the number of bytes of control messages sent or received.
  @inline(never)
  static func message(
    _ address: SocketAddress?, _ vectors: UnsafePointer<iovec>?, _ count: Int, total: Int = .max,
    controlLength: Int = 0, flags: MessageFlags = []
  ) -> Self {
    .structure([
      Field(name: "msg_name", value: address.map { .address($0) } ?? .null),
      Field(name: "msg_iov", value: unsafe .vectors(vectors, count, total: total)),
      Field(name: "msg_controllen", value: .integer(controlLength)),
      // In a header they are results.
      Field(name: "msg_flags", value: .constant(Int(flags.rawValue), name: flags.asReported)),
    ])
  }

  /// A `msghdr` with one buffer.
  @inline(never)
  static func message(
    _ address: SocketAddress?, of start: UnsafeRawPointer?, _ count: Int, total: Int = .max, controlLength: Int = 0,
    flags: MessageFlags = []
  ) -> Self {
    var vector = unsafe iovec(iov_base: UnsafeMutableRawPointer(mutating: start), iov_len: count)
    return unsafe .message(address, &vector, 1, total: total, controlLength: controlLength, flags: flags)
  }

  /// An array of `mmsghdr`, with the length of each message if the call has returned.
  @inline(never)
  static func messages(_ start: UnsafePointer<sockshim_mmsghdr>, _ count: Int) -> Self {
    .list(
      unsafe UnsafeBufferPointer(start: start, count: max(0, count)).map { entry in
        let header = unsafe entry.header
        let address = unsafe header.msg_name.map {
          unsafe SocketAddress(copying: $0.assumingMemoryBound(to: sockaddr.self), length: Int(header.msg_namelen))
        }
        return unsafe .structure([
          Field(
            name: "msg_hdr",
            value: .message(
              address, header.msg_iov, Int(header.msg_iovlen), total: Int(entry.length),
              controlLength: header.msg_controllen, flags: MessageFlags(rawValue: header.msg_flags))),
          Field(name: "msg_len", value: .integer(Int(entry.length))),
        ])
      })
  }

  /// The array of `poll(2)`: the events to wait for, and those reported.
  @inline(never)
  static func entries(_ entries: [pollfd]) -> Self {
    .list(
      entries.map { entry in
        .structure([
          Field(name: "fd", value: .descriptor(entry.fd)),
          Field(name: "events", value: .events(PollEvents(rawValue: entry.events))),
          Field(name: "revents", value: .events(PollEvents(rawValue: entry.revents))),
        ])
      })
  }

  /// An `epoll_event`.
  @inline(never)
  static func event(_ events: EpollEvents, token: UInt64) -> Self {
    .structure([
      Field(name: "events", value: .events(events)),
      Field(name: "data", value: .constant(Int(truncatingIfNeeded: token), name: "0x" + String(token, radix: 16))),
    ])
  }

  /// The events that `epoll_wait(2)` returned.
  @inline(never)
  static func events(_ start: UnsafePointer<epoll_event>?, _ count: Int) -> Self {
    .list(
      unsafe UnsafeBufferPointer(start: start, count: max(0, count)).map { entry in
        unsafe .event(EpollEvents(rawValue: entry.events), token: entry.data.u64)
      })
  }

  /// The kind of file and its size, from the `struct stat` that `fstat(2)` wrote.
  @inline(never)
  static func status(_ status: stat) -> Self {
    .structure([
      Field(name: "st_mode", value: .mode(UInt32(status.st_mode))),
      Field(name: "st_size", value: .integer(Int(status.st_size))),
    ])
  }

  /// A pair of descriptors that the kernel created.
  @inline(never)
  static func pair(_ first: CInt, _ second: CInt) -> Self { .list([.descriptor(first), .descriptor(second)]) }

  /// A C string, or a null pointer.
  @inline(never)
  static func text(_ text: String?) -> Self { text.map { .string($0) } ?? .null }

  /// The `mmsghdr` array of one buffer that is sent as datagrams of `size` bytes.
  @inline(never)
  static func pieces(_ buffer: UnsafeRawBufferPointer, of size: Int, count: Int, to address: SocketAddress?) -> Self {
    .list(
      (0..<count).map { index in
        let piece = unsafe UnsafeRawBufferPointer(
          rebasing: buffer[(index * size)..<min((index + 1) * size, buffer.count)])
        return .structure([
          Field(name: "msg_hdr", value: unsafe .message(address, of: piece.baseAddress, piece.count))
        ])
      })
  }

  /// A `timespec` or `timeval`; a null pointer for no timeout.
  @inline(never)
  static func time(_ duration: Duration?, fraction: String) -> Self {
    guard let (seconds, attoseconds) = duration?.components else { return .null }
    return .structure([
      Field(name: "tv_sec", value: .integer(Int(seconds))),
      Field(
        name: fraction, value: .integer(Int(attoseconds / (fraction == "tv_nsec" ? 1_000_000_000 : 1_000_000_000_000)))),
    ])
  }

  /// The hints of `getaddrinfo(3)`.
  @inline(never)
  static func hints(_ hints: addrinfo) -> Self {
    unsafe .structure([
      Field(name: "ai_flags", value: .lookupFlags(hints.ai_flags, addressLookupFlags)),
      Field(name: "ai_family", value: .named(AddressFamily(rawValue: hints.ai_family))),
      Field(name: "ai_socktype", value: .named(SocketType(rawValue: hints.ai_socktype))),
      Field(name: "ai_protocol", value: .named(TransportProtocol(rawValue: hints.ai_protocol))),
    ])
  }

  /// The addresses that a look-up returned.
  @inline(never)
  static func addresses(_ addresses: [SocketAddress]) -> Self { .list(addresses.map { .address($0) }) }
}

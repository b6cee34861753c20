import CSocketShims
import Glibc

/// The result of ``Socket/receiveMessage(into:controlCapacity:flags:)``.
public enum MessageReception: ~Copyable, Sendable {
  /// A message, or part of a stream. An empty one may be the end of a stream.
  case message(ReceivedMessage)
  /// Nothing is waiting.
  case wouldBlock
}

/// Everything `recvmsg(2)` returns about a message except its data, which is in the caller's buffer.
public struct ReceivedMessage: ~Copyable, Sendable {
  /// The number of bytes; if `MSG_TRUNC` was requested, the length of the whole datagram.
  public let count: Int
  /// The sender; its ``SocketAddress/family`` is `AF_UNSPEC` on streams.
  public let address: SocketAddress
  /// The flags returned by the kernel.
  ///
  /// `MSG_TRUNC`: the datagram was longer than the buffer. `MSG_CTRUNC`: `controlCapacity` was too small, and what did
  /// not fit is lost. `MSG_EOR`, `MSG_OOB` and `MSG_ERRQUEUE` as they apply.
  public let flags: MessageFlags
  /// The control messages, without descriptors.
  public let control: [ControlMessage]
  /// `SCM_RIGHTS`: descriptors passed by the peer, with `FD_CLOEXEC`.
  public var descriptors: ReceivedDescriptors
  /// `SCM_PIDFD`: a descriptor of the sender's process, with `SO_PASSPIDFD`.
  public var processDescriptors: ReceivedDescriptors
}

extension Socket {
  /// Sends one message with control messages.
  ///
  /// Calls `sendmsg(2)` with `MSG_NOSIGNAL`. On a stream, control messages are attached to the first byte, so `bytes`
  /// must not be empty.
  ///
  /// - Parameters:
  ///   - bytes: the data.
  ///   - address: the destination; nil for the connected peer.
  ///   - control: the ancillary data. Passed descriptors stay open.
  ///   - flags: `MSG_DONTWAIT` and others.
  /// - Throws: as ``send(_:flags:)``; `EBADF` if a descriptor to pass is not open, `EPERM` for credentials of another
  ///   process without the privilege, `EINVAL` for a control message that the socket does not know, `ETOOMANYREFS`.
  public borrowing func sendMessage(
    _ bytes: Span<UInt8>, to address: SocketAddress? = nil, control: [ControlMessage] = [],
    flags: MessageFlags = []
  ) throws(SystemError) -> IOResult {
    try unsafe bytes.withUnsafeBufferPointer { (buffer) throws(SystemError) in
      var vector = unsafe iovec(iov_base: UnsafeMutableRawPointer(mutating: buffer.baseAddress), iov_len: buffer.count)
      return try unsafe send(&vector, 1, total: buffer.count, to: address, control: control, flags: flags)
    }
  }

  /// Sends one message from several pieces without copying them together.
  ///
  /// Calls `sendmsg(2)` with `MSG_NOSIGNAL`.
  ///
  /// - Parameter pieces: the data, in at most ``maximumPieces``.
  /// - Throws: as ``sendMessage(_:to:control:flags:)``; `EMSGSIZE` for too many pieces.
  public borrowing func sendMessage(
    gathering pieces: [[UInt8]], to address: SocketAddress? = nil, control: [ControlMessage] = [],
    flags: MessageFlags = []
  ) throws(SystemError) -> IOResult {
    guard pieces.count <= Self.maximumPieces else {
      throw SystemError(call: "sendmsg", number: .messageTooLong, subject: "of \(pieces.count) pieces")
    }
    var vectors = unsafe [iovec](repeating: iovec(), count: pieces.count)
    return try unsafe gather(pieces[...], into: &vectors, to: address, control: control, flags: flags)
  }

  /// Pins the pieces one inside the other, since an array's address is valid only within its closure.
  private borrowing func gather(
    _ pieces: ArraySlice<[UInt8]>, into vectors: inout [iovec], to address: SocketAddress?,
    control: [ControlMessage], flags: MessageFlags
  ) throws(SystemError) -> IOResult {
    guard let first = pieces.first else {
      let total = unsafe vectors.reduce(0) { unsafe $0 + $1.iov_len }
      return try unsafe send(&vectors, vectors.count, total: total, to: address, control: control, flags: flags)
    }
    let bytes = first.span
    return try unsafe bytes.withUnsafeBufferPointer { (buffer) throws(SystemError) in
      unsafe vectors[pieces.startIndex] = unsafe iovec(
        iov_base: UnsafeMutableRawPointer(mutating: buffer.baseAddress), iov_len: buffer.count)
      return try unsafe gather(pieces.dropFirst(), into: &vectors, to: address, control: control, flags: flags)
    }
  }

  private borrowing func send(
    _ vectors: UnsafeMutablePointer<iovec>, _ vectorCount: Int, total: Int, to address: SocketAddress?,
    control: [ControlMessage], flags: MessageFlags
  ) throws(SystemError) -> IOResult {
    let descriptor = descriptor
    var buffer = ControlMessage.buffer(of: control)
    return try Kernel.transfer(
      "sendmsg", on: descriptor, about: address.map { "to \($0)" } ?? "", count: total,
      unsafe [
        .descriptor(descriptor), .message(address, vectors, vectorCount, controlLength: buffer.count),
        .flags(flags.union(.noSignal)),
      ]
    ) { count in
      // An observer's limit makes a short send of the first piece.
      if count < total, vectorCount > 0 { unsafe vectors.pointee.iov_len = min(vectors.pointee.iov_len, count) }
      return unsafe buffer.withUnsafeMutableBytes { controlBytes in
        var header = unsafe msghdr()
        unsafe header.msg_iov = vectors
        unsafe header.msg_iovlen = count < total ? min(1, vectorCount) : vectorCount
        if controlBytes.count > 0 {
          unsafe header.msg_control = controlBytes.baseAddress
          unsafe header.msg_controllen = controlBytes.count
        }
        guard let address else { return unsafe Glibc.sendmsg(descriptor, &header, flags.union(.noSignal).rawValue) }
        return unsafe address.withSockaddr { pointer, length in
          unsafe header.msg_name = UnsafeMutableRawPointer(mutating: pointer)
          unsafe header.msg_namelen = length
          return unsafe Glibc.sendmsg(descriptor, &header, flags.union(.noSignal).rawValue)
        }
      }
    }
  }

  /// Receives one message with its control messages into the free part of `buffer`.
  ///
  /// Calls `recvmsg(2)`, on Unix sockets with `MSG_CMSG_CLOEXEC`: packet sockets reject the flag.
  ///
  /// - Parameters:
  ///   - buffer: the data is appended to it.
  ///   - controlCapacity: the space for control messages in bytes, see ``ControlMessage/space(for:)``. With none, the
  ///     kernel closes passed descriptors.
  ///   - flags: `MSG_PEEK` and others. Each peek at descriptors duplicates them.
  public borrowing func receiveMessage(
    into buffer: inout OutputSpan<UInt8>, controlCapacity: Int = 512, flags: MessageFlags = []
  ) throws(SystemError) -> MessageReception {
    let descriptor = descriptor
    let asked = passesDescriptors ? flags.union(.closeOnExecute) : flags
    var header = MessageHeader(controlCapacity: controlCapacity)
    let result = try unsafe buffer.fill { (base, capacity) throws(SystemError) in
      try Kernel.transfer(
        "recvmsg", on: descriptor, count: capacity,
        received: {
          unsafe [
            .descriptor(descriptor),
            .message(
              header.address, of: base, capacity, total: $0, controlLength: header.controlLength, flags: header.flags),
            .flags(asked),
          ]
        }
      ) { count in
        var vector = unsafe iovec(iov_base: base, iov_len: count)
        return unsafe header.receive(from: descriptor, &vector, 1, asked)
      }
    }
    guard case .moved(let count) = result else { return .wouldBlock }
    return .message(header.message(count))
  }
}

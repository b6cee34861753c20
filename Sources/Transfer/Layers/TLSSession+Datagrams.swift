internal import COpenSSL
import SocketLoop
import Sockets

// What DTLS (RFC 6347) has besides TLS: each record travels in a datagram, and those of the handshake are sent again until
// they are answered.
extension TLSSession {
  /// The most datagrams that one call sends: a flight of a handshake with long chains on both sides has fewer.
  private static let mostDatagrams = 256
  private static let sizes = UnsafeMutablePointer<UInt16>.allocate(capacity: mostDatagrams)

  static func offerDatagrams(to wire: UnsafeMutablePointer<openssl_wire>) {
    (wire.pointee.sizes, wire.pointee.datagram_count, wire.pointee.datagram_capacity) = (sizes, 0, mostDatagrams)
  }

  // MARK: Sending

  /// Sends the datagrams of a call; those for which there is no room are kept.
  func sendDatagrams(_ bytes: UnsafeRawBufferPointer, sizes wire: UnsafeMutablePointer<openssl_wire>) {
    guard let sizes = wire.pointee.sizes else { return }
    var start = 0
    for index in 0..<wire.pointee.datagram_count {
      let datagram = UnsafeRawBufferPointer(rebasing: bytes[start..<(start + Int(sizes[index]))])
      start += datagram.count
      if unsentDatagrams.isEmpty, isSent(datagram) { continue }
      unsentDatagrams.append([UInt8](datagram))
    }
  }

  /// Whether there was room for a datagram. The error of one that cannot be sent is kept for ``takeSendError()``.
  private func isSent(_ datagram: UnsafeRawBufferPointer) -> Bool {
    do throws(SystemError) {
      if case .wouldBlock = try base.write(datagram) { return false }
    } catch {
      (base as? DatagramStream)?.sendError = error
    }
    return true
  }

  func flushDatagrams() throws(SystemError) -> Bool {
    while let next = unsentDatagrams.first {
      guard next.withUnsafeBytes({ isSent($0) }) else { return false }
      unsentDatagrams.removeFirst()
    }
    return true
  }

  // MARK: Time

  /// When the last flight is to be sent again; nil if none is waiting for an answer.
  var retransmission: MonotonicTime? {
    let microseconds = openssl_timeout(pointer)
    return microseconds < 0 ? nil : .after(.microseconds(microseconds))
  }

  /// Sends the last flight again, if it is time to; false once the session gives up.
  func retransmit() -> Bool {
    if case .failed = perform({ openssl_retransmit(pointer) < 0 ? -1 : 1 }) { return false }
    return true
  }

  /// Sets how many bytes a packet may have.
  func setMTU(_ count: Int) { openssl_set_mtu(pointer, count) }

  // MARK: Listening

  /// Answers a client's first message with a cookie, or accepts one that has the right cookie. Nothing is remembered of
  /// a client that does not have one.
  ///
  /// - Returns: whether the session is now that of this client.
  func listen(_ datagram: UnsafeRawBufferPointer, from peer: SocketAddress) -> Bool {
    let wire = openssl_wire_of(pointer)
    let address = peer.bytes.prefix(32)
    withUnsafeMutableBytes(of: &wire.pointee.peer) { $0.copyBytes(from: address) }
    wire.pointee.peer_count = address.count
    wire.pointee.input = UnsafePointer(datagram.baseAddress?.assumingMemoryBound(to: UInt8.self))
    wire.pointee.input_count = datagram.count
    defer { (wire.pointee.input, wire.pointee.input_count) = (nil, 0) }
    var isAccepted = false
    _ = perform {
      isAccepted = openssl_listen(pointer) == 1
      return 1
    }
    return isAccepted
  }
}

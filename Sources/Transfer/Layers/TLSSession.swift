internal import COpenSSL
import SocketLoop
import Sockets

/// One session of OpenSSL's over a stream. It never waits, and OpenSSL makes no system call: it takes what was received
/// from memory, and puts into memory what is to be sent.
///
/// So up to 256 KiB are received and sent with one call each, where OpenSSL itself makes one for each record of 16 KiB.
/// The memory is shared by all sessions, since each is done with it when a call returns; an idle session holds none.
@LoopActor
final class TLSSession {
  /// The most that is encrypted for one write.
  static let longestWrite = 262_144
  /// For what is received, and for what is to be sent, with the headers and tags of its records.
  private static let received = RawBuffer(count: 262_144)
  private static let outgoing = RawBuffer(count: 262_144 + 65_536)

  /// What a call of OpenSSL's brought about.
  enum Step {
    case done(Int)
    case wantsInput
    /// What it put into memory has to be sent first.
    case wantsRoom
    /// The peer has sent a close_notify.
    case ended
    case failed
  }

  let library: TLSLibrary
  private let ssl: UnsafePointer<openssl_ssl>
  let pointer: OpaquePointer
  /// Where bytes are received from and sent to.
  var base: any ByteStream
  private let isOverDatagrams: Bool
  private let wire: UnsafeMutablePointer<openssl_wire>
  /// Received bytes that OpenSSL has not taken yet, while there are any.
  private var rest: RawBuffer?
  /// Bytes that the stream below had no room for, and how many of them have been sent since.
  private var unsent: RawBuffer?
  private var sent = 0
  /// The same over datagrams.
  var unsentDatagrams: [[UInt8]] = []
  /// The first bytes that the peer sent: they tell a peer that does not speak TLS.
  private(set) var beginning: [UInt8] = []
  /// Whether the stream below has ended.
  private(set) var baseHasEnded = false
  private var hasFailed = false
  /// How many bytes have been sent, or are to be, after the last that carry data.
  private(set) var countSinceData = 0

  init?(_ context: TLSContext, over base: any ByteStream) {
    library = context.library
    ssl = library.ssl
    self.base = base
    wire = .allocate(capacity: 1)
    wire.initialize(to: openssl_wire())
    isOverDatagrams = context.settings.isOverDatagrams
    let made =
      isOverDatagrams ? openssl_datagram_session(context.pointer, wire) : openssl_session(context.pointer, wire)
    guard let pointer = made else {
      wire.deallocate()
      return nil
    }
    self.pointer = pointer
    if context.role == .client {
      ssl.pointee.SSL_set_connect_state(pointer)
    } else {
      ssl.pointee.SSL_set_accept_state(pointer)
    }
  }

  isolated deinit {
    ssl.pointee.SSL_free(pointer)
    wire.deallocate()
  }

  // MARK: Calls

  func shakeHands() -> Step {
    perform { ssl.pointee.SSL_do_handshake(pointer) }
  }

  /// Goes on with the handshake of a server that takes data before it is over.
  func shakeHandsTakingEarlyData(_ data: inout [UInt8], isOver: inout Bool) -> Step {
    var part = [UInt8](repeating: 0, count: 16_384)
    while !isOver {
      var (count, result) = (0, SSL_READ_EARLY_DATA_ERROR)
      let step = perform {
        result = part.withUnsafeMutableBytes {
          ssl.pointee.SSL_read_early_data(pointer, $0.baseAddress, $0.count, &count)
        }
        return result
      }
      guard case .done = step else { return step }
      data += part.prefix(count)
      isOver = result == SSL_READ_EARLY_DATA_FINISH
    }
    return shakeHands()
  }

  /// Encrypts bytes that are sent with the first message of the handshake.
  func encryptEarly(_ bytes: ArraySlice<UInt8>) -> Step {
    var count = 0
    defer { countSinceData = 0 }
    return perform(
      { bytes.withUnsafeBytes { ssl.pointee.SSL_write_early_data(pointer, $0.baseAddress, $0.count, &count) } },
      result: { count })
  }

  /// Decrypts what has been received.
  func decrypt(into buffer: UnsafeMutableRawBufferPointer) -> Step {
    var count = 0
    return perform({ ssl.pointee.SSL_read_ex(pointer, buffer.baseAddress, buffer.count, &count) }, result: { count })
  }

  /// Encrypts bytes, at most ``longestWrite``.
  func encrypt(_ bytes: UnsafeRawBufferPointer) -> Step {
    var count = 0
    let wanted = min(bytes.count, Self.longestWrite)
    defer { countSinceData = 0 }
    return perform({ ssl.pointee.SSL_write_ex(pointer, bytes.baseAddress, wanted, &count) }, result: { count })
  }

  /// Says that nothing more will be sent: a close_notify.
  func endSending() -> Step {
    // 0: the peer's own is missing, which is read later.
    perform { ssl.pointee.SSL_shutdown(pointer) >= 0 ? 1 : -1 }
  }

  /// Makes a call of OpenSSL's, and gathers what it wants to send.
  func perform(_ call: () -> CInt, result: () -> Int = { 0 }) -> Step {
    library.crypto.pointee.ERR_clear_error()
    wire.pointee.output = Self.outgoing.bytes.assumingMemoryBound(to: UInt8.self).baseAddress
    (wire.pointee.output_count, wire.pointee.output_capacity) = (0, Self.outgoing.bytes.count)
    if isOverDatagrams { Self.offerDatagrams(to: wire) }
    let returned = call()
    let error = returned > 0 ? SSL_ERROR_NONE : ssl.pointee.SSL_get_error(pointer, returned)
    keepOutput()
    switch error {
    case SSL_ERROR_NONE: return .done(result())
    case SSL_ERROR_WANT_READ: return .wantsInput
    case SSL_ERROR_WANT_WRITE: return .wantsRoom
    case SSL_ERROR_ZERO_RETURN: return .ended
    default:
      hasFailed = true
      return .failed
    }
  }

  /// How many decrypted bytes can be read at once.
  var pending: Int { Int(ssl.pointee.SSL_pending(pointer)) }
  /// Whether a read may succeed without receiving anything.
  var holdsInput: Bool { rest != nil || pending > 0 }
  /// Whether a close_notify can still be sent.
  var canEndSending: Bool { !hasFailed }

  // MARK: Receiving

  /// Runs steps of a call that decrypts, on what has been kept and what the stream below has, until it needs more.
  ///
  /// - Parameter size: how much to receive at once.
  /// - Returns: nil if nothing more has arrived.
  func run(receiving size: Int, _ step: () -> Step) throws(SystemError) -> Step? {
    takeRest()
    defer { keepRest() }
    while true {
      let result = step()
      guard case .wantsInput = result else { return result }
      guard try receive(size) else { return baseHasEnded ? .wantsInput : nil }
    }
  }

  /// Receives from the stream below; false if nothing has arrived, or it has ended.
  private func receive(_ size: Int) throws(SystemError) -> Bool {
    if baseHasEnded { return false }
    let buffer = UnsafeMutableRawBufferPointer(rebasing: Self.received.bytes[..<min(size, Self.received.bytes.count)])
    guard case .moved(let count) = try base.read(into: buffer) else { return false }
    if count == 0 {
      baseHasEnded = true
      return false
    }
    if beginning.count < 64 { beginning += buffer.prefix(min(count, 64 - beginning.count)) }
    wire.pointee.input = UnsafePointer(buffer.assumingMemoryBound(to: UInt8.self).baseAddress)
    wire.pointee.input_count = count
    return true
  }

  private func takeRest() {
    guard let rest else { return }
    wire.pointee.input = UnsafePointer(rest.bytes.assumingMemoryBound(to: UInt8.self).baseAddress)
    wire.pointee.input_count = rest.count
  }

  /// Keeps what OpenSSL has not taken: the next session will use the memory.
  private func keepRest() {
    let count = wire.pointee.input_count
    defer { (wire.pointee.input, wire.pointee.input_count) = (nil, 0) }
    guard count > 0, let start = wire.pointee.input else {
      rest = nil
      return
    }
    let kept = RawBuffer(count: count)
    kept.bytes.copyMemory(from: UnsafeRawBufferPointer(start: start, count: count))
    kept.count = count
    rest = kept
  }

  // MARK: Sending

  /// How many encrypted bytes the stream below has not taken yet.
  var unsentCount: Int {
    isOverDatagrams ? unsentDatagrams.reduce(0) { $0 + $1.count } : unsent.map { $0.count - sent } ?? 0
  }

  /// Sends what is encrypted, or keeps it if there is no room.
  private func keepOutput() {
    let count = wire.pointee.output_count
    guard count > 0 else { return }
    countSinceData += count
    let output = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(Self.outgoing.bytes)[..<count])
    if isOverDatagrams { return sendDatagrams(output, sizes: wire) }
    var taken = 0
    if unsent == nil {
      // An error shows with the next call, which cannot be this one: it has an outcome of its own.
      while taken < count,
        case .moved(let part)? = try? base.write(UnsafeRawBufferPointer(rebasing: output[taken...])), part > 0
      {
        taken += part
      }
    }
    if taken < count { keep(UnsafeRawBufferPointer(rebasing: output[taken...])) }
  }

  private func keep(_ bytes: UnsafeRawBufferPointer) {
    let earlier = unsentCount
    let kept = RawBuffer(count: earlier + bytes.count)
    if let unsent { kept.bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: unsent.copied[sent...])) }
    UnsafeMutableRawBufferPointer(rebasing: kept.bytes[earlier...]).copyMemory(from: bytes)
    kept.count = earlier + bytes.count
    (unsent, sent) = (kept, 0)
  }

  /// Sends what there was no room for; false if some of it is left.
  func flush() throws(SystemError) -> Bool {
    if isOverDatagrams { return try flushDatagrams() }
    while let waiting = unsent {
      guard
        case .moved(let count) = try base.write(UnsafeRawBufferPointer(rebasing: waiting.copied[sent...])), count > 0
      else { return false }
      sent += count
      if sent == waiting.count { (unsent, sent) = (nil, 0) }
    }
    return true
  }
}

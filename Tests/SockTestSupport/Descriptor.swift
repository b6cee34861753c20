import Glibc
import Synchronization

/// A file descriptor that the test process owns.
///
/// It is close-on-exec, so that no child holds a pipe of another test open, and closed at the latest with the last
/// reference to it.
package final class Descriptor: Sendable {
  private let number: Mutex<CInt>

  /// Takes ownership of an open descriptor.
  package init(owning number: CInt) throws {
    guard number >= 0 else { throw TestFailure("cannot open a descriptor: \(String(cString: strerror(errno)))") }
    _ = fcntl(number, F_SETFD, FD_CLOEXEC)
    self.number = Mutex(number)
  }

  deinit { close() }

  /// Opens a file.
  package static func open(_ path: String, _ flags: CInt, permissions: mode_t = 0o600) throws -> Descriptor {
    let number = Glibc.open(path, flags | O_CLOEXEC, permissions)
    guard number >= 0 else { throw TestFailure("open \(path): \(String(cString: strerror(errno)))") }
    return try Descriptor(owning: number)
  }

  /// The descriptor number, valid while this object lives.
  package var raw: CInt { number.withLock { $0 } }

  /// Closes it, unless it is closed already.
  package func close() {
    let open = number.withLock { number in
      defer { number = -1 }
      return number
    }
    if open >= 0 { _ = Glibc.close(open) }
  }

  /// Duplicates the descriptor. The duplicate shares the open file, so its flags are those a child sees, too.
  package func duplicate() throws -> Descriptor {
    let copy = try Descriptor(owning: fcntl(raw, F_DUPFD_CLOEXEC, 100))
    TestScope.keep(copy)
    return copy
  }

  /// The flags of the open file (`F_GETFL`), `O_NONBLOCK` among them.
  package var statusFlags: CInt { fcntl(raw, F_GETFL) }

  /// Writes everything, waiting for room where needed, up to the deadline.
  package func write(_ bytes: [UInt8], within limit: Duration = .seconds(30)) throws {
    let deadline = ContinuousClock.now + limit
    let sent = try writeSome(bytes, until: deadline)
    if sent < bytes.count { throw TestFailure("wrote only \(sent) of \(bytes.count) bytes in \(limit)") }
  }

  /// Writes text as UTF-8.
  package func write(_ text: String, within limit: Duration = .seconds(30)) throws {
    try write(Array(text.utf8), within: limit)
  }

  /// Writes until everything is taken, or nothing for that long; returns how many bytes were taken.
  package func writeUntilStalled(_ bytes: [UInt8], stalledFor pause: Duration) throws -> Int {
    var sent = 0
    while sent < bytes.count {
      let chunk = Array(bytes[sent..<min(sent + 65536, bytes.count)])
      let taken = try writeSome(chunk, until: ContinuousClock.now + pause)
      sent += taken
      if taken < chunk.count { break }
    }
    return sent
  }

  private func writeSome(_ bytes: [UInt8], until deadline: ContinuousClock.Instant) throws -> Int {
    let flags = statusFlags
    _ = fcntl(raw, F_SETFL, flags | O_NONBLOCK)
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { Glibc.write(raw, $0.baseAddress?.advanced(by: sent), bytes.count - sent) }
      if count >= 0 {
        sent += count
      } else if errno == EAGAIN {
        guard try waits(for: Int16(POLLOUT), until: deadline) else { break }
      } else if errno != EINTR {
        throw TestFailure("write: \(String(cString: strerror(errno)))")
      }
    }
    return sent
  }

  /// Reads once, waiting up to the deadline. Returns nil at end of file, which a closed terminal reports as EIO.
  package func read(upTo count: Int = 65536, within limit: Duration = .seconds(30)) throws -> [UInt8]? {
    let deadline = ContinuousClock.now + limit
    while true {
      guard try waits(for: Int16(POLLIN), until: deadline) else { throw TestFailure("nothing to read in \(limit)") }
      var failed = false
      let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
        let got = Glibc.read(raw, buffer.baseAddress, count)
        failed = got < 0
        initialized = max(got, 0)
      }
      if !failed { return bytes.isEmpty ? nil : bytes }
      if errno == EIO { return nil }
      if errno != EINTR && errno != EAGAIN { throw TestFailure("read: \(String(cString: strerror(errno)))") }
    }
  }

  private func waits(for events: Int16, until deadline: ContinuousClock.Instant) throws -> Bool {
    while true {
      let left = deadline - ContinuousClock.now
      guard left > .zero else { return false }
      var entry = pollfd(fd: raw, events: events, revents: 0)
      let ready = poll(&entry, 1, CInt(min(left / .milliseconds(1), 1_000_000)) + 1)
      if ready > 0 { return true }
      if ready < 0 && errno != EINTR { throw TestFailure("poll: \(String(cString: strerror(errno)))") }
    }
  }
}

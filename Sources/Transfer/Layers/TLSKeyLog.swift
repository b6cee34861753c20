internal import COpenSSL
import Glibc
import Sockets

/// The file for the keys of sessions, in the form of NSS that Wireshark reads.
enum TLSKeyLog {
  // Set once, before the first session begins.
  private nonisolated(unsafe) static var file: CInt?

  /// Opens the file, to append to it; nobody else may read it.
  static func open(_ path: String, from origin: String) throws(StreamFailure) {
    if file != nil { return }
    do throws(SystemError) {
      file = try OwnedDescriptor.open(path, O_WRONLY | O_CREAT | O_APPEND, mode: 0o600).release()
    } catch {
      throw StreamFailure(.settings, "\(origin) \(path): \(error.number)")
    }
  }

  /// For `SSL_CTX_set_keylog_callback(3)`.
  static let callback: @convention(c) (OpaquePointer?, UnsafePointer<CChar>?) -> Void = { _, line in
    guard let line, let file else { return }
    // One write, so that several processes may share the file.
    let text = Array(String(cString: line).utf8) + [0x0a]
    text.withUnsafeBytes { _ = try? Descriptor(file).write($0) }
  }
}

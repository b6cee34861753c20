internal import COpenSSL
import Glibc
import Sockets

/// The file with the session that a later run resumes: `--tls-session`.
///
/// A resumed session has no certificates to verify, so the file is used only under the conditions under which the session
/// was verified: its first line is a digest of them.
final class TLSSessionFile {
  private let library: TLSLibrary
  private let path: String
  private let conditions: String
  private let minimumDays: Int
  /// Whether the file holds something else, which must not be lost: it is never written.
  private var isForeign = false
  /// Told what is wrong with the file, once.
  var warn: ((String) -> Void)?

  private static let mark = "sock session "
  /// A session with its certificate takes some kilobytes.
  private static let longest = 1 << 20

  init(_ path: String, _ settings: TLSSettings, _ library: TLSLibrary) {
    self.path = path
    self.library = library
    conditions = settings.conditionsOfTrust(library)
    minimumDays = settings.minimumDays
  }

  private func firstLine(for name: String) -> String {
    let digest = Array((conditions + "\n" + name.lowercased()).utf8).withUnsafeBytes { library.sha256($0) }
    return Self.mark + (digest ?? "")
  }

  /// A problem with the file is not worth failing for: there will be a full handshake.
  private func report(_ problem: String) {
    warn?("--tls-session \(path): \(problem)")
    warn = nil
  }

  // MARK: Reading

  /// The session that was kept for a server of this name; nil if there is none, or if it must not be used any more. The
  /// caller frees it.
  func load(for name: String) -> OpaquePointer? {
    let bytes: [UInt8]
    do throws(SystemError) {
      guard let found = try contents() else { return nil }
      bytes = found
    } catch {
      if error.number != .noEntry { leave("\(error.number)") }
      return nil
    }
    let line = bytes.prefix { $0 != 0x0a }
    guard line.starts(with: Self.mark.utf8) else {
      leave("there is no session of sock's in it")
      return nil
    }
    guard let session = parsed(Array(bytes.dropFirst(line.count))) else {
      report("the session in it is damaged: a new one begins")
      return nil
    }
    guard line.elementsEqual(firstLine(for: name).utf8), isUsable(session) else {
      library.ssl.pointee.SSL_SESSION_free(session)
      return nil
    }
    return session
  }

  /// Leaves alone a file that is not one of ours.
  private func leave(_ problem: String) {
    isForeign = true
    report("\(problem): it is left as it is, and no session is kept")
  }

  /// nil if it is empty, or not a regular file with a reasonable size.
  private func contents() throws(SystemError) -> [UInt8]? {
    let file = try OwnedDescriptor.open(path, O_RDONLY | O_NONBLOCK)
    guard let size = file.borrowed.fileSize(), size <= Self.longest else {
      leave("it is no file with a session")
      return nil
    }
    if size == 0 { return nil }
    return try [UInt8](capacity: size) { (room: inout OutputSpan<UInt8>) throws(SystemError) in
      try room.withUnsafeMutableBufferPointer { (buffer, count) throws(SystemError) in
        if case .moved(let read) = try file.borrowed.read(into: UnsafeMutableRawBufferPointer(buffer)) { count = read }
      }
    }
  }

  private func parsed(_ bytes: [UInt8]) -> OpaquePointer? {
    bytes.withUnsafeBytes { text in
      guard let memory = library.crypto.pointee.BIO_new_mem_buf(text.baseAddress, CInt(text.count)) else { return nil }
      defer { _ = library.crypto.pointee.BIO_free(memory) }
      defer { library.crypto.pointee.ERR_clear_error() }
      return library.ssl.pointee.PEM_read_bio_SSL_SESSION(memory, nil, nil, nil)
    }
  }

  /// Whether the server's certificate, if it has one, is still good for as long as the user wants.
  private func isUsable(_ session: OpaquePointer) -> Bool {
    guard library.ssl.pointee.SSL_SESSION_is_resumable(session) == 1 else { return false }
    guard let certificate = library.ssl.pointee.SSL_SESSION_get0_peer(session) else { return true }
    let facts = TLSCertificate(certificate, library).facts
    return facts.validity.contains(time(nil)) && facts.daysLeft >= minimumDays
  }

  // MARK: Writing

  /// Makes the sessions of a context be kept here.
  func keepSessions(of context: OpaquePointer) {
    openssl_set_session_cache(context, Int(SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL))
    _ = library.ssl.pointee.SSL_CTX_set_ex_data(context, 0, Unmanaged.passUnretained(self).toOpaque())
    library.ssl.pointee.SSL_CTX_sess_set_new_cb(context, Self.callback)
  }

  /// For `SSL_CTX_sess_set_new_cb(3)`: the server has sent a ticket.
  private static let callback: @convention(c) (OpaquePointer?, OpaquePointer?) -> CInt = { connection, session in
    guard let connection, let session, let ssl = OpenSSL.ssl,
      let file = ssl.pointee.SSL_CTX_get_ex_data(ssl.pointee.SSL_get_SSL_CTX(connection), 0),
      let verification = ssl.pointee.SSL_get_ex_data(connection, 0)
    else { return 0 }
    let name = Unmanaged<TLSVerification>.fromOpaque(verification).takeUnretainedValue().name
    Unmanaged<TLSSessionFile>.fromOpaque(file).takeUnretainedValue().save(session, for: name ?? "")
    // It is not kept in memory.
    return 0
  }

  /// Replaces the file at once, so that another run sees the old session or the new one.
  private func save(_ session: OpaquePointer, for name: String) {
    guard !isForeign, let text = library.text({ library.ssl.pointee.PEM_write_bio_SSL_SESSION($0, session) == 1 })
    else { return }
    let new = path + ".\(getpid())"
    do throws(SystemError) {
      let file = try OwnedDescriptor.open(new, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
      do throws(SystemError) {
        try write(Array((firstLine(for: name) + "\n" + text).utf8), to: file.borrowed)
        try FileSystem.rename(Array(new.utf8CString), to: Array(path.utf8CString))
      } catch {
        try? FileSystem.remove(Array(new.utf8CString))
        throw error
      }
    } catch {
      report("the session cannot be kept: \(error.number)")
    }
  }

  private func write(_ bytes: [UInt8], to file: Descriptor) throws(SystemError) {
    var written = 0
    while written < bytes.count {
      let result = bytes[written...].withUnsafeBytes { part in
        Result { () throws(SystemError) in try file.write(part) }
      }
      guard case .moved(let count) = try result.get() else { return }
      written += count
    }
  }
}

extension TLSSettings {
  /// All that decides whether a server is trusted, and as whom we appear to it. Files count as they are now.
  fileprivate func conditionsOfTrust(_ library: TLSLibrary) -> String {
    var lines = ["verify \(verifies)"] + pins.sorted().map { "pin \($0)" } + protocols.map { "alpn \($0)" }
    lines += (trust + certificates + keys + revocationLists).map { "file \($0) \(Self.state(of: $0))" }
    if trust.isEmpty, pins.isEmpty, verifies {
      func system(_ variable: String, _ usual: UnsafePointer<CChar>?) -> String {
        getenv(variable).map { String(cString: $0) } ?? usual.map { String(cString: $0) } ?? ""
      }
      let places = [
        system("SSL_CERT_FILE", library.crypto.pointee.X509_get_default_cert_file()),
        system("SSL_CERT_DIR", library.crypto.pointee.X509_get_default_cert_dir()),
      ]
      lines += places.map { "system \($0) \(Self.state(of: $0))" }
    }
    return lines.joined(separator: "\n")
  }

  /// What changes when a file does.
  private static func state(of path: String) -> String {
    guard let status = FileSystem.status(of: Array(path.utf8CString), followsLink: true) else { return "missing" }
    return "\(status.st_dev) \(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
  }
}

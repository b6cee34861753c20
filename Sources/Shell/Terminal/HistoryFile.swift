@preconcurrency import CReadline
import Glibc
import SocketLoop
import Sockets

/// The history of earlier runs, in Readline's list and in a file that concurrent runs share.
///
/// The file is private to its user (mode 0600, directories 0700). Each line is appended as soon as it is entered, in
/// one write under a lock, so runs do not overwrite each other's lines. Errors are ignored: the shell must work without
/// a history.
@LoopActor
package final class HistoryFile {
  private let path: String
  private let limit: Int
  private var latest: [UInt8] = []
  /// How long to wait for a process that holds the lock.
  private static let patience = Duration.milliseconds(250)

  /// - Parameters:
  ///   - path: the file; missing directories are created.
  ///   - limit: how many lines to keep.
  package nonisolated init(path: String, limit: Int = 2000) {
    self.path = path
    self.limit = limit
  }

  /// The user's file of this name: `$XDG_STATE_HOME/sock/NAME`, or below `~/.local/state`.
  ///
  /// Nil if neither variable is set. Relative paths are ignored, as the XDG specification requires.
  package nonisolated static func path(_ name: String, stateHome: String?, home: String?) -> String? {
    if let stateHome, stateHome.hasPrefix("/") { return "\(stateHome)/sock/\(name)" }
    guard let home, home.hasPrefix("/") else { return nil }
    return "\(home)/.local/state/sock/\(name)"
  }

  /// The same, from the environment of this process.
  package nonisolated static func standard(_ name: String) -> HistoryFile? {
    func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
    return path(name, stateHome: variable("XDG_STATE_HOME"), home: variable("HOME")).map { HistoryFile(path: $0) }
  }

  /// Loads the file into Readline, and truncates a file that has grown far past the limit.
  package func load() {
    clear_history()
    stifle_history(CInt(clamping: limit))
    guard let file = open(O_RDONLY) else { return }
    let lines = Self.lines(of: file.borrowed)
    for line in lines.suffix(limit) { remember(line) }
    if lines.count > 2 * limit { shorten() }
  }

  /// Adds a line, unless it is empty, begins with a space, or repeats the previous one.
  package func add(_ line: [UInt8]) {
    guard let first = line.first, first != 0x20, line != latest, !line.contains(0x0a) else { return }
    remember(line)
    append(line + [0x0a])
  }

  private func remember(_ line: [UInt8]) {
    latest = line
    (line + [0]).withUnsafeBytes { add_history($0.assumingMemoryBound(to: CChar.self).baseAddress) }
  }

  private func append(_ bytes: [UInt8]) {
    makeDirectories()
    for _ in 0..<3 {
      guard let file = open(O_WRONLY | O_APPEND | O_CREAT) else { return }
      // A run that truncated the file while we waited has replaced it.
      // Without the lock the line is still appended in one write; only a run that truncates the file could lose it.
      _ = try? file.borrowed.lock(within: Self.patience)
      guard isInPlace(file.borrowed) else { continue }
      _ = bytes.withUnsafeBytes { try? file.borrowed.write($0) }
      return
    }
  }

  /// Replaces the file with one that holds its last lines.
  private func shorten() {
    guard let file = open(O_RDWR) else { return }
    // Held until the new file has replaced it.
    defer { extendLifetime(file) }
    guard (try? file.borrowed.lock(within: Self.patience)) == true, isInPlace(file.borrowed) else { return }
    let kept = Array(Self.lines(of: file.borrowed).suffix(limit).joined(separator: [0x0a])) + [0x0a]
    let new = path + ".new"
    try? FileSystem.remove(new.cPath)
    guard let copy = try? OwnedDescriptor.open(new, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600) else {
      return
    }
    let result = kept.withUnsafeBytes { try? copy.borrowed.write($0) }
    if result == .moved(kept.count) {
      try? FileSystem.rename(new.cPath, to: path.cPath)
    } else {
      try? FileSystem.remove(new.cPath)
    }
  }

  private func open(_ flags: CInt) -> OwnedDescriptor? {
    try? OwnedDescriptor.open(path, flags | O_NONBLOCK, mode: 0o600)
  }

  private func isInPlace(_ file: Descriptor) -> Bool {
    guard let own = FileSystem.status(of: file), let named = FileSystem.status(of: path.cPath, followsLink: true) else {
      return false
    }
    return own.st_ino == named.st_ino && own.st_dev == named.st_dev
  }

  private func makeDirectories() {
    var end = path.startIndex
    while let slash = path[end...].dropFirst().firstIndex(of: "/") {
      end = slash
      try? FileSystem.makeDirectory(String(path[..<slash]).cPath, mode: 0o700)
    }
  }

  /// The lines in the last 4 MiB of a file.
  private static func lines(of file: Descriptor) -> [[UInt8]] {
    let most = 4 << 20
    _ = try? file.skip(max(0, (file.fileSize() ?? 0) - most))
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while bytes.count < most, case .moved(let count)? = buffer.withUnsafeMutableBytes({ try? file.read(into: $0) }),
      count > 0
    {
      bytes += buffer[..<count]
    }
    return bytes.split(separator: 0x0a).map { Array($0) }
  }
}

extension String {
  /// The bytes of a path as a C string.
  fileprivate var cPath: [CChar] { Array(utf8CString) }
}

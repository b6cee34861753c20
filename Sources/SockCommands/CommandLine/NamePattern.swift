import Glibc

/// A C name, or a pattern of C names as in a shell: `TCP_*`, `*BUF`, in any case, with or without the prefix.
struct NamePattern {
  let text: String

  /// Whether it has a character that stands for others.
  var isPattern: Bool { text.utf8.contains { "*?[".utf8.contains($0) } }

  /// Calls `fnmatch(3)`.
  func matches(_ name: String) -> Bool {
    let (pattern, name) = (text.uppercased(), name.uppercased())
    let bare = name.drop { $0 != "_" }.dropFirst()
    return fnmatch(pattern, name, 0) == 0 || !bare.isEmpty && fnmatch(pattern, String(bare), 0) == 0
  }
}

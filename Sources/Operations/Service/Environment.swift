import Glibc

/// The environment of this process.
enum Environment {
  /// The value of a variable; nil if it is not set, or empty.
  static func value(of name: String) -> String? {
    guard let text = getenv(name), text.pointee != 0 else { return nil }
    return String(cString: text)
  }

  /// Removes a variable, so that programs that are started later do not inherit it.
  static func remove(_ name: String) { unsetenv(name) }
}

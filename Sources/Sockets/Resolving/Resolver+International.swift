import CSocketShims
import Glibc

// Names with other than ASCII letters: RFC 5891.
extension Resolver {
  /// Runs a look-up in a locale whose text is UTF-8: with AI_IDN, getaddrinfo(3) takes names in the encoding of the
  /// thread's locale, and a program starts in the C locale, which has ASCII only.
  ///
  /// Calls `newlocale(3)` and `uselocale(3)`.
  static func inUTF8(_ isNeeded: Bool, _ lookUp: () -> CInt) -> CInt {
    guard isNeeded else { return lookUp() }
    let mask = CInt(1 << LC_CTYPE)
    guard let locale = unsafe newlocale(mask, "C.UTF-8", nil) ?? newlocale(mask, "en_US.UTF-8", nil) else {
      return ResolutionError.Code.encoding.rawValue
    }
    defer { unsafe freelocale(locale) }
    let previous = unsafe uselocale(locale)
    defer { unsafe uselocale(previous) }
    return lookUp()
  }

  /// Whether the C library can encode such names: it loads libidn2 when one is looked up.
  static var hasInternationalNames: Bool {
    guard let library = unsafe dlopen("libidn2.so.0", RTLD_LAZY) else { return false }
    unsafe dlclose(library)
    return true
  }
}

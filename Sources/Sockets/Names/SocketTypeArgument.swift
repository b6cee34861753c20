import Glibc

/// The second argument of `socket(2)` as C programs write it: a type, and the flags that Linux allows with it.
public struct SocketTypeArgument: Hashable, Sendable {
  /// `SOCK_STREAM` and the rest.
  public let type: SocketType
  /// `SOCK_NONBLOCK`, `SOCK_CLOEXEC`.
  public let flags: CreationFlags

  /// A type with flags.
  public init(type: SocketType, flags: CreationFlags = []) {
    self.type = type
    self.flags = flags
  }

  /// Parses `SOCK_STREAM|SOCK_NONBLOCK|SOCK_CLOEXEC`, with or without the prefixes, or the number that it makes.
  public init(named text: String) throws(UnknownConstant) {
    var type: CInt?
    var flags: CreationFlags = []
    for part in text.split(separator: "|", omittingEmptySubsequences: false) {
      let word = part.filter { $0 != " " }
      if let more = try? CreationFlags(named: word), more.rawValue & Self.typeMask == 0, !more.isEmpty {
        flags.formUnion(more)
      } else if type == nil, let found = SocketType(named: word)?.rawValue {
        type = found & Self.typeMask
        flags.formUnion(CreationFlags(rawValue: found & ~Self.typeMask))
      } else {
        throw UnknownConstant(
          word: word,
          nearest: SocketType.nearestName(to: word)
            ?? NearestName.find(
              word.uppercased(), among: CreationFlags.names.flatMap { [$0.name, String($0.name.unprefixed)] }))
      }
    }
    guard let type else { throw UnknownConstant(word: text, nearest: nil) }
    self.init(type: SocketType(rawValue: type), flags: flags)
  }

  /// `SOCK_TYPE_MASK` of the kernel.
  private static var typeMask: CInt { 0xf }
}

/// The flags that create a descriptor in a state: those of `socket(2)`, `socketpair(2)` and `accept4(2)`.
///
/// This library always passes `SOCK_CLOEXEC`.
public struct CreationFlags: NamedFlags {
  /// The C value.
  public let rawValue: CInt
  /// Any value, even one without a name here.
  public init(rawValue: CInt) { self.rawValue = rawValue }

  /// `SOCK_NONBLOCK`: calls return `EAGAIN` instead of waiting.
  public static let nonBlocking = Self(rawValue: CInt(SOCK_NONBLOCK.rawValue))
  /// `SOCK_CLOEXEC`: closed when the process runs another program.
  public static let closeOnExecute = Self(rawValue: CInt(SOCK_CLOEXEC.rawValue))

  /// Each flag with its C name.
  public static let names: [(value: CreationFlags, name: String)] = [
    (.nonBlocking, "SOCK_NONBLOCK"), (.closeOnExecute, "SOCK_CLOEXEC"),
  ]

  /// The blocking mode that they ask for.
  public var mode: BlockingMode { contains(.nonBlocking) ? .nonBlocking : .blocking }
}

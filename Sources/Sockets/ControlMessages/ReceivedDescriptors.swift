import Glibc

/// Descriptors that came with a message.
///
/// They belong to this value until they are taken, and are closed with it: those
/// that nobody asked for do not pile up.
public struct ReceivedDescriptors: ~Copyable, Sendable {
  private var numbers: [CInt]

  init(_ numbers: [CInt]) { self.numbers = numbers }

  /// How many are left.
  public var count: Int { numbers.count }

  /// Whether none are left.
  public var isEmpty: Bool { numbers.isEmpty }

  /// Gives the next one up to the caller, who closes it; nil when none are left.
  public mutating func takeFirst() -> CInt? {
    numbers.isEmpty ? nil : numbers.removeFirst()
  }

  /// Gives all of them up to the caller, who closes them.
  public mutating func takeAll() -> [CInt] {
    defer { numbers = [] }
    return numbers
  }

  deinit {
    for number in numbers { _ = Glibc.close(number) }
  }
}

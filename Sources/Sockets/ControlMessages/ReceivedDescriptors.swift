import Glibc

/// Descriptors that came with a message.
///
/// They belong to this value until they are taken, and are closed with it: those
/// that nobody asked for do not pile up.
public struct ReceivedDescriptors: ~Copyable, Sendable {
  /// Those that are left, in order; they belong to this value.
  public private(set) var numbers: [CInt]

  init(_ numbers: [CInt]) { self.numbers = numbers }

  /// How many are left.
  public var count: Int { numbers.count }

  /// Whether none are left.
  public var isEmpty: Bool { numbers.isEmpty }

  /// Whether the process runs that the first one is of, if it came by `SCM_PIDFD`; nil when none are left.
  func firstIsRunning() -> Bool? { numbers.first.map(ProcessDescriptor.isRunning) }

  /// Gives the next one up to the caller, who closes it; nil when none are left.
  public mutating func takeFirst() -> CInt? {
    numbers.isEmpty ? nil : numbers.removeFirst()
  }

  /// Gives all of them up to another owner.
  public mutating func move() -> ReceivedDescriptors { ReceivedDescriptors(takeAll()) }

  /// Gives all of them up to the caller, who closes them.
  public mutating func takeAll() -> [CInt] {
    defer { numbers = [] }
    return numbers
  }

  deinit {
    for number in numbers { Kernel.close(number) }
  }
}

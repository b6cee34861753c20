import Glibc

/// Descriptors that came with a message.
///
/// They belong to this value until they are taken, and are closed with it, so that unwanted descriptors do not
/// accumulate.
public struct ReceivedDescriptors: ~Copyable, Sendable {
  /// The remaining descriptors in order, which still belong to this value.
  public private(set) var numbers: [CInt]

  init(_ numbers: [CInt]) { self.numbers = numbers }

  /// No descriptors.
  public init() { self.init([]) }

  /// The descriptor of a socket, to be handed on.
  public init(_ socket: consuming Socket) { self.init([socket.release()]) }

  /// How many are left.
  public var count: Int { numbers.count }

  /// Whether none are left.
  public var isEmpty: Bool { numbers.isEmpty }

  /// Whether the process of the first descriptor is running, if it came by `SCM_PIDFD`; nil if none are left.
  func firstIsRunning() -> Bool? { numbers.first.map(ProcessDescriptor.isRunning) }

  /// Transfers the next one to the caller, who must close it; nil if none are left.
  public mutating func takeFirst() -> CInt? {
    numbers.isEmpty ? nil : numbers.removeFirst()
  }

  /// Transfers all of them to another owner.
  public mutating func move() -> ReceivedDescriptors { ReceivedDescriptors(takeAll()) }

  /// Transfers all of them to the caller, who must close them.
  public mutating func takeAll() -> [CInt] {
    defer { numbers = [] }
    return numbers
  }

  deinit {
    for number in numbers { Kernel.close(number) }
  }
}

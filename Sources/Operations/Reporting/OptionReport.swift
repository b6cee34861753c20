import Sockets

/// One line of `sock opts`.
package struct OptionReport: Sendable {
  /// Which option.
  package var option: SocketOption
  /// What a fresh socket of the type has; nil where it has no such option or does not let it be read.
  package var fresh: SocketOptionValue?
  /// What was asked for, and what the kernel made of it: `NAME=VALUE`.
  package var asked: SocketOptionValue?
  /// What the kernel made of it, read back.
  package var got: SocketOptionValue?
  /// Why there is no value.
  package var errorNumber: ErrorNumber?

  /// A line on an option, without values yet.
  package init(option: SocketOption) { self.option = option }
}

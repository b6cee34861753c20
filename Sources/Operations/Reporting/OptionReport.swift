import Sockets

/// One line of `sock opts`.
package struct OptionReport: Sendable {
  /// The option.
  package var option: SocketOption
  /// The value of a fresh socket; nil if it lacks the option, or the option cannot be read.
  package var fresh: SocketOptionValue?
  /// The value of `NAME=VALUE`; nil for an option that is only shown.
  package var asked: SocketOptionValue?
  /// The value read back after setting it.
  package var got: SocketOptionValue?
  /// Why there is no value.
  package var errorNumber: ErrorNumber?

  /// A report without values.
  package init(option: SocketOption) { self.option = option }
}

import Sockets

/// `sock opts`: the catalogue of socket options, on fresh sockets or an inherited one.
package struct OptionsRequest: Sendable {
  /// One word of the command line.
  package enum Item: Sendable {
    case show(SocketOption)
    case set(SocketOptionAssignment)
  }
  /// Which socket to ask.
  package enum Target: Sendable {
    /// For each option the first kind that has it and that this kernel opens.
    case any
    /// A kind, in the first of these families that has the option.
    case kind(SocketKind, [AddressFamily])
    /// One that was inherited: `fd:3`.
    case descriptor(CInt)
  }
  /// Empty for the whole catalogue.
  package var items: [Item]
  /// Which socket to ask: `--type`, `--of`.
  package var target: Target

  /// A request.
  package init(items: [Item], target: Target) {
    self.items = items
    self.target = target
  }
}

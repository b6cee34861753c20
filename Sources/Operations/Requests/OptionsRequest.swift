import Sockets

/// `sock opts`: show or set socket options, on fresh sockets or an inherited one.
package struct OptionsRequest: Sendable {
  /// A word of the command line: `NAME` or `NAME=VALUE`.
  package enum Item: Sendable {
    case show(SocketOption)
    case set(SocketOptionAssignment)
  }
  /// Which socket to use.
  package enum Target: Sendable {
    /// For each option, the first kind of socket that has it and that this kernel can open.
    case any
    /// A kind of socket, in the first of these families that has the option.
    case kind(SocketKind, [AddressFamily])
    /// An inherited socket: `fd:3`.
    case descriptor(CInt)
  }
  /// The options to show or set; empty for all.
  package var items: [Item]
  /// Which socket to use: `--type`, `--of`.
  package var target: Target
  /// Of all options, those to show.
  package var includes: @Sendable (SocketOption) -> Bool = { _ in true }

  /// A request.
  package init(items: [Item], target: Target) {
    self.items = items
    self.target = target
  }
}

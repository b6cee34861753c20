/// What `sock list` shows, and does.
package struct ListRequest: Sendable {
  /// Which sockets.
  package var filter: SocketFilter
  /// How often to look for sockets that have opened or closed; nil to list them once.
  package var interval: Duration?
  /// Whether to destroy them.
  package var kill = false
  /// When to end a watch.
  package var deadline: Duration?

  /// A list of the sockets that a filter chooses.
  package init(filter: SocketFilter = SocketFilter()) { self.filter = filter }
}

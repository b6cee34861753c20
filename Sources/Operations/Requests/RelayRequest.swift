/// `sock relay`: join two ends, for one connection or many.
package struct RelayRequest: Sendable {
  package var left: End
  package var right: End
  /// How data is transferred, and what is reported.
  package var options: ConnectionOptions
  /// `--once`: end with the first connection.
  package var once = false

  /// A request with defaults for the rest.
  package init(left: End, right: End, options: ConnectionOptions) {
    self.left = left
    self.right = right
    self.options = options
  }
}

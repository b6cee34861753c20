/// What `--checksum` tells.
package struct Checksum: Sendable, Equatable {
  /// As it is written in `--checksum`: `sha256`.
  package var algorithm: String
  /// In hexadecimal digits, as sha256sum(1) prints it.
  package var digest: String

  /// A sum from its parts.
  package init(algorithm: String, digest: String) {
    self.algorithm = algorithm
    self.digest = digest
  }
}

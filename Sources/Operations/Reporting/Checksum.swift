/// The result of `--checksum`.
package struct Checksum: Sendable, Equatable {
  /// The algorithm as `--checksum` names it: `sha256`.
  package var algorithm: String
  /// The digest in hexadecimal, as sha256sum(1) prints it.
  package var digest: String

  /// A checksum from its parts.
  package init(algorithm: String, digest: String) {
    self.algorithm = algorithm
    self.digest = digest
  }
}

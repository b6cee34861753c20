/// What is wrong with an echo reply.
package enum Corruption: Sendable, Hashable {
  case checksum
  /// The reply is longer or shorter than the request, which had so many bytes of data.
  case length(sent: Int)
  /// The offset of the first byte that differs.
  case byte(Int)
}

extension Corruption: CustomStringConvertible {
  /// In words.
  package var description: String {
    switch self {
    case .checksum: "wrong checksum"
    case .length(let count): "wrong length: \(count) bytes were sent"
    case .byte(let offset): "wrong data from byte \(offset) on"
    }
  }
}

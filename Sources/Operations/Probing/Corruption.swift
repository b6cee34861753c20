/// What is wrong with an echo reply.
package enum Corruption: Sendable, Hashable {
  case checksum
  /// Of the data: how many bytes were sent.
  case length(sent: Int)
  /// The first byte that is not the one that was sent.
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

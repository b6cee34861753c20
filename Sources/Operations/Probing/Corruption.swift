/// How an echo reply differs from the request.
package enum Corruption: Sendable, Hashable {
  case checksum
  /// The reply has another length than the request, which had this many bytes of data.
  case length(sent: Int)
  /// The offset of the first byte that differs.
  case byte(Int)
}

extension Corruption: CustomStringConvertible {
  /// A description in words.
  package var description: String {
    switch self {
    case .checksum: "wrong checksum"
    case .length(let count): "wrong length: \(count) bytes were sent"
    case .byte(let offset): "wrong data from byte \(offset) on"
    }
  }
}

import Sockets

/// The line in which each side of a resumed transfer states how much of the file it has.
///
/// The receiver speaks first: `sock-resume 1 12345`, or with a checksum of what it has, `sock-resume 1 12345
/// sha256:9f86…`. The sender answers `sock-resume 1 99999`, followed by the bytes that the receiver lacks; or
/// `sock-resume 1 99999 differs`, followed by nothing, if the checksums do not match.
package struct ResumeLine: Equatable, Sendable {
  /// The checksum of the bytes that the receiver has.
  package struct Proof: Equatable, Sendable {
    /// The algorithm it was computed with.
    package var algorithm: DigestAlgorithm
    /// The bytes of the checksum.
    package var digest: [UInt8]

    /// A checksum with these values.
    package init(algorithm: DigestAlgorithm, digest: [UInt8]) {
      self.algorithm = algorithm
      self.digest = digest
    }
  }

  /// How many bytes of the file this side has.
  package var size: Int
  /// From a receiver: their checksum.
  package var proof: Proof?
  /// From a sender: whether the receiver's bytes differ from the start of its own file.
  package var differs: Bool

  /// A line with these values.
  package init(size: Int, proof: Proof? = nil, differs: Bool = false) {
    self.size = size
    self.proof = proof
    self.differs = differs
  }

  /// The prefix of every line of this protocol.
  package static let beginning = "sock-resume 1 "
  /// The maximum length of a line, line ending included: a number has up to 19 digits, a checksum up to 128.
  package static let longest = 200

  /// Parses a line, given without its line ending; nil if it is malformed.
  package init?(_ text: String) {
    guard text.hasPrefix(Self.beginning) else { return nil }
    let words = text.dropFirst(Self.beginning.utf8.count).split(separator: " ", omittingEmptySubsequences: false)
    guard (1...2).contains(words.count), let size = Self.number(words[0]) else { return nil }
    self.init(size: size)
    guard words.count == 2 else { return }
    if words[1] == "differs" {
      differs = true
      return
    }
    let parts = words[1].split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let algorithm = DigestAlgorithm(rawValue: String(parts[0])),
      let digest = [UInt8](hexadecimal: parts[1])
    else { return nil }
    proof = Proof(algorithm: algorithm, digest: digest)
  }

  private static func number(_ digits: Substring) -> Int? {
    digits.utf8.allSatisfy { $0.isDecimalDigit } ? Int(digits) : nil
  }
}

extension ResumeLine: CustomStringConvertible {
  /// The line as it is sent, without its line ending.
  package var description: String {
    var text = Self.beginning + String(size)
    if let proof { text += " \(proof.algorithm.rawValue):\(proof.digest.hexadecimal)" }
    if differs { text += " differs" }
    return text
  }
}

extension [UInt8] {
  /// The bytes in hexadecimal, two lower-case digits each.
  package var hexadecimal: String {
    let digits = Array<Character>("0123456789abcdef")
    return reduce(into: "") { text, byte in
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
  }

  /// Parses hexadecimal text; nil unless it has two digits per byte.
  init?(hexadecimal text: Substring) {
    let digits = text.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
    guard digits.count == text.utf8.count, digits.count.isMultiple(of: 2), !digits.isEmpty else { return nil }
    self = stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }
}

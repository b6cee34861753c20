/// The line in which each side of a resumed transfer says how much of the file it has.
///
/// The receiver speaks first: `sock-resume 1 12345`, with the sum of what it has where one is made,
/// `sock-resume 1 12345 sha256:9f86…`. The sender answers `sock-resume 1 99999`, and what follows its line are the bytes from
/// there on; `sock-resume 1 99999 differs` says that its bytes have another sum, and nothing follows.
package struct ResumeLine: Equatable, Sendable {
  /// The sum of the bytes that are there.
  package struct Proof: Equatable, Sendable {
    /// How it was computed.
    package var algorithm: DigestAlgorithm
    /// Its bytes.
    package var digest: [UInt8]

    /// A sum from its parts.
    package init(algorithm: DigestAlgorithm, digest: [UInt8]) {
      self.algorithm = algorithm
      self.digest = digest
    }
  }

  /// How many bytes it has.
  package var size: Int
  /// Of a receiver: their sum.
  package var proof: Proof?
  /// Of a sender: the receiver's bytes are not the first of its own.
  package var differs: Bool

  /// A line from its parts.
  package init(size: Int, proof: Proof? = nil, differs: Bool = false) {
    self.size = size
    self.proof = proof
    self.differs = differs
  }

  /// What every line of this protocol begins with.
  package static let beginning = "sock-resume 1 "
  /// No line is longer, its end included: a number has 19 digits, a sum 128.
  package static let longest = 200

  /// Nil where the text, without its line end, is no such line.
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
    digits.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(digits) : nil
  }
}

extension ResumeLine: CustomStringConvertible {
  /// As it is sent, without its line end.
  package var description: String {
    var text = Self.beginning + String(size)
    if let proof { text += " \(proof.algorithm.rawValue):\(proof.digest.hexadecimal)" }
    if differs { text += " differs" }
    return text
  }
}

extension [UInt8] {
  /// Two lower-case digits a byte.
  package var hexadecimal: String {
    let digits = Array<Character>("0123456789abcdef")
    return reduce(into: "") { text, byte in
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
  }

  /// Nil where the text is not two digits a byte.
  init?(hexadecimal text: Substring) {
    let digits = text.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
    guard digits.count == text.utf8.count, digits.count.isMultiple(of: 2), !digits.isEmpty else { return nil }
    self = stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }
}

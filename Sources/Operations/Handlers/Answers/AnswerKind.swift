/// A way in which `sock listen` can answer its peers: everything that sock knows about it, in one row.
///
/// The options of the command line, their help and their manual paragraphs are made from these rows.
package struct AnswerKind: Sendable {
  /// The value of the option.
  package enum Value: Sendable {
    case none
    /// With what help calls it, and whether it names a file.
    case required(_ name: String, isFile: Bool)
  }

  /// The long name of the option.
  package let name: String
  package let value: Value
  /// What it does, in a line of help.
  package let summary: String
  /// What it does, in mdoc(7).
  package let manual: String
  /// Whether it answers datagrams, too, which have no connection to stall or to reset.
  package let answersDatagrams: Bool
  /// Makes the answer, given the value of the option.
  ///
  /// - Throws: an error of the command line, which says what to write.
  package let make: @Sendable (_ value: AnswerValue) throws(OperationError) -> any Answer

  init(
    _ name: String, _ summary: String, value: Value = .none, manual: String, answersDatagrams: Bool = false,
    make: @escaping @Sendable (_ value: AnswerValue) throws(OperationError) -> any Answer
  ) {
    self.name = name
    self.value = value
    self.summary = summary
    self.manual = manual
    self.answersDatagrams = answersDatagrams
    self.make = make
  }
}

/// The value of an answer's option, as it was written.
package struct AnswerValue: Sendable {
  /// The option, for messages: `--reply`.
  package let option: String
  package let text: String
  /// The same, as the bytes that the argument has.
  package let bytes: [UInt8]

  package init(option: String, text: String, bytes: [UInt8]) {
    self.option = option
    self.text = text
    self.bytes = bytes
  }

  /// The value as the name of a file.
  func file() throws(OperationError) -> AnswerFile {
    try AnswerFile(option: option, name: text, bytes: bytes)
  }
}

/// An answer that was chosen on the command line.
package struct AnswerOrder: Sendable {
  package let kind: AnswerKind
  package let answer: any Answer

  package init(_ kind: AnswerKind, _ answer: any Answer) {
    self.kind = kind
    self.answer = answer
  }
}

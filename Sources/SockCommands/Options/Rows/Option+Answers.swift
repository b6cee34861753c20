import Operations

// What a server answers by itself: an option for each row of `AnswerKind.all`.
extension Option {
  static let answers = answerKinds + [slow]

  /// Options about our standard input and output, which an answer takes the place of, and others without a use beside
  /// one.
  static let uselessBesideAnswers = [
    "on-eof", "on-peer-eof", "crlf", "datagram-size", "frame", "skip", "bytes", "send-only", "recv-only", "resume",
    "interactive", "wait", "line-delay", "bench", "exec", "shell-exec", "pty", "exec-direct",
    "prefix",
  ]

  private static let answerKinds = AnswerKind.all.map(option)

  private static func option(for kind: AnswerKind) -> Option {
    let (value, completion) = form(of: kind.value)
    return Option(
      kind.name, nil, value, in: .answer, of: .listen, kind.summary, manual: kind.manual, completion: completion,
      excludes: [.useless(uselessBesideAnswers)] + otherAnswers(than: kind),
      sets: [
        .listen { request, use in
          let value = AnswerValue(option: "\(use)", text: use.text ?? "", bytes: ArgumentText.bytes(use.text ?? ""))
          request.choice = .answer(AnswerOrder(kind, try kind.make(value)))
        }
      ])
  }

  private static func form(of value: AnswerKind.Value) -> (ValueForm, ValueCompletion) {
    switch value {
    case .none: (.none, .none)
    case .required(let name, let isFile): (.required(name), isFile ? .file : .none)
    }
  }

  private static func otherAnswers(than kind: AnswerKind) -> [Exclusion] {
    AnswerKind.all.filter { $0.name != kind.name }.map { .with($0.name, "a server gives one answer") }
  }

  static let slow = Option(
    "slow", nil, .required("RATE"), in: .answer, of: .listen,
    "Answer, or read, at RATE bytes a second (default: no limit)",
    manual: """
      Be slow, to test how clients take it: send each peer its answer, and read what it sends, at this many bytes a
      second.
      Without an answer, what a peer sends is discarded.
      The kernel takes some of it ahead;
      .Ql -o SO_RCVBUF=4k
      makes that less.
      By default there is no limit.
      """,
    excludes: [.useless(uselessBesideAnswers), .with("limit-rate", "both set the rate")],
    sets: [
      .connection { options, use in
        let rate = try use.number(in: 1 ... .max)
        (options.sendRate, options.receiveRate) = (rate, rate)
      }
    ])
}

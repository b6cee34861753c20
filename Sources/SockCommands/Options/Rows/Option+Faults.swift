import Operations
import Transfer

// What `sock relay` does to the data on purpose.
extension Option {
  static let faults = [delay, jitter, corrupt, seed] + faultsOfStreams + faultsOfDatagrams

  static let faultsOfStreams = [chunk, cutAfter, stallAfter, resetAfter]
  static let faultsOfDatagrams = [loss, duplicate, reorder]

  static let delay = Option(
    "delay", nil, .required("SECS"), in: .fault, of: .relay,
    "Pass everything on SECS later (default: at once)",
    manual: """
      Pass on everything this much later, the end included.
      By default it is passed on at once.
      """,
    sets: [.relay { request, use in request.faults.delay = try use.duration() }])

  static let jitter = Option(
    "jitter", nil, .required("SECS"), in: .fault, of: .relay,
    "And up to SECS more, at random (default: none)",
    manual: """
      Pass on each piece of data up to this much later still, at random, but never before what came before it.
      The default is none.
      """,
    sets: [.relay { request, use in request.faults.jitter = try use.duration() }])

  static let chunk = Option(
    "chunk", nil, .required("N"), in: .fault, of: .relay,
    "Pass on at most N bytes at once (default: no limit)",
    manual: """
      Pass on at most this many bytes with one call.
      By default there is no limit.
      """,
    sets: [.relay { request, use in request.faults.chunk = try use.number(in: 1 ... .max) }])

  static let cutAfter = Option(
    "cut-after", nil, .required("BYTES"), in: .fault, of: .relay,
    "Reset both sides after BYTES in one direction (default: never)",
    manual: """
      Reset both sides of a connection once this many bytes have been passed on in one direction and more is to come, or the
      end.
      By default this never happens.
      """,
    sets: [.relay { request, use in request.faults.cutAfter = try use.number(in: 0 ... .max) }])

  static let stallAfter = Option(
    "stall-after", nil, .required("BYTES"), in: .fault, of: .relay,
    "Pass on nothing more after BYTES in one direction (default: never)",
    manual: """
      Once this many bytes have been passed on in one direction, pass on nothing more in it, not even the end, and leave the
      connection open.
      By default this never happens.
      """,
    sets: [.relay { request, use in request.faults.stallAfter = try use.number(in: 0 ... .max) }])

  static let resetAfter = Option(
    "reset-after", nil, .required("SECS"), in: .fault, of: .relay,
    "Reset both sides SECS after a connection began (default: never)",
    manual: """
      Reset both sides of a connection this long after both are open, whatever they do then.
      By default this never happens.
      """,
    sets: [.relay { request, use in request.faults.resetAfter = try use.duration() }])

  static let loss = Option(
    "loss", nil, .required("RATE"), in: .fault, of: .relay,
    "Lose this share of the datagrams, such as 1% (default: 0)",
    manual: """
      Lose this share of the datagrams, chosen at random, in each direction:
      .Cm 1%
      or
      .Cm 0.01
      is one of a hundred.
      The default is 0.
      """,
    sets: [.relay { request, use in request.faults.loss = try use.share() }])

  static let duplicate = Option(
    "duplicate", nil, .required("RATE"), in: .fault, of: .relay,
    "Pass on this share of the datagrams twice (default: 0)",
    manual: """
      Pass on this share of the datagrams twice, chosen at random.
      The default is 0.
      """,
    sets: [.relay { request, use in request.faults.duplication = try use.share() }])

  static let reorder = Option(
    "reorder", nil, .required("RATE"), in: .fault, of: .relay,
    "Let the next one overtake this share of the datagrams (default: 0)",
    manual: """
      Let this share of the datagrams, chosen at random, be overtaken by the next one, if that comes within 100 milliseconds.
      The default is 0.
      """,
    sets: [.relay { request, use in request.faults.reordering = try use.share() }])

  static let corrupt = Option(
    "corrupt", nil, .required("RATE"), in: .fault, of: .relay,
    "Change this share of the bytes, such as 1e-6 (default: 0)",
    manual: """
      Flip one bit in this share of the bytes, chosen at random:
      .Cm 1e-6
      is one byte of a million.
      The default is 0.
      """,
    sets: [.relay { request, use in request.faults.corruption = try use.share() }])

  static let seed = Option(
    "seed", nil, .required("N"), in: .fault, of: .relay,
    "Repeat the random faults of another run (default: others each time)",
    manual: """
      The number that the random faults follow from: with the same number and the same data, they are the same.
      By default it is different each time, and
      .Fl v
      shows it.
      """,
    sets: [.relay { request, use in request.faults.seed = UInt64(try use.number(in: 0 ... .max)) }])
}

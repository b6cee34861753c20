import Operations
import Sockets

/// An option: everything that sock knows about it, in one row.
///
/// The scanner, `-h` and `--help`, the option lists of the manual and the completions of the shells are made from these
/// rows, and a row fills in the request. An option means one thing in all verbs; where a verb needs other words for it,
/// the row has a ``Variant``.
final class Option: Sendable {
  /// The long name, without its hyphens.
  let name: String
  /// The one-letter form.
  let letter: Unicode.Scalar?
  /// Whether it takes a value, and what help calls that.
  let value: ValueForm
  /// The heading that it stands under.
  let group: Group
  /// The verbs that take it.
  let verbs: VerbSet
  /// The verbs whose `-h` shows it.
  let common: VerbSet
  /// What it does, in a line of help.
  let summary: String
  /// What it does, as the manual has it, in mdoc(7).
  let manual: String
  /// What a shell offers as its value.
  let completion: ValueCompletion
  /// Whether each of several uses counts; otherwise the last one does.
  let repeats: Bool

  // Every start builds the rows, but few of their lists are ever used: those are built on demand.
  private let makeVariants: @Sendable () -> [Variant]
  private let makeExclusions: @Sendable () -> [Exclusion]
  private let makeEffects: @Sendable () -> [Effect]

  /// Other words for some verbs.
  var variants: [Variant] { makeVariants() }
  /// The options that it cannot be combined with.
  var exclusions: [Exclusion] { makeExclusions() }
  /// What it changes in a request.
  var effects: [Effect] { makeEffects() }

  init(
    _ name: String, _ letter: Unicode.Scalar? = nil, _ value: ValueForm = .none, in group: Group, of verbs: VerbSet,
    common: VerbSet = [], _ summary: String, manual: String,
    variants: @autoclosure @escaping @Sendable () -> [Variant] = [],
    completion: ValueCompletion = .none, repeats: Bool = false,
    excludes exclusions: @autoclosure @escaping @Sendable () -> [Exclusion] = [],
    sets effects: @autoclosure @escaping @Sendable () -> [Effect] = []
  ) {
    self.name = name
    self.letter = letter
    self.value = value
    self.group = group
    self.verbs = verbs
    self.common = common
    self.summary = summary
    self.manual = manual
    self.completion = completion
    self.repeats = repeats
    makeVariants = variants
    makeExclusions = exclusions
    makeEffects = effects
  }
}

extension Option {
  /// The headings that help and the manual put options under, in order.
  enum Group: String, CaseIterable {
    case action = "Action"
    case program = "Programs"
    case measurement = "Measurement"
    case network = "Protocol"
    case address = "Addresses"
    case tls = "TLS"
    case socket = "Socket and packets"
    case data = "Data"
    case access = "Access"
    case service = "Service"
    case descriptors = "Descriptors and credentials"
    case time = "Time limits"
    case fault = "Faults on purpose"
    case report = "Reports"
  }

  /// What an option says about a value.
  struct ValueForm: Sendable {
    enum Kind { case none, required, optionalNumber, optionalAttached }

    let kind: Kind
    /// What help calls the value.
    let name: String
    /// How the manual writes the value, in mdoc(7), if the name alone as an argument is not enough.
    let mdoc: String?

    /// A flag.
    static let none = ValueForm(kind: .none, name: "", mdoc: nil)

    /// `--timeout 5`, `--timeout=5`, `-w5`.
    static func required(_ name: String, mdoc: String? = nil) -> ValueForm {
      ValueForm(kind: .required, name: name, mdoc: mdoc)
    }

    /// `--reply`, `--reply 3`, `--reply=3`.
    static func optionalNumber(_ name: String) -> ValueForm {
      ValueForm(kind: .optionalNumber, name: name, mdoc: nil)
    }

    /// `--progress`, `--progress=always`.
    static func optionalAttached(_ name: String) -> ValueForm {
      ValueForm(kind: .optionalAttached, name: name, mdoc: nil)
    }
  }

  /// What some verbs say about an option in other words than the row.
  struct Variant: Sendable {
    let verbs: VerbSet
    let summary: String?
    let manual: String?
    let value: ValueForm?
    let completion: ValueCompletion?

    init(
      _ verbs: VerbSet, _ summary: String? = nil, manual: String? = nil, value: ValueForm? = nil,
      completion: ValueCompletion? = nil
    ) {
      self.verbs = verbs
      self.summary = summary
      self.manual = manual
      self.value = value
      self.completion = completion
    }
  }

  /// Other options that one cannot be combined with, by their long names.
  struct Exclusion: Sendable {
    let others: [String]
    /// Why, or what to do instead; nil where the others merely have no effect.
    let reason: String?

    static func with(_ other: String, _ reason: String) -> Exclusion { Exclusion(others: [other], reason: reason) }

    /// Options that have no effect beside this one.
    static func useless(_ others: [String]) -> Exclusion { Exclusion(others: others, reason: nil) }
  }

  /// The words for one verb, where it has words of its own.
  func variant(for verb: Verb) -> Variant? { variants.first { $0.verbs.contains(verb) } }
}

extension Option: CustomStringConvertible {
  /// As it is written: `--timeout`.
  var description: String { "--" + name }
}

/// What a shell offers to complete a value or an operand with.
///
/// Lists are closures, so that they are built only to write a completion script or a manual page.
enum ValueCompletion: Sendable {
  /// Nothing: a number, a time, or free text.
  case none
  /// The only words that are allowed.
  case choices(@Sendable () -> [String])
  /// Some of the words that are allowed.
  case suggestions(@Sendable () -> [String])
  /// The name of a file.
  case file
  /// A command in the search path.
  case command
  /// A network interface of this machine.
  case interface
  /// A host in /etc/hosts.
  case host
  /// `NAME=`, with the name of a socket option.
  case socketOption

  /// The words of a type whose cases are the choices.
  static func choices<Choice: CaseIterable & RawRepresentable<String> & SendableMetatype>(
    of type: Choice.Type
  ) -> ValueCompletion {
    .choices { type.allCases.map(\.rawValue) }
  }
}

import Operations
import Sockets

/// `sock families`: which kinds of sockets this kernel supports.
struct FamiliesCommand: VerbCommand {
  static var abstract: String { "Show which families, types and protocols this kernel supports." }
  static var operands: String { "[NAME ...]" }
  static var notes: String {
    "NAME is the C name of a family, type or protocol, or a pattern: inet, 'AF_INET*', sock_raw. Without names, all are shown."
  }
  static var examples: [String] { ["sock families inet6"] }

  static func perform(_ arguments: ParsedArguments) throws(OperationError) {
    let reports = try chosen(Operations.families(), by: arguments.words)
    try ConsoleOutput.print(
      arguments.has(.json) ? FamilyTable.json(reports) : FamilyTable.text(reports, columns: OutputWidth.ofTable))
  }

  /// The lines that one of the words names; all without words.
  private static func chosen(_ reports: [FamilyReport], by words: [String]) throws(OperationError) -> [FamilyReport] {
    var isChosen = reports.map { _ in words.isEmpty }
    for word in words {
      let matching = reports.indices.filter { matches(reports[$0], word) }
      guard !matching.isEmpty else {
        let nearest = NearestName.find(word, among: AddressFamily.names.map(\.name))
        throw .usage(
          "no family, type or protocol is called '\(word)'" + (nearest.map { ": did you mean \($0)?" } ?? ""))
      }
      for index in matching { isChosen[index] = true }
    }
    return zip(reports, isChosen).filter(\.1).map(\.0)
  }

  private static func matches(_ report: FamilyReport, _ word: String) -> Bool {
    // A family's name chooses the family alone: protocols of others are called after it (PF_INET of AF_RXRPC).
    if let family = AddressFamily(named: word) { return family == report.family }
    let names = [
      report.family.description, report.type.description, report.family.name(of: report.protocolNumber),
    ]
    return names.contains { NamePattern(text: word).matches($0) }
  }
}

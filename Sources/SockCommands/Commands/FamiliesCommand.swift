import Operations

/// `sock families`: which kinds of sockets this kernel supports.
struct FamiliesCommand: VerbCommand {
  static var abstract: String { "Show which families, types and protocols this kernel supports." }
  static var operands: String { "" }
  static var examples: [String] { ["sock families --json"] }

  static func perform(_ arguments: ParsedArguments) throws(OperationError) {
    if let word = arguments.words.first { throw .usage("'\(word)' is one word too many: families takes none") }
    let reports = Operations.families()
    try ConsoleOutput.print(arguments.has(.json) ? FamilyTable.json(reports) : FamilyTable.text(reports))
  }
}

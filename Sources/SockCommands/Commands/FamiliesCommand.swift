import ArgumentParser
import Operations

/// `sock families`: which sockets this kernel opens.
struct FamiliesCommand: VerbCommand {
  static let configuration = CommandConfiguration(
    commandName: "families",
    abstract: "Show which families, types and protocols this kernel opens.",
    usage: "sock families [options]",
    discussion: "Example: sock families --json")

  @OptionGroup var json: JSONOptions

  static let options: [OptionName] = JSONOptions.names

  static func perform(_ line: Line) throws(OperationError) {
    if let word = line.words.first { throw .usage("'\(word)' is one word too many: families takes none") }
    let reports = Operations.families()
    try StandardStream.print(line.has(.json) ? FamilyTable.json(reports) : FamilyTable.text(reports))
  }
}

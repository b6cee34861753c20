import Operations

/// The lists of the kinds of ends in sock-endpoints(7), written from their rows.
///
/// `SOCK_UPDATE_PAGES=1 swift test --filter ManualEndsTests` writes them into the page.
package enum ManualEnds {
  /// The line before the lists in the page.
  package static let begin = ".\\\" The ends: made from their rows by ManualEndsTests.\n"
  /// The line after them.
  package static let end = ".\\\" The end of the ends.\n"

  /// A table of what can be done with each kind, then a paragraph about each.
  package static var lists: String { table + list }

  private static var table: String {
    var text = ".Bl -column \"original:\" \"read\" \"written\" \"listens\" \"halves\" \"one at a time\"\n"
    text += ".It Sy End Ta Sy read Ta Sy written Ta Sy listens Ta Sy halves Ta Sy uses\n"
    text += ".It socket Ta yes Ta yes Ta yes Ta yes Ta many at once\n"
    for kind in EndKind.all {
      let traits = [EndKind.Traits.reads, .writes, .listens, .halfCloses].map {
        kind.traits.contains($0) ? "yes" : "no"
      }
      text += ".It Cm \(name(kind)) Ta \(traits.joined(separator: " Ta ")) Ta \(uses(kind.uses))\n"
    }
    return text + ".El\n"
  }

  private static var list: String {
    var text = ".Bl -tag -width Ds\n"
    for kind in EndKind.all {
      text += ".It Cm \(name(kind))" + (kind.operand.isEmpty ? "" : " Ns \(kind.operand)") + "\n\(kind.manual)\n"
    }
    return text + ".El\n"
  }

  private static func name(_ kind: EndKind) -> String { kind.prefix == "-" ? "\\-" : kind.prefix + ":" }

  private static func uses(_ uses: EndUses) -> String {
    switch uses {
    case .once: "once"
    case .inTurn: "one at a time"
    case .many: "many at once"
    }
  }
}

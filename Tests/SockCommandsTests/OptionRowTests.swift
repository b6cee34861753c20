import Testing

@testable import SockCommands

@Suite("The table of options")
struct OptionRowTests {
  @Test("No two options of a verb have one name or one letter", arguments: Verb.allCases)
  func unique(_ verb: Verb) {
    let names = Option.all(of: verb).map(\.name)
    #expect(Set(names).count == names.count)
    let letters = Option.all(of: verb).compactMap(\.letter)
    #expect(Set(letters).count == letters.count)
  }

  @Test("Each row names verbs, and the variants are for some of them", arguments: Option.all)
  func verbs(_ option: SockCommands.Option) {
    let known = Verb.allCases.map(\.asSet).reduce(VerbSet()) { $0.union($1) }
    #expect(!option.verbs.isEmpty && known.isSuperset(of: option.verbs))
    for variant in option.variants { #expect(option.verbs.isSuperset(of: variant.verbs)) }
    let overlaps = option.variants.map(\.verbs).reduce(into: (seen: VerbSet(), twice: VerbSet())) {
      $0.twice.formUnion($0.seen.intersection($1))
      $0.seen.formUnion($1)
    }
    #expect(overlaps.twice.isEmpty)
  }

  @Test("Exclusions name options that some verb has beside it", arguments: Option.all)
  func exclusions(_ option: SockCommands.Option) {
    for other in option.exclusions.flatMap(\.others) {
      #expect(Option.named(other, of: option.verbs) != nil, "\(option) excludes --\(other), which is never beside it")
    }
  }

  @Test("A help line is a phrase, and a manual paragraph is sentences", arguments: Option.all)
  func texts(_ option: SockCommands.Option) {
    for summary in [option.summary] + option.variants.compactMap(\.summary) {
      #expect(summary.first?.isLowercase == false && summary.last != ".")
    }
    for manual in [option.manual] + option.variants.compactMap(\.manual) {
      #expect(!manual.hasSuffix("\n") && !manual.contains("\n\n"))
      let last = manual.split(separator: "\n").last ?? ""
      #expect(last.hasSuffix(".") || last.hasPrefix(".El"), "\(option): \(last)")
    }
  }

  @Test("-h shows some options of every verb that has any", arguments: Verb.allCases)
  func common(_ verb: Verb) {
    let options = Option.all(of: verb)
    #expect(options.isEmpty || options.contains { $0.common.contains(verb) })
  }
}

extension SockCommands.Option: CustomTestStringConvertible {
  public var testDescription: String { description }
}

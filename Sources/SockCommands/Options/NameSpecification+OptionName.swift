import ArgumentParser

extension NameSpecification {
  /// The names of an option as OptionName has them.
  static func of(_ name: OptionName) -> NameSpecification {
    let long = Element.customLong(name.rawValue)
    guard let short = name.short else { return [long] }
    return [.customShort(short, allowingJoined: name.arity == .one), long]
  }
}

import Operations
import Sockets

/// The output of `sock opts`.
enum OptionTable {
  /// A line for each option. Long defaults, which are C structs in hexadecimal, are shortened.
  ///
  /// - Parameter columns: the width of the terminal, if it goes to one.
  static func overview(_ reports: [OptionReport], columns: Int? = nil) -> String {
    var table = Table(heading: ["NAME", "LEVEL", "KIND", "UNIT", "DEFAULT", "MEANING"])
    // On a narrow terminal, the meaning needs the room.
    let longest = columns.map { $0 < 120 } ?? false ? 13 : 20
    for report in reports {
      let option = report.option
      table.add([
        option.name, option.level.description, kind(option.kind), option.unit ?? "", cut(value(report), longest),
        option.meaning,
      ])
    }
    // Unit, kind and level are in the details of an option.
    return table.rendered(within: columns, leavingOut: [3, 2, 1], readable: 36, needed: [4])
  }

  /// The details of some options, and a line for each that was set.
  static func text(_ reports: [OptionReport]) -> String {
    var text = ""
    for report in reports {
      let option = report.option
      if let asked = report.asked {
        text += "\(option): asked \(asked), got \(report.got.map { "\($0)" } ?? unavailable(report))\n"
        continue
      }
      var table = Table()
      table.add(["  level", "\(option.level), \(option.level.rawValue)"])
      table.add(["  number", "\(option.number)"])
      table.add(["  kind", kind(option.kind)])
      table.add(["  unit", option.unit ?? "none"])
      table.add(["  types", option.kinds.map(\.name).joined(separator: " ")])
      table.add(["  settable", option.isSettable ? "yes: \(option.kind.expectation)" : "no"])
      table.add(["  default", value(report)])
      text += "\(option): \(option.meaning)\n\(table.rendered)"
    }
    return text
  }

  /// A JSON object for each option.
  static func json(_ reports: [OptionReport]) -> String {
    JSONObject.lines(
      reports.map { report in
        let option = report.option
        var object = JSONObject()
        object.add("name", option.name)
        object.add("level", option.level.description)
        object.add("number", number: option.number)
        object.add("kind", kind(option.kind))
        object.add("unit", json: option.unit.map(JSONObject.quoted) ?? "null")
        object.add("types", json: JSONObject.array(option.kinds.map(\.name)))
        object.add("settable", json: option.isSettable ? "true" : "false")
        object.add("default", json: report.fresh.map(value) ?? "null")
        object.add("meaning", option.meaning)
        object.add("asked", json: report.asked.map(value))
        object.add("got", json: report.got.map(value))
        return object
      })
  }

  private static func value(_ report: OptionReport) -> String { report.fresh.map { "\($0)" } ?? unavailable(report) }

  private static func cut(_ text: String, _ length: Int) -> String {
    text.utf8.count > length ? text.prefix(length - 1) + "…" : text
  }

  private static func unavailable(_ report: OptionReport) -> String {
    if let number = report.errorNumber { return "(\(number.name))" }
    return report.option.isReadable ? "-" : report.option.isSettable ? "(write-only)" : "(not text)"
  }

  private static func kind(_ kind: SocketOption.Kind) -> String {
    switch kind {
    case .flag: "flag"
    case .integer: "integer"
    case .duration: "duration"
    case .timeval: "timeval"
    case .linger: "linger"
    case .string: "string"
    case .errorNumber: "errno"
    case .interface, .ipv4Interface: "interface"
    case .membership: "membership"
    case .credentials: "credentials"
    case .structure: "structure"
    case .typeFilter, .canFilters: "filter"
    case .serviceCodes: "service"
    case .address: "address"
    case .bytes: "bytes"
    }
  }

  /// A flag as true or false, a number as a number, a time as a number of the option's unit, any other value as the text
  /// that sets it.
  private static func value(_ value: SocketOptionValue) -> String {
    switch value {
    case .flag(let isOn): isOn ? "true" : "false"
    case .integer(let number, _): String(number)
    case .timeout(nil), .errorNumber(nil): "0"
    // Lingering for 0 seconds is not the same: it resets the connection.
    case .linger(nil): "false"
    case .linger(let time?): number(.timeout(time))
    case .duration, .timeout: number(value)
    default: JSONObject.quoted("\(value)")
    }
  }

  /// A time without its unit.
  private static func number(_ time: SocketOptionValue) -> String { String("\(time)".prefix { $0 != " " }) }
}

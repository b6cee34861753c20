import Operations
import Sockets

/// What `sock opts` prints.
enum OptionTable {
  /// A table of what fresh sockets have; below it a line for each option that was set.
  ///
  /// - Parameter isOverview: whether long defaults, C structs in hexadecimal, are cut.
  static func text(_ reports: [OptionReport], isOverview: Bool = false) -> String {
    var table = Table(heading: ["NAME", "LEVEL", "KIND", "UNIT", "DEFAULT", "MEANING"])
    var changes = ""
    var shown = 0
    for report in reports {
      let option = report.option
      if let asked = report.asked {
        changes += "\(option): asked \(asked), got \(report.got.map { "\($0)" } ?? unavailable(report))\n"
      } else {
        table.add([
          option.name, option.level.description, kind(option.kind), option.unit ?? "",
          report.fresh.map { cut("\($0)", isOverview ? 20 : .max) } ?? unavailable(report), option.meaning,
        ])
        shown += 1
      }
    }
    return (shown > 0 ? table.rendered : "") + changes
  }

  /// One object each.
  static func json(_ reports: [OptionReport]) -> String {
    JSONObject.array(
      reports.map { report in
        let option = report.option
        var object = JSONObject()
        object.add("name", option.name)
        object.add("level", option.level.description)
        object.add("number", number: option.number)
        object.add("kind", kind(option.kind))
        object.add("unit", option.unit)
        object.add("types", json: JSONObject.array(types(option)))
        object.add("settable", json: option.isSettable ? "true" : "false")
        object.add("default", json: report.fresh.map(value) ?? "null")
        object.add("asked", json: report.asked.map(value))
        object.add("got", json: report.got.map(value))
        object.add("errno", report.errorNumber?.name)
        object.add("meaning", option.meaning)
        return object
      })
  }

  private static func cut(_ text: String, _ length: Int) -> String {
    text.utf8.count > length ? text.prefix(length - 1) + "…" : text
  }

  private static func unavailable(_ report: OptionReport) -> String {
    report.errorNumber.map { "(\($0.name))" } ?? (report.option.isReadable ? "-" : "(write-only)")
  }

  /// The transports whose sockets have the option.
  private static func types(_ option: SocketOption) -> [String] {
    Transport.all.filter { transport in
      transport.families.contains { option.applies(to: transport, family: $0) }
    }.map(\.name)
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
    case .bytes: "bytes"
    }
  }

  /// A flag as true or false, a number as a number, anything else as the text that sets it.
  private static func value(_ value: SocketOptionValue) -> String {
    switch value {
    case .flag(let isOn): isOn ? "true" : "false"
    case .integer(let number, _): String(number)
    default: JSONObject.quoted("\(value)")
    }
  }
}

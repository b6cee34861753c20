import Operations
import Sockets

/// What `sock families` prints.
enum FamilyTable {
  /// A line for each socket that was tried.
  static func text(_ reports: [FamilyReport]) -> String {
    var table = Table(heading: ["FAMILY", "TYPE", "PROTOCOL", "STATUS"])
    for report in reports {
      let status =
        switch report.status {
        case .opens: "opens"
        case .needsPrivilege(let number): "needs privilege (\(number.name))"
        case .notSupported(let number): "not supported (\(number.name))"
        }
      table.add([
        report.family.description, report.type.description, report.family.name(of: report.protocolNumber), status,
      ])
    }
    return table.rendered
  }

  /// One object each.
  static func json(_ reports: [FamilyReport]) -> String {
    JSONObject.array(
      reports.map { report in
        var object = JSONObject()
        object.add("name", report.family.description)
        object.add("number", number: report.family.rawValue)
        object.add("type", report.type.description)
        object.add("protocol", report.family.name(of: report.protocolNumber))
        switch report.status {
        case .opens: object.add("status", "opens")
        case .needsPrivilege(let number):
          object.add("status", "needs-privilege")
          object.add("errno", number.name)
        case .notSupported(let number):
          object.add("status", "not-supported")
          object.add("errno", number.name)
        }
        return object
      })
  }
}

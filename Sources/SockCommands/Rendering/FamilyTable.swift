import Operations
import Sockets

/// The output of `sock families`.
enum FamilyTable {
  /// A line for each socket that was tried, or one line for a family that the kernel lacks.
  ///
  /// - Parameter columns: the width of the terminal, if it goes to one.
  static func text(_ reports: [FamilyReport], columns: Int? = nil) -> String {
    var table = Table(heading: ["FAMILY", "NUMBER", "TYPE", "PROTOCOL", "STATUS", "ADDRESSES"])
    var index = reports.startIndex
    while index < reports.endIndex {
      let family = reports[index].family
      let all = reports[index...].prefix { $0.family == family }
      index = all.endIndex
      let number = String(family.rawValue)
      if all.count > 1, all.allSatisfy({ $0.status == .notSupported(.familyNotSupported) }) {
        table.add([
          family.description, number, "any", "any", text(.notSupported(.familyNotSupported)),
          family.addressType?.form ?? "",
        ])
        continue
      }
      for report in all {
        table.add([
          family.description, number, report.type.description, family.name(of: report.protocolNumber),
          text(report.status), report.addressForm ?? "",
        ])
      }
    }
    return table.rendered(within: columns, leavingOut: [1, 5], readable: 20)
  }

  private static func text(_ status: FamilyReport.Status) -> String {
    switch status {
    case .opens: "opens"
    case .needsPrivilege(let number, let advice): "needs privilege (\(advice?.privilege ?? number.name))"
    case .notSupported(let number): "not in this kernel (\(number.name))"
    }
  }

  /// A JSON object for each socket that was tried.
  static func json(_ reports: [FamilyReport]) -> String {
    JSONObject.lines(
      reports.map { report in
        var object = JSONObject()
        object.add("name", report.family.description)
        object.add("number", number: report.family.rawValue)
        object.add("type", report.type.description)
        object.add("protocol", report.family.name(of: report.protocolNumber))
        switch report.status {
        case .opens: object.add("status", "opens")
        case .needsPrivilege(let number, let advice):
          object.add("status", "needs-privilege")
          object.add("errno", number.name)
          if let privilege = advice?.privilege { object.add("privilege", privilege) }
        case .notSupported(let number):
          object.add("status", "not-supported")
          object.add("errno", number.name)
        }
        if let form = report.addressForm { object.add("address", form) }
        return object
      })
  }
}

import Sockets

extension Operations {
  /// `sock opts`: reads options of fresh sockets or of an inherited one, or sets them and reads them back.
  package static func options(_ request: OptionsRequest) throws(OperationError) -> [OptionReport] {
    let sockets = SampleSockets(request.target)
    if request.items.isEmpty {
      return try sockets.options().filter(request.includes).map { (o) throws(OperationError) in try sockets.show(o) }
    }
    var reports: [OptionReport] = []
    for item in request.items {
      switch item {
      case .show(let option): reports.append(try sockets.show(option))
      case .set(let assignment): reports.append(try sockets.set(assignment))
      }
    }
    return reports
  }
}

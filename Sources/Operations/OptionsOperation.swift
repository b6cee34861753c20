import Sockets

extension Operations {
  /// `sock opts`: what this kernel gives a fresh socket, and what it makes of a value.
  public static func options(_ request: OptionsRequest) throws(OperationError) -> [OptionReport] {
    let socket = try open(request)
    if request.items.isEmpty {
      return SocketOption.catalogue
        .filter { $0.applies(to: request.transport, family: request.family) }
        .map { show($0, of: socket) }
    }
    var reports: [OptionReport] = []
    for item in request.items {
      switch item {
      case .show(let option): reports.append(show(option, of: socket))
      case .set(let assignment): reports.append(try set(assignment, on: socket, request))
      }
    }
    return reports
  }

  private static func open(_ request: OptionsRequest) throws(OperationError) -> Socket {
    do throws(SystemError) {
      return try Socket.open(request.transport, family: request.family)
    } catch {
      throw OperationError(opening: error, transport: request.transport)
    }
  }

  private static func show(_ option: SocketOption, of socket: borrowing Socket) -> OptionReport {
    var report = OptionReport(option: option)
    guard option.isReadable else { return report }
    do throws(SystemError) {
      report.fresh = try socket.value(of: option)
    } catch {
      report.errorNumber = error.number
    }
    return report
  }

  private static func set(
    _ assignment: SocketOptionAssignment, on socket: borrowing Socket, _ request: OptionsRequest
  ) throws(OperationError) -> OptionReport {
    var report = show(assignment.option, of: socket)
    report.asked = assignment.value
    do throws(SystemError) {
      try socket.set(assignment.option, to: assignment.value)
    } catch {
      throw OperationError(error.about("\(assignment) on a \(request.transport) socket"), while: .opening)
    }
    if assignment.option.isReadable { report.got = try? socket.value(of: assignment.option) }
    return report
  }
}

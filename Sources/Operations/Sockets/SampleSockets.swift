import Sockets

/// The sockets whose options `sock opts` shows and sets. Each is opened when an option first needs its kind, and kept, so
/// that an option that was set is shown with its new value.
final class SampleSockets {
  /// The arguments of `socket(2)`.
  private struct Arguments: Hashable {
    var kind: SocketKind
    var family: AddressFamily
    var protocolNumber: TransportProtocol

    init(_ kind: SocketKind, _ family: AddressFamily, for option: SocketOption) {
      (self.kind, self.family) = (kind, family)
      protocolNumber = kind.protocolNumber(in: family, for: option)
    }
  }
  /// A socket, or the reason why there is none.
  private enum Answer {
    case socket(Holder)
    case failure(SystemError)
  }
  private final class Holder {
    let socket: Socket
    init(_ socket: consuming Socket) { self.socket = socket }
  }

  private let target: OptionsRequest.Target
  private var answers: [Arguments: Answer] = [:]
  private var inherited: Holder?

  init(_ target: OptionsRequest.Target) { self.target = target }

  /// All options of the sockets that the user asked about.
  func options() throws(OperationError) -> [SocketOption] {
    switch target {
    case .any: return SocketOption.catalogue
    case .kind(let kind, let families):
      return SocketOption.catalogue.filter { kind.family(for: $0, among: families) != nil }
    case .descriptor(let number):
      let holder = try adopt(number)
      let (family, type, protocolNumber) = (holder.socket.family, holder.socket.type, holder.socket.protocolNumber)
      return SocketOption.catalogue.filter { $0.applies(to: family, type, protocolNumber) }
    }
  }

  /// Reads an option. A socket that cannot be opened is an error only if the user asked for its kind.
  func show(_ option: SocketOption) throws(OperationError) -> OptionReport {
    var report = OptionReport(option: option)
    switch try answer(for: option) {
    case .failure(let error): report.errorNumber = error.number
    case .socket(let holder):
      guard option.isReadable else { return report }
      do throws(SystemError) {
        report.fresh = try holder.socket.value(of: option)
      } catch {
        report.errorNumber = error.number
      }
    }
    return report
  }

  /// Sets an option, and reads it back.
  func set(_ assignment: SocketOptionAssignment) throws(OperationError) -> OptionReport {
    var report = try show(assignment.option)
    report.asked = assignment.value
    switch try answer(for: assignment.option) {
    case .failure(let error): throw OperationError(error, while: .opening)
    case .socket(let holder):
      do throws(SystemError) {
        try holder.socket.set(assignment.option, to: assignment.value)
      } catch {
        throw refused(assignment, error)
      }
      if assignment.option.isReadable { report.got = try? holder.socket.value(of: assignment.option) }
    }
    return report
  }

  private func refused(_ assignment: SocketOptionAssignment, _ error: SystemError) -> OperationError {
    let option = assignment.option
    var failure = OperationError(
      error.about("\(assignment) on \(subject(option))"), while: .opening, isForeign: isForeign(option))
    if failure.cause == .notPermitted, let requirement = option.requirement {
      failure.advice = requirement.capabilities.map { .needsCapability($0) }
    }
    return failure
  }

  /// Whether the socket in question does not have the option.
  private func isForeign(_ option: SocketOption) -> Bool {
    switch target {
    case .any: false
    case .kind(let kind, let families): kind.family(for: option, among: families) == nil
    case .descriptor:
      inherited.map { !option.applies(to: $0.socket.family, $0.socket.type, $0.socket.protocolNumber) } ?? false
    }
  }

  private func subject(_ option: SocketOption) -> String {
    switch target {
    case .descriptor(let number): "fd:\(number)"
    case .kind(let kind, _): "a \(kind) socket"
    case .any: option.kinds.first.map { "a \($0) socket" } ?? "a socket"
    }
  }

  private func answer(for option: SocketOption) throws(OperationError) -> Answer {
    switch target {
    case .descriptor(let number): return .socket(try adopt(number))
    case .kind(let kind, let families):
      let answer = open(Arguments(kind, kind.family(for: option, among: families) ?? families[0], for: option))
      if case .failure(let error) = answer { throw missing(kind, families[0], error) }
      return answer
    case .any:
      var first: Answer?
      for kind in option.kinds {
        guard let family = kind.family(for: option) else { continue }
        let answer = open(Arguments(kind, family, for: option))
        if case .socket = answer { return answer }
        first = first ?? answer
      }
      return first ?? .failure(SystemError(call: "socket", number: .protocolNotSupported, subject: option.name))
    }
  }

  private func open(_ arguments: Arguments) -> Answer {
    if let known = answers[arguments] { return known }
    let answer: Answer
    do throws(SystemError) {
      answer = .socket(Holder(try Socket.open(arguments.family, arguments.kind.type, arguments.protocolNumber)))
    } catch {
      answer = .failure(error)
    }
    answers[arguments] = answer
    return answer
  }

  private func missing(_ kind: SocketKind, _ family: AddressFamily, _ error: SystemError) -> OperationError {
    let protocolNumber = kind.protocolNumber(in: family)
    var failure = OperationError(
      opening: error, transport: .of(family: family, type: kind.type, protocolNumber: protocolNumber))
    if failure.cause == .notSupported { failure.message = "\(kind) is not in this kernel: \(error)" }
    return failure
  }

  private func adopt(_ number: CInt) throws(OperationError) -> Holder {
    if let inherited { return inherited }
    do throws(SystemError) {
      let holder = Holder(try Socket.adopt(number))
      inherited = holder
      return holder
    } catch {
      throw OperationError(.system, "fd:\(number): \(error)", errorNumber: error.number)
    }
  }
}

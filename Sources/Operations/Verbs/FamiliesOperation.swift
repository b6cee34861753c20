import Sockets

extension Operations {
  /// `sock families`: tries to open a socket of every family with each type and its usual protocols.
  ///
  /// Nothing is bound, and nothing is sent.
  package static func families() -> [FamilyReport] {
    var reports: [FamilyReport] = []
    for (number, _) in AddressFamily.names where number != 0 {
      let family = AddressFamily(rawValue: number)
      for (type, protocols) in family.probes {
        for protocolNumber in protocols {
          reports.append(
            FamilyReport(
              family: family, type: type, protocolNumber: protocolNumber,
              status: status(family, type, protocolNumber)))
        }
      }
    }
    return reports
  }

  private static func status(
    _ family: AddressFamily, _ type: SocketType, _ protocolNumber: TransportProtocol
  ) -> FamilyReport.Status {
    do throws(SystemError) {
      _ = try Socket.open(family, type, protocolNumber)
      return .opens
    } catch {
      guard error.number == .notPermitted || error.number == .permissionDenied else {
        return .notSupported(error.number)
      }
      let transport = Transport.of(family: family, type: type, protocolNumber: protocolNumber)
      return .needsPrivilege(error.number, ErrorCause.advice(on: error, transport: transport).first)
    }
  }
}

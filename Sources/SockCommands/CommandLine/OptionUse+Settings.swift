import Operations
import Sockets
import Transfer

// Values that belong to one option or two.
extension OptionUse {
  /// The length of the queue of a socket that listens: a number, or a C name such as `SOMAXCONN`.
  func backlog() throws(OperationError) -> Int {
    if let named = Constants.value(named: text ?? ""), (0...Int(CInt.max)).contains(named) { return named }
    return try number(in: 0...Int(CInt.max))
  }

  /// A local port: a number, or the name of a service, which is looked up later.
  func port() throws(OperationError) -> String {
    guard let text, !text.isEmpty else { throw .usage("\(self) needs a port") }
    if text.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }), UInt16(text) == nil {
      throw .usage("\(self) \(text) is out of range: 0 to 65535")
    }
    return text
  }

  /// One rate for both directions, or `send=RATE`, `recv=RATE`, or both separated by a comma.
  func rates() throws(OperationError) -> (send: Int?, receive: Int?) {
    let text = text ?? ""
    if let rate = try? Int(parsingSize: text), rate > 0 { return (rate, rate) }
    var rates: (send: Int?, receive: Int?)
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", maxSplits: 1)
      let rate = sides.count == 2 ? (try? Int(parsingSize: String(sides[1]))).flatMap { $0 > 0 ? $0 : nil } : nil
      switch (sides.first, rate) {
      case ("send", let rate?) where rates.send == nil: rates.send = rate
      case ("recv", let rate?) where rates.receive == nil: rates.receive = rate
      default:
        throw .usage(
          "\(self) '\(text)' is not a rate: write bytes per second, such as 500k or 2M, for both ways, or"
            + " send=RATE, recv=RATE, or send=RATE,recv=RATE")
      }
    }
    return rates
  }

  /// A checksum algorithm by its name.
  func digestAlgorithm() throws(OperationError) -> DigestAlgorithm {
    let text = text ?? ""
    if let algorithm = DigestAlgorithm(rawValue: text.lowercased()) { return algorithm }
    let names = DigestAlgorithm.allCases.map(\.rawValue)
    let nearest = NearestName.find(text, among: names).map { "did you mean \($0)?" }
    throw .usage("\(self) '\(text)' is no algorithm: \(nearest ?? "write one of \(names.joined(separator: ", "))")")
  }

  /// A socket option and its value, `NAME=VALUE`.
  func socketOption() throws(OperationError) -> SocketOptionAssignment {
    let assignment: SocketOptionAssignment
    do throws(SocketOptionError) {
      assignment = try SocketOptionAssignment(text ?? "")
    } catch {
      // In ncat, -o names a log.
      if case .unknownName(let name, nearest: []) = error, name == text {
        throw .usage("\(self): \(error); for a log of the traffic write --log \(name)")
      }
      throw .usage("\(self): \(error)")
    }
    try Self.checkInterface(assignment) { "\(self): \($0)" }
    return assignment
  }

  /// Refuses an interface that does not exist before anything is opened, as `--interface` does. An empty name means
  /// none.
  static func checkInterface(
    _ assignment: SocketOptionAssignment, _ sentence: (String) -> String = { $0 }
  ) throws(OperationError) {
    let name = "\(assignment.value)"
    guard assignment.option.name == "SO_BINDTODEVICE", !name.isEmpty, NetworkInterface.index(of: name) == nil else {
      return
    }
    throw .usage(sentence("\(assignment.option): \(NetworkInterface.complaint(about: name))"))
  }

  /// The byte of DSCP and ECN: a number, or one of the names for `IP_TOS`.
  func trafficClass() throws(OperationError) -> Int? {
    let text = text ?? ""
    do throws(SocketOptionError) {
      return try SocketOptionAssignment("IP_TOS=\(text)").value.number
    } catch {
      guard case .wrongValue(let option, _) = error else {
        throw .usage("\(self) needs a traffic class, such as af21")
      }
      throw .usage("\(self) '\(text)' is not a traffic class: it takes \(option.kind.expectation)")
    }
  }

  /// A descriptor that is open in this process.
  func openDescriptor() throws(OperationError) -> CInt {
    guard let text, let number = CInt(text), number >= 0, (try? Descriptor(number).kind()) != nil else {
      throw .usage(
        "\(self) '\(text ?? "")' is no open descriptor: write its number, and open it in the shell (3<file)")
    }
    return number
  }

  /// The credentials that a message claims.
  func credentials() throws(OperationError) -> Credentials {
    guard let text, let credentials = Credentials(claim: text) else {
      throw .usage(
        "\(self) '\(text ?? "")' is not a claim: write pid=N,uid=N,gid=N, and leave out our own")
    }
    return credentials
  }
}

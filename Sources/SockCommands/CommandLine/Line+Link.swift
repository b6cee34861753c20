import Operations
import Sockets
import Transfer

extension Line {
  /// Everything that the options say about a connection; the scanner has admitted only what the verb takes.
  func link() throws(OperationError) -> LinkOptions {
    var link = LinkOptions()
    link.family = try family()
    if let limit = try duration(.timeout) { link.connectTimeout = limit == .zero ? nil : limit }
    link.idleTimeout = try limit(.idle)
    link.deadline = try limit(.deadline)
    link.wait = try duration(.wait)
    link.socketOptions = try socketOptions()
    link.packets = try packets()
    link.protocolSettings = try protocolSettings()
    link.sourceHost = value(.source)
    if link.sourceHost == "" { throw .usage("\(OptionName.source) needs a local address or a name") }
    link.sourcePort = value(.sourcePort)
    if let source = link.sourcePort { try checkPort(source) }
    if let onEOF = try choice(.onEOF, of: LinkOptions.OnEOF.self) { link.onEOF = onEOF }
    if let onPeerEOF = try choice(.onPeerEOF, of: LinkOptions.OnPeerEOF.self) { link.onPeerEOF = onPeerEOF }
    try exclude(.sendOnly, .recvOnly, "without either, data flows both ways")
    if has(.sendOnly) || has(.noReply) { link.direction = .sendOnly }
    if has(.recvOnly) { link.direction = .receiveOnly }
    link.crlf = has(.crlf)
    if let size = try number(.datagramSize, in: 1...LinkOptions.largestDatagram) { link.datagramSize = size }
    if let framing = try choice(.frame, of: LinkOptions.Framing.self) { link.framing = framing }
    (link.sendRate, link.receiveRate) = try rates()
    link.skip = try number(.skip, in: 0 ... .max) ?? 0
    link.byteLimit = try number(.bytes, in: 0 ... .max)
    _ = try choice(.progress, of: ProgressChoice.self)
    try exclude(.progress, .hex, "write the dump to a file, with \(OptionName.logHex)")
    try exclude(.progress, .interactive, "~s tells what has gone each way")
    link.checksum = try checksum()
    link.resumes = has(.resume)
    link.hexDump = has(.hex)
    link.log = try file(.log)
    link.logHex = try file(.logHex)
    link.console = try console()
    return link
  }

  /// `--limit-rate`: one rate for both ways, or `send=RATE`, `recv=RATE`, or both with a comma between them.
  private func rates() throws(OperationError) -> (send: Int?, receive: Int?) {
    guard let text = value(.limitRate) else { return (nil, nil) }
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
          "\(OptionName.limitRate) '\(text)' is not a rate: write bytes per second, such as 500k or 2M, for both ways, or"
            + " send=RATE, recv=RATE, or send=RATE,recv=RATE")
      }
    }
    return rates
  }

  /// `--checksum`: an algorithm by its name.
  private func checksum() throws(OperationError) -> DigestAlgorithm? {
    guard let text = value(.checksum) else { return nil }
    if let algorithm = DigestAlgorithm(rawValue: text.lowercased()) { return algorithm }
    let names = DigestAlgorithm.allCases.map(\.rawValue)
    let nearest = NearestName.find(text, among: names).map { "did you mean \($0)?" }
    throw .usage(
      "\(OptionName.checksum) '\(text)' is no algorithm: \(nearest ?? "write one of \(names.joined(separator: ", "))")")
  }

  /// A time limit in which 0 stands for none.
  func limit(_ name: OptionName) throws(OperationError) -> Duration? {
    guard let limit = try duration(name), limit > .zero else { return nil }
    return limit
  }

  /// `-o NAME=VALUE`, all of them.
  func socketOptions() throws(OperationError) -> [SocketOptionAssignment] {
    var assignments: [SocketOptionAssignment] = []
    for text in values(.option) {
      do throws(SocketOptionError) {
        assignments.append(try SocketOptionAssignment(text))
      } catch {
        throw .usage("--option: \(error)")
      }
      if let last = assignments.last { try Self.checkInterface(last) { "--option: \($0)" } }
    }
    return assignments
  }

  /// An interface that does not exist is told of before anything is opened, as by `--interface`; an empty name means none.
  static func checkInterface(
    _ assignment: SocketOptionAssignment, _ sentence: (String) -> String = { $0 }
  ) throws(OperationError) {
    let name = "\(assignment.value)"
    guard assignment.option.name == "SO_BINDTODEVICE", !name.isEmpty, NetworkInterface.index(of: name) == nil else {
      return
    }
    throw .usage(sentence("\(assignment.option): \(NetworkInterface.complaint(about: name))"))
  }

  private func checkPort(_ text: String) throws(OperationError) {
    guard !text.isEmpty else { throw .usage("--source-port needs a port") }
    if text.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }), UInt16(text) == nil {
      throw .usage("--source-port \(text) is out of range: 0 to 65535")
    }
  }
}

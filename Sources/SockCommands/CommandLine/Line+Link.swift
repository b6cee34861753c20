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
    link.hexDump = has(.hex)
    link.log = try file(.log)
    link.logHex = try file(.logHex)
    return link
  }

  /// A time limit in which 0 stands for none.
  func limit(_ name: OptionName) throws(OperationError) -> Duration? {
    guard let limit = try duration(name), limit > .zero else { return nil }
    return limit
  }

  private func socketOptions() throws(OperationError) -> [SocketOptionAssignment] {
    var assignments: [SocketOptionAssignment] = []
    for text in values(.option) {
      do throws(SocketOptionError) {
        assignments.append(try SocketOptionAssignment(text))
      } catch {
        throw .usage("--option: \(error)")
      }
    }
    return assignments
  }

  private func checkPort(_ text: String) throws(OperationError) {
    guard !text.isEmpty else { throw .usage("--source-port needs a port") }
    if text.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }), UInt16(text) == nil {
      throw .usage("--source-port \(text) is out of range: 0 to 65535")
    }
  }
}

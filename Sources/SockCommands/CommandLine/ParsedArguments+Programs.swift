import Operations
import Sockets

// A program that is run for a peer.
extension ParsedArguments {
  /// Refuses what a program cannot be combined with, once everything else is known.
  ///
  /// - Parameter takesDatagrams: whether the verb runs a program for each datagram, too.
  func checkProgram(
    _ options: ConnectionOptions, over destination: Destination, takesDatagrams: Bool = false
  ) throws(OperationError) {
    guard options.program != nil else {
      guard let option = [Option.pty, .execDirect].first(where: { has($0) }) else { return }
      throw .usage("\(option) is about a program: add \(Option.exec) or \(Option.shellExec)")
    }
    let option = has(.exec) ? Option.exec : .shellExec
    let transport = destination.endpoint.transport ?? destination.transport
    if transport.traits.contains(.messages) {
      guard takesDatagrams else {
        throw .usage("\(option) joins a program to a connection, and \(transport) has none")
      }
      let ofConnections = [Option.pty, .execDirect, .limitRate, .checksum]
      guard let other = ofConnections.first(where: { has($0) }) else { return }
      throw .usage("\(other) has no use with a program for each datagram")
    }
    if options.programManner == .socket, !destination.endpoint.layers.isEmpty {
      throw .usage("\(Option.execDirect) gives the program the socket, below TLS: leave one of them out")
    }
  }
}

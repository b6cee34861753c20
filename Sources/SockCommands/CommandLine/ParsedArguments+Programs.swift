import Operations
import Sockets

// A program that is run for a peer.
extension ParsedArguments {
  /// Refuses what a program cannot be combined with, once everything else is known.
  func checkProgram(_ options: ConnectionOptions, over destination: Destination) throws(OperationError) {
    guard options.program != nil else {
      guard let option = [Option.pty, .execDirect].first(where: { has($0) }) else { return }
      throw .usage("\(option) is about a program: add \(Option.exec) or \(Option.shellExec)")
    }
    let option = has(.exec) ? Option.exec : .shellExec
    let transport = destination.endpoint.transport ?? destination.transport
    guard !transport.traits.contains(.messages) else {
      throw .usage("\(option) runs a program for each connection, and \(transport) has none")
    }
    if options.programManner == .socket, !destination.endpoint.layers.isEmpty {
      throw .usage("\(Option.execDirect) gives the program the socket, below TLS: leave one of them out")
    }
  }
}

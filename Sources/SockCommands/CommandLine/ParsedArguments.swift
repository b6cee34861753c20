import Operations
import Sockets
import Transfer

/// The arguments after a verb, split into words and options. Values are not parsed yet.
struct ParsedArguments {
  /// The arguments that are neither options nor their values, in order.
  var words: [String] = []
  /// How many words stand before `--`; nil without it.
  var separator: Int?
  /// The options, in order.
  var uses: [OptionUse] = []
  /// `--write-out`, which all reporters of the run feed.
  var writeOut: WriteOut?

  /// The words behind `--`.
  var wordsBehindSeparator: ArraySlice<String> { separator.map { words[$0...] } ?? [] }

  /// Whether the option was given.
  func has(_ option: Option) -> Bool { uses.contains { $0.option === option } }

  /// The last use of an option, which overrides earlier ones.
  subscript(_ option: Option) -> OptionUse? { uses.last { $0.option === option } }

  /// The text of the last use.
  func text(_ option: Option) -> String? { self[option]?.text }

  /// Applies each option that was given to a request.
  func apply<Target: OptionTarget>(to target: inout Target) throws(OperationError) {
    for (index, use) in uses.enumerated() {
      let option = use.option
      if !option.repeats, uses[(index + 1)...].contains(where: { $0.option === option }) { continue }
      for case let setter? in option.effects.lazy.map(Target.setter) {
        do {
          try setter(&target, use)
        } catch let error as OperationError {
          throw error
        } catch {
          throw OperationError(.internalFault, "\(option): \(error)")
        }
      }
    }
  }

  /// Refuses options that cannot be combined, according to their rows.
  func checkExclusions() throws(OperationError) {
    for use in uses {
      for exclusion in use.option.exclusions {
        guard let other = uses.first(where: { exclusion.others.contains($0.option.name) })?.option else { continue }
        throw .usage(
          exclusion.reason.map { "\(use.option) and \(other) exclude each other: \($0)" }
            ?? "\(other) has no use with \(use.option)")
      }
    }
  }
}

extension OperationError {
  /// The error for an invalid command line. The message names the argument, and says what to write.
  static func usage(_ message: String) -> OperationError { OperationError(.usage, message) }
}

// Options that concern a connection as a whole.
extension ParsedArguments {
  /// The settings of a connection. The scanner has accepted only options of the verb.
  ///
  /// - Parameter endpoint: an endpoint that may have layers.
  func connectionOptions(for endpoint: Endpoint? = nil) throws(OperationError) -> ConnectionOptions {
    var options = ConnectionOptions()
    options.family = try family()
    try apply(to: &options)
    try apply(to: &options.packets)
    if let endpoint { options.tls = try tls(for: endpoint) }
    if endpoint?.layers == [.dtls] { try limitDatagrams(&options) }
    return options
  }

  /// Whether an option was given that only makes sense for datagrams, so that UDP is used instead of TCP.
  var asksForDatagrams: Bool { joinsGroups || has(.broadcast) || has(.from) }

  /// Refuses options that concern IP packets if the transport does not run over IP.
  func checkPackets(_ transport: Transport) throws(OperationError) {
    if !transport.isOverIP,
      let option = [Option.ttl, .tos, .interface, .group, .broadcast, .transparent].first(where: {
        $0 === Option.group ? joinsGroups : has($0)
      })
    {
      throw .usage("\(option) is for packets of IP: \(transport) has none")
    }
    guard !has(.from) || transport.reportsNetworkErrors else {
      throw .usage(
        "--from is the source of each IP datagram, and \(transport) has none: use --source instead")
    }
  }

  /// Refuses options of a protocol other than that of the transport.
  func checkProtocols(_ transport: Transport) throws(OperationError) {
    if has(.backlog), !transport.isConnectionOriented, !transport.traits.contains(.listensForMessages) {
      throw .usage("\(Option.backlog) is for connections that wait to be accepted: \(transport) has none")
    }
    // Datagrams that are answered, or get a program, are counted like connections.
    let ofDatagrams = has(.exec) || has(.shellExec) ? [Option.maxServed, .maxConns] : hasAnswer ? [.maxServed] : []
    let limits = Option.connectionLimits.filter { limit in !ofDatagrams.contains { $0 === limit } }
    if !transport.isConnectionOriented, let option = limits.first(where: { has($0) }) {
      throw .usage("\(option) is for connections: \(transport) has none")
    }
    for use in uses {
      guard let owner = Self.owner(of: use.option), owner.number != transport.protocolNumber else { continue }
      throw .usage("\(use) is for \(owner.advice): \(transport) has no such thing")
    }
  }

  /// The protocol that an option belongs to, and how it is chosen.
  private static func owner(of option: Option) -> (number: TransportProtocol, advice: String)? {
    if option === Option.sctpStream || option === Option.sctpPPID {
      return (.sctp, "SCTP, which --sctp or sctp:// choose")
    }
    if option === Option.udpliteCoverage { return (.udpLite, "UDP-Lite, which --udplite or udplite:// choose") }
    if option === Option.dccpService { return (.dccp, "DCCP, which --dccp or dccp:// choose") }
    return nil
  }

  /// Refuses `--retry` where connecting always succeeds, so that there is nothing to try again.
  func checkRetry(of destination: Destination) throws(OperationError) {
    let transport = destination.endpoint.transport ?? destination.transport
    guard has(.retry), !transport.findsPeer else { return }
    throw .usage("\(Option.retry) is for connections, and \(transport) has none: nothing tells whether a peer is there")
  }

  /// Refuses `--ignore-refused` where there are no refusals of datagrams.
  func checkRefusals(of destination: Destination) throws(OperationError) {
    let transport = destination.endpoint.transport ?? destination.transport
    guard has(.ignoreRefused), !transport.isOverIP || transport.type != .datagram || transport.isConnectionOriented
    else {
      return
    }
    throw .usage("\(Option.ignoreRefused) is for UDP, which --udp or udp:// choose: \(transport) has no such thing")
  }

  /// Refuses what `--resume` cannot be combined with, once everything else is known.
  func checkResume(_ options: ConnectionOptions, over destination: Destination) throws(OperationError) {
    guard has(.resume) else { return }
    if destination.message != nil {
      throw .usage("\(Option.resume) is for a file on standard input: give no message with it")
    }
    if options.onEOF == .keep {
      throw .usage("\(Option.resume): the receiver waits for the end of the stream: leave \(Option.onEOF) out")
    }
    let transport = destination.endpoint.transport ?? destination.transport
    guard transport.type == .stream, !transport.traits.contains(.noHalfClose) else {
      throw .usage("\(Option.resume) is for streams that can be half-closed, not for \(transport)")
    }
  }

  /// The same for a verb that can transfer in both directions, since a file is transferred in one.
  func checkResumeDirection(_ options: ConnectionOptions) throws(OperationError) {
    guard has(.resume), options.direction == .both else { return }
    throw .usage(
      "\(Option.resume) needs a direction: add \(Option.sendOnly) or \(Option.recvOnly)")
  }
}

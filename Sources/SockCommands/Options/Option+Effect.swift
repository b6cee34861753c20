import Operations
import Transfer

extension Option {
  /// Changes a request, given the option as it was written.
  ///
  /// Errors are ``OperationError`` values, which ``ParsedArguments/apply(to:)`` relies on: closures that are handed over
  /// do not infer a thrown type.
  typealias Setter<Target> = @Sendable (inout Target, OptionUse) throws -> Void

  /// What an option does to a request, for each type of request that has a field for it.
  enum Effect: Sendable {
    case connection(Setter<ConnectionOptions>)
    case packets(Setter<PacketOptions>)
    case connect(Setter<ConnectRequest>)
    case listen(Setter<ListenRequest>)
    case datagramSend(Setter<DatagramSendRequest>)
    case datagramReceive(Setter<DatagramReceiveRequest>)
    case probe(Setter<ProbeTarget>)
    case ping(Setter<PingRequest>)
    case traceRoute(Setter<TraceRouteRequest>)
    case bench(Setter<BenchRequest>)
    case resolve(Setter<ResolveRequest>)
    case wait(Setter<WaitRequest>)
    case relay(Setter<RelayRequest>)
    case list(Setter<ListRequest>)
    case tls(Setter<TLSSettings>)
  }
}

/// What options can change.
protocol OptionTarget {
  /// The part of an effect that is about this type.
  static func setter(in effect: Option.Effect) -> Option.Setter<Self>?
}

extension ConnectionOptions: OptionTarget {
  static func setter(in effect: Option.Effect) -> Option.Setter<Self>? {
    if case .connection(let setter) = effect { setter } else { nil }
  }
}

extension PacketOptions: OptionTarget {
  static func setter(in effect: Option.Effect) -> Option.Setter<Self>? {
    if case .packets(let setter) = effect { setter } else { nil }
  }
}

extension ConnectRequest: OptionTarget {
  static func setter(in effect: Option.Effect) -> Option.Setter<Self>? {
    if case .connect(let setter) = effect { setter } else { nil }
  }
}

extension ListenRequest: OptionTarget {
  static func setter(in effect: Option.Effect) -> Option.Setter<Self>? {
    if case .listen(let setter) = effect { setter } else { nil }
  }
}

extension DatagramSendRequest: OptionTarget {
  static func setter(in effect: Option.Effect) -> Option.Setter<Self>? {
    if case .datagramSend(let setter) = effect { setter } else { nil }
  }
}

extension DatagramReceiveRequest: OptionTarget {
  static func setter(in effect: Option.Effect) -> Option.Setter<Self>? {
    if case .datagramReceive(let setter) = effect { setter } else { nil }
  }
}

extension ProbeTarget: OptionTarget {
  static func setter(in effect: Option.Effect) -> Option.Setter<Self>? {
    if case .probe(let setter) = effect { setter } else { nil }
  }
}

extension PingRequest: OptionTarget {
  static func setter(in effect: Option.Effect) -> Option.Setter<Self>? {
    if case .ping(let setter) = effect { setter } else { nil }
  }
}

extension TraceRouteRequest: OptionTarget {
  static func setter(in effect: Option.Effect) -> Option.Setter<Self>? {
    if case .traceRoute(let setter) = effect { setter } else { nil }
  }
}

extension BenchRequest: OptionTarget {
  static func setter(in effect: Option.Effect) -> Option.Setter<Self>? {
    if case .bench(let setter) = effect { setter } else { nil }
  }
}

extension ResolveRequest: OptionTarget {
  static func setter(in effect: Option.Effect) -> Option.Setter<Self>? {
    if case .resolve(let setter) = effect { setter } else { nil }
  }
}

extension WaitRequest: OptionTarget {
  static func setter(in effect: Option.Effect) -> Option.Setter<Self>? {
    if case .wait(let setter) = effect { setter } else { nil }
  }
}

extension RelayRequest: OptionTarget {
  static func setter(in effect: Option.Effect) -> Option.Setter<Self>? {
    if case .relay(let setter) = effect { setter } else { nil }
  }
}

extension ListRequest: OptionTarget {
  static func setter(in effect: Option.Effect) -> Option.Setter<Self>? {
    if case .list(let setter) = effect { setter } else { nil }
  }
}

extension TLSSettings: OptionTarget {
  static func setter(in effect: Option.Effect) -> Option.Setter<Self>? {
    if case .tls(let setter) = effect { setter } else { nil }
  }
}

import Operations
import Sockets

/// The output of `sock ping --json` and `sock trace-route --json`: one object per line.
enum ProbeJSON {
  /// The object for a report of `ping`, with a newline.
  static func text(_ report: PingReport, of target: ProbeTarget) -> String {
    var object: JSONObject
    switch report {
    case .started(let address): object = started(address, target)
    case .outcome(let outcome, let sequence, let isDuplicate, let isReordered):
      object = Self.object(event(outcome))
      object.add("sequence", number: sequence)
      add(outcome, to: &object)
      if isDuplicate { object.add("duplicate", json: "true") }
      if isReordered { object.add("reordered", json: "true") }
    case .finished(let all):
      object = Self.object("summary")
      object.add("host", target.host)
      object.add("sent", number: all.sent)
      object.add("received", number: all.received)
      object.add("duplicates", number: all.duplicates)
      object.add("reordered", number: all.reordered)
      object.add("corrupted", number: all.corrupted)
      object.add("errors", number: all.errors)
      object.add("loss-percent", json: ProbeText.percent(all.lossPercent))
      if all.received > 0 {
        object.add("minimum", json: seconds(all.minimum))
        object.add("average", json: seconds(all.average))
        object.add("maximum", json: seconds(all.maximum))
        object.add("deviation", json: seconds(all.deviation))
      }
      object.add("seconds", json: seconds(all.seconds))
    }
    return object.rendered + "\n"
  }

  /// The object for a report of `trace-route`, with a newline.
  static func text(_ report: TraceRouteReport, of request: TraceRouteRequest) -> String {
    var object: JSONObject
    switch report {
    case .started(let address):
      object = started(address, request.target)
      object.add("max-hops", number: request.maxHops)
    case .hop(let hop):
      object = Self.object("hop")
      object.add("hop", number: hop.number)
      let probes = hop.outcomes.map { outcome in
        var probe = JSONObject()
        probe.add("result", event(outcome))
        add(outcome, to: &probe)
        probe.add("name", outcome.from.flatMap { hop.names[$0] })
        return probe.rendered
      }
      object.add("probes", json: "[" + probes.joined(separator: ",") + "]")
    case .finished(let reached, let hops):
      object = Self.object("summary")
      object.add("host", request.target.host)
      object.add("reached", json: reached ? "true" : "false")
      object.add("hops", number: hops)
    }
    return object.rendered + "\n"
  }

  private static func object(_ event: String) -> JSONObject {
    JSONObject(event: event)
  }

  private static func started(_ address: SocketAddress, _ target: ProbeTarget) -> JSONObject {
    var object = object("started")
    object.add("host", target.host)
    object.add("address", address.host)
    object.add("port", number: address.port.flatMap { $0 == 0 ? nil : $0 })
    object.add("method", target.method.rawValue)
    return object
  }

  private static func event(_ outcome: ProbeOutcome) -> String {
    switch outcome {
    case .answer: "reply"
    case .corrupted: "corrupted"
    case .report: "icmp-error"
    case .failed: "failed"
    case .silence: "timeout"
    }
  }

  private static func add(_ outcome: ProbeOutcome, to object: inout JSONObject) {
    object.add("from", outcome.from?.host)
    switch outcome {
    case .answer(let answer), .corrupted(let answer, _):
      object.add("kind", answer.kind.rawValue)
      object.add("bytes", number: answer.bytes)
      object.add("ttl", number: answer.hopLimit)
      object.add("seconds", json: seconds(answer.time.inSeconds))
      if case .corrupted(_, let how) = outcome { object.add("message", "\(how)") }
    case .report(let report):
      object.add("seconds", json: seconds(report.time.inSeconds))
      object.add("type", number: report.error.type)
      object.add("code", number: report.error.code)
      object.add("mark", report.error.mark.isEmpty ? nil : report.error.mark)
      object.add("errno", report.error.number.name)
      object.add("message", report.error.meaning)
    case .failed(let number):
      object.add("errno", number.name)
      object.add("message", number.meaning)
    case .silence: break
    }
  }

  /// Seconds with nine decimals, since a round trip within a host takes microseconds.
  private static func seconds(_ value: Double) -> String {
    let all = UInt64(clampingRounded: value * 1e9)
    return "\(all / 1_000_000_000)." + String(String(1_000_000_000 + all % 1_000_000_000).dropFirst())
  }
}

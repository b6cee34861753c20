import Glibc
import Operations
import Sockets

/// Reports events as JSON, one object per line.
struct JSONReporter: Reporter {
  /// Whether progress is reported: `--progress`.
  var reportsProgress = false

  var progressInterval: Duration? { reportsProgress ? .seconds(1) : nil }

  func emit(_ event: Event) {
    _ = ConsoleOutput.error.write(Self.text(event) + "\n")
  }

  func report(_ error: OperationError, hint: String?) {
    var event = Event(.error)
    event.errorNumber = error.errorNumber
    event.lookUpCode = error.lookUpCode
    event.message = AdviceText.text(error)
    emit(event)
  }

  /// The object for an event, without a newline.
  static func text(_ event: Event) -> String {
    var object = JSONObject(event: event.kind.rawValue, at: event.time)
    object.add("worker", number: event.worker)
    object.add("connection", number: event.connection)
    object.add("side", event.side?.rawValue)
    object.add("transport", event.transport?.name)
    object.add("local", event.local?.description)
    object.add("peer", event.peer?.description)
    object.add("endpoint", event.endpoint)
    object.add("result", event.finding?.rawValue)
    object.add("sent", number: event.sent)
    object.add("received", number: event.received)
    if let facts = event.facts { add(facts, to: &object) }
    object.add("algorithm", event.checksum?.algorithm)
    object.add("digest", event.checksum?.digest)
    if let progress = event.progress { add(progress, to: &object) }
    if let origin = event.origin { OriginText.add(origin, to: &object) }
    if let security = event.security { SecurityText.add(security, to: &object) }
    if let certificate = event.certificate { SecurityText.add(certificate, to: &object) }
    object.add("status", number: event.status)
    object.add("seconds", json: event.seconds.map(seconds))
    object.add("errno", event.errorNumber?.name ?? event.lookUpCode)
    object.add("message", event.message.map { AdviceText.text($0, event.advice) })
    return object.rendered
  }

  private static func add(_ progress: ProgressReport, to object: inout JSONObject) {
    func rate(_ way: ProgressReport.Way?) -> UInt64? { way.map { UInt64(clampingRounded: $0.bytesPerSecond) } }
    object.add("sent-rate", number: rate(progress.sent))
    object.add("received-rate", number: rate(progress.received))
    object.add("total", number: progress.measured?.total)
    object.add("seconds-left", json: progress.measured?.secondsLeft.map(seconds))
    object.add("connections", number: progress.connections)
  }

  private static func add(_ facts: DatagramFacts, to object: inout JSONObject) {
    object.add("destination", facts.packetInfo?.destination.description)
    object.add("interface", facts.interfaceName)
    object.add("ttl", number: facts.hopLimit)
    object.add("tos", number: facts.trafficClass)
    object.add("kernel-time", json: facts.softwareTime.map(DatagramFacts.seconds))
    object.add("hardware-time", json: facts.hardwareTime.map(DatagramFacts.seconds))
    object.add("dropped", number: facts.dropped)
    object.add("pid", number: facts.credentials?.processID)
    object.add("uid", number: facts.credentials?.userID)
    object.add("gid", number: facts.credentials?.groupID)
    object.add("running", json: facts.senderIsRunning.map { $0 ? "true" : "false" })
    object.add("descriptors", number: facts.descriptorCount == 0 ? nil : facts.descriptorCount)
    object.add("stream", number: facts.message?.stream)
    object.add("ssn", number: facts.message?.sequenceNumber)
    object.add("ppid", number: facts.message?.payloadProtocol)
    object.add("tsn", number: facts.message?.transmissionNumber)
    object.add("association", number: facts.message?.association)
  }

  /// RFC 3339, UTC, milliseconds: `2026-11-23T04:14:07.250Z`.
  static func timestamp(_ nanoseconds: Int64) -> String {
    var (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    if rest < 0 { (seconds, rest) = (seconds - 1, rest + 1_000_000_000) }
    var moment = time_t(seconds)
    var parts = tm()
    gmtime_r(&moment, &parts)
    func digits(_ number: Int, _ count: Int) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
    }
    let date =
      "\(digits(Int(parts.tm_year) + 1900, 4))-\(digits(Int(parts.tm_mon) + 1, 2))-\(digits(Int(parts.tm_mday), 2))"
    let clock = "\(digits(Int(parts.tm_hour), 2)):\(digits(Int(parts.tm_min), 2)):\(digits(Int(parts.tm_sec), 2))"
    return "\(date)T\(clock).\(digits(Int(rest / 1_000_000), 3))Z"
  }

  /// A number of seconds with six decimals.
  static func seconds(_ value: Double) -> String {
    let all = UInt64(clampingRounded: value * 1_000_000)
    return "\(all / 1_000_000)." + String(String(1_000_000 + all % 1_000_000).dropFirst())
  }
}

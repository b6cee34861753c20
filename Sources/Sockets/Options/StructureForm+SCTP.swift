// Structs of linux/sctp.h.
//
// Each begins or ends with an association identifier, for one-to-many sockets; it is 0 for future
// associations.
extension SocketOption.StructureForm {
  /// `struct sctp_initmsg`: 0 leaves a member as it is.
  static let initMessage = Self(
    size: 8, .number("ostreams", at: 0, 2), .number("instreams", at: 2, 2), .number("attempts", at: 4, 2),
    .duration("max-timeout", at: 6, 2, .milliseconds))

  /// `struct sctp_rtoinfo`: 0 leaves a member as it is.
  static let retransmission = Self(
    size: 16, association(at: 0), .duration("initial", at: 4, 4, .milliseconds),
    .duration("max", at: 8, 4, .milliseconds), .duration("min", at: 12, 4, .milliseconds))

  /// `struct sctp_assocparams`: 0 leaves a member as it is.
  static let associationParameters = Self(
    size: 20, association(at: 0), .number("max-retrans", at: 4, 2), .number("peer-destinations", at: 6, 2),
    .number("peer-window", at: 8, 4), .number("local-window", at: 12, 4),
    .duration("cookie-life", at: 16, 4, .milliseconds))

  /// `struct sctp_prim` and `struct sctp_setpeerprim`, which are packed.
  static let primaryAddress = Self(size: 132, association(at: 0), .address(at: 4))

  /// `struct sctp_paddrparams`, which is packed: 0 leaves a member as it is.
  static let peerAddress = Self(
    size: 156, association(at: 0), .address(at: 4), .duration("heartbeat", at: 132, 4, .milliseconds),
    .number("max-retrans", at: 136, 2), .number("mtu", at: 138, 4),
    .duration("sack-delay", at: 142, 4, .milliseconds),
    .number(
      "flags", at: 146, 4,
      .bits([
        "heartbeat-on": 1, "heartbeat-off": 2, "heartbeat-now": 4, "pmtud-on": 8, "pmtud-off": 16, "sack-delay-on": 32,
        "sack-delay-off": 64, "heartbeat-time-0": 128, "flow-label": 256, "dscp": 512,
      ])),
    .number("flow-label", at: 150, 4), .number("dscp", at: 154, 1))

  /// `struct sctp_paddrthlds` and its second version, whose address is aligned.
  static let thresholds = Self(
    size: 144, association(at: 0), .address(at: 8), .number("max-retrans", at: 136, 2), .number("failed", at: 138, 2))
  static let thresholdsV2 = Self(
    size: 144, association(at: 0), .address(at: 8), .number("max-retrans", at: 136, 2), .number("failed", at: 138, 2),
    .number("primary", at: 140, 2))

  /// `struct sctp_probeinterval`.
  static let probeInterval = Self(
    size: 144, association(at: 0), .address(at: 8), .duration("interval", at: 136, 4, .milliseconds))

  /// `struct sctp_udpencaps`.
  static let encapsulation = Self(
    size: 144, association(at: 0), .address(at: 8), .number("port", at: 136, 2, order: .network))

  /// `struct sctp_sndrcvinfo`.
  static let sendParameters = Self(
    size: 32, .number("stream", at: 0, 2), .number("flags", at: 4, 2), .number("ppid", at: 8, 4, order: .network),
    .number("context", at: 12, 4), .duration("lifetime", at: 16, 4, .milliseconds), association(at: 28))

  /// `struct sctp_sndinfo`.
  static let sendInformation = Self(
    size: 16, .number("stream", at: 0, 2), .number("flags", at: 2, 2), .number("ppid", at: 4, 4, order: .network),
    .number("context", at: 8, 4), association(at: 12))

  /// `struct sctp_sack_info`: 0 leaves a member as it is.
  static let delayedAcknowledgement = Self(
    size: 12, association(at: 0), .duration("delay", at: 4, 4, .milliseconds), .number("packets", at: 8, 4))

  /// `struct sctp_add_streams`.
  static let addedStreams = Self(
    size: 8, association(at: 0), .number("instreams", at: 4, 2), .number("ostreams", at: 6, 2))

  /// `struct sctp_default_prinfo`.
  static let partialReliability = Self(
    size: 12, association(at: 0), .number("value", at: 4, 4),
    .number("policy", at: 8, 2, ["lifetime": 0x10, "retransmissions": 0x20, "priority": 0x30]))

  /// `struct sctp_stream_value`.
  static let streamValue = Self(
    size: 8, association(at: 0), .number("stream", at: 4, 2), .number("value", at: 6, 2))

  /// `struct sctp_event_subscribe`: a byte a kind.
  static let subscriptions = Self(
    size: 14, .flag("data-io", at: 0), .flag("association", at: 1), .flag("address", at: 2),
    .flag("send-failure", at: 3), .flag("peer-error", at: 4), .flag("shutdown", at: 5),
    .flag("partial-delivery", at: 6), .flag("adaptation", at: 7), .flag("authentication", at: 8),
    .flag("sender-dry", at: 9), .flag("stream-reset", at: 10), .flag("assoc-reset", at: 11),
    .flag("stream-change", at: 12), .flag("send-failure-event", at: 13))

  /// `struct sctp_event`.
  static let subscription = Self(
    size: 8, association(at: 0),
    .number(
      "type", at: 4, 2,
      [
        "data-io": 0x8000, "association": 0x8001, "address": 0x8002, "send-failure": 0x8003, "peer-error": 0x8004,
        "shutdown": 0x8005,
        "partial-delivery": 0x8006, "adaptation": 0x8007, "authentication": 0x8008, "sender-dry": 0x8009,
        "stream-reset": 0x800a, "assoc-reset": 0x800b, "stream-change": 0x800c, "send-failure-event": 0x800d,
      ]), .flag("on", at: 6))

  private static func association(at offset: Int) -> Member { .number("association", at: offset, 4) }
}

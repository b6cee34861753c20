/// What SCTP tells of a received message: `struct sctp_rcvinfo`, RFC 6458, 5.3.5.
public struct SCTPReceiveInfo: Sendable, Hashable {
  /// `rcv_sid`: the stream that it came by.
  public var stream: UInt16
  /// `rcv_ssn`: its place in the stream; 0 for unordered ones.
  public var sequenceNumber: UInt16
  /// `rcv_flags`: `SCTP_UNORDERED` is 1.
  public var flags: UInt16
  /// `rcv_ppid`: what the sender says that it is, in the host's order.
  public var payloadProtocol: UInt32
  /// `rcv_tsn`: the number of its first chunk in the association.
  public var transmissionNumber: UInt32
  /// `rcv_cumtsn`: up to which number everything has come.
  public var cumulativeNumber: UInt32
  /// `rcv_context`: as `SCTP_CONTEXT` has it.
  public var context: UInt32
  /// `rcv_assoc_id`: the association; one-to-one sockets have one, too.
  public var association: Int32

  /// In linux/sctp.h.
  static let type: CInt = 3
  static let size = 28

  init(bytes: [UInt8]) {
    stream = bytes.load(UInt16.self)
    sequenceNumber = bytes.load(UInt16.self, at: 2)
    flags = bytes.load(UInt16.self, at: 4)
    payloadProtocol = UInt32(bigEndian: bytes.load(UInt32.self, at: 8))
    transmissionNumber = bytes.load(UInt32.self, at: 12)
    cumulativeNumber = bytes.load(UInt32.self, at: 16)
    context = bytes.load(UInt32.self, at: 20)
    association = bytes.load(Int32.self, at: 24)
  }

  var bytes: [UInt8] {
    .storing(stream) + .storing(sequenceNumber) + .storing(flags) + [0, 0] + .storing(payloadProtocol.bigEndian)
      + .storing(transmissionNumber) + .storing(cumulativeNumber) + .storing(context) + .storing(association)
  }
}

extension SCTPReceiveInfo: CustomStringConvertible {
  /// `stream 3, ssn 0, ppid 46, tsn 1234567, association 5`.
  public var description: String {
    let order = flags & 1 == 0 ? "ssn \(sequenceNumber)" : "unordered"
    return "stream \(stream), \(order), ppid \(payloadProtocol), tsn \(transmissionNumber), association \(association)"
  }
}

/// What a message that is sent over SCTP says of itself: `struct sctp_sndinfo`, RFC 6458, 5.3.4.
public struct SCTPSendInfo: Sendable, Hashable {
  /// `snd_sid`: the stream that it takes.
  public var stream: UInt16
  /// `snd_flags`: `SCTP_UNORDERED` is 1.
  public var flags: UInt16
  /// `snd_ppid`: what the receiver is told that it is, in the host's order.
  public var payloadProtocol: UInt32
  /// `snd_context`: comes back with a failure.
  public var context: UInt32
  /// `snd_assoc_id`: the association, of one-to-many sockets where no address is given.
  public var association: Int32

  /// An ordered message.
  public init(stream: UInt16 = 0, payloadProtocol: UInt32 = 0, flags: UInt16 = 0, association: Int32 = 0) {
    self.stream = stream
    self.flags = flags
    self.payloadProtocol = payloadProtocol
    self.context = 0
    self.association = association
  }

  /// In linux/sctp.h.
  static let type: CInt = 2
  static let size = 16

  init(bytes: [UInt8]) {
    stream = bytes.load(UInt16.self)
    flags = bytes.load(UInt16.self, at: 2)
    payloadProtocol = UInt32(bigEndian: bytes.load(UInt32.self, at: 4))
    context = bytes.load(UInt32.self, at: 8)
    association = bytes.load(Int32.self, at: 12)
  }

  var bytes: [UInt8] {
    .storing(stream) + .storing(flags) + .storing(payloadProtocol.bigEndian) + .storing(context)
      + .storing(association)
  }
}

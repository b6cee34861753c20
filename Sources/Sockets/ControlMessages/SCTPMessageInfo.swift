/// The receive information of an SCTP message: `struct sctp_rcvinfo`, RFC 6458, 5.3.5.
public struct SCTPReceiveInfo: Sendable, Hashable {
  /// `rcv_sid`: the stream.
  public var stream: UInt16
  /// `rcv_ssn`: the stream sequence number; 0 for unordered messages.
  public var sequenceNumber: UInt16
  /// `rcv_flags`: `SCTP_UNORDERED` is 1.
  public var flags: UInt16
  /// `rcv_ppid`: the payload protocol identifier set by the sender, in host order.
  public var payloadProtocol: UInt32
  /// `rcv_tsn`: the transmission sequence number of its first chunk.
  public var transmissionNumber: UInt32
  /// `rcv_cumtsn`: the number up to which everything has arrived.
  public var cumulativeNumber: UInt32
  /// `rcv_context`: the value of `SCTP_CONTEXT`.
  public var context: UInt32
  /// `rcv_assoc_id`: the association ID, which one-to-one sockets have, too.
  public var association: Int32

  /// Constants of linux/sctp.h.
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

/// The send information of an SCTP message: `struct sctp_sndinfo`, RFC 6458, 5.3.4.
public struct SCTPSendInfo: Sendable, Hashable {
  /// `snd_sid`: the stream.
  public var stream: UInt16
  /// `snd_flags`: `SCTP_UNORDERED` is 1.
  public var flags: UInt16
  /// `snd_ppid`: the payload protocol identifier for the receiver, in host order.
  public var payloadProtocol: UInt32
  /// `snd_context`: a value returned with a failure.
  public var context: UInt32
  /// `snd_assoc_id`: the association ID, for one-to-many sockets without an address.
  public var association: Int32

  /// Creates the information of an ordered message.
  public init(stream: UInt16 = 0, payloadProtocol: UInt32 = 0, flags: UInt16 = 0, association: Int32 = 0) {
    self.stream = stream
    self.flags = flags
    self.payloadProtocol = payloadProtocol
    self.context = 0
    self.association = association
  }

  /// Constants of linux/sctp.h.
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

// The levels of CAN and of the kernel's cryptography.
extension SocketOption {
  /// `SOL_CAN_RAW`: the frames of a controller area network.
  static let canLevel: [SocketOption] = {
    let row = Rows(level: .can, owners: .can)
    return [
      row(
        "CAN_RAW_ERR_FILTER", 2,
        .bits(
          [
            "tx-timeout": 1, "lost-arbitration": 2, "controller": 4, "protocol": 8, "transceiver": 0x10, "ack": 0x20,
            "bus-off": 0x40, "bus-error": 0x80, "restarted": 0x100, "counters": 0x200,
          ], in: 0...0x1fff_ffff), "the bus errors to receive as frames"),
      row("CAN_RAW_FD_FRAMES", 5, .flag, "send and receive CAN FD frames, of up to 64 bytes: struct canfd_frame"),
      row("CAN_RAW_FILTER", 1, .canFilters, "receive frames that match any of these filters"),
      row("CAN_RAW_JOIN_FILTERS", 6, .flag, "receive only frames that match all filters"),
      row("CAN_RAW_LOOPBACK", 3, .flag, "deliver sent frames to other sockets of this host"),
      row("CAN_RAW_RECV_OWN_MSGS", 4, .flag, "receive the socket's own frames"),
      row("CAN_RAW_XL_FRAMES", 7, .flag, "send and receive CAN XL frames, of up to 2048 bytes (Linux 6.1)"),
      row("CAN_RAW_XL_VCID_OPTS", 8, .bytes(capacity: 4), "virtual networks of CAN XL (Linux 6.9)"),
    ]
  }()

  /// `SOL_ALG`: algorithms of the kernel, on a socket bound to one.
  static let algorithmLevel: [SocketOption] = {
    let row = Rows(level: .algorithm, owners: .algorithm)
    return [
      row("ALG_SET_AEAD_AUTHSIZE", 5, .number, .pointer, "the size of the authentication tag: the length of the value"),
      row(
        "ALG_SET_DRBG_ENTROPY", 6, .bytes(capacity: 512), .writeOnly, "the entropy that seeds a random number generator"
      ),
      row("ALG_SET_KEY", 1, .bytes(capacity: 512), .writeOnly, "the key of a cipher or of a keyed hash"),
      row(
        "ALG_SET_KEY_BY_KEY_SERIAL", 7, .number, .writeOnly, "the key with this serial number of keyctl(2) (Linux 6.2)"),
    ]
  }()
}

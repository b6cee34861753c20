// Structs of the other levels.
extension SocketOption.StructureForm {
  /// `struct sock_txtime`.
  static let transmitTime = Self(
    size: 8, .number("clock", at: 0, 4, ["realtime": 0, "monotonic": 1, "tai": 11]),
    .number("flags", at: 4, 4, .bits(["deadline": 1, "report-errors": 2])))

  /// The two halves of `IP_LOCAL_PORT_RANGE`.
  static let portRange = Self(range: .number("low", at: 0, 2), .number("high", at: 2, 2))

  /// `struct ipv6_mreq` and `struct in6_pktinfo`.
  static let hostAndInterface = Self(size: 20, .ipv6Address(at: 0), .interface(at: 16))

  /// `struct tipc_group_req`.
  static let group = Self(
    size: 16, .number("type", at: 0, 4), .number("instance", at: 4, 4),
    .number("scope", at: 8, 4, ["cluster": 2, "node": 3]),
    .number("flags", at: 12, 4, .bits(["loopback": 1, "member-events": 2])))

  /// `struct packet_mreq`.
  static let packetMembership = Self(
    size: 16, .interface(at: 0),
    .number("type", at: 4, 2, ["multicast": 0, "promisc": 1, "allmulti": 2, "unicast": 3]),
    .bytes("address", at: 8, 8, countAt: 6))

  /// `struct tls_crypto_info`, followed by initialisation vector, key, salt and record number.
  static let cryptography = Self(
    size: 4, .number("version", at: 0, 2, ["1.2": 0x0303, "1.3": 0x0304]),
    .number(
      "cipher", at: 2, 2,
      [
        "aes-gcm-128": 51, "aes-gcm-256": 52, "aes-ccm-128": 53, "chacha20-poly1305": 54, "sm4-gcm": 55,
        "sm4-ccm": 56, "aria-gcm-128": 57, "aria-gcm-256": 58,
      ]), .rest("keys", at: 4, 52))

  /// The two halves of `PACKET_FANOUT`.
  static let fanout = Self(
    size: 4, .number("group", at: 0, 2),
    .number(
      "mode", at: 2, 1,
      ["hash": 0, "lb": 1, "cpu": 2, "rollover": 3, "rnd": 4, "qm": 5, "cbpf": 6, "ebpf": 7]),
    .number("flags", at: 3, 1, .bits(["rollover": 0x10, "uniqueid": 0x20, "ignore-outgoing": 0x40, "defrag": 0x80])))
}

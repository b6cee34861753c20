import ArgumentParser

/// Any socket there is, by the arguments of socket(2) and the bytes of its address.
struct NumberOptions: ParsableArguments {
  @Option(
    name: .of(.family),
    help: ArgumentHelp(
      "The address family: inet, AF_CAN, 29 … (default: that of the endpoint).", valueName: "family"))
  var family: String?
  @Option(
    name: .of(.type),
    help: ArgumentHelp(
      "stream, dgram, seqpacket, raw, rdm, dccp, or a number.", valueName: "type"))
  var type: String?
  @Option(
    name: .of(.protocol),
    help: ArgumentHelp("The protocol: mptcp, IPPROTO_UDP, 262 … (default: the transport's).", valueName: "protocol"))
  var `protocol`: String?
  @Option(
    name: .of(.address),
    help: ArgumentHelp(
      "With --family: the bytes behind sa_family, such as 044c7f000001.", valueName: "hex"))
  var address: String?

  static let names: [OptionName] = [.family, .type, .protocol, .address]
}

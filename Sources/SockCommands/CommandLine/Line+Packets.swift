import Operations
import Sockets

extension Line {
  /// What the options say about packets.
  func packets() throws(OperationError) -> PacketOptions {
    var packets = PacketOptions()
    packets.hopLimit = try number(.ttl, in: 1...255)
    packets.trafficClass = try trafficClass()
    packets.broadcast = has(.broadcast)
    if let name = value(.interface) {
      guard let index = NetworkInterface.index(naming: name) else {
        throw .usage("--interface: \(NetworkInterface.complaint(about: name))")
      }
      packets.interface = index
    }
    if let text = value(.from) {
      do throws(PacketOrigin.TextError) { packets.origin = try PacketOrigin(text) } catch {
        throw .usage("--from: \(error)")
      }
    }
    for text in values(.group) {
      do throws(GroupMembership.TextError) {
        packets.groups.append(try GroupMembership(text))
      } catch {
        throw .usage("--group: \(error)")
      }
    }
    return packets
  }

  /// Whether an option was given that only makes sense for datagrams: then UDP stands in the place of TCP.
  var asksForDatagrams: Bool { has(.group) || has(.broadcast) || has(.from) }

  /// Refuses options about packets where the transport has none.
  func checkPackets(_ transport: Transport) throws(OperationError) {
    for name in [OptionName.ttl, .tos, .interface, .group, .broadcast] where has(name) {
      guard transport.isOverIP else {
        throw .usage("\(name) is for packets of IP: \(transport) has none")
      }
    }
    guard !has(.from) || transport.hearsOfNetworkErrors else {
      throw .usage(
        "--from is said with each datagram of IP, and \(transport) has none: --source is where all comes from")
    }
  }

  /// `--tos`: a number, or a name that IP_TOS knows.
  private func trafficClass() throws(OperationError) -> Int? {
    guard let text = value(.tos) else { return nil }
    do throws(SocketOptionError) {
      return try SocketOptionAssignment("IP_TOS=\(text)").value.number
    } catch {
      guard case .wrongValue(let option, _) = error else { throw .usage("--tos needs a traffic class, such as af21") }
      throw .usage("--tos '\(text)' is not a traffic class: it takes \(option.kind.expectation)")
    }
  }
}

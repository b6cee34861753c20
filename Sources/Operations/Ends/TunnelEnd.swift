import SocketLoop
import Sockets
import Transfer

/// `tun:NAME,ADDRESS/PREFIX` and `tap:`: a network interface of this host, which is made here and goes with the relay. Each
/// packet is a message.
struct TunnelEnd: EndMeaning {
  let kind: TunnelDevice.Kind
  let prefix: String
  let name: String
  var addresses: [(address: IPAddress, prefix: Int)] = []
  var mtu: Int?

  init(_ text: EndText, _ kind: TunnelDevice.Kind) throws(OperationError) {
    self.kind = kind
    prefix = kind == .packets ? "tun" : "tap"
    let parts = text.text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    name = parts[0].isEmpty ? "sock%d" : parts[0]
    guard Self.isName(name) else {
      throw OperationError(
        .usage,
        "'\(parts[0])' in '\(text.word)' is no name of an interface: up to 15 characters, such as \(prefix):vpn0,10.9.0.1/24"
      )
    }
    for part in parts.dropFirst() { try take(part, of: text.word) }
    if addresses.count(where: { $0.address.width == 32 }) > 1 {
      throw OperationError(.usage, "'\(text.word)': an interface made here has one IPv4 address")
    }
  }

  private static func isName(_ name: String) -> Bool {
    let bytes = name.utf8
    guard (1...15).contains(bytes.count), name != ".", name != ".." else { return false }
    return bytes.allSatisfy { $0 > 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ":") }
  }

  private mutating func take(_ part: String, of word: String) throws(OperationError) {
    let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    if sides.count == 2, sides[0] == "mtu" {
      guard let size = Int(sides[1]), (68...65_535).contains(size) else {
        throw OperationError(.usage, "'\(sides[1])' in '\(word)' is no MTU: write a number from 68 to 65535")
      }
      mtu = size
      return
    }
    let halves = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard halves.count == 2, let address = IPAddress(halves[0]), let length = Int(halves[1]),
      (0...(address.width)).contains(length)
    else {
      throw OperationError(
        .usage, "'\(part)' in '\(word)' is no address with its prefix: write it as in 10.9.0.1/24 or fd00::1/64")
    }
    addresses.append((address, length))
  }

  var hasDatagrams: Bool { true }

  func prepare(_ context: EndContext) async throws(OperationError) -> any EndSource {
    do throws(SystemError) {
      let device = try TunnelDevice(kind, named: name)
      if let mtu { try device.setMTU(mtu) }
      for (address, length) in addresses { try device.set(address, prefix: length) }
      try device.bringUp()
      let name = "\(prefix):\(device.name)"
      return TunnelSource(device, named: name)
    } catch {
      throw failure(error)
    }
  }

  private func failure(_ error: SystemError) -> OperationError {
    let (cause, reason): (OperationError.Cause, String) =
      switch error.number {
      case .notPermitted, .permissionDenied: (.notPermitted, "that takes CAP_NET_ADMIN")
      case .noEntry, .noDevice, .noDeviceOrAddress: (.notSupported, "this kernel has no /dev/net/tun")
      case .busy: (.system, "another program has it")
      case .invalidArgument where error.call == "ioctl":
        (.usage, "the kernel does not take this name or setting, or the name is of another kind of interface")
      default: (.system, "\(error)")
      }
    return OperationError(
      cause, "cannot make the interface \(name): \(reason) (\(error.number.name))", errorNumber: error.number)
  }
}

@LoopActor
private final class TunnelSource: EndSource {
  private let name: String
  private let device: TunnelDevice

  init(_ device: consuming TunnelDevice, named name: String) {
    self.name = name
    self.device = device
  }

  var uses: EndUses { .inTurn }

  func open(for partner: EndPartner?) async throws(OperationError) -> OpenEnd {
    do throws(SystemError) {
      let stream = try DescriptorStream(owning: try device.duplicate(), isNonBlocking: true)
      return OpenEnd(PacketStream(stream), .named(name))
    } catch {
      throw OperationError(error, while: .opening)
    }
  }
}

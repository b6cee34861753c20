import SocketLoop
import Sockets

extension Call {
  /// Extension headers of IPv6: RFC 3542.
  ///
  /// A header is a value of bytes here, as long as what has been built of it; each call returns the new one.
  static let extensionHeaders: [Call] = [
    Call("inet6_opt_init", "", "begins a header of hop-by-hop or destination options") {
      (_: Invocation) async throws(CallFailure) -> CallResult in bytes(IPv6OptionHeader().bytes)
    },
    Call(
      "inet6_opt_append", "HEADER TYPE DATA [ALIGNMENT]",
      "appends an option, its data aligned to 1, 2, 4 or 8 bytes; a finished header takes no more"
    ) { (call: Invocation) async throws(CallFailure) -> CallResult in
      var header = try call.optionHeader(0)
      let alignment = call.count > 3 ? try call.number(3, in: 1...8) : 1
      guard
        header.append(type: UInt8(try call.number(1, in: 0...255)), data: try call.data(2), alignment: UInt8(alignment))
      else { throw .system(SystemError(call: "inet6_opt_append", number: .invalidArgument)) }
      return bytes(header.bytes)
    },
    Call("inet6_opt_finish", "HEADER", "pads a header to a multiple of eight bytes, ready for sendmsg or setsockopt") {
      (call: Invocation) async throws(CallFailure) -> CallResult in
      var header = try call.optionHeader(0)
      header.finish()
      return bytes(header.bytes)
    },
    Call("inet6_opt_set_val", "DATA OFFSET VALUE", "writes into the data of an option, and returns them") {
      (call: Invocation) async throws(CallFailure) -> CallResult in
      var data = try call.data(0)
      guard data.setOptionValue(try call.data(2), at: try call.number(1, in: 0...255)) != nil else {
        throw .system(SystemError(call: "inet6_opt_set_val", number: .invalidArgument))
      }
      return bytes(data)
    },
    Call("inet6_opt_get_val", "DATA OFFSET LENGTH", "reads from the data of an option") {
      (call: Invocation) async throws(CallFailure) -> CallResult in
      let (offset, length) = (try call.number(1, in: 0...255), try call.number(2, in: 0...255))
      guard let value = try call.data(0).optionValue(at: offset, count: length) else {
        throw .system(SystemError(call: "inet6_opt_get_val", number: .invalidArgument))
      }
      return bytes(value)
    },
    Call(
      "inet6_opt_next", "HEADER [OFFSET]",
      "returns the offset behind the next option, its type and its data; -1 at the end"
    ) { (call: Invocation) async throws(CallFailure) -> CallResult in
      let offset = call.count > 1 ? try call.number(1, in: 0...2048) : 0
      return option(try call.optionHeader(0).option(after: offset))
    },
    Call("inet6_opt_find", "HEADER TYPE [OFFSET]", "the same for the next option of a type") {
      (call: Invocation) async throws(CallFailure) -> CallResult in
      let offset = call.count > 2 ? try call.number(2, in: 0...2048) : 0
      return option(try call.optionHeader(0).option(ofType: UInt8(try call.number(1, in: 0...255)), after: offset))
    },
    Call("inet6_rth_space", "TYPE SEGMENTS", "returns the bytes of a routing header; 0 if there is none like this") {
      (call: Invocation) async throws(CallFailure) -> CallResult in
      let count = IPv6RoutingHeader.space(
        type: try call.number(0, in: 0...255), segments: try call.number(1, in: 0...255))
      return CallResult(.number(count ?? 0), text: "\(count ?? 0)")
    },
    Call("inet6_rth_init", "TYPE SEGMENTS", "begins a routing header with room for so many addresses") {
      (call: Invocation) async throws(CallFailure) -> CallResult in
      let (type, segments) = (try call.number(0, in: 0...255), try call.number(1, in: 0...255))
      guard let header = IPv6RoutingHeader(type: type, segments: segments) else {
        throw .system(SystemError(call: "inet6_rth_init", number: .invalidArgument))
      }
      return bytes(header.bytes)
    },
    Call("inet6_rth_add", "HEADER ADDRESS", "adds the next address to a routing header") {
      (call: Invocation) async throws(CallFailure) -> CallResult in
      var header = try call.routingHeader(0)
      guard case .ipv6(let address)? = IPAddress(try call.word(1)) else {
        throw call.misuse("'\(try call.word(1))' is no IPv6 address", at: 1)
      }
      guard header.add(address) else { throw .system(SystemError(call: "inet6_rth_add", number: .invalidArgument)) }
      return bytes(header.bytes)
    },
    Call("inet6_rth_reverse", "HEADER", "returns the routing header of the way back") {
      (call: Invocation) async throws(CallFailure) -> CallResult in
      guard let header = try call.routingHeader(0).reversed else {
        throw .system(SystemError(call: "inet6_rth_reverse", number: .invalidArgument))
      }
      return bytes(header.bytes)
    },
    Call("inet6_rth_segments", "HEADER", "returns the number of addresses in a routing header") {
      (call: Invocation) async throws(CallFailure) -> CallResult in
      let count = try call.routingHeader(0).segments ?? -1
      return CallResult(.number(count), text: "\(count)")
    },
    Call("inet6_rth_getaddr", "HEADER INDEX", "returns an address of a routing header; they count from 0") {
      (call: Invocation) async throws(CallFailure) -> CallResult in
      guard let address = try call.routingHeader(0).address(at: try call.number(1, in: 0...127)) else {
        throw .system(SystemError(call: "inet6_rth_getaddr", number: .invalidArgument))
      }
      return CallResult(.text("\(address)"), text: "\(address)")
    },
  ]

  private static func bytes(_ bytes: [UInt8]) -> CallResult {
    CallResult(.bytes(bytes), text: "\(bytes.count) \(bytes.quoted)")
  }

  private static func option(_ found: (option: IPv6OptionHeader.Option, end: Int)?) -> CallResult {
    guard let (option, end) = found else {
      return CallResult(.number(-1), values: [.number(-1), .number(0), .bytes([])], text: "-1")
    }
    return CallResult(
      .number(end), values: [.number(end), .number(Int(option.type)), .bytes(option.data)],
      text: "\(end) type \(option.type) \(option.data.quoted)")
  }
}

@LoopActor
extension Invocation {
  fileprivate func optionHeader(_ index: Int) throws(CallFailure) -> IPv6OptionHeader {
    guard let header = IPv6OptionHeader(bytes: try data(index)) else {
      throw misuse("a header has 2 to 2048 bytes: begin with inet6_opt_init", at: index)
    }
    return header
  }

  fileprivate func routingHeader(_ index: Int) throws(CallFailure) -> IPv6RoutingHeader {
    guard let header = IPv6RoutingHeader(bytes: try data(index)) else {
      throw misuse("a routing header has the length that its second byte states: begin with inet6_rth_init", at: index)
    }
    return header
  }
}

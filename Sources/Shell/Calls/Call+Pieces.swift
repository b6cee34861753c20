import SocketLoop
import Sockets

extension Call {
  /// Moving several pieces with one call.
  static let pieces: [Call] = [
    Call(
      "readv", "SOCKET LENGTH…", "receives into several buffers, one after another: a b = readv s 4 100", readPieces),
    Call("writev", "SOCKET DATA…", "sends several pieces with one call; returns what went", writePieces),
  ]

  @LoopActor
  private static func readPieces(_ call: Invocation) async throws(CallFailure) -> CallResult {
    let socket = try call.socket(0)
    let sizes = try call.sizes(from: 1)
    let waits = try system { () throws(SystemError) in try socket.isBlocking() }
    let pieces = try await Readiness.repeating(socket, "readv", for: .readable, waits: waits) {
      () throws(SystemError) -> [[UInt8]]? in
      try socket.call("readv") { (socket) throws(SystemError) -> [[UInt8]]? in
        try withoutBlocking(socket) { (socket) throws(SystemError) -> [[UInt8]]? in
          if case .pieces(let pieces) = try socket.read(into: sizes) { pieces } else { nil }
        }
      }
    }
    return result(pieces)
  }

  /// The number of bytes, and the pieces.
  static func result(_ pieces: [[UInt8]], more: [ShellValue] = [], text: String = "") -> CallResult {
    let count = pieces.reduce(0) { $0 + $1.count }
    return CallResult(
      .number(count), values: pieces.map { .bytes($0) } + more,
      text: "\(count) " + pieces.map(\.quoted).joined(separator: " ") + text)
  }

  @LoopActor
  private static func writePieces(_ call: Invocation) async throws(CallFailure) -> CallResult {
    let socket = try call.socket(0)
    var pieces: [[UInt8]] = []
    for index in 1..<call.count { pieces.append(try call.data(index)) }
    let waits = try system { () throws(SystemError) in try socket.isBlocking() }
    let sent = try await Readiness.repeating(socket, "writev", for: .writable, waits: waits) {
      () throws(SystemError) -> Int? in
      try socket.call("writev") { (socket) throws(SystemError) -> Int? in
        try withoutBlocking(socket) { (socket) throws(SystemError) -> Int? in
          if case .moved(let count) = try socket.write(gathering: pieces) { count } else { nil }
        }
      }
    }
    return number(sent)
  }
}

@LoopActor
extension Invocation {
  /// The sizes of buffers: the arguments from an index on.
  func sizes(from first: Int) throws(CallFailure) -> [Int] {
    guard count - first <= Socket.maximumPieces else {
      throw misuse("one call takes \(Socket.maximumPieces) pieces at most (IOV_MAX)", at: first)
    }
    var sizes: [Int] = []
    for index in first..<count { sizes.append(try number(index, in: 0...(16 << 20))) }
    return sizes
  }

  /// One size, or several with commas: `4,100`.
  func lengths(_ index: Int) throws(CallFailure) -> [Int] {
    let parts = try word(index).split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count > 1 else { return [try number(index, in: 0...(16 << 20))] }
    var sizes: [Int] = []
    for part in parts {
      guard let size = try? Int(parsingSize: String(part)), (0...(16 << 20)).contains(size) else {
        throw misuse("'\(part)' is not a number from the range 0 to \(16 << 20)", at: index)
      }
      sizes.append(size)
    }
    guard sizes.count <= Socket.maximumPieces else {
      throw misuse("one call takes \(Socket.maximumPieces) pieces at most (IOV_MAX)", at: index)
    }
    return sizes
  }
}

extension [Int] {
  /// The sizes of the buffers that are left when all but the last `count` bytes have been filled.
  func last(_ count: Int) -> [Int] {
    var filled = reduce(0, +) - count
    return map { size in
      let taken = Swift.min(size, filled)
      filled -= taken
      return size - taken
    }
  }
}

extension [UInt8] {
  /// The bytes as they fill buffers of these sizes, one after another.
  func pieces(of sizes: [Int]) -> [[UInt8]] {
    var rest = self[...]
    return sizes.map { size in
      defer { rest = rest.dropFirst(size) }
      return Array(rest.prefix(size))
    }
  }
}

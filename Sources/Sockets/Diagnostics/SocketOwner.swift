/// A process that has a socket open.
package struct SocketOwner: Sendable, Hashable {
  /// Its number.
  package let processID: Int
  /// Its name: `/proc/PID/comm`.
  package let name: String
  /// Its descriptor of the socket.
  package let descriptor: Int

  /// The processes that have each socket open, by the socket's inode. Of other users' processes, `/proc` shows only root
  /// the descriptors.
  ///
  /// Reads `/proc/*/fd`: a call for each descriptor.
  package static func all() -> [UInt32: [SocketOwner]] {
    var owners: [UInt32: [SocketOwner]] = [:]
    for process in FileSystem.names(in: "/proc") {
      guard let processID = Int(process) else { continue }
      let folder = "/proc/\(process)/fd"
      var name: String?
      for entry in FileSystem.names(in: folder) {
        guard let descriptor = Int(entry), let inode = inode(FileSystem.target(ofLink: "\(folder)/\(entry)")) else {
          continue
        }
        let known = name ?? commandName(of: process)
        name = known
        owners[inode, default: []].append(
          SocketOwner(processID: processID, name: known, descriptor: descriptor))
      }
    }
    return owners
  }

  private static func commandName(of process: String) -> String {
    let bytes = FileSystem.contents(of: "/proc/\(process)/comm") ?? []
    return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }

  /// The number in `socket:[12345]`.
  private static func inode(_ target: [UInt8]?) -> UInt32? {
    guard let target, target.starts(with: prefix), target.last == UInt8(ascii: "]") else { return nil }
    var number: UInt32 = 0
    for byte in target[prefix.count..<(target.count - 1)] {
      guard (0x30...0x39).contains(byte) else { return nil }
      number = number &* 10 &+ UInt32(byte - 0x30)
    }
    return number
  }

  private static let prefix = Array("socket:[".utf8)
}

extension SocketOwner: CustomStringConvertible {
  /// `nginx (pid 812)`.
  package var description: String { "\(name) (pid \(processID))" }
}

// A UDP receiver: prints each datagram and its sender, until an empty one arrives.
//
//     udp-receiver [PORT]      (default: 7654; 0 picks a free port)
import Glibc
import Sockets

func receive(port: UInt16) throws(SystemError) {
  let socket = try Socket.open(.udp, family: .ipv4)
  try socket.bind(to: .ipv4(.any, port: port))
  report("receiving on \(try socket.localAddress())")

  // A UDP datagram over IPv4 carries at most 65,507 bytes, so none is truncated.
  while let datagram = try socket.receiveFrom(upTo: 65_507), !datagram.bytes.isEmpty {
    report("\(datagram.address): \(String(decoding: datagram.bytes, as: UTF8.self))")
  }
}

/// Prints a line without delay, also to a pipe.
func report(_ line: String) {
  print(line)
  fflush(nil)
}

do {
  try receive(port: CommandLine.arguments.dropFirst().first.flatMap { UInt16($0) } ?? 7654)
} catch {
  report("udp-receiver: \(error)")
  exit(1)
}

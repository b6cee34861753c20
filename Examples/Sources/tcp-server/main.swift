// A TCP server: waits for one client, and sends back what it receives until the client is done.
//
//     tcp-server [PORT]      (default: 1100; 0 picks a free port)
import Glibc
import Sockets

func serve(port: UInt16) throws(SystemError) {
  let listener = try Socket.open(.tcp, family: .ipv4)
  try listener.set(.reuseAddress, to: true)
  try listener.bind(to: .ipv4(.any, port: port))
  try listener.listen()
  report("listening on \(try listener.localAddress())")

  guard case .connection(let client, from: let address) = try listener.accept() else { return }
  report("accepted \(address)")
  // An empty result is the end of the stream; nil would be "nothing yet", which a blocking socket never returns.
  while let bytes = try client.receive(upTo: 4096), !bytes.isEmpty {
    report("received \(bytes.count) bytes")
    try client.sendAll(bytes.span)
  }
  try client.shutdown(.both)
  try client.close()
}

/// Prints a line without delay, also to a pipe.
func report(_ line: String) {
  print(line)
  fflush(nil)
}

do {
  try serve(port: CommandLine.arguments.dropFirst().first.flatMap { UInt16($0) } ?? 1100)
} catch {
  report("tcp-server: \(error)")
  exit(1)
}

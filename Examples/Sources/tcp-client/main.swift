// A TCP client: connects, sends a message, and prints the answer.
//
//     tcp-client [HOST [PORT [MESSAGE]]]      (defaults: localhost, 1100, "hello")
import Glibc
import Sockets

/// Connects to the first address of the host that answers.
func connect(host: String, port: String) throws -> Socket {
  var lastError: SystemError?
  for found in try Resolver.addresses(host: host, service: port, transport: .tcp) {
    do throws(SystemError) {
      let socket = try Socket.open(.tcp, family: found.address.family)
      _ = try socket.connect(to: found.address)
      return socket
    } catch {
      lastError = error
    }
  }
  throw lastError ?? SystemError(call: "connect", number: .addressNotAvailable, subject: "to \(host)")
}

func talk(host: String, port: String, message: String) throws {
  let socket = try connect(host: host, port: port)
  print("connected to \(try socket.peerAddress())")
  try socket.sendAll(message.utf8.span)
  // Shutting down the sending half tells the server that this is all; the answer can still be received.
  try socket.shutdown(.sending)
  var answer: [UInt8] = []
  while let bytes = try socket.receive(upTo: 4096), !bytes.isEmpty { answer += bytes }
  print("received: \(String(decoding: answer, as: UTF8.self))")
  try socket.close()
}

let words = Array(CommandLine.arguments.dropFirst())
do {
  try talk(
    host: words.count > 0 ? words[0] : "localhost", port: words.count > 1 ? words[1] : "1100",
    message: words.count > 2 ? words[2] : "hello")
} catch {
  print("tcp-client: \(error)")
  exit(1)
}

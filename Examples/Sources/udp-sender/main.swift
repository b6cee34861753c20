// A UDP sender: sends each message as one datagram.
//
//     udp-sender [HOST [PORT [MESSAGE…]]]      (defaults: 127.0.0.1, 7654, "hello world!")
import Glibc
import Sockets

func send(_ messages: [String], host: String, port: String) throws {
  guard let peer = try Resolver.addresses(host: host, service: port, transport: .udp, family: .ipv4).first else {
    return
  }
  let socket = try Socket.open(.udp, family: peer.address.family)
  for message in messages {
    // One send is one datagram, which is sent whole or not at all.
    _ = try socket.send(message.utf8.span, to: peer.address)
    print("sent \(message.utf8.count) bytes to \(peer.address)")
  }
}

let words = Array(CommandLine.arguments.dropFirst())
do {
  try send(
    words.count > 2 ? Array(words[2...]) : ["hello world!"], host: words.count > 0 ? words[0] : "127.0.0.1",
    port: words.count > 1 ? words[1] : "7654")
} catch {
  print("udp-sender: \(error)")
  exit(1)
}

// swift-tools-version: 6.2
// Four programs that use the Sockets library as a program outside of this repository would.
import PackageDescription

let package = Package(
  name: "Examples",
  dependencies: [.package(name: "sock", path: "..")],
  targets: ["tcp-server", "tcp-client", "udp-receiver", "udp-sender"].map { name in
    .executableTarget(name: name, dependencies: [.product(name: "Sockets", package: "sock")])
  }
)

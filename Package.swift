// swift-tools-version: 6.2
// Targets are listed in dependency order: each imports only from those above it (Tests/ProjectTests proves it).
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "sock",
  products: [
    .library(name: "Sockets", targets: ["Sockets"]),
    .library(name: "SocketLoop", targets: ["SocketLoop"]),
    .executable(name: "sock", targets: ["sock"]),
  ],
  targets: [
    .target(name: "CSocketShims"),
    .target(name: "COpenSSL"),
    .systemLibrary(name: "CReadline"),
    .target(name: "Sockets", dependencies: ["CSocketShims"], swiftSettings: settings + [.strictMemorySafety()]),
    .target(name: "SocketLoop", dependencies: ["Sockets", "CSocketShims"], swiftSettings: settings),
    .target(
      name: "Transfer", dependencies: ["SocketLoop", "Sockets", "CSocketShims", "COpenSSL"], swiftSettings: settings),
    .target(name: "Operations", dependencies: ["Transfer", "SocketLoop", "Sockets"], swiftSettings: settings),
    .target(
      name: "Shell", dependencies: ["CReadline", "Transfer", "SocketLoop", "Sockets"], swiftSettings: settings),
    .target(
      name: "SockCommands",
      dependencies: ["Operations", "Shell", "Transfer", "Sockets", "SocketLoop"], swiftSettings: settings),
    .executableTarget(name: "sock", dependencies: ["SockCommands"], swiftSettings: settings),

    .target(name: "SockTestSupport", dependencies: ["Sockets"], path: "Tests/SockTestSupport", swiftSettings: settings),
    .target(
      name: "LoopTestSupport", dependencies: ["SocketLoop", "Sockets"], path: "Tests/LoopTestSupport",
      swiftSettings: settings),
    .executableTarget(
      name: "SockTracer", dependencies: ["SockCommands", "Sockets"], path: "Tests/SockTracer", swiftSettings: settings),
    .testTarget(
      name: "SocketsTests", dependencies: ["Sockets", "LoopTestSupport", "SockTestSupport"], swiftSettings: settings),
    .testTarget(
      name: "SocketLoopTests", dependencies: ["SocketLoop", "Sockets", "LoopTestSupport", "SockTestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "TransferTests",
      dependencies: ["Transfer", "SocketLoop", "Sockets", "CSocketShims", "LoopTestSupport", "SockTestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "OperationsTests",
      dependencies: ["Operations", "Transfer", "SocketLoop", "Sockets", "LoopTestSupport", "SockTestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "ShellTests", dependencies: ["Shell", "SocketLoop", "Sockets", "LoopTestSupport", "SockTestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "SockCommandsTests",
      dependencies: ["SockCommands", "Operations", "Transfer", "Sockets"], swiftSettings: settings),
    .testTarget(
      name: "EndToEndTests", dependencies: ["sock", "SockTracer", "Sockets", "LoopTestSupport", "SockTestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "ProjectTests", dependencies: ["sock", "SockCommands", "SockTestSupport"], swiftSettings: settings),
  ]
)

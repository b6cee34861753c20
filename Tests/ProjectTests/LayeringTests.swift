import Testing

/// Imports point one way; a target may know those of the layers below its own, and no other of its own layer.
@Suite struct LayeringTests {
  /// The layers, lowest first.
  static let layers: [[String]] = [
    ["CSocketShims", "CReadline", "COpenSSL"], ["Sockets"], ["SocketLoop"], ["Transfer"], ["Operations", "Shell"],
    ["SockCommands"],
    ["sock"],
  ]

  static func layer(of module: String) -> Int? { layers.firstIndex { $0.contains(module) } }

  static let targets: [String] = {
    let folders = (try? ProjectFiles.names(in: "Sources")) ?? []
    return folders.filter { !$0.hasPrefix(".") }
  }()

  @Test("every target has a layer", arguments: targets)
  func everyTargetHasALayer(target: String) {
    #expect(Self.layer(of: target) != nil, "Sources/\(target) stands in no layer: add it to LayeringTests.layers")
  }

  @Test("no import points up or sideways", arguments: targets)
  func importsPointDown(target: String) throws {
    let own = try #require(Self.layer(of: target))
    let declared = try Manifest.dependencies(of: target)
    for path in ProjectFiles.swiftFiles(below: "Sources/\(target)") {
      for module in try imports(of: path) where module != target {
        guard let layer = Self.layer(of: module) else { continue }
        #expect(layer < own, "\(path) imports \(module), which stands above it or beside it")
        #expect(declared.contains(module), "\(path) imports \(module), which Package.swift does not name for \(target)")
      }
    }
  }

  @Test("no dependency in the manifest points up or sideways", arguments: targets)
  func dependenciesPointDown(target: String) throws {
    let own = try #require(Self.layer(of: target))
    for dependency in try Manifest.dependencies(of: target) {
      guard let layer = Self.layer(of: dependency) else { continue }
      #expect(layer < own, "Package.swift: \(target) depends on \(dependency), which stands above it or beside it")
    }
  }

  @Test("modules from outside stay where they belong", arguments: targets)
  func outsideModules(target: String) throws {
    for path in ProjectFiles.swiftFiles(below: "Sources/\(target)") {
      for module in try imports(of: path) where Self.layer(of: module) == nil {
        switch module {
        case "Glibc", "Synchronization": break
        default: Issue.record("\(path) imports \(module): the product has no such dependency (no Foundation either)")
        }
      }
    }
  }

  /// What a family or a transport does otherwise than others is a property of it, with a name, in `Sockets`: so a new
  /// family is a file of addresses and a row, and nothing above has to know it.
  @Test(
    "nothing above the library asks which family it is",
    arguments: ["SocketLoop", "Transfer", "Operations", "SockCommands"])
  func familiesAreNotAskedFor(target: String) throws {
    // Nor for the transports and the addresses of one family: each has a file, from which its names are taken.
    let files = ProjectFiles.swiftFiles(below: "Sources/Sockets/Addresses")
    let texts = try files.map { try ProjectFiles.text($0) }
    let types = texts.flatMap { $0.matches(of: /extension (\w+): FamilyAddress/).map { String($0.1) } }
    let transports = texts.flatMap { $0.matches(of: /public static let (\w+) = Self\(\s*name:/).map { String($0.1) } }
    #expect(types.count >= 7 && transports.contains("unixDatagram"))
    let names = transports.filter { $0 != "unix" && $0 != "vsock" }.map { "\\.\($0)" } + ["Transport\\.(?:unix|vsock)"]
    let alternatives = types.map { "\\b\($0)" } + names
    let ofOneFamily = try Regex("(?:\(alternatives.joined(separator: "|")))\\b")
    let question =
      /(?:family|addressing) *[!=]= *\.(?!unspecified)|switch [^{]*\.(?:family|addressing)\b|case (?:let )?\.family\(/
    for path in ProjectFiles.swiftFiles(below: "Sources/\(target)") {
      for line in try ProjectFiles.text(path).split(separator: "\n") {
        // AF_ALG is a tool of Transfer's own: its digests.
        let names = target != "Transfer" && line.firstMatch(of: ofOneFamily) != nil
        let asks = names || line.firstMatch(of: question) != nil
        #expect(!asks, "\(path): give the answer a name in Sockets: \(line)")
      }
    }
  }

  /// C for what Swift cannot import belongs to those who talk to the kernel.
  @Test("the shims are used by the kernel's neighbours only", arguments: targets)
  func shims(target: String) throws {
    guard !["Sockets", "SocketLoop", "Transfer"].contains(target) else { return }
    for path in ProjectFiles.swiftFiles(below: "Sources/\(target)") {
      #expect(try !imports(of: path).contains("CSocketShims"), "\(path) goes past the libraries to CSocketShims")
    }
  }

  /// A change of OpenSSL's API must not reach further than the types that wrap it.
  @Test("only digests and the layer of TLS know OpenSSL", arguments: targets)
  func openSSL(target: String) throws {
    for path in ProjectFiles.swiftFiles(below: "Sources/\(target)") where try imports(of: path).contains("COpenSSL") {
      let isOurs = path.contains("Sources/Transfer/Layers/") || path.contains("Sources/Transfer/Digests/LibraryDigest")
      #expect(isOurs, "\(path) goes past Sources/Transfer/Layers to COpenSSL")
    }
  }

  /// The modules that a file imports, whatever stands in front of `import`.
  func imports(of path: String) throws -> [String] {
    try ProjectFiles.text(path).split(separator: "\n").compactMap { line in
      guard let found = line.wholeMatch(of: /\s*(?:@\w+(?:\([^)]*\))?\s+|[a-z]+\s+)*import\s+(.+)/) else { return nil }
      let words = found.1.split(separator: " ")
      let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var"]
      let name = words.first.map { kinds.contains($0) && words.count > 1 ? words[1] : $0 } ?? ""
      return name.split(separator: ".").first.map(String.init)
    }
  }
}

/// What Package.swift says, read as text: asking SwiftPM would wait for the build that runs the tests.
enum Manifest {
  /// The names of the targets and products that a target depends on.
  static func dependencies(of target: String) throws -> [String] {
    let text = try ProjectFiles.text("Package.swift")
    let start = try #require(
      text.firstMatch(of: try Regex(#"\.(?:target|executableTarget|systemLibrary)\(\s*name:\s*"\#(target)""#)),
      "Package.swift has no target \(target)")
    let rest = text[start.range.upperBound...]
    let end = rest.firstMatch(of: /\.(?:target|executableTarget|systemLibrary|testTarget)\(\s*name:/)
    let body = rest[..<(end?.range.lowerBound ?? rest.endIndex)]
    guard let list = body.firstMatch(of: /dependencies:\s*\[((?:[^\[\]]|\[[^\[\]]*\])*)\]/) else { return [] }
    return list.1.replacing(/package:\s*"[^"]*"/, with: "").matches(of: /"([^"]+)"/).map { String($0.1) }
  }
}

/// A small certificate authority, in a directory that lasts as long as it. Nothing of it outlives the test.
package final class TestAuthority: Sendable {
  /// A certificate, and its key.
  package struct Pair: Sendable {
    package let certificate: String
    package let key: String

    package init(certificate: String, key: String) { (self.certificate, self.key) = (certificate, key) }

    /// The hash of its key, as curl and sock write it.
    package func pin() throws -> String {
      let process = try RunningProcess(
        "sh",
        [
          "-c",
          "openssl x509 -in \(certificate) -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary"
            + " | base64",
        ])
      try process.wait()
      return "sha256//" + (process.output?.text ?? "").prefix(44)
    }

    /// Arguments for a `sock` that uses it.
    package var arguments: [String] { ["--tls-cert", certificate, "--tls-key", key] }
  }

  /// What is unusual about a certificate.
  package struct Traits: Sendable {
    package var key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    package var digest = "sha256"
    package var from = "20240101000000Z"
    package var to = "20990101000000Z"
    package var names = "DNS:localhost,IP:127.0.0.1"
    package var extensions = ""
    package init() {}
  }

  let directory: TemporaryDirectory
  /// Its own certificate, and its key.
  package let own: Pair

  /// - Parameter issuer: the authority above it; nil for a root.
  package init(_ name: String = "Test CA", under issuer: TestAuthority? = nil) throws {
    directory = try TemporaryDirectory()
    var traits = Traits()
    traits.names = ""
    traits.extensions = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n"
    own = Pair(certificate: directory("ca.pem"), key: directory("ca.key"))
    try writeFile(directory("index"), [])
    try writeFile(directory("serial"), Array("1000\n".utf8))
    try writeFile(directory("ca.conf"), Array(Self.configuration(directory.path).utf8))
    try Self.request(name, traits, in: directory, "ca")
    try (issuer ?? self).sign("ca", in: directory, traits, isOwn: issuer == nil)
  }

  /// The certificate, for `--tls-trust`.
  package var certificate: String { own.certificate }

  /// Issues a certificate.
  package func issue(_ name: String = "localhost", _ change: (inout Traits) -> Void = { _ in }) throws -> Pair {
    var traits = Traits()
    change(&traits)
    try Self.request(name, traits, in: directory, name)
    try sign(name, in: directory, traits, isOwn: false)
    return Pair(certificate: directory(name + ".pem"), key: directory(name + ".key"))
  }

  /// The same certificate, followed by that of this authority.
  package func withChain(_ pair: Pair) throws -> Pair {
    let file = pair.certificate + ".chain"
    try writeFile(file, readFile(pair.certificate) + readFile(own.certificate))
    return Pair(certificate: file, key: pair.key)
  }

  /// A certificate that its own key has signed.
  package static func selfSigned(in directory: TemporaryDirectory) throws -> Pair {
    let pair = Pair(certificate: directory("self.pem"), key: directory("self.key"))
    try run(
      ["req", "-x509", "-nodes", "-subj", "/CN=self", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
        + Traits().key + ["-keyout", pair.key, "-out", pair.certificate])
    return pair
  }

  private static func request(
    _ name: String, _ traits: Traits, in directory: TemporaryDirectory, _ file: String
  ) throws {
    try run(
      ["req", "-new", "-nodes", "-subj", "/CN=\(name)", "-keyout", directory(file + ".key"), "-out"]
        + [directory(file + ".csr")] + traits.key)
  }

  private func sign(_ file: String, in target: TemporaryDirectory, _ traits: Traits, isOwn: Bool) throws {
    var extensions = traits.extensions
    if !traits.names.isEmpty { extensions += "\nsubjectAltName=\(traits.names)\n" }
    try writeFile(target(file + ".ext"), Array(extensions.utf8))
    try Self.run(
      ["ca", "-config", directory("ca.conf"), "-batch", "-notext", "-md", traits.digest]
        + (isOwn ? ["-selfsign"] : ["-cert", own.certificate]) + ["-keyfile", own.key, "-startdate", traits.from]
        + ["-enddate", traits.to, "-extfile", target(file + ".ext"), "-in", target(file + ".csr")]
        + ["-out", target(file + ".pem")])
  }

  private static func configuration(_ directory: String) -> String {
    """
    [ca]
    default_ca = here
    [here]
    database = \(directory)/index
    serial = \(directory)/serial
    new_certs_dir = \(directory)
    default_md = sha256
    policy = any
    unique_subject = no
    [any]
    commonName = optional

    """
  }

  static func run(_ arguments: [String]) throws {
    let process = try RunningProcess("openssl", arguments)
    guard try process.wait().status == 0 else {
      throw TestFailure("openssl \(arguments): \(process.errors?.text ?? "")")
    }
  }
}

import LoopTestSupport
import SocketLoop
import Sockets
import Testing

@testable import Transfer

/// The checksums of `abc`, as published in the standards.
private let sumsOfABC: [DigestAlgorithm: String] = [
  .md5:
    "900150983cd24fb0d6963f7d28e17f72",
  .sha1:
    "a9993e364706816aba3e25717850c26c9cd0d89d",
  .sha224:
    "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7",
  .sha256:
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  .sha384:
    "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
    + "8086072ba1e7cc2358baeca134c825a7",
  .sha512:
    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
    + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
  .sha3For256:
    "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532",
  .sha3For512:
    "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e"
    + "10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0",
  .blake2b:
    "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
    + "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923",
  .blake2s:
    "508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982",
]

@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct DigestTests {
  private static func hexadecimal(_ bytes: [UInt8]?) -> String? {
    bytes?.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  @LoopActor
  private static func add(_ text: String, to digest: any Digest) {
    Array(text.utf8).withUnsafeBytes { digest.update($0) }
  }

  @Test("The library computes the published sums", arguments: DigestAlgorithm.allCases)
  @LoopActor
  func library(_ algorithm: DigestAlgorithm) throws {
    let digest = try #require(LibraryDigest(algorithm))
    Self.add("a", to: digest)
    Self.add("", to: digest)
    Self.add("bc", to: digest)
    #expect(Self.hexadecimal(digest.value()) == sumsOfABC[algorithm])
  }

  static let kernelComputes = (try? Socket.open(AlgorithmAddress.family, .sequencedPacket)) != nil

  // The guest kernel has AF_ALG: scripts/guest-transports tries it there.
  @Test(
    "The kernel computes the published sums", .enabled(if: kernelComputes, "this kernel has no AF_ALG"),
    arguments: [DigestAlgorithm.sha1, .sha256, .sha512])
  @LoopActor
  func kernel(_ algorithm: DigestAlgorithm) throws {
    let digest = try KernelDigest(algorithm)
    #expect(digest.value()?.isEmpty == false)
    Self.add("a", to: digest)
    #expect(Self.hexadecimal(digest.value()) != sumsOfABC[algorithm])
    Self.add("bc", to: digest)
    #expect(Self.hexadecimal(digest.value()) == sumsOfABC[algorithm])
  }

  @Test("A sum can be read and then continued")
  @LoopActor
  func intermediate() throws {
    let digest = try DigestAlgorithm.sha256.makeDigest()
    Self.add("ab", to: digest)
    let before = digest.value()
    #expect(digest.value() == before)
    Self.add("c", to: digest)
    #expect(Self.hexadecimal(digest.value()) == sumsOfABC[.sha256])
  }

  @Test("A counter adds the bytes that it counts to its digest")
  @LoopActor
  func counter() throws {
    let counter = ByteCounter()
    counter.digest = try DigestAlgorithm.sha256.makeDigest()
    Array("abc".utf8).withUnsafeBytes { counter.add($0) }
    #expect(counter.bytes == 3)
    #expect(Self.hexadecimal(counter.digest?.value()) == sumsOfABC[.sha256])
  }
}

import Glibc
import SocketLoop

/// A digest computed by OpenSSL's libcrypto.
///
/// The library is loaded when the first digest is created. Runs without a checksum neither need it nor pay for it.
final class LibraryDigest: Digest {
  /// The functions of `EVP_DigestInit(3)` that are used. Contexts and methods are opaque.
  private struct Functions {
    let method: @convention(c) (UnsafePointer<CChar>) -> OpaquePointer?
    let makeContext: @convention(c) () -> OpaquePointer?
    let freeContext: @convention(c) (OpaquePointer) -> Void
    let copy: @convention(c) (_ to: OpaquePointer, _ from: OpaquePointer) -> CInt
    let begin: @convention(c) (OpaquePointer, _ method: OpaquePointer, _ engine: OpaquePointer?) -> CInt
    let update: @convention(c) (OpaquePointer, UnsafeRawPointer?, Int) -> CInt
    let finish: @convention(c) (OpaquePointer, UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<CUnsignedInt>) -> CInt

    /// Returns nil if the library is not installed, or too old to have them.
    init?() {
      let names = ["libcrypto.so.3", "libcrypto.so.1.1", "libcrypto.so"]
      guard let library = names.lazy.compactMap({ dlopen($0, RTLD_NOW | RTLD_LOCAL) }).first else { return nil }
      func find<Function>(_ name: String, _ type: Function.Type = Function.self) -> Function? {
        dlsym(library, name).map { unsafeBitCast($0, to: type) }
      }
      guard let method: @convention(c) (UnsafePointer<CChar>) -> OpaquePointer? = find("EVP_get_digestbyname"),
        let makeContext: @convention(c) () -> OpaquePointer? = find("EVP_MD_CTX_new"),
        let freeContext: @convention(c) (OpaquePointer) -> Void = find("EVP_MD_CTX_free"),
        let copy: @convention(c) (OpaquePointer, OpaquePointer) -> CInt = find("EVP_MD_CTX_copy_ex"),
        let begin: @convention(c) (OpaquePointer, OpaquePointer, OpaquePointer?) -> CInt = find("EVP_DigestInit_ex"),
        let update: @convention(c) (OpaquePointer, UnsafeRawPointer?, Int) -> CInt = find("EVP_DigestUpdate"),
        let finish:
          @convention(c) (OpaquePointer, UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<CUnsignedInt>) ->
            CInt = find("EVP_DigestFinal_ex")
      else { return nil }
      (self.method, self.makeContext, self.freeContext, self.copy) = (method, makeContext, freeContext, copy)
      (self.begin, self.update, self.finish) = (begin, update, finish)
    }
  }

  /// The library's state for one digest.
  private final class Context {
    let pointer: OpaquePointer
    private let free: @convention(c) (OpaquePointer) -> Void

    init?(_ functions: Functions) {
      guard let pointer = functions.makeContext() else { return nil }
      self.pointer = pointer
      free = functions.freeContext
    }

    deinit { free(pointer) }
  }

  private static let functions = Functions()
  /// `EVP_MAX_MD_SIZE`.
  private static let longest = 64

  private let functions: Functions
  private let context: Context
  private var hasFailed = false

  /// Returns nil if the library is missing or does not offer the algorithm (such as MD5 in FIPS mode).
  init?(_ algorithm: DigestAlgorithm) {
    guard let functions = Self.functions, let method = functions.method(algorithm.libraryName),
      let context = Context(functions)
    else { return nil }
    self.functions = functions
    self.context = context
    if functions.begin(context.pointer, method, nil) != 1 { return nil }
  }

  func update(_ bytes: UnsafeRawBufferPointer) {
    if functions.update(context.pointer, bytes.baseAddress, bytes.count) != 1 { hasFailed = true }
  }

  func value() -> [UInt8]? {
    guard !hasFailed, let copy = Context(functions), functions.copy(copy.pointer, context.pointer) == 1 else {
      return nil
    }
    var length: CUnsignedInt = 0
    var value = [UInt8](repeating: 0, count: Self.longest)
    guard functions.finish(copy.pointer, &value, &length) == 1 else { return nil }
    return Array(value.prefix(Int(length)))
  }
}

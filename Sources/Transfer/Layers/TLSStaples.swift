internal import COpenSSL
import Glibc
import Sockets

/// The answers of OCSP that a server sends along with its certificates: `--tls-ocsp-response`.
final class TLSStaples {
  private struct Staple {
    let bytes: [UInt8]
    let file: String
  }

  private let library: TLSLibrary
  private var staples: [Staple] = []
  private static let longest = 65_536

  init(_ files: [String], for identities: TLSIdentities?, _ library: TLSLibrary) throws(StreamFailure) {
    self.library = library
    for file in files {
      let staple = Staple(bytes: try Self.contents(of: file), file: file)
      var isOfOurs = false
      for pair in identities?.pairs ?? [] where try isAbout(pair.certificate.pointer, staple) { isOfOurs = true }
      guard isOfOurs else {
        throw StreamFailure(.settings, "--tls-ocsp-response \(file): it is about no certificate of --tls-cert")
      }
      staples.append(staple)
    }
  }

  private static func contents(of file: String) throws(StreamFailure) -> [UInt8] {
    do throws(SystemError) {
      return try Descriptor.contents(of: file, upTo: longest)
    } catch {
      throw StreamFailure(.settings, "--tls-ocsp-response \(file): \(error.number)")
    }
  }

  /// Whether an answer is about a certificate, by its serial number.
  private func isAbout(_ certificate: OpaquePointer, _ staple: Staple) throws(StreamFailure) -> Bool {
    let crypto = library.crypto.pointee
    defer { crypto.ERR_clear_error() }
    let basic = staple.bytes.withUnsafeBufferPointer { bytes -> OpaquePointer? in
      var start = bytes.baseAddress
      guard let response = crypto.d2i_OCSP_RESPONSE(nil, &start, bytes.count) else { return nil }
      defer { crypto.OCSP_RESPONSE_free(response) }
      return crypto.OCSP_response_get1_basic(response)
    }
    guard let basic else {
      throw StreamFailure(
        .settings,
        "--tls-ocsp-response \(staple.file): there is no answer of OCSP in it, in DER: write it with openssl"
          + " ocsp -respout")
    }
    defer { crypto.OCSP_BASICRESP_free(basic) }
    for index in 0..<crypto.OCSP_resp_count(basic) {
      guard let single = crypto.OCSP_resp_get0(basic, index), let identifier = crypto.OCSP_SINGLERESP_get0_id(single)
      else { continue }
      var serial: UnsafeMutablePointer<ASN1_INTEGER>?
      _ = crypto.OCSP_id_get0_info(nil, nil, nil, &serial, identifier)
      if let serial, crypto.ASN1_INTEGER_cmp(serial, crypto.X509_get_serialNumber(certificate)) == 0 { return true }
    }
    return false
  }

  func use(in context: OpaquePointer) {
    openssl_set_status_callback(context, Self.callback, Unmanaged.passUnretained(self).toOpaque())
  }

  /// For `SSL_CTX_set_tlsext_status_cb(3)`, on a server.
  private static let callback: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> CInt = { session, data in
    guard let session, let data else { return SSL_TLSEXT_ERR_NOACK }
    return Unmanaged<TLSStaples>.fromOpaque(data).takeUnretainedValue().staple(session)
      ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK
  }

  private func staple(_ session: OpaquePointer) -> Bool {
    guard let certificate = library.ssl.pointee.SSL_get_certificate(session),
      let staple = staples.first(where: { (try? isAbout(certificate, $0)) == true })
    else { return false }
    return staple.bytes.withUnsafeBufferPointer { bytes in
      bytes.baseAddress.map { openssl_set_status(session, $0, bytes.count) == 1 } ?? false
    }
  }
}

import CSocketShims
import Glibc

/// Why a name has no address, or an address no name.
public struct ResolutionError: Error, Hashable, Sendable {
  /// What `getaddrinfo(3)` or `getnameinfo(3)` returned: `EAI_NONAME` and the rest.
  public struct Code: NamedConstant {
    /// The C number.
    public let rawValue: CInt
    /// A code by its number.
    public init(rawValue: CInt) { self.rawValue = rawValue }

    /// `EAI_AGAIN`: the name server did not answer; try later.
    public static let tryAgain = Self(rawValue: EAI_AGAIN)
    /// `EAI_FAIL`: the name server failed for good.
    public static let failed = Self(rawValue: EAI_FAIL)
    /// `EAI_FAMILY`: the family is not one that names have.
    public static let family = Self(rawValue: EAI_FAMILY)
    /// `EAI_NONAME`: no such host.
    public static let noName = Self(rawValue: EAI_NONAME)
    /// `EAI_NODATA`: the host has no address of this family.
    public static let noData = Self(rawValue: sockshim_EAI_NODATA)
    /// `EAI_ADDRFAMILY`: the host is an address of another family.
    public static let addressFamily = Self(rawValue: sockshim_EAI_ADDRFAMILY)
    /// `EAI_SERVICE`: no such service for this type of socket.
    public static let service = Self(rawValue: EAI_SERVICE)
    /// `EAI_SYSTEM`: `errno` tells.
    public static let system = Self(rawValue: EAI_SYSTEM)

    /// From netdb.h.
    public static let names: [(value: CInt, name: String)] = [
      (-1, "EAI_BADFLAGS"), (-2, "EAI_NONAME"), (-3, "EAI_AGAIN"), (-4, "EAI_FAIL"), (-5, "EAI_NODATA"),
      (-6, "EAI_FAMILY"), (-7, "EAI_SOCKTYPE"), (-8, "EAI_SERVICE"), (-9, "EAI_ADDRFAMILY"), (-10, "EAI_MEMORY"),
      (-11, "EAI_SYSTEM"), (-12, "EAI_OVERFLOW"), (-105, "EAI_IDN_ENCODE"),
    ]

    /// In words: `Name or service not known`.
    ///
    /// Calls `gai_strerror(3)`.
    public var meaning: String {
      guard let text = unsafe gai_strerror(rawValue) else { return "Unknown error" }
      return unsafe String(cString: text)
    }
  }

  /// Why.
  public let code: Code
  /// The name that was asked for; nil for every interface.
  public let host: String?
  /// The service that was asked for.
  public let service: String?
  /// What `errno` held, where the code is ``Code/system``.
  public let number: ErrorNumber?

  init(code: Code, host: String?, service: String?, number: ErrorNumber?) {
    self.code = code
    self.host = host
    self.service = service
    self.number = number
  }
}

extension ResolutionError: CustomStringConvertible {
  /// What was asked for, and why there is no answer: `example.invalid: Name or service not known (EAI_NONAME)`.
  public var description: String {
    if let number { return "\(host ?? service ?? "*"): \(number)" }
    // The C library's text for EAI_SERVICE says "for ai_socktype", which tells its users nothing.
    if code == .service { return "\(service ?? "*"): no such service (EAI_SERVICE)" }
    return "\(host ?? service ?? "*"): \(code.meaning) (\(code))"
  }
}

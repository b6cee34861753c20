import CSocketShims
import Glibc

/// Why a name could not be resolved to an address, or an address to a name.
public struct ResolutionError: Error, Hashable, Sendable {
  /// The result of `getaddrinfo(3)` or `getnameinfo(3)`: `EAI_NONAME` and the rest.
  public struct Code: NamedConstant {
    /// The C value.
    public let rawValue: CInt
    /// Any value, even one without a name here.
    public init(rawValue: CInt) { self.rawValue = rawValue }

    /// `EAI_AGAIN`: the name server did not answer; try again later.
    public static let tryAgain = Self(rawValue: EAI_AGAIN)
    /// `EAI_FAIL`: the name server returned a permanent failure.
    public static let failed = Self(rawValue: EAI_FAIL)
    /// `EAI_FAMILY`: names of this family cannot be looked up.
    public static let family = Self(rawValue: EAI_FAMILY)
    /// `EAI_NONAME`: no such host.
    public static let noName = Self(rawValue: EAI_NONAME)
    /// `EAI_NODATA`: the host has no address of this family.
    public static let noData = Self(rawValue: sockshim_EAI_NODATA)
    /// `EAI_ADDRFAMILY`: the host has addresses of another family only.
    public static let addressFamily = Self(rawValue: sockshim_EAI_ADDRFAMILY)
    /// `EAI_SERVICE`: no such service for this type of socket.
    public static let service = Self(rawValue: EAI_SERVICE)
    /// `EAI_IDN_ENCODE`: a name with other than ASCII letters that could not be encoded.
    public static let encoding = Self(rawValue: -105)
    /// `EAI_SYSTEM`: a system error, in ``ResolutionError/number``.
    public static let system = Self(rawValue: EAI_SYSTEM)

    /// From netdb.h.
    public static let names: [(value: CInt, name: String)] = [
      (-1, "EAI_BADFLAGS"), (-2, "EAI_NONAME"), (-3, "EAI_AGAIN"), (-4, "EAI_FAIL"), (-5, "EAI_NODATA"),
      (-6, "EAI_FAMILY"), (-7, "EAI_SOCKTYPE"), (-8, "EAI_SERVICE"), (-9, "EAI_ADDRFAMILY"), (-10, "EAI_MEMORY"),
      (-11, "EAI_SYSTEM"), (-12, "EAI_OVERFLOW"), (-105, "EAI_IDN_ENCODE"),
    ]

    /// The message, such as `Name or service not known`.
    ///
    /// Calls `gai_strerror(3)`.
    public var meaning: String {
      guard let text = unsafe gai_strerror(rawValue) else { return "Unknown error" }
      return unsafe String(cString: text)
    }
  }

  /// The reason.
  public let code: Code
  /// The host that was looked up; nil for the wildcard address.
  public let host: String?
  /// The service that was looked up.
  public let service: String?
  /// The value of `errno`, if the code is ``Code/system``.
  public let number: ErrorNumber?
  /// What is wrong with the text of the host or the service, if that is the reason.
  public let fault: Fault?

  init(code: Code, host: String?, service: String?, number: ErrorNumber? = nil, fault: Fault? = nil) {
    self.code = code
    self.host = host
    self.service = service
    self.number = number
    self.fault = fault
  }
}

extension ResolutionError {
  /// Why it failed, without the name of the code.
  public var explanation: String {
    fault?.sentence(host: host ?? "*", service: service ?? "*") ?? number?.meaning ?? code.meaning
  }
}

extension ResolutionError: CustomStringConvertible {
  /// What was looked up, and why that failed: `example.invalid: Name or service not known (EAI_NONAME)`.
  public var description: String {
    if let fault { return fault.isMisuse ? explanation : "\(explanation) (\(code))" }
    if let number { return "\(host ?? service ?? "*"): \(number)" }
    // The C library's message says "Servname not supported for ai_socktype", which means nothing to a user.
    if code == .service { return "\(service ?? "*"): no such service (EAI_SERVICE)" }
    return "\(host ?? service ?? "*"): \(code.meaning) (\(code))"
  }
}

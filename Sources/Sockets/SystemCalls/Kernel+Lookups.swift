import CSocketShims

// Library functions that make system calls of their own, to read files or query a name server. The gateway reports the
// function as one call, without those inside it.
extension Kernel {
  /// Calls a function that returns 0 on success and otherwise a code of its own, such as `EAI_NONAME`.
  ///
  /// - Parameters:
  ///   - system: the code that refers to `errno`.
  ///   - failureName: returns the C name of a code.
  /// - Returns: the code, and `errno` if the code refers to it.
  static func lookUp(
    _ name: StaticString, system: CInt, failureName: (CInt) -> String,
    _ arguments: @autoclosure () -> [SystemCallArgument], _ body: () -> CInt
  ) -> (code: CInt, error: ErrorNumber?) {
    guard unsafe sockshim_observer() != nil else {
      let code = body()
      return (code, code == system ? ErrorNumber(sockshim_errno()) : nil)
    }
    let observation = Observation(
      name, on: -1, count: 0, retriesInterrupted: false, failure: (Int(system), failureName(system)))
    while observation.next(observation.wantsArguments ? arguments() : []) != nil {
      let code = body()
      let error = code == system ? ErrorNumber(sockshim_errno()) : nil
      observation.returned(Int(code), error, code == 0 ? nil : failureName(code))
    }
    return (CInt(observation.answer.value), observation.answer.error)
  }
}

import Operations
import Sockets

// What a Unix socket passes along with the data.
extension Option {
  static let descriptorOptions = [passFD, passCredentials, receiveFDs]

  static let passFD = Option(
    "pass-fd", nil, .required("N"), in: .descriptors, of: .send,
    "Pass an open descriptor over a Unix socket, with the message; repeatable",
    manual: """
      Pass the open descriptor
      .Ar n
      to the peer over a Unix socket; the peer receives a duplicate
      .Pq Dv SCM_RIGHTS .
      It travels with the first byte of the message, so the message must not be empty.
      May be repeated.
      """,
    repeats: true,
    sets: [.connect { request, use in request.passedDescriptors.append(try use.openDescriptor()) }])

  static let passCredentials = Option(
    "pass-credentials", nil, .required("CLAIM"), in: .descriptors, of: .send,
    "Claim other credentials over a Unix socket: any of pid=N,uid=N,gid=N",
    manual: """
      Claim over a Unix socket that the message comes from another process, user or group
      .Pq Dv SCM_CREDENTIALS :
      .Cm pid= Ns Ar n ,
      .Cm uid= Ns Ar n ,
      .Cm gid= Ns Ar n ,
      or several of these separated by commas; those left out are sock's own.
      The kernel accepts a false claim only from processes with
      .Dv CAP_SYS_ADMIN ,
      .Dv CAP_SETUID
      or
      .Dv CAP_SETGID ;
      otherwise the exit status is 77.
      A peer that sets
      .Dv SO_PASSCRED
      gets the true credentials without this option.
      """,
    sets: [.connect { request, use in request.claimedCredentials = try use.credentials() }])

  static let receiveFDs = Option(
    "receive-fds", nil, .required("COMMAND"), in: .descriptors, of: .recv,
    "Over a Unix socket: run COMMAND with the received descriptors as 3, 4 …",
    manual: """
      Over a Unix socket of any type: accept the descriptors that peers pass
      .Pq Dv SCM_RIGHTS ,
      and run
      .Ar command
      with
      .Ql /bin/sh -c
      for each message, with its descriptors as 3, 4 and so on; see
      .Sx RECEIVED DESCRIPTORS .
      By default they are closed, with a warning.
      """,
    completion: .command,
    excludes: [
      .with("resume", "a resumed file carries no descriptors"), .useless(["bytes", "lines", "until", "quiet-for"]),
    ])
}

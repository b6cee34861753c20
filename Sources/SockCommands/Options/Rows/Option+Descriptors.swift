import Operations
import Sockets

// What travels beside the bytes over a Unix socket.
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
      It travels with the first byte of the message, which must not be empty.
      May be repeated.
      """,
    repeats: true,
    sets: [.connect { request, use in request.passedDescriptors.append(try use.openDescriptor()) }])

  static let passCredentials = Option(
    "pass-credentials", nil, .required("CLAIM"), in: .descriptors, of: .send,
    "Claim another sender over a Unix socket: pid=N,uid=N,gid=N, or some of these",
    manual: """
      Claim over a Unix socket that the message comes from another process, user or group
      .Pq Dv SCM_CREDENTIALS :
      .Cm pid= Ns Ar n ,
      .Cm uid= Ns Ar n ,
      .Cm gid= Ns Ar n ,
      or several of these separated by commas; those left out are our own.
      The kernel accepts a claim that is not true only from processes with
      .Dv CAP_SYS_ADMIN ,
      .Dv CAP_SETUID
      or
      .Dv CAP_SETGID ;
      otherwise the exit status is 77.
      A peer that asks
      .Pq Dv SO_PASSCRED
      learns who we are without this option.
      """,
    sets: [.connect { request, use in request.claimedCredentials = try use.credentials() }])

  static let receiveFDs = Option(
    "receive-fds", nil, .required("COMMAND"), in: .descriptors, of: .recv,
    "Over a Unix socket: run COMMAND with the descriptors received, as 3, 4 …",
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
    excludes: [.with("resume", "a file is resumed without descriptors")])
}

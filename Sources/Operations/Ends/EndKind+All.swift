import Sockets

// The table of the kinds of ends. A kind is a row here, and a file beside this one.
extension EndKind {
  /// Every kind of end but the sockets, in the order in which the manual shows them.
  package static let all: [EndKind] = [
    standard, exec, shell, pty, file, append, fifo, descriptor, serial, tty, tun, tap, echo, null, text,
  ]

  private static let standard = EndKind(
    "-", "", [.reads, .writes, .halfCloses], .once,
    manual: "Standard input and standard output."
  ) { _ throws(OperationError) in
    StandardEnd()
  }

  private static let exec = EndKind(
    "exec", "Ar command", [.reads, .writes, .halfCloses], .many,
    manual: """
      A program, started for each connection with pipes as its standard input and output.
      The command is split into words as a shell splits it, by blanks, quotes and backslashes, but no shell is run and
      nothing is expanded.
      """
  ) { text throws(OperationError) in
    try ProgramEnd(command: text)
  }

  private static let shell = EndKind(
    "shell", "Ar string", [.reads, .writes, .halfCloses], .many,
    manual: """
      The same, with the string as a command for
      .Ic sh -c .
      """
  ) { text throws(OperationError) in
    try ProgramEnd(shell: text)
  }

  private static let pty = EndKind(
    "pty", "Ar command", [.reads, .writes], .many,
    manual: """
      A program as with
      .Cm exec ,
      on a terminal of its own, whose window has the size of that on standard input, or 24 rows of 80 columns.
      The end of the other side is typed as Ctrl-D.
      """
  ) { text throws(OperationError) in
    try ProgramEnd(command: text, isOnTerminal: true)
  }

  private static let file = EndKind(
    "file", "Ar path", [.reads, .writes], .many,
    manual: """
      A file: on the left it is read from its beginning, on the right it is created and written.
      A file that is not empty is never overwritten.
      """
  ) { text throws(OperationError) in
    try FileEnd(text, appends: false)
  }

  private static let append = EndKind(
    "append", "Ar path", [.writes], .many,
    manual: "A file that is added to, and created if it is not there."
  ) { text throws(OperationError) in
    try FileEnd(text, appends: true)
  }

  private static let fifo = EndKind(
    "fifo", "Ar path", [.reads, .writes], .inTurn,
    manual: """
      A named pipe: on the left it is read, on the right it is written to, once it has a reader.
      It is made if it is not there, and then removed at the end.
      """
  ) { text throws(OperationError) in
    try FIFOEnd(text)
  }

  private static let descriptor = EndKind(
    "fd", "Ar n", [.reads, .writes, .listens, .halfCloses], .once,
    manual: "An inherited descriptor: a socket that listens or is connected, or anything else that is open."
  ) { text throws(OperationError) in
    try DescriptorEnd(text)
  }

  private static let serial = EndKind(
    "serial", #"Ar device Ns Op Cm \&, Ns Ar line"#, [.reads, .writes], .inTurn,
    manual: """
      A serial line, raw while it is in use and restored at the end.
      .Ar line
      is its speed, then parity
      .Pq Cm n , e No or Cm o ,
      data bits and stop bits:
      .Cm 115200n8 , 9600e71 .
      By default the speed stays as it is.
      """
  ) { text throws(OperationError) in
    try TerminalEnd(text, usual: nil)
  }

  private static let tty = EndKind(
    "tty", "Op Ar device", [.reads, .writes], .inTurn,
    manual: """
      A terminal, raw while it is in use and restored at the end: by default the controlling one,
      .Pa /dev/tty .
      """
  ) { text throws(OperationError) in
    try TerminalEnd(text, usual: "/dev/tty")
  }

  private static let tun = EndKind(
    "tun", #"Ar name Ns Op Cm \&, Ns Ar address Ns Cm / Ns Ar prefix"#, [.reads, .writes], .inTurn,
    manual: """
      A network interface for IP packets, which is made, given its addresses and brought up at the start, and goes at the end.
      Each packet is a message: with datagrams on the other side it is a tunnel, and a stream there needs
      .Fl -frame .
      Further addresses and
      .Cm mtu= Ns Ar bytes
      follow after commas; without a name it gets
      .Cm sock0
      or the next that is free.
      It serves one peer at a time, until
      .Fl -peer-timeout .
      This takes
      .Dv CAP_NET_ADMIN .
      """
  ) { text throws(OperationError) in
    try TunnelEnd(text, .packets)
  }

  private static let tap = EndKind(
    "tap", #"Ar name Ns Op Cm \&, Ns Ar address Ns Cm / Ns Ar prefix"#, [.reads, .writes], .inTurn,
    manual: "The same for Ethernet frames, as a part of a bridge has them."
  ) { text throws(OperationError) in
    try TunnelEnd(text, .frames)
  }

  private static let echo = EndKind(
    "echo", "", [.reads, .writes, .halfCloses], .many,
    manual: "Gives back what is written to it."
  ) { text throws(OperationError) in
    try text.requireNothing()
    return MemoryEnd(kind: .echo, name: "echo:")
  }

  private static let null = EndKind(
    "null", "", [.writes], .many,
    manual: "Discards what is written to it."
  ) { text throws(OperationError) in
    try text.requireNothing()
    return MemoryEnd(kind: .null, name: "null:")
  }

  private static let text = EndKind(
    "text", "Ar string", [.reads], .many,
    manual: "The string, byte for byte; what is written to it is discarded."
  ) { text throws(OperationError) in
    MemoryEnd(kind: .text(text.bytes), name: text.word)
  }
}

"""The rows, one for each kind of work. To add one, add a Row; `run` selects the way of measuring."""

from dataclasses import dataclass

GIB = 1 << 30


@dataclass(frozen=True)
class Row:
    """One kind of work, the same for every contestant."""

    name: str
    title: str
    # The way of measuring: a method of Bench in measuring.py.
    run: str
    # The kind of command line (contestants.py), and the command line of the limit; empty if there is none.
    kind: str
    limit: str
    size: int = GIB
    # The source of the bytes (file, feed, head, zero) or their destination (null, cat, wc, tmpfs, disk).
    end: str = ""
    # The unit of a figure: bytes or datagrams per second, or a time, where less is better.
    unit: str = "GiB/s"
    datagram: int = 0
    # How many clients there are at a time, for servers; 0: as many as the way of measuring has otherwise.
    at_once: int = 0
    # The maximum number of runs, for rows that take long.
    runs: int = 99
    # Multiplies the number of runs. A shared machine has phases in which it is a third slower; short runs may all fall into
    # one phase, and their median would be that of the phase.
    repeats: int = 1
    # Whether to use the machine's own congestion control rather than one that does not pace.
    default_control: bool = False


ROWS = [
    Row("file-socket", "file on tmpfs → socket", "send", "send", "stream file-out {port}", end="file"),
    Row("file-socket-default", "file on tmpfs → socket, the machine's own congestion control", "send", "send",
        "stream file-out {port}", end="file", default_control=True),
    Row("socket-cat", "socket → pipe to cat", "receive", "receive", "stream pipe-in {port}", end="cat"),
    Row("socket-wc", "socket → pipe to wc -c", "receive", "receive", "stream pipe-in {port}", end="wc"),
    Row("pipe-socket", "pipe, 1 MiB writes → socket", "send", "send", "stream pipe-out {port}", end="feed"),
    Row("head-socket", "pipe from head -c → socket", "send", "send", "stream pieces-out {port}", end="head"),
    Row("socket-null", "socket → /dev/null", "receive", "receive", "stream discard {port}", end="null"),
    Row("socket-tmpfs", "socket → file on tmpfs", "receive", "receive", "stream file-in {port}", end="tmpfs"),
    Row("socket-disk", "socket → file on disk", "receive", "receive", "stream file-in {port}", end="disk"),
    Row("zero-socket", "/dev/zero → socket", "send", "send", "stream device-out {port} {size}", end="zero"),
    Row("memory-memory", "memory → socket, measured by the program itself (sock bench; iperf3 as reference)", "memory",
        "memory", "partner send {port} {size}"),
    Row("relay", "socket → socket (sock, nc, ncat: the first one is standard input)", "relay", "relay",
        "stream both {onward}"),
    Row("both", "both directions at once, pipe to pipe (each way)", "both", "both", "stream both {port}"),
    Row("datagrams-out", "a stream in datagrams of 1400 bytes → network", "datagrams_out", "datagrams-out",
        "datagram out {port} {size}", size=GIB // 4, datagram=1400),
    Row("datagrams-in-64", "datagrams of 64 bytes → pipe, a sender at full speed", "datagrams_in", "datagrams-in",
        "datagram in {port}", unit="datagrams/s", datagram=64),
    Row("datagrams-in-1400", "datagrams of 1400 bytes → pipe, a sender at full speed", "datagrams_in", "datagrams-in",
        "datagram in {port}", unit="datagrams/s", datagram=1400),
    Row("round-trip-echo", "1 byte there and back, the echo's side, on one CPU", "echo", "echo", "latency echo {port}",
        unit="µs", repeats=5),
    Row("round-trip-client", "1 byte there and back, the client's side, on one CPU", "talk", "talk",
        "latency client {port}", unit="µs", repeats=5),
    Row("start-up", "start, connect, 1 byte, close", "start_up", "send", "stream hello {port}", unit="ms",
        repeats=3),
    Row("idle", "memory of a server's own for each of 10,000 idle connections", "idle", "serve-idle",
        "server echo {port}", unit="KiB", at_once=10_000, runs=3),
    Row("idle-pairs", "memory of a relay's own for each of 5,000 idle pairs", "idle", "relay-many",
        "server relay {port} {onward}", unit="KiB", at_once=5000, runs=3),
    Row("connections", "connect, 1 byte there and back, close: 64 at a time", "connections", "serve-echo",
        "server echo {port}", unit="connections/s"),
    Row("messages", "messages of 64 bytes there and back, on 100 connections", "messages", "serve-echo",
        "server echo {port}", unit="messages/s"),
    Row("programs-true", "a program for each connection: /bin/true", "answers", "serve-true",
        "server programs {port} /bin/true", unit="programs/s"),
    Row("programs-cat", "a program for each connection: cat, with one message", "answers", "serve-cat",
        "server programs {port} /bin/cat", unit="programs/s", end="one message"),
    Row("relay-connections", "connect, 1 byte there and back through a relay, close: 64 at a time", "connections",
        "relay-many", "server relay {port} {onward}", unit="connections/s"),
    Row("relay-messages", "messages of 64 bytes there and back through a relay, on 100 connections", "messages",
        "relay-many", "server relay {port} {onward}", unit="messages/s"),
    Row("relay-round-trip", "1 byte there and back through a relay, on one CPU", "relayed_rounds", "relay-many",
        "server relay {port} {onward}", unit="µs", repeats=5),
    Row("relay-flow", "one connection through a relay that serves many", "relayed_flow", "relay-many",
        "server relay {port} {onward}"),
    Row("relay-datagrams-64", "datagrams of 64 bytes through a relay", "relayed_datagrams", "relay-datagrams",
        "server datagrams {port} {onward}", unit="datagrams/s", datagram=64),
    Row("relay-datagrams-1400", "datagrams of 1400 bytes through a relay", "relayed_datagrams", "relay-datagrams",
        "server datagrams {port} {onward}", unit="datagrams/s", datagram=1400),
    Row("room", "messages of 1 KiB from one peer to 100", "room", "room", "", unit="messages/s", end="0"),
    Row("room-stalled", "messages of 1 KiB from one peer to 100, of which 5 do not read", "room", "room", "",
        unit="messages/s", end="5"),
    Row("tls-handshakes", "TLS handshakes, one at a time", "handshakes", "serve-tls", "", unit="handshakes/s"),
    Row("memory", "peak memory: 4 GiB from a pipe → socket", "send", "send", "stream pipe-out {port}", size=4 * GIB,
        end="feed", runs=3),
]

# The rows of `make bench-quick`.
QUICK = ["file-socket", "socket-cat", "pipe-socket", "socket-null", "datagrams-out", "start-up"]


def named(names):
    """The rows with these names, in the order given; an unknown name is a ValueError that lists the known ones."""
    known = {row.name: row for row in ROWS}
    for name in names:
        if name not in known:
            raise ValueError(f"no row '{name}': there are {', '.join(known)}")
    return [known[name] for name in names]

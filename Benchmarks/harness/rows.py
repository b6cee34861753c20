"""The rows: one kind of work each. To add one, add a Row; `run` tells which way of measuring it takes."""

from dataclasses import dataclass

GIB = 1 << 30


@dataclass(frozen=True)
class Row:
    """One kind of work, the same for every contestant."""

    name: str
    title: str
    # How it is measured: a function of measuring.py.
    run: str
    # The contestants' command line (contestants.py), and the limit's: program and words.
    kind: str
    limit: str
    size: int = GIB
    # Where the bytes come from or go to: file, feed, head, zero; null, cat, wc, tmpfs, disk.
    end: str = ""
    # What a figure counts: bytes, datagrams, or a time, of which less is better.
    unit: str = "GiB/s"
    datagram: int = 0
    # Runs at most; a row may take long.
    runs: int = 99
    # So many times as many runs: what takes a fraction of a second falls into one of the phases in which a shared machine
    # is a third slower, and the median of few runs is that of a phase.
    repeats: int = 1
    # With the machine's own congestion control, where that is another than the unpaced one.
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
    Row("memory", "peak memory: 4 GiB from a pipe → socket", "send", "send", "stream pipe-out {port}", size=4 * GIB,
        end="feed", runs=3),
]

# What `make bench-quick` measures.
QUICK = ["file-socket", "socket-cat", "pipe-socket", "socket-null", "datagrams-out", "start-up"]


def named(names):
    """The rows of these names, in their order; an unknown name is a ValueError that tells the known ones."""
    known = {row.name: row for row in ROWS}
    for name in names:
        if name not in known:
            raise ValueError(f"no row '{name}': there are {', '.join(known)}")
    return [known[name] for name in names]

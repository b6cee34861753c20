"""The contestants: sock, the installed peers, and the C programs that show what the kernel allows."""

import shutil
import subprocess
from dataclasses import dataclass, field

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Contestant:
    """A program, and its command line for each kind of work that it takes part in."""

    name: str
    program: str
    package: str = ""
    is_peer: bool = True
    commands: dict = field(default_factory=dict)

    def command(self, kind, port, **values):
        """The words of its command line; None if it does not take part in this kind of work."""
        words = self.commands.get(kind)
        if words is None:
            return None
        return [self.program] + [word.format(host=HOST, port=port, **values) for word in words.split()]


def socat(name, block):
    size = f"-b {block} " if block else ""
    return Contestant(name, "socat", "socat", commands={
        "send": f"-u {size}- TCP:{{host}}:{{port}}",
        "receive": f"-u {size}TCP-LISTEN:{{port}},bind={{host}},reuseaddr -",
        "both": f"-t 10 {size}- TCP:{{host}}:{{port}}",
        "relay": f"{size}TCP-LISTEN:{{port}},bind={{host}},reuseaddr TCP:{{host}}:{{onward}}",
        "echo": f"{size}TCP-LISTEN:{{port}},bind={{host}},reuseaddr,nodelay -",
        "talk": f"{size}- TCP:{{host}}:{{port}},nodelay",
        "relay-many": f"{size}TCP-LISTEN:{{port}},bind={{host}},reuseaddr,nodelay,fork,backlog=4096 "
                      "TCP:{host}:{onward},nodelay",
        # The block size is the datagram size, so only one variant takes part in the datagram rows.
        **({} if block else {
            "datagrams-out": "-u -b {size} - UDP:{host}:{port}",
            "datagrams-in": "-u -b 65507 UDP-RECV:{port},bind={host} -",
            "relay-datagrams": "-b 65507 UDP-LISTEN:{port},bind={host},fork UDP:{host}:{onward}",
            "serve-echo": "TCP-LISTEN:{port},bind={host},reuseaddr,nodelay,fork,backlog=4096 PIPE",
            "serve-tls": "OPENSSL-LISTEN:{port},bind={host},reuseaddr,fork,backlog=4096,verify=0,cert={certificate},key={key} "
                         "PIPE",
            "serve-true": "TCP-LISTEN:{port},bind={host},reuseaddr,nodelay,fork,backlog=4096 EXEC:/bin/true",
            "serve-cat": "TCP-LISTEN:{port},bind={host},reuseaddr,nodelay,fork,backlog=4096 EXEC:/bin/cat",
        }),
    })


# Measures itself, and reports the result with `--json`. It does not move a user's bytes, so it is not a peer in ratios.
IPERF = Contestant("iperf3", "iperf3", "iperf3", is_peer=False, commands={
    "memory-server": "-s -1 -B {host} -p {port}", "memory": "-c {host} -p {port} -t 2 --json",
})

OPENSSL = Contestant("openssl", "openssl", "openssl", commands={
    "serve-tls": "s_server -quiet -accept {port} -cert {certificate} -key {key}",
})

PEERS = [
    OPENSSL,
    Contestant("nc.openbsd", "nc.openbsd", "netcat-openbsd", commands={
        "send": "-N {host} {port}", "receive": "-l {host} {port}", "both": "-N {host} {port}",
        "inetd": "-N {host} {port}", "echo": "-l {host} {port}", "talk": "{host} {port}",
        "datagrams-in": "-u -l {host} {port}",
    }),
    Contestant("ncat", "ncat", "ncat", commands={
        "send": "--send-only {host} {port}", "receive": "-l --recv-only {host} {port}", "both": "{host} {port}",
        "inetd": "{host} {port}", "echo": "-l {host} {port}", "talk": "{host} {port}",
        "datagrams-in": "-u -l --recv-only {host} {port}",
        "room": "-k -l --broker {host} {port}",
        "serve-tls": "-k -l --ssl --ssl-cert {certificate} --ssl-key {key} {host} {port}",
        "serve-true": "-k -l --exec /bin/true {host} {port}", "serve-cat": "-k -l --exec /bin/cat {host} {port}",
    }),
    socat("socat", 0),
    socat("socat -b 262144", 262144),
    Contestant("nc.traditional", "nc.traditional", "netcat-traditional", commands={
        "send": "-q 0 {host} {port}", "receive": "-l -s {host} -p {port}",
        "echo": "-l -s {host} -p {port}", "talk": "{host} {port}",
    }),
    Contestant("busybox nc", "busybox", "busybox", commands={
        "send": "nc {host} {port}", "receive": "nc -l -p {port}",
        "echo": "nc -l -p {port}", "talk": "nc {host} {port}",
    }),
]


def sock(path, name="sock"):
    return Contestant(name, path, is_peer=False, commands={
        "send": "send --no-reply {host} {port}", "receive": "recv {host} {port}", "both": "connect {host} {port}",
        "inetd": "connect {host} {port}", "echo": "listen {host} {port}", "talk": "connect {host} {port}",
        "datagrams-out": "send -u --no-reply --datagram-size {size} {host} {port}",
        "datagrams-in": "recv -u {host} {port}",
        "relay-many": "relay {host}:{port} {host}:{onward}",
        "relay-datagrams": "relay udp://{host}:{port} udp://{host}:{onward}",
        "room": "listen --broker {host} {port}",
        "serve-tls": "listen -k --tls --tls-cert {certificate} --tls-key {key} {host} {port}",
        "serve-idle": "listen -k {host} {port}", "serve-echo": "listen --echo {host} {port}",
        "serve-true": "listen -k --exec /bin/true {host} {port}", "serve-cat": "listen -k --exec /bin/cat {host} {port}",
        "memory-server": "listen --bench {host} {port}", "memory": "bench --work upload --time 2 --json {host} {port}",
    })


def limit(program, **commands):
    """A C program that does one kind of work, and nothing else."""
    return Contestant("C", program, is_peer=False, commands={k.replace("_", "-"): v for k, v in commands.items()})


def installed(names=None):
    """The peers installed on this machine, and the names of those that are missing."""
    wanted = [peer for peer in PEERS if not names or peer.name in names]
    if not names or IPERF.name in names:
        wanted.append(IPERF)
    there = [peer for peer in wanted if shutil.which(peer.program)]
    return there, [peer.name for peer in wanted if peer not in there]


def version(contestant):
    """The version of a peer's package, if dpkg knows it."""
    answer = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Version}", contestant.package], capture_output=True, text=True, check=False)
    return answer.stdout.strip() or "unknown"

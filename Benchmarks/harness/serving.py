"""Ways of measuring servers and relays that serve many clients at once. The clients run on one CPU, the server on another."""

import os
import re
import signal
import subprocess
import time

from .sample import Failure, Sample

# How long each run lasts, in milliseconds.
TIME = 1000


class Serving:
    """The part of Bench that measures servers."""

    def serve(self, row, contestant, backend=True, **values):
        """Starts a contestant that serves, and the echo server behind it if it is a relay; returns it and its port."""
        port, onward = self.next_port(), self.next_port()
        if "{onward}" in contestant.commands[row.kind] and backend:
            self.start(["taskset", "-c", "1", self.tools["server"], "echo", str(onward)])
            self.wait_for_listener(onward)
        reading, writing = os.pipe()
        process = self.launch(contestant.command(row.kind, port, onward=onward, **values), pinned=True, stdin=reading)
        os.close(reading)
        process.input = writing
        self.wait_for_listener(port, "udp" if row.datagram else "tcp")
        return process, port, onward

    def stop(self, process):
        """Ends a contestant; returns its processor time and memory."""
        self.end_child(process, signal.SIGTERM)
        _, _, cpu, memory, _ = self.usage(process)
        os.close(process.input)
        return cpu, memory

    def clients(self, *words):
        """Runs clients to their end: how many times they were served, and how long that took."""
        process = self.start(["taskset", "-c", "1", self.tools["clients"], *map(str, words)], stderr=subprocess.PIPE)
        count, nanoseconds, failed = self.figures(process)
        if failed or not count:
            raise Failure(f"clients {' '.join(map(str, words))}: {failed} failed of {count}")
        return count, nanoseconds / 1e9

    def connections(self, row, contestant, size):
        """Clients that connect, send a byte, get it back, and close: 64 at a time."""
        process, port, _ = self.serve(row, contestant)
        count, seconds = self.clients("connections", port, TIME, row.at_once or 64)
        return Sample(seconds, *self.stop(process), count)

    def answers(self, row, contestant, size):
        """Clients that connect, send a message and its end, and read to the end: 8 at a time."""
        process, port, _ = self.serve(row, contestant)
        count, seconds = self.clients("answers", port, TIME, row.at_once or 8, row.end)
        return Sample(seconds, *self.stop(process), count)

    def messages(self, row, contestant, size):
        """Messages of 64 bytes that come back, on connections that stay."""
        process, port, _ = self.serve(row, contestant)
        count, seconds = self.clients("messages", port, TIME, row.at_once or 100, 64)
        return Sample(seconds, *self.stop(process), count)

    def room(self, row, contestant, size):
        """What one of 101 peers sends goes to all others, of which some may have stopped reading."""
        process, port, _ = self.serve(row, contestant)
        count, seconds = self.clients("room", port, 2 * TIME, 101, row.end)
        return Sample(seconds, *self.stop(process), count)

    def handshakes(self, row, contestant, size):
        """TLS handshakes without resumption, by openssl(1), one at a time."""
        process, port, _ = self.serve(row, contestant, **self.certificate())
        client = self.start(["taskset", "-c", "1", "openssl", "s_time", "-new", "-time", "2", "-connect",
                             f"127.0.0.1:{port}"], stdout=subprocess.PIPE)
        found = re.search(rb"(\d+) connections in (\d+) real seconds", client.stdout.read())
        cpu, memory = self.stop(process)
        if not found or not int(found[1]):
            raise Failure(f"{contestant.name}: no handshake")
        return Sample(int(found[2]), cpu, memory, int(found[1]))

    def certificate(self):
        """The files of a certificate for 127.0.0.1 and of its key."""
        key, certificate = (os.path.join(self.tmpfs, name) for name in ("key.pem", "certificate.pem"))
        if not os.path.exists(key):
            subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                 "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
                check=True, capture_output=True)
        return {"key": key, "certificate": certificate}

    def relayed_rounds(self, row, contestant, size):
        """One byte there and back through a relay, with everything on one CPU."""
        port, onward = self.next_port(), self.next_port()
        self.start(["taskset", "-c", "0", self.tools["server"], "echo", str(onward)])
        self.wait_for_listener(onward)
        process = self.launch(contestant.command(row.kind, port, onward=onward), pinned=True)
        self.wait_for_listener(port)
        return self.rounds(contestant, process, port)

    def relayed_flow(self, row, contestant, size):
        """Much data through a relay that serves many: one connection."""
        port, onward = self.next_port(), self.next_port()
        sink = self.partner("take", onward)
        process = self.launch(contestant.command(row.kind, port, onward=onward))
        self.wait_for_listener(port)
        start = time.monotonic()
        sender = self.partner("send", port, size, ready=False)
        total, = self.figures(sink)
        seconds = time.monotonic() - start
        self.figures(sender)
        self.end_child(process, signal.SIGTERM)
        _, _, cpu, memory, _ = self.usage(process)
        if total != size:
            raise Failure(f"{contestant.name}: {total} of {size} bytes arrived")
        return Sample(seconds, cpu, memory, size)

    def relayed_datagrams(self, row, contestant, size):
        """Datagrams through a relay, from a sender at full speed; those for which there is no room are lost."""
        process, port, onward = self.serve(row, contestant, backend=False)
        taker = self.partner("datagrams-in", onward)
        sender = self.partner("datagrams-out", port, row.datagram, TIME, ready=False)
        sent, = self.figures(sender)
        total, nanoseconds = self.figures(taker)
        cpu, memory = self.stop(process)
        received = total // row.datagram
        if received < 100 or not nanoseconds:
            raise Failure(f"{contestant.name}: {received} datagrams of {sent} arrived")
        return Sample(nanoseconds / 1e9, cpu, memory, received, arrived=received / sent)

    def idle(self, row, contestant, size):
        """The memory of its own that a server holds for each connection on which nothing has come."""
        process, port, _ = self.serve(row, contestant)
        first = self.idle_clients(port, 10)
        before = self.private_memory(process)
        second = self.idle_clients(port, row.at_once)
        after = self.private_memory(process)
        for clients in (first, second):
            clients.stdin.close()
        cpu, memory = self.stop(process)
        return Sample(1, cpu, memory, max(after - before, 1) / row.at_once)

    def idle_clients(self, port, count):
        clients = self.start([self.tools["clients"], "idle", str(port), str(count)], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE)
        if clients.stdout.readline() != b"ready\n":
            raise Failure(f"not all of {count} clients were let in")
        # The last of them may be in the kernel's queue still.
        time.sleep(0.5)
        return clients

    @staticmethod
    def private_memory(launcher):
        """The private dirty pages of the program that a launcher is waiting for, and of its children, in KiB."""
        waiting, total = [launcher.pid], 0
        while waiting:
            process = waiting.pop()
            try:
                with open(f"/proc/{process}/task/{process}/children", encoding="ascii") as children:
                    waiting += map(int, children.read().split())
                if process == launcher.pid:
                    continue
                with open(f"/proc/{process}/smaps_rollup", encoding="ascii") as text:
                    total += int(re.search(r"Private_Dirty:\s+(\d+)", text.read())[1])
            except FileNotFoundError:
                continue
        return total

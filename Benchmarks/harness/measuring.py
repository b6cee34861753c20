"""One run of one contestant at one kind of work: the resources it used, and how many bytes arrived."""

import json
import os
import re
import select
import shutil
import signal
import subprocess
import time

from .contestants import HOST
from .sample import Failure, Sample
from .serving import Serving

PATIENCE = 120


class Bench(Serving):
    """Starts the processes of a run, in the current network namespace, and ends them."""

    def __init__(self, tools, tmpfs, disk):
        self.tools, self.tmpfs, self.disk = tools, tmpfs, disk
        self.port = 20000
        self.started = []

    def next_port(self):
        self.port += 1
        return self.port

    # Processes

    def start(self, words, **streams):
        process = subprocess.Popen(words, **{"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL,
                                             "stderr": subprocess.DEVNULL, **streams})
        self.started.append(process)
        return process

    def partner(self, *words, ready=True, **streams):
        """Starts the other end, which prints its figures on standard error."""
        process = self.start([self.tools["partner"], *map(str, words)],
                             **{"stdout": subprocess.PIPE if ready else subprocess.DEVNULL,
                                "stderr": subprocess.PIPE, **streams})
        if ready and process.stdout.readline() != b"ready\n":
            raise Failure(f"partner {words}: {process.stderr.read()!r}")
        return process

    def launch(self, command, pinned=False, **streams):
        """Starts a contestant; `usage` waits for it to exit, and returns what it used."""
        reading, writing = os.pipe()
        words = [self.tools["launch"], str(writing)] + (["-c", "0"] if pinned else []) + command
        process = self.start(words, pass_fds=[writing], **streams)
        os.close(writing)
        process.report = reading
        return process

    def usage(self, process):
        self.wait(process)
        with os.fdopen(process.report) as report:
            fields = report.read().split()
        if len(fields) != 6:
            raise Failure("the contestant did not start")
        start, end, user, system, memory, status = map(int, fields)
        return start / 1e9, end / 1e9, (user + system) / 1e6, memory, status

    def wait(self, process):
        # Not wait(timeout): it polls at intervals, and the last interval would be measured too.
        if process.poll() is None:
            descriptor = os.pidfd_open(process.pid)
            try:
                if not select.select([descriptor], [], [], PATIENCE)[0]:
                    raise Failure(f"{process.args}: not done after {PATIENCE} s")
            finally:
                os.close(descriptor)
        return process.wait()

    def figures(self, process):
        """The numbers that a partner printed."""
        self.wait(process)
        text = process.stderr.read().decode()
        numbers = text.split()
        if process.returncode or not numbers or not all(re.fullmatch(r"\d+", number) for number in numbers):
            raise Failure(f"{' '.join(process.args[1:])}: {text.strip() or process.returncode}")
        return [int(number) for number in numbers]

    def end(self):
        """Ends the processes started here that are still running."""
        for process in self.started:
            if process.poll() is None:
                self.end_child(process)
                process.kill()

    def clean(self):
        """Ends all processes, and forgets them."""
        self.end()
        for process in self.started:
            process.wait()
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream:
                    stream.close()
        self.started = []

    @staticmethod
    def end_child(launcher, number=signal.SIGKILL):
        """Signals the program that a launcher is waiting for."""
        try:
            with open(f"/proc/{launcher.pid}/task/{launcher.pid}/children", encoding="ascii") as children:
                for child in children.read().split():
                    os.kill(int(child), number)
        except (FileNotFoundError, ProcessLookupError):
            pass

    def wait_for_listener(self, port, table="tcp"):
        """Waits until a socket of this namespace has the port."""
        wanted = f":{port:04X}"
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            for name in (table, table + "6"):
                with open(f"/proc/net/{name}", encoding="ascii") as rows:
                    for row in rows:
                        fields = row.split()
                        if len(fields) > 3 and fields[1].endswith(wanted) and fields[3] in ("0A", "07", "01"):
                            return
            time.sleep(0.001)
        raise Failure(f"nothing listens on port {port}")

    # Ways of measuring, one for each kind of work

    def send(self, row, contestant, size):
        """Standard input to a peer that counts."""
        port = self.next_port()
        command = contestant.command(row.kind, port, size=size)
        # A device never ends, so the peer ends after that many bytes.
        peer = self.partner("take", port, *([size] if row.end == "zero" else []))
        with self.source(row.end, size) as source:
            process = self.launch(command, stdin=source)
        total, = self.figures(peer)
        taken = time.monotonic()
        start, end, cpu, memory, status = self.usage(process)
        if row.end != "zero" and (status or total != size):
            raise Failure(f"{contestant.name}: status {status}, {total} of {size} bytes arrived")
        return Sample(taken - start if row.end == "zero" else max(taken, end) - start, cpu, memory, total)

    def memory(self, row, contestant, size):
        """The contestant at both ends: bytes from memory for two seconds, counted by the contestant."""
        port = self.next_port()
        if contestant.name == "C":
            peer = self.partner("take", port)
            process = self.launch(contestant.command(row.kind, port, size=size))
            total, = self.figures(peer)
            start, end, cpu, memory, _ = self.usage(process)
            return Sample(end - start, cpu, memory, total)
        self.start(contestant.command("memory-server", port))
        self.wait_for_listener(port)
        process = self.launch(contestant.command("memory", port), stdout=subprocess.PIPE)
        report = json.loads(process.stdout.read())
        _, _, cpu, memory, status = self.usage(process)
        if status:
            raise Failure(f"{contestant.name}: status {status}")
        if "end" in report:
            return Sample(report["end"]["sum_received"]["seconds"], cpu, memory, report["end"]["sum_received"]["bytes"])
        return Sample(report["seconds"], cpu, memory, report["arrived"])

    def source(self, end, size):
        if end == "file":
            return open(self.file(size), "rb")
        if end == "zero":
            return open("/dev/zero", "rb")
        if end == "feed":
            producer = self.start([self.tools["partner"], "feed", str(size)], stdout=subprocess.PIPE)
        else:
            producer = self.start(["head", "-c", str(size), "/dev/zero"], stdout=subprocess.PIPE)
        return producer.stdout

    def file(self, size):
        """A file on tmpfs with bytes that do not repeat."""
        path = os.path.join(self.tmpfs, f"data-{size}")
        if not os.path.exists(path):
            block = os.urandom(1 << 20)
            with open(path, "wb") as file:
                for start in range(0, size, len(block)):
                    file.write(block[:size - start])
        return path

    def receive(self, row, contestant, size):
        """What a peer sends to standard output."""
        port = self.next_port()
        consumer = path = None
        with open("/dev/null", "wb") as null:
            if row.end in ("cat", "wc"):
                words = ["cat"] if row.end == "cat" else ["wc", "-c"]
                consumer = self.start(words, stdin=subprocess.PIPE, stdout=null if row.end == "cat" else subprocess.PIPE)
                process = self.launch(contestant.command(row.kind, port, size=size), stdout=consumer.stdin)
                consumer.stdin.close()
            elif row.end == "null":
                process = self.launch(contestant.command(row.kind, port, size=size), stdout=null)
            else:
                path = os.path.join(self.tmpfs if row.end == "tmpfs" else self.disk, "received")
                with open(path, "wb") as file:
                    process = self.launch(contestant.command(row.kind, port, size=size), stdout=file)
        self.wait_for_listener(port)
        start = time.monotonic()
        peer = self.partner("send", port, size, ready=False)
        self.figures(peer)
        _, end, cpu, memory, status = self.usage(process)
        arrived = size
        if consumer:
            self.wait(consumer)
            end = max(end, time.monotonic())
            if row.end == "wc":
                arrived = int(consumer.stdout.read())
        if path:
            arrived = os.path.getsize(path)
            os.unlink(path)
        if status or arrived != size:
            raise Failure(f"{contestant.name}: status {status}, {arrived} of {size} bytes arrived")
        return Sample(end - start, cpu, memory, size)

    def relay(self, row, contestant, size):
        """From one socket to another."""
        port, onward = self.next_port(), self.next_port()
        sink = self.partner("take", onward)
        command = contestant.command("relay", port, onward=onward)
        if command is None or contestant.name == "C":
            # Started as by inetd: the accepted connection is its standard input and output.
            inner = command or contestant.command("inetd", onward)
            command = [self.tools["partner"], "accept", str(port), *inner]
        process = self.launch(command)
        self.wait_for_listener(port)
        start = time.monotonic()
        sender = self.partner("send", port, size, ready=False)
        total, = self.figures(sink)
        self.figures(sender)
        _, end, cpu, memory, status = self.usage(process)
        if status or total != size:
            raise Failure(f"{contestant.name}: status {status}, {total} of {size} bytes arrived")
        return Sample(end - start, cpu, memory, size)

    def both(self, row, contestant, size):
        """Standard input to the peer while the peer's bytes go to standard output."""
        port = self.next_port()
        peer = self.partner("both", port, size)
        producer = self.start([self.tools["partner"], "feed", str(size)], stdout=subprocess.PIPE)
        consumer = self.start([self.tools["partner"], "count"], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        process = self.launch(contestant.command(row.kind, port), stdin=producer.stdout, stdout=consumer.stdin)
        producer.stdout.close()
        consumer.stdin.close()
        total, = self.figures(peer)
        start, end, cpu, memory, status = self.usage(process)
        received, _ = self.figures(consumer)
        if status or total != size or received != size:
            raise Failure(f"{contestant.name}: status {status}, {total} and {received} of {size} bytes arrived")
        return Sample(end - start, cpu, memory, size)

    def datagrams_out(self, row, contestant, size):
        """A stream, cut into datagrams."""
        port = self.next_port()
        peer = self.partner("datagrams-in", port)
        producer = self.start([self.tools["partner"], "feed", str(size)], stdout=subprocess.PIPE)
        process = self.launch(contestant.command(row.kind, port, size=row.datagram), stdin=producer.stdout)
        producer.stdout.close()
        start, end, cpu, memory, status = self.usage(process)
        total, _ = self.figures(peer)
        if status:
            raise Failure(f"{contestant.name}: status {status}")
        return Sample(end - start, cpu, memory, size, arrived=total / size)

    def datagrams_in(self, row, contestant, size):
        """Datagrams to a pipe; those that the socket has no room for are lost, as usual with UDP."""
        port = self.next_port()
        consumer = self.start([self.tools["partner"], "count"], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        process = self.launch(contestant.command(row.kind, port), stdout=consumer.stdin)
        consumer.stdin.close()
        self.wait_for_listener(port, "udp")
        sender = self.partner("datagrams-out", port, row.datagram, 700, ready=False)
        sent, = self.figures(sender)
        time.sleep(0.3)
        self.end_child(process, signal.SIGTERM)
        _, _, cpu, memory, _ = self.usage(process)
        total, nanoseconds = self.figures(consumer)
        received = total // row.datagram
        if received < 100 or not nanoseconds:
            raise Failure(f"{contestant.name}: {received} datagrams of {sent} arrived")
        return Sample(nanoseconds / 1e9, cpu, memory, received, arrived=received / sent)

    def echo(self, row, contestant, size):
        """The contestant as the server: a pipe from its standard output to its standard input makes it echo."""
        port = self.next_port()
        reading, writing = os.pipe()
        process = self.launch(contestant.command(row.kind, port), pinned=True, stdin=reading, stdout=writing)
        os.close(reading)
        os.close(writing)
        self.wait_for_listener(port)
        return self.rounds(contestant, process, port)

    def rounds(self, contestant, process, port):
        """One byte to a port and back, over and over: the median. Ends the contestant."""
        rounds = self.start(["taskset", "-c", "0", self.tools["partner"], "rounds", str(port), "5000"],
                            stderr=subprocess.PIPE)
        median, _ = self.figures(rounds)
        self.end_child(process, signal.SIGTERM)
        _, _, cpu, memory, _ = self.usage(process)
        if not median:
            raise Failure(f"{contestant.name}: the echo ended")
        return Sample(median / 1e9, cpu, memory, 0)

    def talk(self, row, contestant, size):
        """The contestant as the client: a byte written to its standard input comes back on its standard output."""
        port = self.next_port()
        server = self.launch([self.tools["latency"], "echo", str(port)], pinned=True)
        self.wait_for_listener(port)
        answer_reading, answer_writing = os.pipe()
        question_reading, question_writing = os.pipe()
        process = self.launch(contestant.command(row.kind, port), pinned=True, stdin=question_reading,
                              stdout=answer_writing)
        rounds = self.start(["taskset", "-c", "0", self.tools["partner"], "rounds-through-pipes", "5000"],
                            stdin=answer_reading, stdout=question_writing, stderr=subprocess.PIPE)
        for descriptor in (answer_reading, answer_writing, question_reading, question_writing):
            os.close(descriptor)
        median, _ = self.figures(rounds)
        self.end_child(process, signal.SIGTERM)
        _, _, cpu, memory, _ = self.usage(process)
        self.usage(server)
        if not median:
            raise Failure(f"{contestant.name}: the conversation ended")
        return Sample(median / 1e9, cpu, memory, 0)

    def start_up(self, row, contestant, size):
        """A client that starts, sends one byte and exits: the median of twenty runs."""
        port = self.next_port()
        sink = self.partner("sink", port)
        command = contestant.command(row.kind, port)
        lives = []
        path = os.path.join(self.tmpfs, "one")
        with open(path, "w", encoding="ascii") as file:
            file.write("x")
        for _ in range(20):
            with open(path, "rb") as one:
                start, end, cpu, memory, status = self.usage(self.launch(command, stdin=one))
            if status:
                raise Failure(f"{contestant.name}: status {status}")
            lives.append((end - start, cpu, memory))
        lives.sort()
        wall, cpu, memory = lives[len(lives) // 2]
        instructions = self.instructions(command, path)
        sink.terminate()
        sink.wait()
        return Sample(wall, cpu, memory, 0, instructions=instructions)

    def instructions(self, command, path):
        """The number of instructions of the program (not of the kernel); 0 if valgrind is missing."""
        if not shutil.which("valgrind"):
            return 0
        with open(path, "rb") as one:
            answer = subprocess.run(
                ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command], stdin=one,
                capture_output=True, text=True, timeout=PATIENCE, check=False)
        found = re.search(r"Collected : (\d+)", answer.stderr)
        return int(found[1]) if found else 0

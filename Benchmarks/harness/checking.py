"""Checks by hash that every byte arrives unchanged: one run for each contestant and row, before anything is timed."""

import hashlib
import os
import random
import socket
import subprocess
import threading

from .contestants import HOST
from .measuring import PATIENCE
from .sample import Failure

# Not a multiple of any block or buffer size.
SIZE = (16 << 20) + 12_345


class Check:
    """Moves the same bytes through a contestant, and compares what came out."""

    def __init__(self, bench):
        self.bench = bench
        self.data = random.Random(1).randbytes(SIZE)
        self.expected = hashlib.sha256(self.data).hexdigest()

    def __call__(self, row, contestant):
        way = {"send": self.send, "receive": self.receive, "both": self.both, "relay": self.relay}.get(row.run)
        # /dev/zero has no data to compare, /dev/null keeps none, and datagrams may be lost.
        if way is None or row.end in ("zero", "null"):
            return
        found = way(row, contestant)
        if any(digest != self.expected for digest in found):
            raise Failure(f"{contestant.name} changed or lost bytes at '{row.title}'")

    def send(self, row, contestant):
        server, result = self.server()
        command = contestant.command(row.kind, server.getsockname()[1], size=SIZE)
        if row.end == "file":
            path = os.path.join(self.bench.tmpfs, "check")
            with open(path, "wb") as file:
                file.write(self.data)
            with open(path, "rb") as source:
                process = self.bench.start(command, stdin=source)
        else:
            process = self.bench.start(command, stdin=subprocess.PIPE)
            threading.Thread(target=self.write, args=[process.stdin], daemon=True).start()
        return [result()]

    def receive(self, row, contestant):
        port = self.bench.next_port()
        command = contestant.command(row.kind, port, size=SIZE)
        if row.end in ("tmpfs", "disk"):
            path = os.path.join(self.bench.tmpfs if row.end == "tmpfs" else self.bench.disk, "check")
            with open(path, "wb") as file:
                process = self.bench.start(command, stdout=file)
            self.client(port)
            self.bench.wait(process)
            with open(path, "rb") as file:
                return [hashlib.sha256(file.read()).hexdigest()]
        process = self.bench.start(command, stdout=subprocess.PIPE)
        threading.Thread(target=self.client, args=[port], daemon=True).start()
        return [hashlib.sha256(process.stdout.read()).hexdigest()]

    def both(self, row, contestant):
        server, result = self.server(answer=True)
        process = self.bench.start(contestant.command(row.kind, server.getsockname()[1]), stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE)
        threading.Thread(target=self.write, args=[process.stdin], daemon=True).start()
        received = hashlib.sha256(process.stdout.read()).hexdigest()
        return [received, result()]

    def relay(self, row, contestant):
        server, result = self.server()
        port, onward = self.bench.next_port(), server.getsockname()[1]
        command = contestant.command("relay", port, onward=onward)
        if command is None or contestant.name == "C":
            inner = command or contestant.command("inetd", onward)
            command = [self.bench.tools["partner"], "accept", str(port), *inner]
        self.bench.start(command)
        self.client(port)
        return [result()]

    def write(self, stream):
        with stream:
            stream.write(self.data)

    def client(self, port):
        try:
            self.bench.wait_for_listener(port)
        except Failure:
            # The contestant does not listen. Once it has ended, the comparison of its output fails.
            self.bench.end()
            return
        with socket.create_connection((HOST, port)) as peer:
            peer.sendall(self.data)
            peer.shutdown(socket.SHUT_WR)
            while peer.recv(65536):
                pass

    def server(self, answer=False):
        """A listener that hashes what one peer sends; `result` waits for that."""
        server = socket.create_server((HOST, 0))
        server.settimeout(PATIENCE)
        found = []

        def serve():
            digest = hashlib.sha256()
            with server, server.accept()[0] as peer:
                writer = threading.Thread(target=self.answer, args=[peer], daemon=True)
                if answer:
                    writer.start()
                while block := peer.recv(1 << 20):
                    digest.update(block)
                if answer:
                    writer.join(PATIENCE)
            found.append(digest.hexdigest())

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()

        def result():
            thread.join(PATIENCE)
            return found[0] if found else "nothing"

        return server, result

    def answer(self, peer):
        peer.sendall(self.data)
        peer.shutdown(socket.SHUT_WR)

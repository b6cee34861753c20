"""The result of a run."""

from dataclasses import asdict, dataclass


class Failure(Exception):
    """A run that failed, and does not count."""


@dataclass
class Sample:
    """The result of one run. Times are in seconds, memory in KiB; `amount` is what was done: bytes, datagrams, connections
    or messages; for the memory of a connection, KiB; unused for times."""

    wall: float
    cpu: float
    memory: int
    amount: float
    arrived: float = 1.0
    instructions: int = 0

    def as_dict(self):
        return asdict(self)

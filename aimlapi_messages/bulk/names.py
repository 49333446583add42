"""The names of a run's requests, millions of them in little memory. Pure."""

from __future__ import annotations

from array import array
from hashlib import blake2b
from typing import Final, NamedTuple

from .results import ANSWER_LOST, PERHAPS_BILLED

# The states of a name. What is more is a kind of failure.
NEW: Final = 0
SUCCEEDED: Final = 1
LOST: Final = 2
PERHAPS: Final = 3
STATES: Final = ("", "succeeded", ANSWER_LOST, PERHAPS_BILLED)
STATE: Final = 0x3F
READ: Final = 0x40  # the input of this run has brought it
GIVEN: Final = 0x80  # this run has a request for it, or has given its result


class Known(NamedTuple):
    """What is known of a name: the hash of its request, 0 for unknown, and its state."""

    request: int
    state: int


class Names:
    """A mapping of the hashes of names to 64 bits and a state, 17 bytes a place, two thirds of them full at most.

    That two of ten million names have the same hash is one chance in 300,000.
    """

    def __init__(self) -> None:
        self._count = 0
        self._make(1024)

    def __getitem__(self, key: int) -> Known:
        place = self._place(key)
        return Known(self._requests[place], self._states[place])

    def __setitem__(self, key: int, known: Known) -> None:
        place = self._place(key)
        if not self._keys[place]:
            self._count += 1
        self._keys[place], self._requests[place], self._states[place] = key, *known
        if self._count * 3 > len(self._keys) * 2:
            old = zip(self._keys, self._requests, self._states, strict=True)
            self._make(len(self._keys) * 2)
            for key, *found in old:
                if key:
                    place = self._place(key)
                    self._keys[place], self._requests[place], self._states[place] = key, *found

    def _make(self, size: int) -> None:
        self._keys, self._requests = array("Q", bytes(8 * size)), array("Q", bytes(8 * size))
        self._states = bytearray(size)

    def _place(self, key: int) -> int:
        keys, last = self._keys, len(self._keys) - 1
        place = key & last
        while keys[place] not in (0, key):
            place = (place + 1) & last
        return place


def hash_of(name: str) -> int:
    """64 bits of a name, but never 0."""
    return int.from_bytes(blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") or 1

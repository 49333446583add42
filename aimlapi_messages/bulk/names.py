"""The names of a run's requests, millions of them in little memory. Pure."""

from __future__ import annotations

from array import array
from hashlib import blake2b
from typing import Final

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


class Names:
    """What is known of names, by their hashes: the hash of the request, 0 for unknown, and a state.

    A name takes 17 bytes, and two thirds of the places are full at most.
    That two of ten million names have the same hash is one chance in 300,000.
    """

    def __init__(self) -> None:
        self._make(1024)

    def __getitem__(self, key: int) -> tuple[int, int]:
        place = self._place(key)
        return self._requests[place], self._states[place]

    def __setitem__(self, key: int, known: tuple[int, int]) -> None:
        place = self._place(key)
        if not self._keys[place]:
            self._keys[place] = key
            self._room -= 1
        self._requests[place], self._states[place] = known
        if not self._room:
            old = zip(self._keys, self._requests, self._states, strict=True)
            self._make(len(self._keys) * 2)
            for key, request, state in old:
                if key:
                    self[key] = request, state

    def _make(self, size: int) -> None:
        self._keys, self._requests = array("Q", bytes(8 * size)), array("Q", bytes(8 * size))
        self._states, self._last, self._room = bytearray(size), size - 1, size * 2 // 3

    def _place(self, key: int) -> int:
        keys, last = self._keys, self._last
        place = key & last
        while (found := keys[place]) != key and found:
            place = (place + 1) & last
        return place


def hash_of(name: str) -> int:
    """64 bits of a name, but never 0."""
    return int.from_bytes(blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") or 1

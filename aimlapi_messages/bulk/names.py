"""The names of a run's requests, millions of them in little memory. Pure."""

from __future__ import annotations

from array import array
from hashlib import blake2b
from typing import Final, NamedTuple

# The state of a name. What is more than these is a kind of failure.
NEW: Final = 0
SUCCEEDED: Final = 1
LOST: Final = 2  # paid, and the answer never came
PERHAPS: Final = 3  # perhaps paid
STATE: Final = 0x7F
GIVEN: Final = 0x80  # the input of this run has brought it


class Known(NamedTuple):
    """What is known of a name: the hash of its request, 0 for unknown, and its state."""

    request: int
    state: int


class Names:
    """A mapping of names to 64 bits and a state, 17 bytes a place: open addressing, two thirds of it full at most.

    Of each name it keeps 64 bits of a hash. That two of ten million have the same is one chance in 300,000.
    """

    def __init__(self) -> None:
        self._count = 0
        self._make(1024)

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, name: str) -> Known:
        place = self._place(hash_of(name))
        return Known(self._requests[place], self._states[place])

    def __setitem__(self, name: str, known: Known) -> None:
        place = self._place(key := hash_of(name))
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

    def free(self, stem: str) -> str:
        """The first of `stem`, `stem-2`, `stem-3` ... that the input has not brought. Those before it all were."""
        if not self[stem].state & GIVEN:
            return stem
        low, high = 1, 2
        while self[f"{stem}-{high}"].state & GIVEN:
            low, high = high, high * 2
        while high - low > 1:
            middle = (low + high) // 2
            if self[f"{stem}-{middle}"].state & GIVEN:
                low = middle
            else:
                high = middle
        return f"{stem}-{high}"

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

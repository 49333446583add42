"""The last answers that came with ETags, shared by a client and its copies."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Any, Final, NamedTuple

__all__ = ["Kept"]

# The whole catalogue with its prices is half a megabyte.
_MOST_KEPT: Final = 16


class _Answer(NamedTuple):
    etag: str
    value: Any


class Kept:
    """By the path and query that were asked. Safe between threads."""

    def __init__(self) -> None:
        self._answers: OrderedDict[str, _Answer] = OrderedDict()
        self._lock = Lock()

    def get(self, place: str) -> _Answer | None:
        with self._lock:
            return self._answers.get(place)

    def keep(self, place: str, etag: str, value: object) -> None:
        with self._lock:
            self._answers[place] = _Answer(etag, value)
            self._answers.move_to_end(place)
            if len(self._answers) > _MOST_KEPT:
                self._answers.popitem(last=False)

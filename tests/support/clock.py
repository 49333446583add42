"""A clock that stands still until a test moves it. Not a test."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import httpx

# The clock of the emulators whose tests compare times.
FROZEN_AT = datetime(2026, 9, 1, tzinfo=UTC)


class Clock:
    """Stands still until it is moved. step: the seconds that pass whenever somebody looks."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.step = 0.0

    def __call__(self) -> float:
        self.now += self.step
        return self.now

    def after(self, seconds: float, made: Callable[[], httpx.Response]) -> Callable[[], httpx.Response]:
        """An answer that takes so long to begin."""

        def late() -> httpx.Response:
            self.now += seconds
            return made()

        return late

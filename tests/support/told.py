"""A call hook that keeps what it is told, and the call of the gateway that it is told of. Not a test."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from threading import get_ident
from typing import Any

from aimlapi_messages import Call, CallOutcome

from .callers import Caller
from .deadlines import LIMIT


class Told:
    """A hook that keeps what it is told, in its order, and where."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.outcomes: list[CallOutcome] = []
        self.threads: set[int] = set()

    def __call__(self, call: Call) -> Callable[[CallOutcome], None]:
        self.calls.append(call)
        return self.ended

    def ended(self, outcome: CallOutcome) -> None:
        self.outcomes.append(outcome)
        self.threads.add(get_ident())

    @property
    def outcome(self) -> CallOutcome:
        """That of the only call."""
        (call, outcome) = self.calls + self.outcomes
        assert isinstance(outcome, CallOutcome)
        assert outcome.seconds >= 0
        assert repr(call).count("Hi") == repr(outcome).count("Hel") == 0
        return outcome

    async def until(self, number: int) -> None:
        """What is dropped is told of by another thread."""
        async with asyncio.timeout(LIMIT):
            while len(self.outcomes) < number:
                gc.collect()
                await asyncio.sleep(0.001)


def told_by(caller: Caller, **options: Any) -> Told:
    told = Told()
    caller.options |= {"on_call": told, **options}
    return told

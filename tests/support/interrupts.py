"""Runs a signal handler at a given step of Python code: between any two of its instructions. Not a test."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dis import opname
from types import FrameType
from typing import Any, Final

# Only the code of these is interrupted on an event loop: what a handler leaves of the loop itself, nobody could use.
_PACKAGES: Final = tuple(f"{os.sep}{name}{os.sep}" for name in ("aimlapi_messages", "httpcore", "h11"))
# And only after these, where Python does handle signals; never where an `await` would be left without what it awaits.
_HANDLED: Final = frozenset({"CALL", "CALL_FUNCTION_EX", "JUMP_BACKWARD"})


class Interrupts:
    """Calls what `signal.signal` has for SIGUSR1 at one step of what is run within `at`, and counts the steps.

    everywhere: between any two instructions, also in the code of the standard library and others. Else where Python
        handles signals, in the tasks of an event loop; what is raised in a callback, the loop keeps to itself.
    within: of all that, only in the code of this folder.
    """

    def __init__(self, *, everywhere: bool, within: str = "") -> None:
        self._everywhere, self._within = everywhere, within
        self._step = 0
        self._before: dict[FrameType, str] = {}
        self.steps = 0

    @contextmanager
    def at(self, step: int) -> Iterator[None]:
        self._step, self.steps = step, 0
        sys.settrace(self._trace)
        try:
            yield
        finally:
            sys.settrace(None)
            self._before.clear()

    def _trace(self, frame: FrameType, event: str, _argument: object) -> Any:
        name = frame.f_code.co_filename
        if frame.f_code.co_name == "__del__":  # what is raised there, Python keeps to itself
            return None
        if self._within not in name or not (self._everywhere or any(one in name for one in _PACKAGES)):
            return None
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        if event == "opcode" and (self._everywhere or self._is_handled(frame)):
            self.steps += 1
            if self.steps == self._step:
                handler: Any = signal.getsignal(signal.SIGUSR1)
                handler(signal.SIGUSR1, frame)
        return self._trace

    def _is_handled(self, frame: FrameType) -> bool:
        before, self._before[frame] = self._before.get(frame), opname[frame.f_code.co_code[frame.f_lasti]]
        # aiohttp's session warns by itself where nobody gets it
        return before in _HANDLED and asyncio.current_task() is not None and frame.f_code.co_name != "_open"


def spread(steps: int, most: int) -> Iterator[int]:
    """Numbers of steps, so many at most, evenly from the first to the last."""
    yield from sorted({1 + place * (steps - 1) // (most - 1) for place in range(most)})

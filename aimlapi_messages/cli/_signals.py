"""Ctrl-C as a signal: one KeyboardInterrupt, however many come at once. A second would come into what cleans up."""

from __future__ import annotations

import signal
import time
from typing import Final

__all__ = ["interrupt_again", "interrupt_once"]

_AT_ONCE: Final = 0.5  # seconds; later, whoever presses it again wants to be heard
_state = {"since": 0.0, "listens": False}


def interrupt_once() -> None:
    """Raise one for those of half a second, unless whoever started the command lets it ignore them."""
    _state["listens"] = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    interrupt_again()


def interrupt_again() -> None:
    """One has been dealt with: raise another for the next, however soon it comes."""
    _state["since"] = 0.0
    if _state["listens"]:
        signal.signal(signal.SIGINT, _interrupt)


def _interrupt(*_: object) -> None:
    now = time.monotonic()
    if now - _state["since"] > _AT_ONCE:
        _state["since"] = now
        raise KeyboardInterrupt

"""Ctrl-C as a signal: one KeyboardInterrupt, however many come. A second would come into what cleans up after it."""

from __future__ import annotations

import signal
from typing import NoReturn

__all__ = ["interrupt_again", "interrupt_once"]

_state = {"listening": False}


def interrupt_once() -> None:
    """Raise KeyboardInterrupt for the next Ctrl-C only, unless whoever started the command lets it ignore them."""
    _state["listening"] = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    interrupt_again()


def interrupt_again() -> None:
    """After one that has been dealt with, raise it for the next."""
    if _state["listening"]:
        signal.signal(signal.SIGINT, _interrupt)


def _interrupt(*_: object) -> NoReturn:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt

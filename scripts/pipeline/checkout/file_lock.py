"""One run at a time: a run that changes a checkout waits for the one before it."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Generator
from pathlib import Path

from ..document.errors import PipelineError

__all__ = ["exclusive"]

PAUSE = 0.2


@contextlib.contextmanager
def exclusive(path: Path, *, wait_limit: float = 600.0) -> Generator[None]:
    """Hold ``path``, an existing file, against other runs; the system lets go of it even when this one is killed.

    Waits for ``wait_limit`` seconds, then raises `PipelineError`. Where the system has no such locks, nothing is held.
    """
    if sys.platform == "win32" or not path.exists():
        yield
        return
    import fcntl  # noqa: PLC0415 (not there on Windows)

    deadline = time.monotonic() + wait_limit
    handle = os.open(path, os.O_RDONLY)
    try:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise PipelineError(
                        f"another run has held this checkout for {wait_limit:.0f} seconds",
                        source=str(path),
                        hint="wait for it, or end it",
                    ) from None
                time.sleep(PAUSE)
        yield
    finally:
        os.close(handle)

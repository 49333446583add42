"""Runs a function of a test module in a process of its own, where no warning passes. Not a test."""

from __future__ import annotations

import faulthandler
import gc
import logging
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .deadlines import LIMIT


def in_another_process(module: str, *what: str) -> None:
    """Run `main` of a module there, in development mode and with warnings as errors.

    It has to come back, and neither an error, a warning nor anything that Python could not raise may come of it.
    """
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-m", module, *what],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=4 * LIMIT,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), f"{done.stdout}ended with {done.returncode}:\n{done.stderr}"


def main(functions: Mapping[str, Callable[..., Any]]) -> None:
    """Run the function that the command line names, and say where it stands when it does not get on."""
    logging.getLogger("asyncio").setLevel(logging.ERROR)  # it tells of what a busy machine takes long for
    faulthandler.dump_traceback_later(2 * LIMIT, exit=True)
    gc.freeze()  # the collector looks only at what is made from here on
    functions[sys.argv[1]](*sys.argv[2:])

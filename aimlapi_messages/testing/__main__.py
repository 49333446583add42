"""Serves the emulator from the command line: `python -m aimlapi_messages.testing`.

Prints one line with the base URL once requests are accepted, then serves until SIGINT or SIGTERM and exits
with 0. Exits with 2 if the command line, the document or the address is unusable.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from aimlapi_messages import testing


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code. `arguments` default to those of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m aimlapi_messages.testing",
        description="Serve a local emulator of the AI/ML API gateway's Anthropic section.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="port to listen on (default: a free one)")
    parser.add_argument(
        "--document", type=Path, metavar="FILE", help="OpenAPI document to implement, YAML or JSON (default: built in)"
    )
    parser.add_argument(
        "--balance", type=float, default=10, metavar="USD", help="money on the account (default: %(default)s)"
    )
    parser.add_argument("--database", type=Path, metavar="FILE", help="SQLite file that keeps state (default: none)")
    parser.add_argument(
        "--reply",
        type=Path,
        action="append",
        metavar="FILE",
        default=[],
        help="recorded answer, JSON or server-sent events; several answer in turn (default: it answers by itself)",
    )
    return serve(**vars(parser.parse_args(arguments)))


def serve(*, reply: Sequence[Path] = (), **options: Any) -> int:
    """Run an emulator until SIGINT or SIGTERM and return the exit code. Other `options` are those of `Emulator`."""
    stopped = False  # and no event, whose lock the wait may hold just then

    def on_signal(number: int, frame: FrameType | None) -> None:
        nonlocal stopped
        stopped = True

    # Installed first, so that a signal during startup is not lost.
    former = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with testing.Emulator(**options) as emulator:
            if reply:
                emulator.reply(*reply, times=None)
            print(f"emulator ready at {emulator.base_url}", flush=True)
            while not stopped:
                time.sleep(0.2)
    except (ImportError, OSError, ValueError) as error:
        shown = "".join(char if char.isprintable() else repr(char)[1:-1] for char in str(error))
        print(f"emulator: {shown}", file=sys.stderr)
        return 2
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
    return 0


if __name__ == "__main__":
    sys.exit(main())

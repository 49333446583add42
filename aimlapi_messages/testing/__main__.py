"""The emulator on the command line: `python -m aimlapi_messages.testing`.

Prints one line with the base URL once requests are accepted, then serves until SIGINT or SIGTERM and exits
with 0. It exits with 2 when the command line, the document or the address is unusable.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from types import FrameType

from aimlapi_messages import testing
from aimlapi_messages.testing.account.prices import credits_of


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m aimlapi_messages.testing",
        description="Serve a local emulator of the AI/ML API gateway's Anthropic section.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=_port, default=0, help="port to listen on (default: a free one)")
    parser.add_argument(
        "--document",
        type=Path,
        metavar="FILE",
        help="OpenAPI document, YAML or JSON, to validate against and to serve (default: the built one)",
    )
    parser.add_argument(
        "--balance", type=_usd, default=Decimal(10), metavar="USD", help="money on the account (default: 10)"
    )
    parser.add_argument(
        "--database", type=Path, metavar="FILE", help="SQLite file that outlives the emulator (default: none)"
    )
    return parser


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 65535")
    return port


def _usd(text: str) -> Decimal:
    try:
        credits_of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return Decimal(text)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code. `arguments` are those of the command line by default."""
    options = _parser().parse_args(arguments)
    stop = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        stop.set()

    # The handlers come first, so that a signal while the emulator starts is not lost.
    former = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with testing.Emulator(**vars(options)) as emulator:
            print(f"emulator ready at {emulator.base_url}", flush=True)
            # A wait without a limit cannot be interrupted on Windows.
            while not stop.wait(0.2):
                pass
    except (ImportError, OSError, ValueError) as error:
        print(f"emulator: {error}", file=sys.stderr)
        return 2
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
    return 0


if __name__ == "__main__":
    sys.exit(main())

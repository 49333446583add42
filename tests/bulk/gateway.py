"""The emulator in a process of its own, of whose rows one in ten fails, in a way that its number says. Not a test.

`python -m tests.bulk.gateway` prints its URL, and for each line of its standard input what it has counted, as JSON.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

from aimlapi_messages.testing import Emulator, MessageRequest

_BALANCE: Final = Decimal(1000)
_MOST: Final = 1_000_000
# Answers that are charged, and then lost on the way: few, for each is looked up in the account's logs afterwards.
_LOST_EVERY: Final = 4000


class Counts(NamedTuple):
    """What the gateway has seen of each row: how often it was asked and charged; and what all together cost."""

    asked: list[int]
    charged: list[int]
    usd: Decimal


def question(row: int) -> str:
    return f"Row {row}: how are you?"


def end_of(row: int) -> str:
    """How a row ends that is not lost on the way: "succeeded", or the type of its error."""
    match row % 100:
        case 11 | 31 | 51 | 71:
            return "bad_request_error"
        case 91:
            return "not_found_error"
        case 17:
            return "internal_server_error"
        case 37:
            return "unexpected_response_error"
        case _:
            return "succeeded"


class Failing:
    """The answers of the emulator."""

    def __init__(self, garbage: Path) -> None:
        self._garbage = garbage
        self.asked, self.charged = array("L", bytes(8 * _MOST)), array("L", bytes(8 * _MOST))

    def __call__(self, request: MessageRequest) -> int | Path | None:
        found = re.match(r"Row ([0-9]+):", request.question)
        assert found is not None
        row = int(found[1])
        self.asked[row] += 1
        reply = self._reply(row)
        self.charged[row] += not isinstance(reply, int)
        return reply

    def _reply(self, row: int) -> int | Path | None:
        match end_of(row):
            case "bad_request_error":
                return 400
            case "not_found_error":
                return 404
            case "internal_server_error":
                return 500
            case "unexpected_response_error":
                return self._garbage
            case _ if self.asked[row] > 1:
                return None
            case _ if row % 100 in (57, 77):  # they pass
                return 502
            case _ if row // 32 % 80 == 40:  # overloaded for a while
                return 529 if row % 2 else 503
            case _:
                return None


@contextmanager
def gateway() -> Iterator[Gateway]:
    """Run one."""
    command = [sys.executable, "-m", "tests.bulk.gateway"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield Gateway(process, process.stdout.readline().strip())
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(60) == 0


class Gateway:
    """One that runs, at `url`."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self._process = process
        self.url = url

    def counts(self) -> Counts:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        return Counts(told["asked"], told["charged"], Decimal(told["usd"]))


def main() -> None:
    with TemporaryDirectory() as folder:
        garbage = Path(folder) / "garbage.json"
        garbage.write_text('{"detail": "This is no message."}', encoding="utf-8")
        failing = Failing(garbage)
        emulator = Emulator(balance=_BALANCE)
        emulator.reply(failing, times=None)
        emulator.script(
            *([{}] * (_LOST_EVERY // 2) + [{"x-emulator-stream": "reset-after=0"}] + [{}] * (_LOST_EVERY // 2)) * 40
        )
        emulator.start()
        print(emulator.base_url, flush=True)
        for _ in sys.stdin:
            most = next((row for row in range(_MOST - 1, -1, -1) if failing.asked[row]), -1) + 1
            asked, charged = failing.asked[:most].tolist(), failing.charged[:most].tolist()
            counted = {"asked": asked, "charged": charged, "usd": str(_BALANCE - emulator.balance)}
            print(json.dumps(counted), flush=True)
        emulator.stop()


if __name__ == "__main__":
    main()

"""The rows of the table: the task of each, its unit, and the clients it is not run for.

Clients that are only synchronous or only asynchronous are omitted from rows of the other kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# The unit of what is a ratio by itself, and not one to another client.
RATIO: Final = "ratio"
SLOW: Final = ("anthropic_sdk", "openai_sdk")


@dataclass(frozen=True)
class Row:
    """A row of the table.

    piece: the name and arguments of the task, see `work.py`.
    unit, scale: the unit shown, and the factor from seconds per unit of work.
    growth: rows with the same value show how a cost grows with `size`.
    measure: which of the task's numbers is shown.
    alone: run in a separate process, because memory is measured or earlier tasks would affect the result.
    without: clients that are omitted because they would take minutes.
    needs: the class of a client's file that does the task.
    """

    name: str
    piece: tuple[str | int, ...]
    unit: str
    scale: float
    growth: str = ""
    size: int = 0
    measure: str = "cpu"
    alone: bool = False
    without: tuple[str, ...] = ()
    needs: str = "Sync"


def _calls(number: int, each: int, *, alone: bool = False, without: tuple[str, ...] = ()) -> Row:
    name = f"small call, {number:,} in flight, async"
    of = "calls in flight"
    return Row(name, ("calls", number, each), "µs", 1e6, of, number, alone=alone, without=without, needs="Async")


def _stream(deltas: int, *, alone: bool = False, without: tuple[str, ...] = ()) -> Row:
    name = f"delta in a stream of {deltas:,}"
    return Row(name, ("stream", deltas), "µs", 1e6, "deltas in a stream", deltas, alone=alone, without=without)


def _tool(size: int, *, alone: bool = False, without: tuple[str, ...] = ()) -> Row:
    name = f"byte of a tool's input of {size // 1000:,} kB"
    return Row(name, ("tool", size), "ns", 1e9, "bytes of a tool's input", size, alone=alone, without=without)


def _run(name: str, kind: str) -> Row:
    return Row(name, ("run", kind, 256, 10_000), RATIO, 1, measure="ratio", alone=True, needs="Bulk")


_CROWD: Final = ("streams", 1000, 100)

ROWS: Final = (
    Row("second client", ("second", 0), "µs", 1e6),
    Row("second client and its first call", ("second", 1), "µs", 1e6),
    _calls(1, 40),
    _calls(16, 4),
    _calls(256, 1),
    _run("run of 256 in flight, of the time of a bare loop", "reply"),
    _run("the same where each answer takes 0.25 s", "late"),
    _calls(1000, 1, alone=True, without=("openai_sdk",)),
    Row("reply of 50 kB", ("reply", 50_000), "µs", 1e6),
    _stream(10),
    _stream(1000),
    _stream(10_000),
    _stream(20_000, alone=True, without=("openai_sdk",)),
    Row("delta in a stream of 10, async", ("stream_async", 10), "µs", 1e6, needs="Async"),
    Row("delta in a stream of 10,000, async", ("stream_async", 10_000), "µs", 1e6, needs="Async"),
    Row("time to first text of 10,000 deltas", ("stream", 10_000), "ms", 1e3, measure="wall"),
    _tool(1000),
    _tool(10_000),
    _tool(100_000, alone=True),
    _tool(1_000_000, alone=True, without=SLOW),
    Row(
        "stream of 100 deltas, 1,000 in flight, async",
        _CROWD,
        "ms",
        1e3,
        alone=True,
        without=("openai_sdk",),
        needs="Async",
    ),
    Row(
        "peak memory of 1,000 such streams",
        _CROWD,
        "MB",
        1,
        measure="peak",
        alone=True,
        without=("openai_sdk",),
        needs="Async",
    ),
)

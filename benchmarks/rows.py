"""The rows of the table: which piece of work, in which unit it is told, and for whom it is not run.

A client without asyncio, or with nothing else, is left out of rows of the other kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SLOW: Final = ("anthropic_sdk", "openai_sdk")


@dataclass(frozen=True)
class Row:
    """One row.

    piece: the name of the work and its arguments, see `work.py`.
    unit, scale: how a number is told; it is multiplied by the scale, from seconds for each unit of work.
    growth: the rows of one name show a cost as the work grows, by `size`.
    measure: which of the numbers that the work gives.
    alone: in a process that does nothing else, for its memory is measured, or what came before would weigh on it.
    without: clients that are left out, because they would take minutes.
    needs: which class of a client's file does the work.
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


_CROWD: Final = ("streams", 1000, 100)

ROWS: Final = (
    Row("second client", ("second", 0), "µs", 1e6),
    Row("second client and its first call", ("second", 1), "µs", 1e6),
    _calls(1, 40),
    _calls(16, 4),
    _calls(256, 1),
    _calls(1000, 1, alone=True, without=("openai_sdk",)),
    Row("reply of 50 kB", ("reply", 50_000), "µs", 1e6),
    _stream(10),
    _stream(1000),
    _stream(10_000),
    _stream(20_000, alone=True, without=("openai_sdk",)),
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

"""The tasks that are measured, the same for every client. Run by `worker.py`, in one process per client.

A task returns its measurements: `cpu`, the seconds of this process with all its threads, for `units` of work; some add
`wall` (seconds) or `peak` (MB).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from statistics import median
from types import ModuleType
from typing import Any

from .machine import peak_memory

Numbers = dict[str, float]


def calls(client: ModuleType, url: str, in_flight: int, each: int) -> Numbers:
    """Small calls by `in_flight` concurrent tasks, each of which makes `each` calls after one that is not counted."""

    async def run() -> Numbers:
        one = client.Async(f"{url}/reply/100")

        async def several(number: int) -> None:
            for _ in range(number):
                await one.reply()

        await asyncio.gather(*(several(1) for _ in range(in_flight)))
        before = time.process_time()
        await asyncio.gather(*(several(each) for _ in range(in_flight)))
        cpu = time.process_time() - before
        await one.close()
        return {"cpu": cpu, "units": in_flight * each}

    return asyncio.run(run())


def run(client: ModuleType, url: str, kind: str, in_flight: int, rows: int) -> Numbers:
    """How long `messages.run` takes, as a multiple of a bare loop of the same client; the two take turns."""

    async def both() -> Numbers:
        one = client.Bulk(f"{url}/{kind}/100")
        await one.loop(in_flight, in_flight)
        ratios: list[float] = []
        for _ in range(3):
            began = time.perf_counter()
            await one.loop(in_flight, rows)
            between = time.perf_counter()
            await one.run(in_flight, rows)
            ratios.append((time.perf_counter() - between) / (between - began))
        await one.close()
        return {"ratio": median(ratios)}

    return asyncio.run(both())


def streams(client: ModuleType, url: str, number: int, deltas: int) -> Numbers:
    """`number` concurrent streams, with the peak memory of the process."""

    async def run() -> Numbers:
        one = client.Async(f"{url}/text/{deltas}")
        await one.text(_nothing)
        before = time.process_time()
        lengths = await asyncio.gather(*(one.text(_nothing) for _ in range(number)))
        cpu = time.process_time() - before
        await one.close()
        if len(set(lengths)) != 1:
            raise RuntimeError("The streams returned different texts.")
        return {"cpu": cpu, "units": number, "peak": peak_memory()}

    return asyncio.run(run())


def stream_async(client: ModuleType, url: str, deltas: int) -> Numbers:
    """One stream, after a short one that is not counted; short streams are repeated."""

    async def run() -> Numbers:
        first = client.Async(f"{url}/text/10")
        await first.text(_nothing)
        await first.close()
        one = client.Async(f"{url}/text/{deltas}")
        times = max(1, 500 // deltas)
        before = time.process_time()
        for _ in range(times):
            await one.text(_nothing)
        cpu = time.process_time() - before
        await one.close()
        return {"cpu": cpu, "units": deltas * times}

    return asyncio.run(run())


def stream(client: ModuleType, url: str, deltas: int) -> Numbers:
    """The same without asyncio; short streams are repeated."""
    client.Sync(f"{url}/text/10").text(_nothing)
    one = client.Sync(f"{url}/text/{deltas}")
    times = max(1, 500 // deltas)
    firsts: list[float] = []
    cpu = 0.0
    for _ in range(times):
        began, before = time.perf_counter(), time.process_time()
        one.text(lambda began=began: firsts.append(time.perf_counter() - began))
        cpu += time.process_time() - before
    return {"cpu": cpu, "units": deltas * times, "wall": sorted(firsts)[len(firsts) // 2]}


def tool(client: ModuleType, url: str, size: int) -> Numbers:
    """One stream of a tool call with an input of `size` bytes, after a small one that is not counted."""
    client.Sync(f"{url}/tool/1000").tool()
    one = client.Sync(f"{url}/tool/{size}")
    times = max(1, 20_000 // size)
    before = time.process_time()
    for _ in range(times):
        if not one.tool()["rows"]:
            raise RuntimeError("The tool's input is missing.")
    return {"cpu": time.process_time() - before, "units": size * times}


def reply(client: ModuleType, url: str, size: int) -> Numbers:
    """Sequential calls, each answered with a text of `size` bytes."""
    one = client.Sync(f"{url}/reply/{size}")
    one.reply()
    before = time.process_time()
    for _ in range(20):
        if len(one.reply()) != size:
            raise RuntimeError("The text is truncated.")
    return {"cpu": time.process_time() - before, "units": 20}


def second(client: ModuleType, url: str, each_calls: int) -> Numbers:
    """Clients created after a first one, each of which makes `each_calls` calls."""
    kind: Any = client.Sync
    kept = [kind(f"{url}/reply/100")]
    kept[0].reply()
    before = time.process_time()
    for _ in range(10):
        kept.append(kind(f"{url}/reply/100"))
        for _ in range(each_calls):
            kept[-1].reply()
    return {"cpu": time.process_time() - before, "units": 10}


def _nothing() -> None:
    pass


PIECES: dict[str, Callable[..., Numbers]] = {
    "calls": calls,
    "run": run,
    "streams": streams,
    "stream_async": stream_async,
    "stream": stream,
    "tool": tool,
    "reply": reply,
    "second": second,
}

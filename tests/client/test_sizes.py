"""What large answers cost: four times the bytes take four times the time and memory, whatever they are made of."""

from __future__ import annotations

import gzip
import json
import time
import tracemalloc
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final

import pytest

from aimlapi_messages import AIMLAPIError

from ..support.batches import LINES, lines, succeeded
from ..support.callers import Caller
from ..support.wire import (
    PING,
    STOP,
    TOOL_EVENTS,
    Chunks,
    answer,
    block_start,
    block_stop,
    body,
    delta,
    end,
    meta,
    sse,
    start,
    text_block,
    tool_block,
)

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

SMALL: Final = 100_000
# Of the bytes: what is kept of an answer that is nothing but blocks.
MOST_MEMORY: Final = 25

Make = Callable[[int], bytes]
Costs = tuple[float, int]


def filled(size: int, first: bytes, part: Callable[[int], bytes], last: bytes) -> bytes:
    """As many parts as have about that size."""
    count = size // len(part(10_000)) + 1
    return first + b"".join(map(part, range(count))) + last


def stream(part: Callable[[int], Any], block: dict[str, Any] | None = None) -> Make:
    """A message with parts in its first block, which are events."""
    first = sse(start(), block_start(block or text_block("")))
    return lambda size: filled(size, first, lambda place: sse(part(place)), sse(block_stop(), end(), STOP))


def one(first: str, part: str, last: str) -> Make:
    """A stream with one event of that size."""
    make = stream(lambda _: f"{first}@{last}")
    return lambda size: make(1).replace(b"@", part.encode() * (size // len(part)), 1)


def chat(**part: Any) -> str:
    return json.dumps({"id": "c", "model": "m", "choices": [{"delta": part}]})


def call(place: int) -> str:
    function = {"name": "f", "arguments": "{}"}
    return chat(tool_calls=[{"index": place, "id": f"call_{place}", "function": function}])


STREAMS: Final[dict[str, Make]] = {
    "pieces of a text": stream(lambda _: delta(text="ab ")),
    "halves of pairs": stream(lambda _: json.dumps(delta(text="\ud83d"))),
    "pieces of an input": stream(lambda _: delta(partial_json="ab "), tool_block()),
    "empty pieces": stream(lambda _: delta(partial_json=""), {**tool_block(), "partial_json": "x" * 10_000}),
    "one piece": one(json.dumps(delta(text=""))[:-3], "ab ", '"}}'),
    "one event of no use": one('{"type": "odd", "more": "', "ab ", '"}'),
    "one error": one('{"type": "error", "error": {"type": "api_error", "message": "', "word. ", '"}}'),
    "one event that is no JSON": one('{"', "ab ", ""),
    "blocks": stream(lambda place: block_start(text_block(""), place)),
    "blocks in one place": stream(lambda place: block_start(text_block(str(place)), 0)),
    "blocks without a type": stream(lambda place: block_start({"type": ""}, place)),
    "blocks without a start": stream(lambda place: delta(place, text="x")),
    "calls": stream(lambda place: block_start(tool_block(), place)),
    "calls that may lack something": stream(
        lambda place: block_start(tool_block(), place) if place % 2 else {"type": "odd", "delta": {"partial_json": "x"}}
    ),
    "texts in calls": stream(
        lambda place: delta(place // 2, text="x") if place % 2 else block_start(tool_block(), place // 2)
    ),
    "citations": stream(lambda _: delta(citation={})),
    "stops": stream(lambda _: block_stop()),
    "pings": stream(lambda _: PING),
    "costs": stream(lambda place: {"meta": meta(**{f"m{place}": 1}), f"n{place}": 1}),
    "changes of the message": stream(lambda place: {**end(None), "delta": {f"d{place}": 1}}),
    "starts of the message": stream(lambda _: start()),
    "unknown events": stream(lambda place: {"type": f"odd{place}"}),
    "texts of a chat": lambda size: filled(size, b"", lambda _: sse(chat(content="ab")), sse(chat(content="c"))),
    "calls of a chat": lambda size: filled(size, b"", lambda place: sse(call(place)), sse(call(1))),
    "comments": lambda size: sse(*TOOL_EVENTS[:3]) + b": ab\n" * (size // 5) + b"\n" + sse(*TOOL_EVENTS[3:]),
    "lines of data": lambda size: sse(*TOOL_EVENTS[:3]) + b"data:\n" * (size // 6) + b"\n" + sse(*TOOL_EVENTS[3:]),
    "blank lines": lambda size: sse(*TOOL_EVENTS[:3]) + b"\n" * size + sse(*TOOL_EVENTS[3:]),
    "no stream": lambda size: b"x\n" * (size // 2),
}  # fmt: skip


def whole(first: str, part: str, last: str) -> Make:
    """A message whose first block has parts."""
    text = json.dumps(body({"type": "odd"})).replace('"odd"', f'"odd", "more": {first}@{last}')
    return lambda size: text.replace("@", part * (size // len(part))).encode()


BODIES: Final[dict[str, Make]] = {
    "one text": whole('"', "ab ", '"'),
    "escapes": whole('"', r"\u00e9", '"'),
    "arrays": whole("[", "[], ", "1]"),
    "objects": whole("[", '{"a": 1}, ', "1]"),
    "an array in an array": whole("[", "[" * 100 + "]" * 100 + ", ", "1]"),
    "blocks": lambda size: json.dumps(body(*[text_block("")] * (size // 30))).encode(),
    "no JSON": lambda size: b"<p>word</p>\n" * (size // 12),
    "an error": lambda size: json.dumps({"type": "error", "error": {"message": "a. " * (size // 3)}}).encode(),
}  # fmt: skip

MANY_LINES: Final = json.dumps(succeeded("a"), indent=1)[:-1].encode()
RESULTS: Final[dict[str, Make]] = {
    "lines": lambda size: lines(succeeded("a")) * (size // 300),
    "an array": lambda size: json.dumps([succeeded("a")] * (size // 300)).encode(),
    "an array with indents": lambda size: json.dumps([succeeded("a")] * (size // 600), indent=1).encode(),
    "one line": lambda size: lines(succeeded("a", "ab " * (size // 3))),
    "one of an array": lambda size: b"[" + lines(succeeded("a", "{[ " * (size // 3))) + b"]",
    "one of many lines": lambda size: MANY_LINES + b', "more": [' + b"1,\n" * (size // 20) + b" " * size + b"1]}",
    "one with blank lines": lambda size: MANY_LINES + b', "more": [1' + b"\n" * size + b"]}",
    "one that never ends": lambda size: b'{"custom_id": "a", "more": "' + b"ab " * (size // 3),
    "one with a mistake": lambda size: b'{"custom_id": "a", "more": \n' + lines(succeeded("a")) * (size // 300),
    "gaps": lambda size: lines(succeeded("a")) + b" \n,\n" * (size // 4) + lines(succeeded("b")),
}  # fmt: skip


async def costs(work: Callable[[], Awaitable[object]]) -> Costs:
    """The seconds of the processor that some work takes, the less of two times, and the most memory at once."""
    seconds: list[float] = []
    for _ in range(2):
        began = time.process_time()
        await work()
        seconds.append(time.process_time() - began)
    tracemalloc.start()
    try:
        await work()
        return min(seconds), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


async def grows_with_its_bytes(small: bytes, large: bytes, measured: Callable[[bytes], Awaitable[Costs]]) -> None:
    """What grows with the square of them takes sixteen times as long."""
    (seconds, memory), (more_seconds, more_memory) = await measured(small), await measured(large)
    growth = len(large) / len(small)
    assert 3.5 < growth < 4.5
    assert more_seconds < 2.5 * growth * seconds + 0.1
    assert more_memory < 2 * growth * memory + 500_000
    assert more_memory < MOST_MEMORY * len(large)


def pieces(data: bytes) -> list[bytes]:
    return [data[place : place + 16_384] for place in range(0, len(data), 16_384)]


async def tried(work: Awaitable[object]) -> None:
    """Whatever comes of it."""
    with suppress(AIMLAPIError):
        await work


@pytest.mark.parametrize("name", STREAMS)
async def test_a_stream_costs_as_much_as_it_has_bytes(caller: Caller, name: str) -> None:
    """Read to its end, with the message at the end."""

    async def measured(data: bytes) -> Costs:
        caller.meet(answer(Chunks(pieces(data))))
        return await costs(lambda: tried(caller.final()))

    make = STREAMS[name]
    await grows_with_its_bytes(make(SMALL), make(4 * SMALL), measured)


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("name", BODIES)
async def test_a_body_costs_as_much_as_it_has_bytes(caller: Caller, name: str, packed: bool) -> None:
    """Decompressed ones."""

    async def measured(data: bytes) -> Costs:
        sent, headers = (gzip.compress(data), {"content-encoding": "gzip"}) if packed else (data, {})
        caller.meet(answer(Chunks(pieces(sent)), headers=headers, type="application/json"))
        return await costs(lambda: tried(caller.create()))

    make = BODIES[name]
    await grows_with_its_bytes(make(SMALL), make(4 * SMALL), measured)


@pytest.mark.operation("get_batch")
@pytest.mark.parametrize("size", [100, 16_384])
@pytest.mark.parametrize("name", RESULTS)
async def test_results_cost_as_much_as_they_have_bytes(caller: Caller, name: str, size: int) -> None:
    """In pieces of any size, however they are written."""

    async def measured(data: bytes) -> Costs:
        parts = [data[place : place + size] for place in range(0, len(data), size)]
        caller.meet(answer(Chunks(parts), **LINES))
        return await costs(lambda: tried(caller.results(deque(maxlen=0))))

    make = RESULTS[name]
    await grows_with_its_bytes(make(SMALL), make(4 * SMALL), measured)

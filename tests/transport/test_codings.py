"""Compressed bodies: every coding, in any pieces, a bounded piece at a time however much a chunk stands for."""

from __future__ import annotations

import asyncio
import gzip
import json
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from functools import cache, partial, reduce
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from itertools import chain, repeat
from random import Random
from typing import Any, Final, TypeAlias

import pytest
from hypothesis import given, settings, strategies as st

from aimlapi_messages import (
    AIMLAPIError,
    APIConnectionError,
    APITimeoutError,
    BatchResult,
    InternalServerError,
    ResponseTooLargeError,
    UnexpectedResponseError,
)
from aimlapi_messages.transport.codings import steps

from ..support.batches import lines, succeeded
from ..support.callers import AsyncCaller, Caller, in_process
from ..support.clock import Clock
from ..support.wire import MODEL, TEXT_EVENTS, Chunks, Gateway, answer, block_start, body, delta, sse, start, text_block

pytestmark = pytest.mark.anyio

MB: Final = 1024 * 1024
TEXT: Final = "Hello \N{GRINNING FACE}" * 50
BODY: Final = json.dumps(body(text_block(TEXT))).encode()


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


HALF: Final = len(BODY) // 2
CODED: Final[dict[str, tuple[str, bytes]]] = {
    "gzip": ("gzip", gzip.compress(BODY)),
    "old name": ("x-gzip", gzip.compress(BODY)),
    "in capitals": ("GZIP", gzip.compress(BODY)),
    "stored": ("gzip", gzip.compress(BODY, 0)),
    "with a name and a comment": ("gzip", b"\x1f\x8b\x08\x18" + bytes(6) + b"n\0c\0" + gzip.compress(BODY)[10:]),
    "two members": ("gzip", gzip.compress(BODY[:HALF]) + gzip.compress(BODY[HALF:])),
    "a member for each byte": ("gzip", b"".join(gzip.compress(bytes([byte])) for byte in BODY)),
    "members of nothing": ("gzip", gzip.compress(b"") * 3 + gzip.compress(BODY) + gzip.compress(b"") * 3),
    "zeros behind it": ("gzip", gzip.compress(BODY) + bytes(100)),
    "something behind it": ("gzip", gzip.compress(BODY) + b"\r\n-- \r\nsent by a proxy"),
    "deflate": ("deflate", zlib.compress(BODY)),
    "deflate without a header": ("deflate", raw_deflate(BODY)),
    "something behind deflate": ("deflate", zlib.compress(BODY) + b"\r\n"),
    "gzip twice": ("gzip, gzip", gzip.compress(gzip.compress(BODY))),
    "deflate, then gzip": ("deflate, gzip", gzip.compress(zlib.compress(BODY))),
    "gzip, then deflate": ("gzip,deflate", zlib.compress(gzip.compress(BODY))),
    "five of them": ("gzip, " * 4 + "gzip", reduce(lambda data, _: gzip.compress(data), range(5), BODY)),
    "none, by name": ("identity", BODY),
    "a charset": ("utf-8", BODY),
    "a charset, then gzip": ("utf-8, gzip", gzip.compress(BODY)),
    "none among others": ("identity, gzip, ", gzip.compress(BODY)),
}
SIZES: Final = (1, 2, 3, 17, 1_000_000)


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[place : place + size] for place in range(0, len(data), size)]


@pytest.mark.parametrize("name", CODED)
async def test_every_coding_is_read_in_any_pieces(caller: Caller, name: str) -> None:
    """By both clients and on every kind of connection."""
    coding, packed = CODED[name]
    headers = {"content-encoding": coding}
    caller.meet(*(answer(Chunks(cut(packed, size)), headers=headers, type="application/json") for size in SIZES))
    for _ in SIZES:
        assert (await caller.create()).text == TEXT


def test_no_thread_sleeps_between_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has no others to let run, and hundreds of thousands of pieces may come in a chunk."""
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    packed = gzip.compress(b"") * 1000 + gzip.compress(BODY)
    client = Gateway(answer(Chunks([packed]), headers={"content-encoding": "gzip"}, type="application/json")).client()
    assert client.messages.create(model=MODEL, messages="Hi").text == TEXT
    assert slept == []


LENGTHS: Final = st.sampled_from([0, 1, 300, 65_535, 65_536, 65_537, 131_072, 200_000])
PARTS: Final = LENGTHS.map(bytes) | LENGTHS.map(lambda length: Random(length).randbytes(length))


@settings(max_examples=150, derandomize=True)
@given(
    st.lists(st.tuples(PARTS, st.sampled_from([0, 1, 9])), min_size=1, max_size=4),
    st.sampled_from([b"", bytes(9), b"xyz"]),
    st.lists(st.sampled_from([1, 2, 17, 1000, 65_536, 70_000]), min_size=1, max_size=5),
)
def test_any_members_are_read_in_any_pieces(parts: list[tuple[bytes, int]], tail: bytes, sizes: list[int]) -> None:
    """Shorter and longer than a piece, and as long; deflate the same way, with its header and without."""
    whole = b"".join(part for part, _ in parts)
    members = b"".join(gzip.compress(part, level) for part, level in parts)
    for coding, packed in (("gzip", members), ("deflate", zlib.compress(whole)), ("deflate", raw_deflate(whole))):
        ((make, _),) = steps(coding)
        source, found = BytesIO(packed + tail), list[bytes]()
        for size in chain(sizes, repeat(max(sizes[-1], 1000))):
            chunk = source.read(size)
            if not chunk:
                break
            found += make(chunk)
        assert b"".join(found) == whole


@pytest.mark.parametrize("size", [1, 7, 1_000_000])
async def test_a_compressed_stream_is_read(caller: Caller, size: int) -> None:
    """Flushed after each event, as servers do; the first comes before the last is sent."""
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    events = [packer.compress(sse(event)) + packer.flush(zlib.Z_SYNC_FLUSH) for event in TEXT_EVENTS]
    pieces = [piece for event in events for piece in cut(event, size)]
    caller.meet(answer(Chunks(pieces), headers={"content-encoding": "gzip"}))
    seen: list[str] = []
    await caller.texts(seen)
    assert seen == ["Hel", "lo"]


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", BODY),
        ("gzip", gzip.compress(BODY)[:10] + b"\xff" * 50),
        ("deflate", b"\xff" * 50),
        ("gzip, gzip", gzip.compress(BODY)),
        (", ".join(["gzip"] * 6), BODY),
        (", ".join(["gzip"] * 1_000), BODY),
    ],
    ids=["text", "a head alone", "deflate", "one for two", "six", "a thousand"],  # gzip's head has the time in it
)
async def test_what_cannot_be_decompressed_is_a_connection_that_failed(
    caller: Caller, coding: str, packed: bytes
) -> None:
    """And so is what has more codings than anyone needs."""
    caller.meet(answer(Chunks([packed]), headers={"content-encoding": coding}, type="application/json"))
    with pytest.raises(APIConnectionError) as caught:
        await caller.create()
    assert caught.value.sent == "answered"


NOTHING: Final = gzip.compress(b"") * 3_000
EMPTY_BLOCKS: Final = b"\0\0\0\xff\xff" * 12_000
# Pieces that come again and again after the first, and stand for nothing.
WITHOUT_END: Final = {
    "members of nothing": ("gzip", b"", NOTHING),
    "members behind it": ("gzip", gzip.compress(BODY), NOTHING),
    "zeros behind it": ("gzip", gzip.compress(BODY), bytes(60_000)),
    "text behind it": ("gzip", gzip.compress(BODY), b"text" * 15_000),
    "empty blocks": ("deflate", b"", EMPTY_BLOCKS),
    "behind deflate": ("deflate", zlib.compress(BODY), bytes(60_000)),
    "within another": ("gzip, gzip", gzip.compress(NOTHING * 100), b""),
    "around another": ("gzip, gzip", gzip.compress(gzip.compress(BODY)), NOTHING),
}


@pytest.mark.parametrize("name", WITHOUT_END)
async def test_a_body_that_goes_on_with_nothing_is_given_up(caller: Caller, name: str) -> None:
    """It would never pass the limit of its size, for nothing comes of it. An error is read as far as it came."""
    coding, first, more = WITHOUT_END[name]
    headers = {"content-encoding": coding}
    chunks = [first, *[more] * 40]  # two megabytes
    caller.meet(*(answer(Chunks(chunks), status, headers, type="application/json") for status in (200, 500)))
    with pytest.raises(APIConnectionError, match="stand for nothing") as caught:
        await caller.create()
    assert caught.value.sent == "answered"
    with pytest.raises(InternalServerError):
        await caller.create()


@pytest.mark.parametrize("name", [name for name in WITHOUT_END if "behind" in name or "around" in name])
async def test_a_body_may_go_on_with_nothing_for_a_while(caller: Caller, name: str) -> None:
    """As servers pad what they send."""
    coding, first, more = WITHOUT_END[name]
    chunks = [first, *[more] * 10]  # half a megabyte
    caller.meet(answer(Chunks(chunks), headers={"content-encoding": coding}, type="application/json"))
    assert (await caller.create()).text == TEXT


def flushed(parts: list[bytes], how: int) -> bytes:
    packer = zlib.compressobj(1, wbits=zlib.MAX_WBITS | 16)
    return b"".join([*(packer.compress(part) + packer.flush(how) for part in parts), packer.flush()])


TINY: Final[dict[str, Callable[[list[bytes]], bytes]]] = {
    "members": lambda parts: b"".join(gzip.compress(part, 1) for part in parts),
    "stored members": lambda parts: b"".join(gzip.compress(part, 0) for part in parts),
    "flushes": lambda parts: flushed(parts, zlib.Z_SYNC_FLUSH),
    "full flushes": lambda parts: flushed(parts, zlib.Z_FULL_FLUSH),
}


@pytest.mark.parametrize("size", [1, 9])
@pytest.mark.parametrize("name", TINY)
def test_a_long_body_in_tiny_parts_is_read(name: str, size: int) -> None:
    """Each takes more than it stands for, and all of them megabytes more."""
    parts = cut(Random(size).randbytes(120_000 * size), size)
    ((make, _),) = steps("gzip")
    assert b"".join(chain.from_iterable(map(make, cut(TINY[name](parts), 1000)))) == b"".join(parts)


@cache
def bomb(count: int, *, twice: bool = False) -> bytes:
    packed = gzip.compress(bytes(count), 1)
    return gzip.compress(packed, 1) if twice else packed


BOMBS: Final[list[Any]] = [
    pytest.param("gzip", lambda: bomb(200 * MB), id="gzip"),
    pytest.param("deflate", cache(lambda: zlib.compress(bytes(200 * MB), 1)), id="deflate"),
    pytest.param("deflate", cache(lambda: raw_deflate(bytes(200 * MB))), id="raw deflate"),
    pytest.param("gzip, gzip", lambda: bomb(200 * MB, twice=True), id="gzip twice"),
    pytest.param("gzip", lambda: bomb(MB) * 200, id="many members"),
    pytest.param("gzip", lambda: gzip.compress(bytes(20 * MB), 0), id="stored"),
]


@pytest.mark.parametrize(("coding", "pack"), BOMBS)
@pytest.mark.parametrize("status", [200, 500])
async def test_a_bomb_takes_no_more_memory_than_the_limit(
    caller: Caller, coding: str, pack: Callable[[], bytes], status: int
) -> None:
    """One chunk of it is enough for gigabytes; what is thrown away is never made."""
    packed = pack()
    caller.options["max_response_size"] = 2 * MB
    caller.meet(answer(Chunks([packed]), status, {"content-encoding": coding}, type="application/json"))
    tracemalloc.start()
    try:
        with pytest.raises(ResponseTooLargeError if status == 200 else InternalServerError):
            await caller.create()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8 * MB + 2 * len(packed)


def test_a_step_makes_a_bounded_piece() -> None:
    """However many codings there are, and also of what httpx takes off."""
    for coding, packed in (("gzip", bomb(20 * MB)), ("gzip, gzip", bomb(20 * MB, twice=True))):
        pieces = [packed]
        for make, _ in steps(coding):
            pieces = [made for piece in pieces for made in make(piece)]
            assert max(map(len, pieces)) <= 64 * 1024
        assert sum(map(len, pieces)) == 20 * MB
    (make, rest), (_, nothing) = steps("br")
    assert (rest, nothing) == ("br", "")
    assert list(map(len, make(bytes(1000)))) == [64] * 15 + [40]


@pytest.mark.skipif(find_spec("brotli") is None, reason="httpx decompresses Brotli if it is installed")
async def test_what_httpx_decompresses_is_bounded_too(caller: Caller) -> None:
    """A chunk of Brotli goes through it in small pieces."""
    brotli: Any = import_module("brotli")

    caller.options["max_response_size"] = 2 * MB
    packed = brotli.compress(BODY)
    whole = answer(Chunks(cut(packed, 7)), headers={"content-encoding": "br"}, type="application/json")
    caller.meet(
        whole,
        answer(
            Chunks([brotli.compress(bytes(200 * MB), quality=5)]),
            headers={"content-encoding": "br"},
            type="application/json",
        ),
    )
    assert (await caller.create()).text == TEXT
    tracemalloc.start()
    try:
        with pytest.raises(ResponseTooLargeError):
            await caller.create()
        assert tracemalloc.get_traced_memory()[1] < 100 * MB
    finally:
        tracemalloc.stop()


Pack: TypeAlias = Callable[[bytes], bytes]
SKIPPABLE: Final = b"\x50\x2a\x4d\x18\x05\0\0\0frame"
FRAMES: Final[dict[str, tuple[str, Callable[[Pack], bytes]]]] = {
    "one": ("zstd", lambda pack: pack(BODY)),
    "two": ("zstd", lambda pack: pack(BODY[:HALF]) + pack(BODY[HALF:])),
    "one for each byte": ("zstd", lambda pack: b"".join(pack(bytes([byte])) for byte in BODY)),
    "of nothing": ("zstd", lambda pack: pack(b"") * 3 + pack(BODY) + pack(b"") * 3),
    "to skip": ("zstd", lambda pack: SKIPPABLE + pack(BODY) + SKIPPABLE),
    "in gzip": ("ZSTD, gzip", lambda pack: gzip.compress(pack(BODY[:HALF]) + pack(BODY[HALF:]))),
    "of gzip": ("gzip, zstd", lambda pack: b"".join(map(pack, cut(gzip.compress(BODY), 10)))),
    "twice": ("zstd, zstd", lambda pack: b"".join(map(pack, cut(pack(BODY), 10)))),
}


@pytest.mark.parametrize("name", FRAMES)
async def test_frames_of_zstandard_are_read_in_any_pieces(caller: Caller, name: str) -> None:
    """As servers send that compress each piece for itself; httpx takes a second one only within a chunk."""
    coding, join = FRAMES[name]
    packed, headers = join(pytest.importorskip("zstandard").compress), {"content-encoding": coding}
    caller.meet(*(answer(Chunks(cut(packed, size)), headers=headers, type="application/json") for size in (*SIZES, 64)))
    for _ in (*SIZES, 64):
        assert (await caller.create()).text == TEXT


@pytest.mark.parametrize(
    ("coding", "library", "first", "more"),
    [
        ("br", "brotli", b"\x0c", b"\x06" * 50_000),  # metadata of no bytes
        ("zstd", "zstandard", b"\x28\xb5\x2f\xfd\0\x58", bytes(60_000)),  # blocks of no bytes
    ],
)
async def test_what_httpx_decompresses_is_given_up_too(
    caller: Caller, coding: str, library: str, first: bytes, more: bytes
) -> None:
    """Where nothing comes of it without end."""
    pytest.importorskip(library)
    chunks = Chunks([first, *[more] * 40])
    caller.meet(answer(chunks, headers={"content-encoding": coding}, type="application/json"))
    with pytest.raises(APIConnectionError, match="stand for nothing"):
        await caller.create()


@pytest.mark.parametrize("twice", [False, True])
async def test_other_tasks_go_on_while_a_chunk_is_decompressed(caller: Caller, twice: bool) -> None:
    """For each piece of it once."""
    if not isinstance(caller, AsyncCaller):
        pytest.skip("a thread holds up no other")
    coding = "gzip, gzip" if twice else "gzip"
    caller.meet(answer(Chunks([bomb(20 * MB, twice=twice)]), headers={"content-encoding": coding}))
    call = asyncio.ensure_future(caller.create())
    turns = 0
    while not call.done():
        await asyncio.sleep(0)
        turns += 1
    assert isinstance(call.exception(), UnexpectedResponseError)
    assert turns > 20 * MB / 65_536


class Counted(Chunks):
    """Counts the pieces that were taken."""

    taken = 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in super().__iter__():
            self.taken += 1
            yield piece


RESULT: Final = lines(succeeded("a")) * 10


@in_process
@pytest.mark.operation("get_batch")
@pytest.mark.parametrize(
    ("what", "first", "piece"),
    [
        ("create", b"", BODY),
        ("create", b"", b" "),
        ("final", b"", sse(start())),
        ("final", sse(start(), block_start(text_block(""))), sse(delta(text="x")) * 10),
        ("final", sse(start(), block_start(text_block(""))), b": x\n"),
        ("results", b"", RESULT),
        ("results", RESULT, b"\n" * 1000),
        ("results", RESULT + b'{"custom_id": "b", "more": [', b"1," * 1000),
    ],
)
@pytest.mark.parametrize("coding", ["", "gzip"])
async def test_the_deadline_is_kept_while_a_body_is_worked_on(
    caller: Caller, clock: Clock, what: str, first: bytes, piece: bytes, coding: str
) -> None:
    """It is asked for each piece, whatever comes of it; what came before is given."""
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    pieces = [first, *[piece] * 1000]
    if coding:
        pieces = [packer.compress(one) + packer.flush(zlib.Z_SYNC_FLUSH) for one in pieces]
    chunks = Counted(pieces)
    caller.options["total_timeout"] = 50.0
    caller.meet(answer(chunks, headers={"content-encoding": coding}))
    clock.step = 1.0  # whenever somebody looks
    seen: list[BatchResult] = []
    work = {"create": caller.create, "final": caller.final, "results": partial(caller.results, seen)}
    with pytest.raises(AIMLAPIError) as caught:
        await work[what]()
    timeout = caught.value if what != "results" else caught.value.__cause__
    assert isinstance(timeout, APITimeoutError)
    assert timeout.phase == "total"
    assert chunks.taken < 60
    assert what != "results" or len(seen) >= 10
    assert what != "final" or not first or caught.value.partial is not None


@in_process
@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        pytest.param("gzip", bomb(20 * MB), id="gzip"),
        pytest.param("gzip", gzip.compress(b"") * 100_000, id="members of nothing"),
        pytest.param("gzip, gzip", bomb(20 * MB, twice=True), id="gzip twice"),
    ],
)
async def test_the_deadline_passes_in_the_middle_of_one_chunk(
    caller: Caller, clock: Clock, coding: str, packed: bytes
) -> None:
    """Also where nothing comes of it."""
    clock.step = 1.0  # whenever somebody looks
    caller.options["total_timeout"] = 30.0
    caller.meet(answer(Chunks([packed]), headers={"content-encoding": coding}, type="application/json"))
    with pytest.raises(APITimeoutError) as caught:
        await caller.create()
    assert (caught.value.phase, caught.value.sent) == ("total", "answered")

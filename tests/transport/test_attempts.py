"""A call's attempts: when a stream is asked for again, and what the attempt hook is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest

from aimlapi_messages import (
    APIConnectionError,
    APIError,
    APITimeoutError,
    Attempt,
    ConfigurationError,
    InternalServerError,
    OverloadedError,
    RateLimitError,
    StreamIncompleteError,
)

from ..support.callers import AsyncCaller, Caller, in_process
from ..support.streams import COST, types
from ..support.wire import MODEL, PING, TEXT_EVENTS, Answer, Chunks, answer, body, sse, start, text_block

SOON = {"retry-after-ms": "1"}
GOOD = answer(body(text_block("Hi")))
OVERLOADED = {"type": "error", "error": {"type": "overloaded_error", "message": "busy"}}
OPENING = TEXT_EVENTS[:3]  # the last of them is a ping

# Streams that end before they have brought any content, and the errors that they end in.
BROKEN: dict[str, tuple[Callable[[], Chunks], type[APIError]]] = {
    "overloaded": (lambda: Chunks([sse(*OPENING, OVERLOADED)]), OverloadedError),
    "overloaded at once": (lambda: Chunks([sse(OVERLOADED)]), OverloadedError),
    "reset at once": (lambda: Chunks([], httpx.ReadError("reset")), APIConnectionError),
    "reset": (lambda: Chunks([sse(*OPENING)], httpx.ReadError("reset")), StreamIncompleteError),
    "ended at once": (lambda: Chunks([]), StreamIncompleteError),
    "ended": (lambda: Chunks([sse(*OPENING)]), StreamIncompleteError),
    "begun": (lambda: Chunks([sse(start())]), StreamIncompleteError),
    "cut in an event": (lambda: Chunks([sse(*OPENING) + b'data: {"ty']), StreamIncompleteError),
}


def told(caller: Caller) -> list[Attempt]:
    """What the hook of the next client is told."""
    attempts: list[Attempt] = []
    caller.options["on_attempt"] = attempts.append
    return attempts


def open_streams(number: int, make: Callable[[], Chunks], **headers: str) -> tuple[list[Chunks], list[Answer]]:
    """Bodies, and the replies that hold them."""
    bodies = [make() for _ in range(number)]
    return bodies, [answer(pieces, headers={**SOON, **headers}) for pieces in bodies]


# --- streams that are asked for again


@pytest.mark.anyio
@pytest.mark.parametrize("kind", BROKEN)
async def test_a_stream_that_breaks_before_its_content_is_asked_for_again(caller: Caller, kind: str) -> None:
    """Its reader sees one message begin, and each reply is closed."""
    bodies, broken = open_streams(2, BROKEN[kind][0])
    gateway = caller.meet(*broken, answer(sse(*TEXT_EVENTS)))
    seen: list[Any] = []
    await caller.events(seen, max_retries=2)
    assert [kind for kind in types(seen) if kind != "ping"] == [e["type"] for e in TEXT_EVENTS if e != PING]
    assert len(gateway.requests) == 3
    await caller.closed(*bodies)


@pytest.mark.anyio
@pytest.mark.parametrize("kind", BROKEN)
async def test_a_stream_is_asked_for_as_often_as_max_retries_says(caller: Caller, kind: str) -> None:
    """The last one's error is raised, and its events were handed out as they came."""
    make, expected = BROKEN[kind]
    bodies, broken = open_streams(3, make)
    gateway = caller.meet(*broken)
    seen: list[Any] = []
    with pytest.raises(expected):
        await caller.events(seen, max_retries=2)
    assert len(gateway.requests) == 3
    assert types(seen).count("message_start") == (sse(start()) in bodies[2].pieces[0] if bodies[2].pieces else 0)
    await caller.closed(*bodies)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        (Chunks([sse(*TEXT_EVENTS[:4], OVERLOADED)]), OverloadedError),
        (Chunks([sse(*TEXT_EVENTS[:4])], httpx.ReadError("reset")), StreamIncompleteError),
        (Chunks([sse(*TEXT_EVENTS[:4])]), StreamIncompleteError),
        pytest.param(Chunks([sse(*TEXT_EVENTS[:4])], httpx.ReadTimeout("slow")), APITimeoutError, marks=in_process),
    ],
    ids=["overloaded", "reset", "ended", "slow"],
)
async def test_what_has_brought_content_is_never_asked_for_again(
    caller: Caller, pieces: Chunks, expected: type[APIError]
) -> None:
    """What was read cannot be unread."""
    caller.options["retry_timeouts"] = True
    gateway = caller.meet(answer(pieces, headers=SOON))
    with pytest.raises(expected):
        await caller.final(max_retries=5)
    assert len(gateway.requests) == 1
    await caller.closed(pieces)


@in_process
@pytest.mark.anyio
@pytest.mark.parametrize(("retry_timeouts", "requests"), [(False, 1), (True, 2)])
async def test_a_stream_too_slow_to_bring_content_is_asked_for_again_only_if_that_is_wished(
    caller: Caller, retry_timeouts: bool, requests: int
) -> None:
    """It may be running, and cost twice."""
    caller.options["retry_timeouts"] = retry_timeouts
    bodies, slow = open_streams(2, lambda: Chunks([sse(*OPENING)], httpx.ReadTimeout("slow")))
    gateway = caller.meet(*slow)
    with pytest.raises(APITimeoutError) as caught:
        await caller.final(max_retries=1)
    assert (caught.value.sent, len(gateway.requests)) == ("answered", requests)
    await caller.closed(*bodies[:requests])


@pytest.mark.anyio
@pytest.mark.parametrize(("price", "requests"), [("0.01", 1), ("0", 2)])
async def test_a_stream_with_a_price_is_not_asked_for_again(caller: Caller, price: str, requests: int) -> None:
    """It was paid; what cost nothing was not."""
    _, broken = open_streams(2, BROKEN["ended"][0], **{"x-aimlapi-usd-spent": price})
    gateway = caller.meet(*broken)
    with pytest.raises(StreamIncompleteError):
        await caller.final(max_retries=1)
    assert len(gateway.requests) == requests
    assert caller.client.spent == Decimal(price)


@pytest.mark.anyio
@pytest.mark.parametrize(
    "events",
    [
        [{**start(), "message": {**start()["message"], **COST}}, OVERLOADED],
        [start(), {**OVERLOADED, **COST}],
        [COST, OVERLOADED],
        [start(), COST],
        [{**start(), **COST}],
    ],
    ids=["in the message", "in the error", "before the message", "alone", "beside the message"],
)
async def test_a_stream_that_said_its_price_is_not_asked_for_again(caller: Caller, events: list[Any]) -> None:
    """Wherever it said it; the price is counted, and travels with the error."""
    caller.meet(answer(sse(*events), headers=SOON), answer(sse(*TEXT_EVENTS, COST)))
    with pytest.raises(APIError) as caught:
        await caller.final(max_retries=1)
    assert caught.value.cost is not None
    assert caught.value.cost.usd == caller.client.spent == Decimal("0.000788")
    assert len(caller.gateway.requests) == 1


class Watched(Chunks):
    """Notes how many events its reader had when each piece was asked for."""

    def __init__(self, seen: list[Any], *payloads: dict[str, Any]) -> None:
        super().__init__([sse(payload) for payload in payloads])
        self.seen = seen
        self.counts: list[list[str]] = []

    def __iter__(self) -> Any:
        for piece in super().__iter__():
            self.counts.append(types(self.seen))
            yield piece


class OneByOne(list[Any]):
    """A list that has each event as soon as it is handed out."""

    def extend(self, events: Any) -> None:
        for event in events:
            self.append(event)


@in_process
@pytest.mark.anyio
@pytest.mark.parametrize(
    ("max_retries", "expected"),
    [
        (1, [[], [], [], []]),
        (0, [[], ["message_start"], ["message_start", "content_block_start"], [*(e["type"] for e in OPENING)]]),
    ],
    ids=["held back", "at once"],
)
async def test_only_what_might_have_to_be_unread_is_held_back(
    caller: Caller, max_retries: int, expected: list[list[str]]
) -> None:
    """Pings wait with what came before them, and everything of a last attempt goes out at once."""
    seen = OneByOne()
    pieces = Watched(seen, *TEXT_EVENTS)
    caller.meet(answer(pieces))
    await caller.events(seen, max_retries=max_retries)
    assert pieces.counts[:4] == expected
    assert len(seen) == len(TEXT_EVENTS)


@pytest.mark.anyio
async def test_a_stream_that_is_closed_in_the_pause_stays_closed(caller: Caller) -> None:
    """Nobody waits for it any more; whoever still reads is told what had happened."""
    closing: list[Any] = []

    def close(_: Attempt) -> None:
        closed = stream.close()
        if closed is not None:
            closing.append(asyncio.ensure_future(closed))

    caller.options |= {"on_attempt": close, "max_retries": 3}
    pieces = Chunks([sse(*OPENING, OVERLOADED)])
    gateway = caller.meet(answer(pieces, headers=SOON))
    made: Any = caller.client.messages.create(model=MODEL, messages="Hi", stream=True)
    if isinstance(caller, AsyncCaller):
        stream = await made
        with pytest.raises(OverloadedError):
            await stream.until_done()
    else:
        stream = made
        with pytest.raises(OverloadedError):
            stream.until_done()
    assert len(gateway.requests) == 1
    await caller.closed(pieces)


# --- the attempt hook


@pytest.mark.anyio
async def test_the_hook_is_told_of_a_success(caller: Caller) -> None:
    """Once, with what the reply said."""
    attempts = told(caller)
    caller.meet(GOOD)
    await caller.create(extra_query={"q": "secret"})
    (attempt,) = attempts
    assert (attempt.number, attempt.method, attempt.url) == (1, "POST", caller.url)
    assert (attempt.status_code, attempt.request_id, attempt.error, attempt.retry_in) == (200, "req-1", None, None)
    assert 0 <= attempt.seconds < 60


@pytest.mark.anyio
async def test_the_hook_is_told_of_each_failure_and_of_the_next_attempt(caller: Caller) -> None:
    """The last failure has none after it."""
    attempts = told(caller)
    caller.meet(httpx.ConnectError("no"), answer({"status": 429, "requestId": "r"}, 429, SOON), answer({}, 503))
    with pytest.raises(InternalServerError) as caught:
        await caller.create(max_retries=2)
    assert [(a.number, a.status_code, type(a.error)) for a in attempts] == [
        (1, None, APIConnectionError),
        (2, 429, RateLimitError),
        (3, 503, InternalServerError),
    ]
    assert attempts[0].retry_in is not None
    assert [attempt.retry_in for attempt in attempts[1:]] == [0.001, None]
    assert attempts[2].error is caught.value


@pytest.mark.anyio
async def test_the_hook_is_told_of_a_stream_with_its_first_content(caller: Caller) -> None:
    """What goes wrong later is the reader's to see."""
    seen = OneByOne()
    at: list[tuple[Attempt, list[str]]] = []
    caller.options["on_attempt"] = lambda attempt: at.append((attempt, types(seen)))
    caller.meet(answer(sse(*TEXT_EVENTS[:5], OVERLOADED), 201))
    with pytest.raises(OverloadedError):
        await caller.events(seen)
    ((attempt, before),) = at
    assert (attempt.number, attempt.status_code, attempt.request_id, attempt.error) == (1, 201, "req-1", None)
    assert before == types(seen)[:3]


@pytest.mark.anyio
async def test_the_hook_is_told_of_each_stream_that_was_asked_for(caller: Caller) -> None:
    """Whether the reply was a refusal or broke before its content."""
    attempts = told(caller)
    caller.meet(
        answer({"status": 503}, 503, SOON),
        answer(sse(*OPENING, OVERLOADED), headers=SOON),
        answer(sse(*OPENING), headers=SOON),
        answer(sse(*TEXT_EVENTS)),
    )
    await caller.final(max_retries=3)
    assert [(a.number, a.status_code, type(a.error)) for a in attempts] == [
        (1, 503, InternalServerError),
        (2, 529, OverloadedError),
        (3, None, StreamIncompleteError),
        (4, 200, type(None)),
    ]
    assert [attempt.retry_in for attempt in attempts] == [0.001, 0.001, 0.001, None]


@pytest.mark.anyio
@pytest.mark.parametrize(
    "pieces",
    [Chunks([sse(*TEXT_EVENTS)]), Chunks([sse(*OPENING, OVERLOADED)]), Chunks([], httpx.ReadError("reset"))],
    ids=["content", "overloaded", "reset"],
)
async def test_what_a_hook_raises_reaches_the_caller(caller: Caller, pieces: Chunks) -> None:
    """And the connection is closed."""

    def refuse(_: Attempt) -> None:
        raise LookupError("the hook's own")

    caller.options["on_attempt"] = refuse
    gateway = caller.meet(answer(pieces))
    with pytest.raises(LookupError, match="the hook's own"):
        await caller.final(max_retries=3)
    await caller.closed(pieces)
    gateway.answers = [GOOD]
    with pytest.raises(LookupError):
        await caller.create(max_retries=3)
    assert len(gateway.requests) == 2


@pytest.mark.anyio
async def test_a_copy_may_have_a_hook_of_its_own_or_none(caller: Caller) -> None:
    """What is not given stays; what is no function is refused."""
    first, second = told(caller), []
    caller.meet(GOOD)
    client = caller.client
    for copy in (client.with_options(max_retries=1), client.with_options(on_attempt=second.append)):
        caller.client = copy
        await caller.create()
    caller.client = client.with_options(on_attempt=None)
    await caller.create()
    assert (len(first), len(second)) == (1, 1)
    with pytest.raises(ConfigurationError, match="on_attempt is a str"):
        client.with_options(on_attempt="print")

"""`idle_timeout` and `total_timeout`: what counts, what does not, and what becomes of a call that takes too long."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

import httpx
import pytest

from aimlapi_messages import (
    APIConnectionError,
    APITimeoutError,
    AsyncAIMLAPI,
    Attempt,
    ConfigurationError,
    InvalidRequestError,
    RateLimitError,
)
from aimlapi_messages.transport.retries import Deadline, RetryPolicy, RetryState, async_within

from ..support.callers import Caller, in_process
from ..support.clock import Clock
from ..support.deadlines import LIMIT, LONGER_AND_LONGER
from ..support.parts import SpendTracker, new_request
from ..support.wire import KEY, MODEL, PING, TEXT_EVENTS, Chunks, Gateway, answer, body, sse, start, text_block

pytestmark = in_process  # whose clock is the test's own

GOOD = answer(body(text_block("Hi")))
HEL, LO, REST = sse(*TEXT_EVENTS[:4]), sse(TEXT_EVENTS[4]), sse(*TEXT_EVENTS[5:])


class Timed(Chunks):
    """A body of bytes, with numbers for the seconds that pass before the next of them."""

    def __init__(self, clock: Clock, *pieces: bytes | float) -> None:
        super().__init__(())
        self.clock = clock
        self.timed = pieces

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.timed:
            if isinstance(piece, bytes):
                yield piece
            else:
                self.clock.now += piece


class SlowReader(list[Any]):
    """Takes a minute for each event."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def append(self, event: Any) -> None:
        super().append(event)
        self.clock.now += 60

    def extend(self, events: Iterable[Any]) -> None:
        for event in events:
            self.append(event)


# --- the arithmetic


def test_only_waiting_without_content_is_silence() -> None:
    """Neither what the reader takes, nor anything before the last content."""
    clock = Clock()
    deadline = Deadline(idle=10, clock=clock)
    deadline.wait()
    clock.now += 4
    deadline.arrived()
    assert deadline.wait_limit == (6, "idle")
    clock.now += 100
    deadline.arrived()  # nothing was waited for
    deadline.wait()
    clock.now += 5
    deadline.arrived()
    assert deadline.wait_limit == (1, "idle")
    deadline.check()
    deadline.content()
    assert deadline.wait_limit == (10, "idle")


def test_the_total_goes_on_whatever_happens() -> None:
    """The next attempt begins with no silence, and with the time that is left."""
    clock = Clock()
    deadline = Deadline(idle=10, total=30, clock=clock)
    deadline.wait()
    clock.now += 9
    deadline.arrived()
    deadline.content()  # the next attempt
    deadline.wait()
    assert (deadline.remaining, deadline.wait_limit) == (21, (10, "idle"))
    clock.now += 15
    assert deadline.wait_limit == (6, "total")
    clock.now += 6
    with pytest.raises(APITimeoutError, match="more than 30 s in all") as caught:
        deadline.check()
    assert caught.value.phase == "total"


def test_without_limits_there_is_nothing_to_pass() -> None:
    """None is for ever."""
    clock = Clock()
    deadline = Deadline(clock=clock)
    clock.now += 1e9
    deadline.check()
    assert (deadline.wait_limit, deadline.remaining) == (None, None)


# --- silence


@pytest.mark.anyio
async def test_pings_are_no_content(caller: Caller, clock: Clock) -> None:
    """They keep a connection open, and no answer comes of them."""
    pieces = Timed(clock, HEL, 3.0, sse(PING), 3.0, sse(PING), LO, REST)
    caller.meet(answer(pieces))
    with pytest.raises(APITimeoutError, match="no content for 5 s") as caught:
        await caller.final(idle_timeout=5)
    assert (caught.value.phase, caught.value.sent, caught.value.request_id) == ("idle", "answered", "req-1")
    assert caught.value.partial is not None
    assert caught.value.partial.text == "Hel"
    assert pieces.closed


@pytest.mark.anyio
async def test_content_ends_the_silence(caller: Caller, clock: Clock) -> None:
    """However long all of it takes; content that comes late is taken all the same."""
    caller.meet(answer(Timed(clock, HEL, 4.0, LO, 4.0, sse(PING), 9.0, REST)))
    assert (await caller.final(idle_timeout=5)).text == "Hello"


@pytest.mark.anyio
async def test_the_time_that_the_reader_takes_is_no_silence(caller: Caller, clock: Clock) -> None:
    """Only the server can be silent."""
    caller.meet(answer(Timed(clock, HEL, 3.0, sse(PING), LO, REST)))
    seen = SlowReader(clock)
    await caller.events(seen, idle_timeout=5)
    assert len(seen) == len(TEXT_EVENTS) + 1


@pytest.mark.anyio
async def test_the_wait_for_the_head_is_silence(caller: Caller, clock: Clock) -> None:
    """It counts from the request on, and not from the reply."""
    caller.meet(clock.after(4, answer(Timed(clock, 2.0, sse(PING), HEL, LO, REST))))
    with pytest.raises(APITimeoutError) as caught:
        await caller.final(idle_timeout=5)
    assert caught.value.phase == "idle"


# --- the total


@pytest.mark.anyio
async def test_the_total_is_of_the_whole_stream(caller: Caller, clock: Clock) -> None:
    """Content does not lengthen it."""
    pieces = Timed(clock, HEL, 6.0, LO, 6.0, REST[:20], REST[20:])
    caller.meet(answer(pieces))
    with pytest.raises(APITimeoutError) as caught:
        await caller.final(total_timeout=10)
    assert (caught.value.phase, caught.value.sent) == ("total", "answered")
    assert caught.value.partial is not None
    assert caught.value.partial.text == "Hello"
    assert pieces.closed


@pytest.mark.anyio
@pytest.mark.parametrize("retry_timeouts", [False, True])
async def test_what_passed_the_total_is_never_sent_again(caller: Caller, clock: Clock, retry_timeouts: bool) -> None:
    """There is no time left for it."""
    caller.options |= {"retry_timeouts": retry_timeouts, "total_timeout": 10}
    gateway = caller.meet(answer(Timed(clock, 11.0, sse(start()))))
    with pytest.raises(APITimeoutError) as caught:
        await caller.final(max_retries=5)
    assert (caught.value.phase, len(gateway.requests)) == ("total", 1)


@pytest.mark.anyio
@pytest.mark.parametrize(("retry_timeouts", "requests"), [(False, 1), (True, 2)])
async def test_silence_before_content_is_sent_again_when_that_is_asked_for(
    caller: Caller, clock: Clock, retry_timeouts: bool, requests: int
) -> None:
    """It may have cost something."""
    caller.options["retry_timeouts"] = retry_timeouts
    soon = {"retry-after-ms": "1"}
    gateway = caller.meet(answer(Timed(clock, sse(start()), 9.0, sse(PING)), headers=soon))
    with pytest.raises(APITimeoutError) as caught:
        await caller.final(max_retries=1, idle_timeout=5)
    assert (caught.value.phase, len(gateway.requests)) == ("idle", requests)


@pytest.mark.anyio
async def test_a_pause_that_would_pass_the_total_is_not_made(caller: Caller, clock: Clock) -> None:
    """The error that asked for the pause says more than that there was no time for it."""
    told: list[Any] = []
    caller.options |= {"total_timeout": 10, "on_attempt": told.append}
    gateway = caller.meet(clock.after(8, answer({"status": 429}, 429, {"retry-after": "2"})), GOOD)
    with pytest.raises(RateLimitError):
        await caller.create(max_retries=1)
    assert (len(gateway.requests), [attempt.retry_in for attempt in told]) == (1, [None])


def test_time_that_is_used_up_before_an_attempt_keeps_it_from_being_made() -> None:
    """Nothing is sent, so there is no attempt to tell of."""
    clock = Clock()
    told: list[Attempt] = []
    deadline = Deadline(total=10, clock=clock)
    sending = RetryState(new_request(), RetryPolicy(), SpendTracker(), deadline, told.append, clock=clock)
    assert sending.next_request().deadline is deadline
    assert deadline.rest == 10
    assert sending.failed(APIConnectionError("x")) is not None
    clock.now += 10
    with pytest.raises(APITimeoutError) as caught:
        sending.next_request()
    assert (caught.value.phase, caught.value.sent) == ("total", "no")
    assert sending.failed(caught.value) is None
    assert [attempt.number for attempt in told] == [1]


def test_a_whole_answer_that_comes_too_slowly_is_given_up(clock: Clock) -> None:
    """It had begun, and was paid."""
    pieces = Timed(clock, b"{", 11.0, b"}")
    client = Gateway(answer(pieces, type="application/json")).client(max_retries=3, retry_timeouts=True)
    with pytest.raises(APITimeoutError) as caught:
        client.messages.create(model=MODEL, messages="Hi", total_timeout=10)
    assert (caught.value.phase, caught.value.sent) == ("total", "answered")
    assert pieces.closed


@pytest.mark.anyio
async def test_time_that_passes_once_the_answer_is_whole_does_not_spoil_it(caller: Caller, clock: Clock) -> None:
    """It has said why it stopped; only its formal end is late."""
    caller.meet(answer(Timed(clock, sse(*TEXT_EVENTS[:-1]), 99.0, sse(PING), 99.0, sse(TEXT_EVENTS[-1]))))
    assert (await caller.final(idle_timeout=5, total_timeout=10)).text == "Hello"


# --- asyncio cuts a wait short


class Endless(httpx.AsyncByteStream):
    """A body that begins and does not end."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = pieces
        self.begun = False
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece
        self.begun = True
        await asyncio.Event().wait()

    async def aclose(self) -> None:
        self.closed = True


def endless_client(reply: httpx.Response | None, **options: Any) -> AsyncAIMLAPI:
    """A client of a server that answers with this, or never."""

    async def respond(_: httpx.Request) -> httpx.Response:
        if reply is None:
            await asyncio.Event().wait()
        assert reply is not None
        return reply

    http_client = httpx.AsyncClient(transport=httpx.MockTransport(respond))
    return AsyncAIMLAPI(api_key=KEY, http_client=http_client, max_retries=0, **options)


async def final(client: AsyncAIMLAPI) -> str:
    async with client.messages.stream(model=MODEL, messages="Hi") as stream:
        return await stream.get_final_text()


@pytest.mark.anyio
@pytest.mark.parametrize("phase", ["idle", "total"])
async def test_an_async_stream_that_stands_still_is_given_up(phase: str) -> None:
    """In the middle of a wait that would never end."""
    for seconds in LONGER_AND_LONGER:
        pieces = Endless(HEL)
        client = endless_client(httpx.Response(200, stream=pieces), **{f"{phase}_timeout": seconds})
        async with asyncio.timeout(LIMIT):
            with pytest.raises(APITimeoutError) as caught:
                await final(client)
        if caught.value.partial is not None:
            break
    assert (caught.value.phase, caught.value.sent) == (phase, "answered")
    assert caught.value.partial is not None
    assert caught.value.partial.text == "Hel"
    assert pieces.closed


@pytest.mark.anyio
async def test_an_async_answer_that_stands_still_is_given_up() -> None:
    """One that is not streamed."""
    for seconds in LONGER_AND_LONGER:
        pieces = Endless(b"{")
        client = endless_client(httpx.Response(200, stream=pieces), total_timeout=seconds)
        async with asyncio.timeout(LIMIT):
            with pytest.raises(APITimeoutError) as caught:
                await client.messages.create(model=MODEL, messages="Hi")
        assert caught.value.phase == "total"
        if pieces.begun:
            break
    assert pieces.closed


@pytest.mark.anyio
@pytest.mark.parametrize("phase", ["idle", "total"])
async def test_an_async_reply_that_never_begins_is_given_up(phase: str) -> None:
    """Whether it was paid cannot be known."""
    client = endless_client(None, **{f"{phase}_timeout": 0.5})
    async with asyncio.timeout(LIMIT):
        with pytest.raises(APITimeoutError) as caught:
            await final(client)
    assert (caught.value.phase, caught.value.sent) == (phase, "maybe")


@pytest.mark.anyio
async def test_an_async_answer_that_is_whole_is_not_spoiled_by_a_stream_that_does_not_end() -> None:
    """What was said stands."""
    client = endless_client(httpx.Response(200, stream=Endless(sse(*TEXT_EVENTS[:-1]))), idle_timeout=1)
    async with asyncio.timeout(LIMIT):
        assert await final(client) == "Hello"


@pytest.mark.anyio
async def test_an_async_reader_that_begins_late_was_not_kept_waiting(clock: Clock) -> None:
    """What passes between the reply and the first look at it is the reader's own time."""
    client = Gateway(answer(Timed(clock, sse(PING), HEL, LO, REST))).async_client(idle_timeout=5)
    async with client.messages.stream(model=MODEL, messages="Hi") as stream:
        clock.now += 60
        assert await stream.get_final_text() == "Hello"


@pytest.mark.anyio
@pytest.mark.parametrize("total", [None, 60])
async def test_somebody_else_s_timeout_is_left_alone(total: float | None) -> None:
    """The builtin has many users, the operating system among them."""
    with pytest.raises(TimeoutError, match="a socket's"):
        async with async_within(Deadline(total=total)):
            raise TimeoutError("a socket's")


# --- what httpx is told


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("options", "connect", "read"),
    [
        ({}, 10, 600),
        ({"idle_timeout": 5}, 5, 5),
        ({"idle_timeout": 60}, 10, 60),
        ({"idle_timeout": 700}, 10, 600),
        ({"idle_timeout": 5, "total_timeout": 3}, 3, 3),
        ({"idle_timeout": 5, "timeout": None}, 5, 5),
        ({"idle_timeout": 5, "timeout": 1}, 1, 1),
    ],
)
async def test_each_wait_of_a_stream_is_bounded(
    caller: Caller, clock: Clock, options: dict[str, Any], connect: float, read: float
) -> None:
    """By the shortest of what was set; given to the client or to the call."""
    gateway = caller.meet(answer(sse(*TEXT_EVENTS)))
    await caller.final(**options)
    caller.options |= options
    caller.connect()
    await caller.final()
    bounds = [request.extensions["timeout"] for request in gateway.requests]
    assert [(bound["connect"], bound["read"]) for bound in bounds] == [(connect, read)] * 2


@pytest.mark.anyio
async def test_what_is_not_streamed_cannot_be_idle(caller: Caller) -> None:
    """Its first byte is its content."""
    gateway = caller.meet(GOOD)
    await caller.create(idle_timeout=5)
    assert gateway.requests[-1].extensions["timeout"]["read"] == 600


@pytest.mark.anyio
async def test_a_second_attempt_has_what_the_first_left(caller: Caller, clock: Clock) -> None:
    """The total is one for all of them."""
    gateway = caller.meet(clock.after(4, answer({"status": 503}, 503, {"retry-after-ms": "1"})), GOOD)
    await caller.create(total_timeout=10, max_retries=1)
    assert [request.extensions["timeout"]["read"] for request in gateway.requests] == [10, 6]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("error", "options", "phase"),
    [
        (httpx.ReadTimeout("slow"), {"idle_timeout": 5}, "idle"),
        (httpx.ReadTimeout("slow"), {"total_timeout": 5}, "total"),
        (httpx.ReadTimeout("slow"), {"idle_timeout": 700}, "read"),
        (httpx.ReadTimeout("slow"), {}, "read"),
        (httpx.ConnectTimeout("slow"), {"idle_timeout": 5}, "connect"),
    ],
)
async def test_a_wait_that_httpx_ended_bears_the_name_of_its_limit(
    caller: Caller, error: Exception, options: dict[str, Any], phase: str
) -> None:
    """A connection that cannot be made is told as that, whoever bounded it."""
    caller.meet(error)
    with pytest.raises(APITimeoutError) as caught:
        await caller.final(**options)
    assert caught.value.phase == phase
    limit = f"{phase}_timeout" if phase in ("idle", "total") else "timeout"
    assert f"Give a larger {limit}=" in str(caught.value)


# --- settings


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["idle_timeout", "total_timeout"])
@pytest.mark.parametrize("value", [0, -1, float("nan"), True, "5", httpx.Timeout(5)])
async def test_what_is_no_limit_is_refused(caller: Caller, name: str, value: Any) -> None:
    """By the client, its copies and each call, before anything is sent."""
    gateway = caller.meet(GOOD)
    with pytest.raises(InvalidRequestError, match=f"{name} is"):
        await caller.create(**{name: value})
    with pytest.raises(ConfigurationError, match=f"{name} is"):
        caller.client.with_options(**{name: value})
    with pytest.raises(ConfigurationError, match=f"{name} is"):
        type(caller)(**{name: value}).connect()
    assert gateway.requests == []


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["idle_timeout", "total_timeout"])
async def test_a_call_s_limit_goes_before_a_copy_s_and_that_before_the_client_s(
    caller: Caller, clock: Clock, name: str
) -> None:
    """None takes it away; what is not given changes nothing."""
    caller.options[name] = 8
    gateway = caller.meet(answer(sse(*TEXT_EVENTS)))
    client = caller.client
    for copy in (client, client.with_options(max_retries=1), client.with_options(**{name: 7})):
        caller.client = copy
        await caller.final()
    await caller.final(**{name: 6})
    await caller.final(**{name: None})
    caller.client = client.with_options(**{name: None})
    await caller.final()
    reads = [request.extensions["timeout"]["read"] for request in gateway.requests]
    assert reads == [8, 8, 7, 6, 600, 600]

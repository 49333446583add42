"""What the call hook is told: of a call that begins, and of its end, whatever way it ends."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from decimal import Decimal
from threading import get_ident
from typing import Any

import httpx
import pytest

from aimlapi_messages import (
    APIConnectionError,
    APIError,
    AsyncAIMLAPI,
    BadRequestError,
    BudgetExceededError,
    OverloadedError,
    RateLimitError,
    StreamIncompleteError,
    UnexpectedResponseError,
)

from ..support.callers import AsyncCaller, Caller, in_process
from ..support.deadlines import LIMIT
from ..support.streams import COST
from ..support.told import Told, cancel_a_call, told_by
from ..support.wire import MODEL, PING, TEXT_EVENTS, Answer, Chunks, Gateway, answer, body, sse, start, text_block

SOON = {"retry-after-ms": "1"}
GOOD = answer(
    body(text_block("Hi"), usage={"input_tokens": 7, "output_tokens": 3}), headers={"x-aimlapi-usd-spent": "0.25"}
)
OVERLOADED = {"type": "error", "error": {"type": "overloaded_error", "message": "busy"}}
CURRENT: ContextVar[str] = ContextVar("CURRENT", default="")


# --- answers


@pytest.mark.anyio
async def test_the_hook_is_told_of_an_answer(caller: Caller) -> None:
    """Once: what was asked, and what came."""
    told = told_by(caller)
    caller.meet(GOOD)
    message = await caller.create(
        temperature=0.5, top_k=3, system="Be brief.", metadata={"user_id": "me"}, extra_query={"q": "secret"}
    )
    outcome, (call,) = told.outcome, told.calls
    assert (call.operation, call.model, call.stream, call.url, call.tool) == (
        "create_message",
        MODEL,
        False,
        caller.url,
        None,
    )
    assert call.parameters == {"max_tokens": 4096, "temperature": 0.5, "top_k": 3}
    assert call.body() == caller.gateway.sent
    assert outcome.message is outcome.answer is message
    assert (outcome.attempts, outcome.status_code, outcome.request_id) == (1, 200, "req-1")
    assert (outcome.error, outcome.complete, outcome.first_content) == (None, True, None)
    assert outcome.cost is not None
    assert outcome.cost.usd == Decimal("0.25")


REFUSED = answer({"type": "error", "error": {"type": "invalid_request_error", "message": "no"}}, 400)
FAILURES: dict[str, tuple[list[Answer], type[APIError], int, int | None]] = {
    "connection": ([httpx.ConnectError("no")], APIConnectionError, 1, None),
    "refused": ([REFUSED], BadRequestError, 1, 400),
    "at last": ([answer({}, 429, SOON), REFUSED], BadRequestError, 2, 400),
    "again": ([answer({}, 429, SOON), answer({}, 429, SOON)], RateLimitError, 2, 429),
    "no message": ([answer({"a": 1})], UnexpectedResponseError, 1, 200),
    "no answer": ([answer(b"<html>", type="text/html")], UnexpectedResponseError, 1, 200),
}


@pytest.mark.anyio
@pytest.mark.parametrize(("answers", "kind", "attempts", "status"), FAILURES.values(), ids=FAILURES)
@pytest.mark.parametrize("how", ["create", "final"])
async def test_the_hook_is_told_of_a_failure(
    caller: Caller, how: str, answers: list[Answer], kind: type[APIError], attempts: int, status: int | None
) -> None:
    """With the error that the caller gets, once for all attempts, streams among them."""
    told = told_by(caller, max_retries=attempts - 1)
    caller.meet(*answers)
    with pytest.raises(kind) as caught:
        await getattr(caller, how)()
    outcome = told.outcome
    assert outcome.error is caught.value
    assert (outcome.attempts, outcome.status_code, outcome.complete) == (attempts, status, False)
    assert outcome.message is None


@pytest.mark.anyio
async def test_a_call_that_is_sent_again_is_one_call(caller: Caller) -> None:
    """Its attempts are counted."""
    told = told_by(caller, max_retries=2)
    caller.meet(answer({}, 529, SOON), answer({}, 503, SOON), GOOD)
    await caller.create()
    assert (told.outcome.attempts, told.outcome.error, told.outcome.status_code) == (3, None, 200)


@pytest.mark.anyio
async def test_a_call_that_the_budget_refuses_has_ended(caller: Caller) -> None:
    """Though nothing was sent."""
    told = told_by(caller, budget_usd=0)
    caller.meet(GOOD)
    with pytest.raises(BudgetExceededError) as caught:
        await caller.create()
    assert (told.outcome.error, told.outcome.attempts) == (caught.value, 0)


@pytest.mark.anyio
async def test_a_call_that_cannot_be_sent_does_not_begin(caller: Caller) -> None:
    """What is wrong with the arguments is found before it."""
    told = told_by(caller)
    caller.meet(GOOD)
    with pytest.raises(ValueError, match="model is empty"):
        await caller.create(model="")
    assert told.calls == []


@pytest.mark.anyio
async def test_a_cancelled_call_has_ended() -> None:
    """By the cancellation."""
    told = Told()
    await cancel_a_call(told)
    assert isinstance(told.outcome.error, asyncio.CancelledError)


@pytest.mark.anyio
async def test_a_dropped_coroutine_has_ended() -> None:
    """Whoever drops it may be the garbage collector, which may call nothing that takes a lock."""
    told = Told()

    class Wait:
        def __await__(self) -> Any:
            yield

    async def wait(_: httpx.Request) -> httpx.Response:
        await Wait()
        raise AssertionError

    http_client = httpx.AsyncClient(transport=httpx.MockTransport(wait))
    client = AsyncAIMLAPI(api_key="any", http_client=http_client, on_call=told)
    made = client.messages.create(model=MODEL, messages="Hi")
    made.send(None)
    made.close()
    await told.until(1)
    assert (told.outcome.error, told.outcome.complete, told.outcome.answer) == (None, False, None)
    assert get_ident() not in told.threads


# --- streams


@pytest.mark.anyio
@pytest.mark.parametrize("how", ["events", "texts"])
async def test_the_hook_is_told_of_a_stream_at_its_end(caller: Caller, how: str) -> None:
    """With the message, its cost, and when its content began."""
    told = told_by(caller)
    caller.meet(answer(sse(*TEXT_EVENTS, COST)))
    await getattr(caller, how)([])
    outcome, (call,) = told.outcome, told.calls
    assert call.stream
    assert outcome.message is not None
    assert (outcome.message.text, outcome.message.stop_reason, outcome.message.id) == ("Hello", "end_turn", "msg_01")
    assert outcome.message.usage.output_tokens == 9
    assert outcome.cost is not None
    assert outcome.cost.usd == Decimal("0.000788")
    assert outcome.first_content is not None
    assert 0 <= outcome.first_content <= outcome.seconds
    assert (outcome.complete, outcome.error, outcome.status_code, outcome.request_id) == (True, None, 200, "req-1")


BROKEN: dict[str, tuple[Chunks, type[APIError], str | None]] = {
    "cut": (Chunks([sse(*TEXT_EVENTS[:4])]), StreamIncompleteError, "Hel"),
    "reset": (Chunks([sse(*TEXT_EVENTS[:5])], httpx.ReadError("reset")), StreamIncompleteError, "Hello"),
    "error": (Chunks([sse(*TEXT_EVENTS[:4], OVERLOADED)]), OverloadedError, "Hel"),
    "no content": (Chunks([sse(start(), PING, OVERLOADED)]), OverloadedError, ""),
    "nothing": (Chunks([]), StreamIncompleteError, None),
}


@pytest.mark.anyio
@pytest.mark.parametrize(("pieces", "kind", "text"), BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("how", ["events", "texts", "final"])
async def test_the_hook_is_told_of_a_broken_stream(
    caller: Caller, how: str, pieces: Chunks, kind: type[APIError], text: str | None
) -> None:
    """With the error that the reader gets, and what had come."""
    told = told_by(caller)
    caller.meet(answer(pieces))
    with pytest.raises(kind) as caught:
        await (caller.final() if how == "final" else getattr(caller, how)([]))
    outcome = told.outcome
    assert outcome.error is caught.value
    assert (outcome.message and outcome.message.text) == text
    assert (outcome.complete, outcome.first_content is None) == (False, not text)


@pytest.mark.anyio
async def test_a_stream_that_is_requested_again_is_one_call(caller: Caller) -> None:
    """And its content began with the last attempt."""
    told = told_by(caller, max_retries=3)
    again = [answer(sse(start(), OVERLOADED), headers=SOON), answer(sse(start()), headers=SOON)]
    caller.meet(*again, answer({}, 503, SOON), answer(sse(*TEXT_EVENTS)))
    await caller.final()
    assert (told.outcome.attempts, told.outcome.error, told.outcome.complete) == (4, None, True)


@pytest.mark.anyio
async def test_a_stream_that_is_requested_again_in_vain_has_ended_once(caller: Caller) -> None:
    """By the last error."""
    told = told_by(caller, max_retries=1)
    caller.meet(answer(sse(start(), OVERLOADED), headers=SOON), REFUSED)
    with pytest.raises(BadRequestError) as caught:
        await caller.final()
    assert (told.outcome.attempts, told.outcome.error) == (2, caught.value)


async def opened(caller: Caller, events: int) -> Any:
    """A stream of which so many events were read."""
    stream: Any = caller.client.messages.create(model=MODEL, messages="Hi", stream=True)
    if isinstance(caller, AsyncCaller):
        stream = await stream
        for _ in range(events):
            await anext(stream)
    else:
        for _ in range(events):
            next(stream)
    return stream


@pytest.mark.anyio
@pytest.mark.parametrize(("events", "text"), [(0, None), (3, ""), (4, "Hel"), (5, "Hello")])
async def test_a_stream_that_is_closed_early_has_ended(caller: Caller, events: int, text: str | None) -> None:
    """Without an error, with what had come."""
    told = told_by(caller)
    caller.meet(answer(Chunks([sse(event) for event in TEXT_EVENTS])))
    stream = await opened(caller, events)
    assert told.outcomes == []
    closing = stream.close()
    if closing is not None:
        await closing
    outcome = told.outcome
    assert (outcome.error, outcome.complete, outcome.status_code) == (None, False, 200)
    assert (outcome.message and outcome.message.text) == text


@pytest.mark.anyio
@pytest.mark.parametrize("events", [0, 1, 4, len(TEXT_EVENTS)])
async def test_a_stream_that_is_dropped_has_ended(caller: Caller, events: int) -> None:
    """On another thread, for it may be the garbage collector that drops it."""
    told = told_by(caller)
    caller.meet(answer(Chunks([sse(event) for event in TEXT_EVENTS])))
    await opened(caller, events)
    await told.until(1)
    assert (told.outcome.error, told.outcome.complete) == (None, events == len(TEXT_EVENTS))
    assert get_ident() not in told.threads


@in_process
def test_a_stream_that_is_dropped_with_its_generator_has_ended() -> None:
    """Which closes it, but takes no lock."""
    told = Told()
    client = Gateway(answer(sse(*TEXT_EVENTS))).client(on_call=told)

    def texts() -> Any:
        with client.messages.stream(model=MODEL, messages="Hi") as stream:
            yield from stream.text_stream

    generator = texts()
    next(generator)
    generator.close()
    asyncio.run(told.until(1))
    assert (told.outcome.error, told.outcome.complete, get_ident() in told.threads) == (None, False, False)


@pytest.mark.anyio
async def test_a_reader_that_is_cancelled_ends_the_stream() -> None:
    """By the cancellation."""
    told = Told()

    class Waiting(httpx.AsyncByteStream):
        async def __aiter__(self) -> Any:
            yield sse(*TEXT_EVENTS[:4])
            reading.set()
            await asyncio.sleep(LIMIT)

    reading = asyncio.Event()
    head = {"content-type": "text/event-stream"}
    respond = lambda _: httpx.Response(200, headers=head, stream=Waiting())  # noqa: E731
    http_client = httpx.AsyncClient(transport=httpx.MockTransport(respond))
    client = AsyncAIMLAPI(api_key="any", http_client=http_client, on_call=told)

    async def read() -> None:
        async with client.messages.stream(model=MODEL, messages="Hi") as stream:
            await stream.until_done()

    task = asyncio.create_task(read())
    await reading.wait()
    task.cancel()
    await asyncio.wait([task])
    assert isinstance(told.outcome.error, asyncio.CancelledError)
    assert told.outcome.message is not None
    assert told.outcome.message.text == "Hel"

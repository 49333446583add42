"""What the logger `aimlapi_messages` says of a call: a line at INFO, the rest at DEBUG, and nothing of its content."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from aimlapi_messages import APIError, OverloadedError

from ..support.callers import Caller
from ..support.wire import KEY, TEXT_EVENTS, Answer, answer, body, sse, text_block

SOON = {"retry-after-ms": "1"}
SECRET = "hidden-content"
GOOD = answer(body(text_block(SECRET)), headers={"x-request-id": "req-7"})
STREAM = answer(sse(*TEXT_EVENTS))
BUSY = answer({"message": SECRET, "requestId": "req-9"}, 503, SOON)
BUSY_EVENT = {"type": "error", "error": {"type": "overloaded_error", "message": SECRET}}
OVERLOADED = answer(sse(BUSY_EVENT), headers=SOON)


async def texts(caller: Caller) -> None:
    await caller.texts([], messages=SECRET, max_retries=2)


async def final(caller: Caller) -> None:
    await caller.final(messages=SECRET, max_retries=2)


async def create(caller: Caller) -> None:
    await caller.create(messages=SECRET, system=SECRET, max_retries=2)


def lines(caplog: pytest.LogCaptureFixture, level: int) -> list[str]:
    """The messages of the package at this level."""
    found = [record for record in caplog.records if record.name == "aimlapi_messages"]
    return [record.getMessage() for record in found if record.levelno == level]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("call", "answers", "said", "retries", "read"),
    [
        (create, [GOOD], "answered 200", 0, "bytes"),
        (create, [BUSY, GOOD], "answered 200", 1, "bytes"),
        (create, [BUSY], "failed with InternalServerError, status 503", 2, ""),
        (create, [answer({"message": SECRET}, 400)], "failed with BadRequestError, status 400", 0, ""),
        (texts, [STREAM], "answered 200", 0, "tokens"),
        (final, [OVERLOADED, STREAM], "answered 200", 1, "tokens"),
        (texts, [OVERLOADED], "failed with OverloadedError, status 529", 2, ""),
        (final, [answer(sse(*TEXT_EVENTS[:5]))], "answered 200", 0, ""),
    ],
)
async def test_a_call_is_one_line(
    caller: Caller,
    caplog: pytest.LogCaptureFixture,
    call: Callable[[Caller], Awaitable[None]],
    answers: list[Answer],
    said: str,
    retries: int,
    read: str,
) -> None:
    """However often it was sent; each attempt, and what was read, are for those who debug."""
    caller.meet(*answers)
    with caplog.at_level(logging.DEBUG, logger="aimlapi_messages"), suppress(APIError):
        await call(caller)
    (line,) = lines(caplog, logging.INFO)
    assert re.fullmatch(rf"POST {caller.url} {said} after [0-9.]+ s \(attempt {retries + 1}\), request id \S+", line)
    debug = lines(caplog, logging.DEBUG)
    assert sum("; sent again in 0.00 s" in text for text in debug) == retries
    assert [text.split()[-1] for text in debug if text.startswith("Read")] == [read] * bool(read)
    assert not any(hidden in caplog.text for hidden in (SECRET, KEY))
    assert lines(caplog, logging.WARNING) == []


@pytest.mark.anyio
async def test_the_log_tells_of_each_attempt_and_of_no_secret(caller: Caller, caplog: pytest.LogCaptureFixture) -> None:
    """At DEBUG, with the size of what was sent; of unknown headers only their names."""
    caller.options["default_headers"] = {"x-team": "hidden-team"}
    gateway = caller.meet(answer({"status": 503}, 503, SOON), GOOD)
    with caplog.at_level(logging.DEBUG, logger="aimlapi_messages"):
        await caller.create(max_retries=1, extra_query={"q": "hidden-query"}, client_request_id="mine-1")
    records = [record for record in caplog.records if record.name == "aimlapi_messages"]
    size = len(gateway.requests[0].content)
    sendings = [text for text in (record.getMessage() for record in records) if text.startswith("Sending POST")]
    for number, text in enumerate(sendings, 1):
        assert f"Sending POST {caller.url} (attempt {number}, {size} bytes)" in text
    assert len(sendings) == 2
    assert "'x-team': '***'" in sendings[0]
    assert "'authorization': '***'" in sendings[0]
    assert "'x-client-request-id': 'mine-1'" in sendings[0]
    whole = "\n".join(record.getMessage() for record in records)
    assert "Attempt 1 failed with InternalServerError" in whole
    assert f"{caller.url} answered 200 after " in whole
    assert not any(hidden in whole for hidden in (KEY, "hidden-team", "hidden-query"))
    assert all(record.levelno < logging.WARNING for record in records)


@pytest.mark.anyio
async def test_failures_are_no_warnings(caller: Caller, caplog: pytest.LogCaptureFixture) -> None:
    """They are raised, or mended; unasked, the log stays empty."""
    caller.meet(answer(sse(*TEXT_EVENTS[:3], BUSY_EVENT), headers=SOON), answer(sse(BUSY_EVENT), headers=SOON))
    with caplog.at_level(logging.WARNING), pytest.raises(OverloadedError):
        await caller.final(max_retries=1)
    assert caplog.records == []

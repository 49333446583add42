"""Whether a request is sent again, when, and how often."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import httpx
import pytest

from aimlapi_messages import (
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    InternalServerError,
    OverloadedError,
    RateLimitError,
    StreamIncompleteError,
    UnexpectedResponseError,
)
from aimlapi_messages.transport.retries import RetryPolicy

from ..support.callers import Caller, in_process
from ..support.parts import Phase, Sent
from ..support.wire import TEXT_EVENTS, Answer, Chunks, answer, body, sse, text_block

PRICE = {"x-aimlapi-usd-spent": "0.25"}
SOON = {"retry-after-ms": "1"}
GOOD = answer(body(text_block("Hi")))


def status_error(status: int, upstream: int | None = None, **headers: str) -> APIStatusError:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return APIStatusError("x", status_code=status, upstream_status=upstream, headers=named)


def timeout(phase: Phase) -> APITimeoutError:
    error = APITimeoutError("x")
    error.phase = phase
    error.sent = "maybe" if phase == "read" else "no"
    return error


def broken(sent: Sent) -> APIConnectionError:
    error = APIConnectionError("x")
    error.sent = sent
    return error


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (APIConnectionError("x"), True),
        (timeout("connect"), True),
        (timeout("pool"), True),
        (timeout("write"), True),
        (broken("maybe"), True),
        (broken("answered"), False),
        (status_error(529, x_aimlapi_usd_spent="0.1"), False),
        (status_error(529, x_aimlapi_usd_spent="0"), True),
        (timeout("read"), False),
        (status_error(400), False),
        (status_error(401), False),
        (status_error(403), False),
        (status_error(404), False),
        (status_error(408), True),
        (status_error(409), True),
        (status_error(413), False),
        (status_error(422), False),
        (status_error(429), True),
        (status_error(500), True),
        (status_error(502), True),
        (status_error(503), True),
        (status_error(504), True),
        (status_error(529), True),
        (status_error(302), False),
        (status_error(500, upstream=400), False),
        (status_error(500, upstream=404), False),
        (status_error(500, upstream=429), True),
        (status_error(500, upstream=503), True),
        (status_error(429, upstream=400), True),
        (status_error(429, x_should_retry="false"), False),
        (status_error(529, x_should_retry=" False"), False),
        (status_error(400, x_should_retry="true"), True),
        (status_error(500, upstream=400, x_should_retry="TRUE"), True),
        (status_error(500, x_should_retry="perhaps"), True),
        (status_error(404, x_should_retry=""), False),
        (status_error(429, x_should_retry="true", x_aimlapi_usd_spent="0.1"), False),
        (APIStatusError("no status"), False),
        (UnexpectedResponseError("x", status_code=200), False),
        (StreamIncompleteError("x"), False),
    ],
    ids=lambda value: (
        str(vars(value).get("status_code") or type(value).__name__) if isinstance(value, APIError) else ""
    ),
)
def test_what_is_sent_again(error: APIError, again: bool) -> None:
    """Only what may go better a moment later, and does not cost twice, is sent again."""
    assert (RetryPolicy().delay(0, error) is not None) is again


@pytest.mark.parametrize(
    ("error", "again"), [(timeout("read"), True), (broken("maybe"), True), (broken("answered"), False)]
)
def test_what_may_have_been_paid_is_sent_again_when_that_is_asked_for(error: APIError, again: bool) -> None:
    """Whoever accepts that it may cost twice can say so; what was paid for certain is never sent again."""
    assert (RetryPolicy(retry_timeouts=True).delay(0, error) is not None) is again


@pytest.mark.parametrize(
    ("max_retries", "attempt", "again"), [(2, 0, True), (2, 1, True), (2, 2, False), (0, 0, False)]
)
def test_the_count_is_of_attempts_after_the_first(max_retries: int, attempt: int, again: bool) -> None:
    """Two retries are three requests."""
    assert (RetryPolicy(max_retries).delay(attempt, status_error(500)) is not None) is again


@pytest.mark.parametrize(
    ("attempt", "chance", "pause"),
    [
        (0, 0.0, 0.5),
        (1, 0.0, 1.0),
        (3, 0.0, 4.0),
        (4, 0.0, 8.0),
        (5, 0.0, 8.0),
        (5000, 0.0, 8.0),
        (0, 1.0, 0.375),
        (1, 0.5, 0.875),
    ],
)
def test_the_pause_doubles_to_a_limit_less_up_to_a_quarter(attempt: int, chance: float, pause: float) -> None:
    """Without advice from the server the pause is 0.5 s, 1 s, 2 s ... 8 s, and a little less by chance."""
    policy = RetryPolicy(max_retries=10_000)
    assert policy.delay(attempt, status_error(500), chance=lambda: chance) == pause


@pytest.mark.parametrize(
    ("seconds", "pause"),
    [(0.001, 0.001), (3.0, 3.0), (60.0, 60.0), (60.001, None), (3600.0, None), (float("inf"), None), (None, 0.5)],
)
def test_the_server_is_never_asked_sooner_than_it_wants(seconds: float | None, pause: float | None) -> None:
    """Up to a minute is waited for; for more the caller decides."""
    error = RateLimitError("x", status_code=429, retry_after=seconds)
    assert RetryPolicy().delay(0, error, chance=lambda: 0.0) == pause


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "61"}, 61.0),
        ({"retry-after": "60.5"}, 60.5),
        ({"retry-after": "3, 3600"}, 3600.0),
        ({"retry-after-ms": "90000", "retry-after": "1"}, 90.0),
        ({"retry-after": "Fri, 31 Dec 9999 23:59:59 GMT"}, pytest.approx(2.5e11, rel=0.1)),
        ({"retry-after": "9" * 400}, float("inf")),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
async def test_a_long_wait_is_left_to_the_caller(
    caller: Caller, headers: dict[str, str], seconds: float, status: int
) -> None:
    """The call gives up at once, and its error says for how long the server asked to be left alone."""
    gateway = caller.meet(answer({"status": status}, status, headers))
    for call in (caller.create, caller.final):
        with pytest.raises(APIStatusError) as caught:
            await call(max_retries=5)
        assert caught.value.retry_after == seconds
        assert "as the server asks" in str(caught.value)
    assert len(gateway.requests) == 2


@pytest.mark.anyio
async def test_a_call_that_gives_up_for_other_reasons_tells_the_wait_too(caller: Caller) -> None:
    """Whoever sends again by hand needs it."""
    caller.meet(answer({"status": 429}, 429, {"retry-after": "7"}))
    with pytest.raises(RateLimitError, match="Wait 7 s") as caught:
        await caller.create(max_retries=0)
    assert caught.value.retry_after == 7.0


@pytest.mark.anyio
async def test_a_request_is_sent_again_until_it_succeeds(caller: Caller) -> None:
    """A broken connection and an overloaded gateway cost time and no error."""
    gateway = caller.meet(httpx.ConnectError("no"), answer({"status": 529, "message": "x"}, 529, SOON), GOOD)
    assert (await caller.create(max_retries=2)).text == "Hi"
    assert [request.content for request in gateway.requests] == [gateway.requests[0].content] * 3


@pytest.mark.anyio
async def test_the_last_error_is_raised(caller: Caller) -> None:
    """After the last attempt the error of that attempt comes out."""
    gateway = caller.meet(answer({"status": 500}, 500, SOON), answer({"status": 429}, 429, SOON))
    with pytest.raises(RateLimitError):
        await caller.create(max_retries=1)
    assert len(gateway.requests) == 2


@pytest.mark.anyio
async def test_the_client_s_own_count_is_used_unless_a_call_says_otherwise(caller: Caller) -> None:
    """`with_options` changes the count of a copy, an argument that of one call."""
    gateway = caller.meet(answer({"status": 500}, 500, SOON))
    caller.client = caller.client.with_options(max_retries=3)
    with pytest.raises(InternalServerError):
        await caller.create()
    with pytest.raises(InternalServerError):
        await caller.create(max_retries=0)
    assert len(gateway.requests) == 4 + 1


@pytest.mark.anyio
@pytest.mark.parametrize(
    "success",
    [
        answer(Chunks([b"{"], httpx.ReadError("cut")), headers=PRICE, type="application/json"),
        answer(Chunks([b"not gzip"]), headers={**PRICE, "content-encoding": "gzip"}, type="application/json"),
    ],
)
async def test_a_success_that_breaks_off_is_counted_and_not_asked_for_again(caller: Caller, success: Answer) -> None:
    """It was paid: whole or streamed, the price in its headers counts, and a second one would cost twice."""
    gateway = caller.meet(success, success, GOOD)
    with pytest.raises(APIConnectionError) as caught:
        await caller.create(max_retries=5)
    assert (caught.value.sent, caught.value.request_id, len(gateway.requests)) == ("answered", "req-1", 1)
    assert caller.client.spent == Decimal("0.25")
    with pytest.raises(APIConnectionError):
        await caller.final(max_retries=5)
    assert (caller.client.spent, len(gateway.requests)) == (Decimal("0.5"), 2)


@pytest.mark.anyio
async def test_a_stream_that_never_began_is_counted_by_its_headers(caller: Caller) -> None:
    """A success without a single event may have been paid all the same."""
    caller.meet(answer(b"", headers=PRICE))
    with pytest.raises(StreamIncompleteError):
        await caller.final()
    assert caller.client.spent == Decimal("0.25")


@in_process
@pytest.mark.anyio
@pytest.mark.parametrize(
    ("error", "sent"),
    [
        (httpx.RemoteProtocolError("Server disconnected without sending a response."), "maybe"),
        (httpx.ReadError("reset"), "maybe"),
        (httpx.ReadTimeout("slow"), "maybe"),
        (httpx.ConnectError("no"), "no"),
        (httpx.ConnectTimeout("slow"), "no"),
        (httpx.WriteError("reset"), "no"),
        (httpx.WriteTimeout("slow"), "no"),
        (httpx.PoolTimeout("busy"), "no"),
        (httpx.ProxyError("no"), "no"),
    ],
)
async def test_an_error_says_whether_the_request_was_sent(caller: Caller, error: Exception, sent: Sent) -> None:
    """Once the request is out it may be running, whatever happens to the connection."""
    caller.meet(error)
    with pytest.raises(APIConnectionError) as caught:
        await caller.create()
    assert caught.value.sent == sent


@pytest.mark.anyio
async def test_a_server_that_hangs_up_without_a_word_is_asked_again(caller: Caller) -> None:
    """It is what becomes of a kept connection that the server has closed meanwhile."""
    gateway = caller.meet(httpx.RemoteProtocolError("Server disconnected without sending a response."), GOOD)
    assert (await caller.create(max_retries=1)).text == "Hi"
    assert len(gateway.requests) == 2


@pytest.mark.anyio
async def test_a_stream_is_asked_for_again_until_it_begins(caller: Caller) -> None:
    """A failure before the first byte of a stream is a failed request."""
    caller.meet(answer({"status": 503}, 503, SOON), answer(sse(*TEXT_EVENTS)))
    assert (await caller.final(max_retries=1)).text == "Hello"


@pytest.mark.anyio
async def test_a_stream_that_began_is_not_asked_for_again(caller: Caller) -> None:
    """What was read cannot be unread, and would be paid for twice."""
    gateway = caller.meet(answer(Chunks([sse(*TEXT_EVENTS[:4])], httpx.ReadError("cut"))))
    with pytest.raises(StreamIncompleteError):
        await caller.final(max_retries=5)
    assert len(gateway.requests) == 1


@pytest.mark.anyio
async def test_an_error_in_a_success_is_sent_again_by_its_class(caller: Caller) -> None:
    """An overloaded provider under a 200 is an overloaded provider."""
    overloaded = {"type": "error", "error": {"type": "overloaded_error", "message": "x"}}
    gateway = caller.meet(answer(overloaded, headers=SOON))
    with pytest.raises(OverloadedError):
        await caller.create(max_retries=1)
    assert len(gateway.requests) == 2


@pytest.mark.anyio
async def test_the_usual_pause_is_really_made(caller: Caller, caplog: pytest.LogCaptureFixture) -> None:
    """Without advice the client waits about half a second, and says in its log why."""
    caller.meet(answer({"status": 500, "requestId": "req-9"}, 500), GOOD)
    begun = datetime.now(UTC)
    with caplog.at_level(logging.DEBUG, logger="aimlapi_messages"):
        await caller.create(max_retries=1)
    assert timedelta(seconds=0.3) < datetime.now(UTC) - begun < timedelta(seconds=5)
    assert "Attempt 1 failed with InternalServerError, status 500, request id req-9; sent again in 0." in caplog.text

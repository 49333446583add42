"""What must not be lost: prices on any chunk, raw inputs, content that came early, halves of characters; and ends."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import httpx
import pytest

from aimlapi_messages import AIMLAPI, APIStatusError, InternalServerError

from ..support.callers import Caller
from ..support.streams import COST, SPENT, new_core, read, stream_of
from ..support.wire import (
    KEY,
    MODEL,
    STOP,
    TEXT_EVENTS,
    Chunks,
    answer,
    block_start,
    block_stop,
    body,
    delta,
    end,
    sse,
    start,
    text_block,
)

ASK: dict[str, Any] = {"model": MODEL, "messages": "Hi"}


# --- prices


def test_a_price_before_the_message_counts() -> None:
    """On a chunk of its own, which comes first for once."""
    assert read(COST, *TEXT_EVENTS).cost == SPENT


def test_a_later_word_without_a_price_takes_none_back() -> None:
    """What is not said stays as it was said."""
    priced = {**end(), **COST}
    message = read(*TEXT_EVENTS[:-2], priced, {**STOP, "meta": {"trace": "x", "usage": {"more": 1}}})
    assert message.cost == SPENT
    assert message.to_dict()["meta"] == {**COST["meta"], "trace": "x", "usage": {**COST["meta"]["usage"], "more": 1}}


@pytest.mark.anyio
async def test_a_failure_that_names_its_price_is_counted_and_not_sent_again(caller: Caller) -> None:
    """In the body, as in a header."""
    gateway = caller.meet(answer({"status": 500, "title": "no", **COST}, status=500), answer(body(text_block("Hello"))))
    with pytest.raises(InternalServerError) as caught:
        await caller.create(max_retries=2)
    assert caught.value.cost is not None
    assert (caught.value.cost.usd, caller.client.spent) == (Decimal("0.000788"), Decimal("0.000788"))
    assert len(gateway.requests) == 1


# --- content


@pytest.mark.parametrize("kind", ["server_tool_use", "mcp_tool_use"])
def test_the_text_of_an_input_that_cannot_be_read_is_kept(kind: str) -> None:
    """Also by blocks that are nobody's to run; it is not sent back."""
    block = {"type": kind, "id": "t", "name": "web_search", "input": {}}
    message = read(start(), block_start(block), delta(partial_json='{"query": "abc'), block_stop(), end("max_tokens"))
    assert message.to_dict()["content"][0]["partial_json"] == '{"query": "abc'
    assert "partial_json" not in message.to_param()["content"][0]


def test_content_that_came_with_the_start_stays() -> None:
    """A block that starts under its index stands behind it."""
    early = {**start(), "message": {**start()["message"], "content": [text_block("PRE")]}}
    assert read(early, *TEXT_EVENTS[1:]).text == "PREHello"


def test_two_readers_of_the_text_share_the_halves() -> None:
    """Of a character that came in two pieces."""
    halves = [json.dumps(delta(text=text)) for text in ("a\ud83d", "\ude00b")]
    stream = stream_of(new_core(), [sse(start(), block_start(text_block("")), *halves, block_stop(), end(), STOP)])
    assert next(stream.text_stream) + "".join(stream.text_stream) == "a\U0001f600b"


def test_half_a_character_at_the_end_is_handed_on() -> None:
    """As it is in the whole text."""
    payload = json.dumps(delta(text="a\ud83d"))
    stream = stream_of(new_core(), [sse(start(), block_start(text_block("")), payload, end(), STOP)])
    assert list(stream.text_stream) == ["a", "\ud83d"]


# --- ends


@pytest.mark.anyio
@pytest.mark.parametrize("after", [[], ["junk"]], ids=["at the end", "before junk"])
async def test_done_ends_a_stream_that_is_whole_and_priced(caller: Caller, after: list[str]) -> None:
    """Though the server keeps the connection open; what never came is not waited for."""
    chunks = Chunks([sse(*TEXT_EVENTS, COST, "[DONE]", *after)], RuntimeError("nobody shall read on"))
    caller.meet(answer(chunks))
    message = await caller.final()
    assert (message.text, message.cost) == ("Hello", SPENT)
    await caller.closed(chunks)


class Dripping(httpx.SyncByteStream):
    """A body that comes byte by byte, for longer than anybody waits."""

    def __init__(self, sent: list[int]) -> None:
        self.sent = sent

    def __iter__(self) -> Iterator[bytes]:
        for number in range(10_000):
            time.sleep(0.01)
            self.sent.append(number)
            yield b" "


@pytest.mark.parametrize(("status", "stream"), [(500, False), (200, True)], ids=["an error", "JSON for a stream"])
def test_a_body_that_drips_is_not_read_beyond_the_limit(status: int, stream: bool) -> None:
    """Each wait is short, and all of them are too long."""
    sent: list[int] = []
    reply = httpx.Response(status, headers={"content-type": "application/json"}, stream=Dripping(sent))
    http_client = httpx.Client(transport=httpx.MockTransport(lambda _: reply))
    client = AIMLAPI(api_key=KEY, base_url="http://host", http_client=http_client, max_retries=0, total_timeout=0.1)
    with pytest.raises(Exception, match=r"500|total_timeout"):
        client.messages.create(**ASK, stream=stream)
    assert len(sent) < 1000


# --- secrets


def test_a_key_that_a_server_repeats_is_in_no_cause() -> None:
    """The standard library's error of a JSON text holds the whole text."""
    transport = httpx.MockTransport(
        lambda _: httpx.Response(200, text=f"<p>{KEY}", headers={"content-type": "text/html"})
    )
    client = AIMLAPI(api_key=KEY, base_url="http://host", http_client=httpx.Client(transport=transport))
    with pytest.raises(Exception, match="not JSON") as caught:
        client.messages.create(**ASK)
    cause = caught.value.__cause__
    assert cause is not None
    assert KEY not in f"{cause!r} {vars(cause)}"


@pytest.mark.parametrize("reads", [False, True])
def test_an_error_of_a_users_own_hook_is_one_of_ours(reads: bool) -> None:
    """With the status that it was raised for, what the hook read, and without the request that holds the key."""

    def raise_for_status(response: httpx.Response) -> None:
        if reads:
            response.read()
        response.raise_for_status()

    def respond(_: httpx.Request) -> httpx.Response:
        return httpx.Response(503, stream=Chunks([b'{"message": "come back later"}']))

    http_client = httpx.Client(transport=httpx.MockTransport(respond), event_hooks={"response": [raise_for_status]})
    client = AIMLAPI(api_key=KEY, base_url="http://host", http_client=http_client, max_retries=0)
    with pytest.raises(APIStatusError) as caught:
        client.messages.create(**ASK)
    assert caught.value.status_code == 503
    assert ("come back later" in str(caught.value)) is reads
    assert caught.value.__cause__ is caught.value.__context__ is None


# --- envelopes


@pytest.mark.parametrize(
    ("message", "upstream"),
    [('429 {"error": {"message": "slow"}}', 429), ('400 {"error": {"message": "bad", "type": 5}}', 400)],
)
def test_a_providers_error_without_its_envelope_is_read(message: str, upstream: int) -> None:
    """As text inside the gateway's."""
    transport = httpx.MockTransport(lambda _: httpx.Response(500, json={"statusCode": 500, "message": message}))
    client = AIMLAPI(api_key=KEY, base_url="http://host", http_client=httpx.Client(transport=transport), max_retries=0)
    with pytest.raises(InternalServerError) as caught:
        client.messages.create(**ASK)
    assert caught.value.upstream_status == upstream


def test_a_hook_that_raises_ends_the_stream() -> None:
    """It is closed, and gives nothing more."""

    def hook(_: object) -> None:
        raise ZeroDivisionError

    events = [start(), {"type": "error", "error": {"type": "overloaded_error", "message": "x"}}, *TEXT_EVENTS[1:]]
    chunks = Chunks([sse(*events)])
    reply = httpx.Response(200, headers={"content-type": "text/event-stream"}, stream=chunks)
    http_client = httpx.Client(transport=httpx.MockTransport(lambda _: reply))
    client = AIMLAPI(api_key=KEY, base_url="http://host", http_client=http_client, on_attempt=hook)
    stream = client.messages.create(**ASK, stream=True)
    with pytest.raises(ZeroDivisionError):
        stream.until_done()
    assert chunks.closed
    with pytest.raises(APIStatusError):
        next(stream)

"""Answers before they are parsed, with their status and headers."""

from __future__ import annotations

import json
from decimal import Decimal

import httpx
import pytest

import aimlapi_messages.anthropic as anthropic
from aimlapi_messages.anthropic import types

from ..support.told import Told
from ..support.wire import TEXT_EVENTS, Chunks, answer, body, sse, text_block
from .conftest import ASK, SDK

pytestmark = [pytest.mark.anyio, pytest.mark.operation("create_message")]

WHOLE = body(text_block("Hello"), meta={"usage": {"credits_used": 2, "usd_spent": 0.5}})
HEADERS = {"X-Mine": "1", "set-cookie": "a=b"}


async def test_a_raw_response_has_head_and_body(sdk: SDK) -> None:
    sdk.meet(answer(WHOLE, 201, HEADERS))
    response = await sdk.of(sdk.client.messages.with_raw_response.create(**ASK))
    assert (response.status_code, response.headers.get("X-mine"), response.request_id) == (201, "1", "req-1")
    assert (response.headers.get("set-cookie"), str(response.url)) == (None, f"{sdk.client.base_url}/v1/messages")
    assert await sdk.of(response.json()) == json.loads(await sdk.of(response.text())) == WHOLE
    assert json.loads(await sdk.of(response.read())) == response.http_response.json() == WHOLE
    assert response.http_response.status_code == 201
    assert (response.is_closed, str(response.http_request.url)) == (True, str(response.url))


async def test_a_raw_response_is_parsed_once(sdk: SDK) -> None:
    sdk.meet(answer(WHOLE))
    response = await sdk.of(sdk.client.beta.messages.with_raw_response.create(**ASK, betas=["a-2025-01-01"]))
    message = await sdk.of(response.parse())
    assert isinstance(message, types.Message)
    assert (message.model_dump()["content"][0]["text"], message._request_id) == ("Hello", "req-1")
    assert await sdk.of(response.parse()) is message
    assert sdk.client.spent == Decimal("0.5")
    assert sdk.gateway.requests[-1].headers["anthropic-beta"] == "a-2025-01-01"


async def test_a_raw_stream_is_parsed_to_its_events(sdk: SDK) -> None:
    sdk.meet(answer(sse(*TEXT_EVENTS)))
    response = await sdk.of(sdk.client.messages.with_raw_response.create(**ASK, stream=True))
    assert response.headers["content-type"] == "text/event-stream"
    events = await sdk.all(await sdk.of(response.parse()))
    assert [event.type for event in events] == [one["type"] for one in TEXT_EVENTS if one["type"] != "ping"]


async def test_what_breaks_off_in_a_raw_stream_is_an_error_of_the_sdk(sdk: SDK) -> None:
    sdk.meet(answer(sse(*TEXT_EVENTS[:4])))
    response = await sdk.of(sdk.client.messages.with_raw_response.create(**ASK, stream=True))
    with pytest.raises(anthropic.APIError) as found:
        await sdk.all(await sdk.of(response.parse()))
    assert isinstance(found.value.partial, types.Message)


@pytest.mark.parametrize("stream", [False, True])
async def test_an_unread_response_is_read_in_pieces(sdk: SDK, stream: bool) -> None:
    content = sse(*TEXT_EVENTS) if stream else json.dumps(WHOLE, indent=1).encode()
    pieces = Chunks([content[:40], content[40:]])
    sdk.meet(answer(pieces, type="text/event-stream" if stream else "application/json"))
    async with sdk.entered(sdk.client.messages.with_streaming_response.create(**ASK, stream=stream)) as response:
        assert response.is_closed is False
        assert await sdk.all(response.iter_lines()) == content.decode().rstrip("\n").split("\n") + [""] * stream
    assert response.is_closed is pieces.closed is True


async def test_an_unread_response_is_read_as_bytes_or_text(sdk: SDK) -> None:
    for name, joined in (("iter_bytes", b""), ("iter_text", "")):
        sdk.meet(answer(WHOLE))
        async with sdk.entered(sdk.client.messages.with_streaming_response.create(**ASK)) as response:
            pieces = await sdk.all(getattr(response, name)())
            assert json.loads(joined.join(pieces)) == WHOLE


async def test_an_unread_response_is_parsed(sdk: SDK) -> None:
    sdk.meet(answer(WHOLE))
    async with sdk.entered(sdk.client.messages.with_streaming_response.create(**ASK)) as response:
        message = await sdk.of(response.parse())
        assert isinstance(message, types.Message)
        assert message.text == "Hello"


async def test_an_unread_response_that_is_left_is_closed(sdk: SDK) -> None:
    pieces = Chunks([json.dumps(WHOLE).encode()])
    sdk.meet(answer(pieces, type="application/json"))
    async with sdk.entered(sdk.client.messages.with_streaming_response.create(**ASK)):
        pass
    assert pieces.closed


async def test_errors_are_raised_as_without_it(sdk: SDK) -> None:
    sdk.meet(answer({"error": {"message": "no"}}, 400))
    with pytest.raises(anthropic.BadRequestError):
        await sdk.of(sdk.client.messages.with_raw_response.create(**ASK))
    sdk.meet(answer(Chunks([b"{"], httpx.ReadError("broken")), type="application/json"))
    with pytest.raises(anthropic.APIConnectionError):
        async with sdk.entered(sdk.client.messages.with_streaming_response.create(**ASK)) as response:
            await sdk.of(response.read())


async def test_a_raw_call_is_retried_as_any_other(sdk: SDK) -> None:
    sdk.meet(answer({"error": {"message": "busy"}}, 529, {"retry-after": "0"}), answer(WHOLE), max_retries=1)
    response = await sdk.of(sdk.client.messages.with_raw_response.create(**ASK))
    assert (response.status_code, len(sdk.gateway.requests)) == (200, 2)


async def test_the_call_hook_is_told_of_answers_and_streams(sdk: SDK) -> None:
    """With the answers and errors of the SDK."""
    told = Told()
    refused = answer({"type": "error", "error": {"type": "not_found_error", "message": "no"}}, 404)
    sdk.meet(answer(WHOLE), answer(sse(*TEXT_EVENTS)), refused, on_call=told)
    message = await sdk.create()
    await sdk.all(await sdk.create(stream=True))
    with pytest.raises(anthropic.NotFoundError) as caught:
        await sdk.create()
    assert [outcome.answer and outcome.answer.text for outcome in told.outcomes] == ["Hello", "Hello", None]
    assert told.outcomes[0].answer is message
    assert [outcome.error for outcome in told.outcomes] == [None, None, caught.value]


@pytest.mark.parametrize("stream", [False, True])
async def test_the_call_hook_is_told_of_raw_responses(sdk: SDK, stream: bool) -> None:
    """When they are parsed, or closed, or dropped."""
    told = Told()
    sdk.meet(answer(sse(*TEXT_EVENTS) if stream else WHOLE), on_call=told)
    messages = sdk.client.messages
    parsed = await sdk.of((await sdk.of(messages.with_raw_response.create(**ASK, stream=stream))).parse())
    if stream:
        await sdk.all(parsed)
    assert [(outcome.answer.text, outcome.complete) for outcome in told.outcomes] == [("Hello", True)]
    async with sdk.entered(messages.with_streaming_response.create(**ASK, stream=stream)):
        assert len(told.outcomes) == 1
    assert (told.outcomes[1].answer, told.outcomes[1].complete) == (None, False)
    await sdk.of(messages.with_raw_response.create(**ASK, stream=stream))
    await told.until(3)
    assert (told.outcomes[2].answer, told.outcomes[2].complete) == (None, False)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("content", [b"<html>", b'{"x": 1}', b""])
async def test_the_call_hook_is_told_of_a_raw_response_that_is_no_answer(
    sdk: SDK, stream: bool, content: bytes
) -> None:
    """When it is parsed, and not only when it is dropped."""
    told = Told()
    sdk.meet(answer(content, type="application/json"), on_call=told)
    response = await sdk.of(sdk.client.messages.with_raw_response.create(**ASK, stream=stream))
    with pytest.raises(anthropic.APIResponseValidationError) as caught:
        await sdk.of(response.parse())
    assert [(outcome.error, outcome.complete) for outcome in told.outcomes] == [(caught.value, False)]

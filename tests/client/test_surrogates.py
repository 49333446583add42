"""Half of a surrogate pair, as a text cut in mid-emoji has it: sent and read as an escape, or refused in words."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from typing import Any

import pytest

from aimlapi_messages import (
    AIMLAPI,
    AIMLAPIError,
    AsyncAIMLAPI,
    ConfigurationError,
    InvalidRequestError,
    NotFoundError,
    document,
    text,
)

from ..support.wire import KEY, MODEL, Gateway, answer, body, text_block, tool_block

HALF = "a\ud83d"
GOOD = answer(body(text_block(HALF)))


async def call(gateway: Gateway, kind: type, method: Callable[[Any], Any]) -> Any:
    """What a method of either client gives."""
    client = gateway.client(max_retries=0) if kind is AIMLAPI else gateway.async_client(max_retries=0)
    result = method(client)
    return await result if inspect.isawaitable(result) else result


REFUSED: dict[str, Callable[[Any], Any]] = {
    "batches.retrieve": lambda client: client.messages.batches.retrieve(HALF),
    "batches.cancel": lambda client: client.messages.batches.cancel(HALF),
    "batches.wait": lambda client: client.messages.batches.wait(HALF),
    "models.list": lambda client: client.models.list(id=HALF),
    "models.retrieve": lambda client: client.models.retrieve(HALF),
    "models.deprecations": lambda client: client.models.deprecations(status=HALF),
    "usage": lambda client: client.account.usage_detail(tz=HALF, period="7d"),
    "keys.delete": lambda client: client.keys.delete(HALF),
    "keys.replace": lambda client: client.keys.replace(HALF),
    "extra_query": lambda client: client.models.list(extra_query={"a": HALF}),
    "extra_query's name": lambda client: client.models.list(extra_query={HALF: "a"}),
    "extra_headers": lambda client: client.models.list(extra_headers={"a": HALF}),
    "extra_headers' name": lambda client: client.models.list(extra_headers={HALF: "a"}),
    "client_request_id": lambda client: client.messages.create(model=MODEL, messages="Hi", client_request_id=HALF),
    "base_url": lambda client: client.with_options(base_url=f"http://host/{HALF}").models.list(),
    "base_url's host": lambda client: client.with_options(base_url=f"http://{HALF}.example").models.list(),
    "api_key": lambda client: client.with_options(api_key=HALF),
}


#: The operations that not every document has.
OPERATIONS = {
    "batches.retrieve": "get_batch",
    "batches.cancel": "cancel_batch",
    "batches.wait": "get_batch",
    "models.deprecations": "list_deprecations",
    "usage": "get_usage_detail",
    "keys.delete": "delete_key",
    "keys.replace": "replace_key",
}


@pytest.mark.anyio
@pytest.mark.parametrize("kind", [AIMLAPI, AsyncAIMLAPI])
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.operation(OPERATIONS[name])] if name in OPERATIONS else [])
        for name in REFUSED
    ],
)
async def test_what_no_url_or_header_carries_is_refused(name: str, kind: type) -> None:
    """By an error that can be printed; nothing was sent."""
    gateway = Gateway(GOOD)
    with pytest.raises((InvalidRequestError, ConfigurationError)) as caught:
        await call(gateway, kind, REFUSED[name])
    assert str(caught.value).encode()
    assert gateway.requests == []


SENT: dict[str, dict[str, Any]] = {
    "messages": {"messages": HALF},
    "a block": {"messages": [{"role": "user", "content": [text(HALF)]}]},
    "a document": {"messages": [{"role": "user", "content": [document(HALF.encode("utf-8", "replace"), title=HALF)]}]},
    "system": {"system": HALF},
    "model": {"model": HALF},
    "stop_sequences": {"stop_sequences": [HALF]},
    "metadata": {"metadata": {"user_id": HALF}},
    "extra_body": {"extra_body": {HALF: HALF}},
    "a tool's input": {"messages": [{"role": "assistant", "content": [{**tool_block(), "input": {HALF: HALF}}]}]},
}


@pytest.mark.anyio
@pytest.mark.parametrize("kind", [AIMLAPI, AsyncAIMLAPI])
@pytest.mark.parametrize("name", SENT)
async def test_what_json_carries_is_sent_and_read_as_an_escape(name: str, kind: type) -> None:
    """Without loss, there and back."""
    gateway = Gateway(GOOD)
    arguments = {"model": MODEL, "messages": "Hi", **SENT[name]}
    message = await call(gateway, kind, lambda client: client.messages.create(**arguments))
    assert b"a\\ud83d" in gateway.requests[0].content
    assert message.text == HALF
    assert json.loads(message.to_json().encode())["content"][0]["text"] == HALF


@pytest.mark.anyio
@pytest.mark.parametrize("kind", [AIMLAPI, AsyncAIMLAPI])
@pytest.mark.parametrize(
    "problem",
    [
        {"message": HALF},
        {"message": "m", "error": {"type": HALF}},
        {"message": "m", "requestId": HALF, "instance": HALF},
        {"detail": [{"loc": [HALF], "msg": HALF}]},
        {"why": HALF},
    ],
)
async def test_the_text_of_an_error_can_be_printed(problem: Any, kind: type) -> None:
    """Whatever the server said."""
    gateway = Gateway(answer(problem, 404))
    with pytest.raises(NotFoundError) as caught:
        await call(gateway, kind, lambda client: client.messages.create(model=MODEL, messages="Hi"))
    assert str(caught.value).encode()
    assert (type(caught.value)(HALF).message, str(AIMLAPIError("\u20ac"))) == ("a\\ud83d", "\u20ac")
    assert KEY not in str(caught.value)

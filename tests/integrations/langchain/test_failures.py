"""What goes wrong in a call: the errors of this package, which are LangChain's too, and streams that break."""

from __future__ import annotations

import asyncio
import json
import pickle
from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("langchain_core")

from langchain_core import exceptions
from langchain_core.callbacks import BaseCallbackHandler

import aimlapi_messages
from aimlapi_messages import APIError, BadRequestError, StreamIncompleteError
from aimlapi_messages.testing import Emulator

pytestmark = pytest.mark.operation("create_message")


@pytest.mark.parametrize(
    ("status", "ours", "theirs"),
    [
        (400, "BadRequestError", exceptions.ModelInvalidRequestError),
        (401, "AuthenticationError", exceptions.ModelAuthenticationError),
        (403, "OutOfCreditError", exceptions.ModelPermissionDeniedError),
        (404, "NotFoundError", exceptions.ModelNotFoundError),
        (413, "RequestTooLargeError", exceptions.ModelInvalidRequestError),
        (429, "RateLimitError", exceptions.ModelRateLimitError),
        (500, "InternalServerError", exceptions.ModelAPIError),
        (529, "OverloadedError", exceptions.ModelAPIError),
    ],
)
def test_a_refusal(
    make: Callable[..., Any],
    ask: Callable[..., Any],
    aimlapi_server: Emulator,
    status: int,
    ours: str,
    theirs: type[Exception],
) -> None:
    """It is caught by either name, says all that ours says, and pickles as ours."""
    aimlapi_server.reply(status)
    kind: type[APIError] = getattr(aimlapi_messages, ours)
    with pytest.raises(kind) as caught:
        ask(make(max_retries=0), "Hello")
    error = caught.value
    assert isinstance(error, theirs)
    assert (type(error).__name__, error.status_code) == (ours, status)
    assert error.request_id is not None
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.message, again.request_id) == (kind, error.message, error.request_id)


@pytest.mark.parametrize(
    ("fields", "ours", "theirs"),
    [
        ({"base_url": "http://127.0.0.1:9"}, "APIConnectionError", exceptions.ModelConnectionError),
        ({"timeout": 0.2}, "APITimeoutError", exceptions.ModelTimeoutError),
    ],
)
def test_no_answer(
    make: Callable[..., Any],
    ask: Callable[..., Any],
    aimlapi_server: Emulator,
    fields: dict[str, Any],
    ours: str,
    theirs: type[Exception],
) -> None:
    """The same of connections."""
    aimlapi_server.script({"x-emulator-stream": "stall-after=0"} if "timeout" in fields else {})
    with pytest.raises(getattr(aimlapi_messages, ours)) as caught:
        ask(make(**fields), "Hello")
    assert isinstance(caught.value, theirs)
    aimlapi_server.reset()


@pytest.mark.parametrize(
    "said",
    [
        "prompt is too long: 210000 tokens > 200000 maximum",
        "input length and `max_tokens` exceed context limit: 197202 + 21333 > 200000",
        "The request exceeds the model's maximum context length.",
    ],
)
def test_a_prompt_that_is_too_long(
    make: Callable[..., Any], ask: Callable[..., Any], aimlapi_server: Emulator, tmp_path: Any, said: str
) -> None:
    """Agents look for this error, to shorten the conversation."""
    file = tmp_path / "long.json"
    file.write_text(json.dumps({"type": "error", "error": {"type": "invalid_request_error", "message": said}}))
    aimlapi_server.reply(file)
    with pytest.raises(exceptions.ContextOverflowError) as caught:
        ask(make(), "Hello")
    assert isinstance(caught.value, BadRequestError)


@pytest.mark.parametrize("switch", ["cut-after=6", "end-after=6", "no-message-stop;end-after=5", "error-after=6"])
@pytest.mark.parametrize("is_async", [False, True])
def test_a_stream_that_breaks(make: Callable[..., Any], aimlapi_server: Emulator, switch: str, is_async: bool) -> None:
    """It gives what came, then raises, and tells the callbacks so."""
    aimlapi_server.reply("This is a rather long answer to be cut off.")
    heard: list[BaseException] = []

    class Handler(BaseCallbackHandler):
        def on_llm_error(self, error: BaseException, **_: Any) -> None:
            heard.append(error)

    chunks: list[Any] = []
    kwargs: dict[str, Any] = {"extra_headers": {"x-emulator-stream": switch}, "config": {"callbacks": [Handler()]}}

    def read() -> None:
        for chunk in make().stream("Hello", **kwargs):
            chunks.append(chunk)

    async def aread() -> None:
        async for chunk in make().astream("Hello", **kwargs):
            chunks.append(chunk)

    with pytest.raises(APIError) as caught:
        asyncio.run(aread()) if is_async else read()
    assert isinstance(caught.value, exceptions.ModelError)
    assert heard == [caught.value]
    partial = caught.value.partial
    assert partial is not None
    assert "".join(chunk.text for chunk in chunks) == partial.text != ""


def test_a_whole_answer_that_breaks(make: Callable[..., Any], aimlapi_server: Emulator) -> None:
    """Also when the model streams for it."""
    aimlapi_server.reply("This is a rather long answer to be cut off.")
    with pytest.raises(StreamIncompleteError):
        make(streaming=True).invoke("Hello", extra_headers={"x-emulator-stream": "cut-after=6"})


def test_a_stream_that_is_left_is_closed(make: Callable[..., Any], aimlapi_server: Emulator) -> None:
    """With its connection, whether it stalls or goes on."""
    aimlapi_server.reply("This is a rather long answer to be cut off.", times=2)
    kwargs: dict[str, Any] = {"extra_headers": {"x-emulator-stream": "stall-after=6"}}

    async def leave() -> str:
        stream = make().astream("Hello", **kwargs)
        first = await anext(stream)
        await stream.aclose()
        return first.text

    stream = make().stream("Hello", **kwargs)
    first = next(stream).text
    stream.close()
    assert first == asyncio.run(asyncio.wait_for(leave(), 20)) != ""


def test_a_cancelled_call(make: Callable[..., Any], aimlapi_server: Emulator) -> None:
    """It ends at once."""

    async def cancel() -> None:
        call = asyncio.ensure_future(make().ainvoke("Hello", extra_headers={"x-emulator-stream": "stall-after=0"}))
        while not aimlapi_server.requests:
            await asyncio.sleep(0.01)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(call, 20)

    asyncio.run(cancel())

"""Replies that are wrong in kind, in size or in depth end in a message or in a typed error, never in a crash."""

from __future__ import annotations

import asyncio
import copy
import json
import pickle
import re
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, Final

import pytest

from aimlapi_messages import (
    AIMLAPI,
    BadRequestError,
    ConfigurationError,
    Message,
    ModelWithdrawnError,
    NotFoundError,
    OverloadedError,
    StreamDecodeError,
    StreamError,
    UnexpectedResponseError,
)
from aimlapi_messages.streaming.async_streams import AsyncSource

from ..support.callers import Caller
from ..support.deadlines import LIMIT
from ..support.parts import Charge, SpendTracker
from ..support.streams import COST, SPENT, AsyncReply, Reply, async_stream_of, input_of, new_core, read, stream_of
from ..support.wire import (
    MODEL,
    STOP,
    TEXT_EVENTS,
    Gateway,
    answer,
    block_start,
    block_stop,
    body,
    delta,
    end,
    sse,
    start,
    text_block,
    tool_block,
)

DEEP = "[" * 700 + "]" * 700
HUGE_INPUT = json.dumps(body(tool_block())).replace('"input": {}', '"input": {"a": 1e999}').encode()


@pytest.mark.anyio
@pytest.mark.parametrize("envelope", ['{"status": 400, "message": %s}', '{"statusCode": 400, "message": %s}'])
async def test_a_deeply_nested_text_is_no_text(caller: Caller, envelope: str) -> None:
    """The status still decides, and the head of the body is shown."""
    caller.meet(answer((envelope % DEEP).encode(), 400, type="application/json"))
    with pytest.raises(BadRequestError, match=r'"message": \[\['):
        await caller.create()


@pytest.mark.anyio
async def test_an_error_with_a_number_beyond_all_doubles_is_read(caller: Caller) -> None:
    """In a body and in a stream alike."""
    caller.meet(answer(b'{"status": 400, "message": "no", "x": 1e999}', 400, type="application/json"))
    with pytest.raises(BadRequestError, match="no"):
        await caller.create()
    caller.meet(answer(sse('{"type": "error", "error": {"type": "overloaded_error", "message": "no"}, "x": 1e999}')))
    with pytest.raises(OverloadedError, match="no"):
        await caller.final()


@pytest.mark.anyio
async def test_a_message_instead_of_a_stream_is_what_it_would_be_without_one(caller: Caller) -> None:
    """Also if JSON cannot say its number again: a call with it is incomplete, as in a stream."""
    caller.meet(answer(HUGE_INPUT, type="application/json"))
    assert [input_of(call) for call in (await caller.final()).tool_uses] == [(None, '{"a": Infinity}')]
    assert (await caller.create()).tool_uses == (await caller.final()).tool_uses


def deep(levels: int) -> str:
    """A call whose input has so many levels."""
    value = '{"a": [' * (levels // 2) + "]}" * (levels // 2)
    return json.dumps(tool_block()).replace('"input": {}', f'"input": {value}')


@pytest.mark.anyio
@pytest.mark.parametrize("levels", [126, 130, 500, 700, 970, 50_000])
async def test_a_deeply_nested_message_is_a_typed_error(caller: Caller, levels: int) -> None:
    """From 128 levels on, long before Python's own limit shows, which depends on where it is asked for."""
    caller.meet(answer(json.dumps(body()).replace("[]", f"[{deep(levels)}]").encode(), type="application/json"))
    for ask in (caller.create, caller.final):
        with pytest.raises(UnexpectedResponseError, match="JSON"):
            await ask()


USES: Final[dict[str, Callable[[Message], Any]]] = {
    "==": lambda message: message == copy.deepcopy(message),
    "repr": repr,
    "to_dict": Message.to_dict,
    "to_json": Message.to_json,
    "to_param": Message.to_param,
    "copy": lambda message: copy.copy(message).to_dict(),
    "pickle": lambda message: pickle.loads(pickle.dumps(message)),
    "input": lambda message: repr(message.tool_uses[0].input),
    "history": lambda message: (
        Gateway(answer(body()))
        .client()
        .messages.create(
            model=MODEL, messages=[{"role": "user", "content": "Hi"}, message, {"role": "user", "content": "And?"}]
        )
    ),
}


@pytest.mark.anyio
@pytest.mark.parametrize("use", USES)
async def test_what_was_read_can_be_used_however_deep_it_is(caller: Caller, use: str) -> None:
    """Also by a program that is deep in calls itself."""
    whole = answer(json.dumps(body()).replace("[]", f"[{deep(124)}]").encode(), type="application/json")
    parts = deep(128).partition('"input": ')[2][:-1]
    streamed = answer(sse(start(), block_start(tool_block()), delta(partial_json=parts), end("tool_use")))
    caller.meet(whole, streamed)

    def from_within(frames: int, message: Message) -> Any:
        return from_within(frames - 1, message) if frames else USES[use](message)

    for message in (await caller.create(), await caller.final()):
        assert from_within(300, message)


def test_an_event_that_is_nested_too_deeply_is_a_typed_error() -> None:
    """Python's own limit does not show."""
    opening = '{"type": "content_block_start", "index": 0, "content_block": '
    for block in ("[" * 50_000, f"{deep(128)}}}"):
        with pytest.raises(StreamDecodeError, match="is not JSON"):
            read(start(), f"{opening}{block}")
    assert read(start(), f"{opening}{deep(126)}}}", end()).tool_uses[0].input


def test_the_end_of_a_message_settles_only_what_is_its_own() -> None:
    """A last event cannot overwrite who spoke, what was said and what was counted."""
    wrong = dict.fromkeys(("usage", "content", "id", "role", "model", "type"), "x")
    last = {"type": "message_delta", "delta": {**wrong, "stop_reason": "end_turn", "future": 1}}
    message = read(*TEXT_EVENTS[:6], last, STOP)
    assert message.to_dict() == {**read(*TEXT_EVENTS).to_dict(), "usage": start()["message"]["usage"], "future": 1}


@pytest.mark.parametrize("reason", [["x"], {"a": 1}, 5])
def test_a_stop_reason_of_another_kind_is_passed_on(reason: Any) -> None:
    """It means nothing, and breaks nothing: the stop ends the message, not the reason."""
    assert read(start(), block_start(tool_block()), end(reason), STOP).to_dict()["stop_reason"] == reason


@pytest.mark.anyio
async def test_a_text_that_is_no_text_is_left_out(caller: Caller) -> None:
    """In the whole text and in the pieces alike."""
    caller.meet(answer(sse(start(), block_start(text_block("")), delta(text=5), delta(text="a"), end())))
    seen: list[str] = []
    await caller.texts(seen)
    assert (seen, (await caller.final()).text) == (["a"], "a")
    caller.meet(answer(body({"type": "text", "text": 5}, text_block("b"))))
    assert (await caller.create()).text == "b"


@pytest.mark.parametrize(("content", "sent"), [("Hi", "Hi"), (None, []), (5, []), ({"a": 1}, [])])
def test_content_of_another_kind_passes_through(content: Any, sent: Any) -> None:
    """As in the generated parent; it has no text blocks and no tool calls."""
    message = Message.from_dict({**body(), "content": content})
    assert (message.content, message.text, message.tool_uses) == (content, "", [])
    assert message.to_dict()["content"] == content
    assert message.to_param() == {"role": "assistant", "content": sent}


@pytest.mark.anyio
@pytest.mark.parametrize(
    "page", [b"<html>This model of a page was not found</html>", b"no endpoints", b'["the model"]']
)
async def test_a_web_server_s_404_is_about_the_address(caller: Caller, page: bytes) -> None:
    """Whatever its page says, it knows no models."""
    caller.meet(answer(page, 404, type="text/html"))
    with pytest.raises(NotFoundError, match="Check that base_url") as caught:
        await caller.create()
    assert type(caught.value) is NotFoundError


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("text", "kind"),
    [("This model was withdrawn", ModelWithdrawnError), ("This endpoint was withdrawn", NotFoundError)],
)
async def test_only_a_text_on_models_is_about_a_model(caller: Caller, text: str, kind: type[NotFoundError]) -> None:
    """A missing path is also called an endpoint."""
    caller.meet(answer({"status": 404, "message": text}, 404))
    with pytest.raises(NotFoundError) as caught:
        await caller.create()
    assert type(caught.value) is kind


def test_a_cost_beside_a_null_error_is_a_cost() -> None:
    """Null is no error."""
    assert read(*TEXT_EVENTS, {"error": None, **COST}).cost == SPENT


def test_a_block_that_starts_under_a_used_index_drops_nothing() -> None:
    """What was handed out stays, and what comes under the index goes to the newer block."""
    first = [block_start(text_block("")), delta(text="a"), block_stop()]
    second = [block_start(tool_block()), delta(partial_json='{"x": 1}'), block_stop()]
    message = read(start(), *first, *second, block_start(text_block("c"), 1), end())
    assert message.text == "ac"
    assert [tool.input for tool in message.tool_uses] == [{"x": 1}]


def test_a_character_cut_in_two_is_put_together() -> None:
    """Each half of a surrogate pair came in a delta of its own; half of one that never came whole stays."""
    halves = [delta(text="a\ud83d"), delta(text="\ude00b"), delta(text="\ud83d")]
    stream = [json.dumps(payload) for payload in (start(), block_start(text_block("")), *halves, end())]
    assert read(*stream).text == "a😀b\ud83d"


class Broken(Charge):
    """Bookkeeping that fails, as nothing should."""

    def settle(self, *_: object, **__: object) -> None:
        raise RuntimeError("broken")


@pytest.mark.anyio
async def test_a_reply_is_closed_whatever_fails_before() -> None:
    """A connection is given back even when the bookkeeping breaks."""
    core, other = new_core(), new_core()
    core._charge, other._charge = Broken(SpendTracker()), Broken(SpendTracker())
    reply = Reply()
    with pytest.raises(RuntimeError):
        stream_of(core, [], reply).close()
    async_reply: Any = AsyncReply()
    with pytest.raises(RuntimeError):
        await AsyncSource(other, _nothing(), async_reply).close()
    assert (reply.closed, async_reply.closed) == (1, 1)


async def _nothing() -> Any:
    for piece in ():
        yield piece


def test_closing_a_stream_whose_message_cannot_be_read_raises_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its cost is what the headers say."""
    gateway = Gateway(answer(sse(*TEXT_EVENTS), headers={"x-aimlapi-usd-spent": "0.25"}))
    client = gateway.client()
    stream = client.messages.create(model="m", messages="Hi", stream=True)
    next(stream)
    monkeypatch.setattr(Message, "from_dict", _too_deep)
    stream.close()
    assert str(client.spent) == "0.25"


def _too_deep(data: Any) -> Any:
    raise RecursionError


def test_two_threads_on_one_stream_are_told() -> None:
    """The second gets an error that says so, the first its whole answer."""
    waiting, go_on = threading.Event(), threading.Event()

    def chunks() -> Iterator[bytes]:
        waiting.set()
        go_on.wait(LIMIT)
        yield sse(*TEXT_EVENTS)

    stream = stream_of(new_core(), chunks())
    texts: list[str] = []
    first = threading.Thread(target=lambda: texts.append(stream.get_final_text()))
    first.start()
    assert waiting.wait(LIMIT)
    with pytest.raises(StreamError, match="Two tasks or threads"):
        next(stream)
    go_on.set()
    first.join()
    assert texts == ["Hello"]


@pytest.mark.anyio
async def test_two_tasks_on_one_stream_are_told() -> None:
    """Likewise."""
    waiting, go_on = asyncio.Event(), asyncio.Event()

    async def chunks() -> AsyncIterator[bytes]:
        waiting.set()
        await go_on.wait()
        yield sse(*TEXT_EVENTS)

    stream = async_stream_of(new_core(), chunks())
    first = asyncio.create_task(stream.get_final_text())
    await waiting.wait()
    with pytest.raises(StreamError, match="Two tasks or threads"):
        await anext(stream)
    go_on.set()
    assert await first == "Hello"


def test_a_client_whose_making_failed_has_a_repr() -> None:
    """Debuggers look at half-built objects."""
    assert repr(AIMLAPI.__new__(AIMLAPI)) == "AIMLAPI()"


def call_chunk(*calls: dict[str, Any]) -> dict[str, Any]:
    return {"id": "c", "model": "m", "choices": [{"index": 0, "delta": {"tool_calls": list(calls)}}]}


def call(arguments: str, **members: Any) -> dict[str, Any]:
    name = members.pop("name", None)
    return {**members, "function": {"arguments": arguments, **({"name": name} if name else {})}}


FINISH = {"choices": [{"index": 0, "finish_reason": "tool_calls"}]}


@pytest.mark.parametrize(
    "chunks",
    [
        [[call('{"n":1}', id="a", name="f", index=0)], [call('{"n":2}', id="b", name="f", index=0)]],
        [[call('{"n":1}', id="a", name="f")], [call('{"n":2}', id="b", name="f")]],
        [[call('{"n":1}', name="f")], [call('{"n":2}', name="g")]],
        [[call('{"n":1}', name="f"), call('{"n":2}', name="f")]],
        [[call('{"n"', id="a", name="f")], [call(":1}", index=0)], [call('{"n":2}', id="b", name="f", index=0)]],
        [[call('{"n":1}', id="a", name="f"), call('{"n"', id="b", name="g")], [call(":2}")]],
        [[call('{"n"', id="a", name="f")], [call(":1}", id="a", name="f")], [call('{"n":2}', id="b")]],
        [[call('{"n":1}', id="a", index=0)], [call('{"n":2}', name="f", index=1)]],
    ],
)
def test_what_is_named_anew_is_a_new_call(chunks: list[list[dict[str, Any]]]) -> None:
    """Whatever a chat-like server writes as index, two calls are two, and one in pieces is one."""
    message = read(*(call_chunk(*calls) for calls in chunks), FINISH)
    assert [tool.input for tool in message.tool_uses] == [{"n": 1}, {"n": 2}]


@pytest.mark.parametrize("variable", ["ftp://proxy.example", "http://[::1"])
def test_a_proxy_that_httpx_refuses_is_a_configuration_error(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its message names the variables, and what is wrong with one of them; the address may hold a password."""
    monkeypatch.setenv("ALL_PROXY", variable)
    with pytest.raises(ConfigurationError, match="ALL_PROXY") as caught:
        AIMLAPI(api_key="k").messages.create(model="m", messages="Hi")
    assert re.search(r"proxy cannot be used \((InvalidURL|ValueError)\)", str(caught.value))

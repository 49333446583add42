"""What call hooks may do: raise, return nothing, and make a context current while a call is sent."""

from __future__ import annotations

import asyncio
import gc
import os
import warnings
from contextvars import ContextVar
from threading import get_ident
from typing import Any

import httpx
import pytest

from aimlapi_messages import AsyncAIMLAPI, BadRequestError, Call, CallOutcome, ConfigurationError

from ..support.callers import AsyncCaller, Caller, in_process, say
from ..support.processes import in_another_process, main
from ..support.told import Told, told_by
from ..support.wire import MODEL, TEXT_EVENTS, Chunks, Gateway, answer, body, sse, start, text_block

SOON = {"retry-after-ms": "1"}
GOOD = answer(body(text_block("Hi")))
REFUSED = answer({"type": "error", "error": {"type": "invalid_request_error", "message": "no"}}, 400)
OVERLOADED = {"type": "error", "error": {"type": "overloaded_error", "message": "busy"}}
CURRENT: ContextVar[str] = ContextVar("CURRENT", default="")


@pytest.mark.anyio
async def test_what_a_hook_raises_reaches_the_caller(caller: Caller) -> None:
    """At the beginning nothing is sent; at the end nothing stays open."""

    def refuse(_: object) -> Any:
        raise LookupError("the hook's own")

    gateway = caller.meet(GOOD)
    caller.client = caller.client.with_options(on_call=refuse)
    for work in (caller.create, caller.final):
        with pytest.raises(LookupError, match="the hook's own"):
            await work()
    assert gateway.requests == []
    pieces = Chunks([sse(*TEXT_EVENTS)])
    gateway.answers = [GOOD, answer(pieces)]
    caller.client = caller.client.with_options(on_call=lambda _: refuse)
    for work in (caller.create, caller.final):
        with pytest.raises(LookupError, match="the hook's own"):
            await work()
    await caller.closed(pieces)


@pytest.mark.anyio
async def test_what_the_other_hook_raises_ends_the_call(caller: Caller) -> None:
    """Of answers and streams."""

    def refuse(_: object) -> None:
        raise LookupError("the other's")

    told = told_by(caller, on_attempt=refuse)
    caller.meet(GOOD, answer(sse(*TEXT_EVENTS)))
    for work in (caller.create, caller.final):
        with pytest.raises(LookupError):
            await work()
    assert [type(outcome.error) for outcome in told.outcomes] == [LookupError, LookupError]


@pytest.mark.anyio
@pytest.mark.parametrize("given", [True, "ended", 1, [print], {"ended": print}])
async def test_what_is_no_function_is_refused(caller: Caller, given: object) -> None:
    """From a hook, and as one."""
    hook: Any = lambda _: given  # noqa: E731
    options: Any = {"on_call": given}
    gateway = caller.meet(GOOD)
    caller.client = caller.client.with_options(on_call=hook)
    with pytest.raises(ConfigurationError, match=f"What on_call returned is a {type(given).__name__}"):
        await caller.create()
    assert gateway.requests == []
    with pytest.raises(ConfigurationError, match="on_call is a "):
        caller.client.with_options(**options)


@pytest.mark.anyio
async def test_a_hook_may_have_nothing_to_hear(caller: Caller) -> None:
    """And a copy of a client another hook, or none."""
    calls: list[Call] = []
    gateway = caller.meet(GOOD)
    client = caller.client
    for hook in (calls.append, None):
        caller.client = client.with_options(on_call=hook)
        await caller.create()
    assert (len(calls), len(gateway.requests)) == (1, 2)


class Context:
    """What a hook may return besides: it is the current one while the request is sent."""

    def __init__(self, log: list[str]) -> None:
        self.log = log

    def __enter__(self) -> None:
        self.log.append("enter")
        self.token = CURRENT.set("call")

    def __exit__(self, *_: object) -> None:
        CURRENT.reset(self.token)
        self.log.append("exit")

    def __call__(self, outcome: CallOutcome) -> None:
        self.log.append("failed" if outcome.error else "ended")


@in_process
@pytest.mark.anyio
async def test_a_context_is_current_while_the_request_is_sent(caller: Caller) -> None:
    """Each time that a stream is; not while it is read."""
    log: list[str] = []
    caller.options |= {"on_call": lambda _: Context(log), "max_retries": 1}
    gateway = caller.meet(GOOD)

    def noting(reply: Any) -> Any:
        return lambda: (log.append(f"sent in {CURRENT.get()}"), reply())[1]

    stream = [noting(answer(sse(start(), OVERLOADED), headers=SOON)), noting(answer(sse(*TEXT_EVENTS)))]
    gateway.answers = [noting(GOOD), *stream, noting(REFUSED)]
    await caller.create()
    await caller.final()
    with pytest.raises(BadRequestError):
        await caller.create()
    sent = ["enter", "sent in call", "exit"]
    assert log == [*sent, "ended", *sent, *sent, "ended", *sent, "failed"]
    assert CURRENT.get() == ""


@pytest.mark.anyio
async def test_contexts_of_calls_in_flight_are_each_their_own() -> None:
    """However many there are."""
    seen: list[tuple[str, str]] = []

    class Own:
        def __init__(self, call: Call) -> None:
            self.name = call.body()["messages"][0]["content"]

        def __enter__(self) -> None:
            self.token = CURRENT.set(f"{CURRENT.get()}/{self.name}")

        def __exit__(self, *_: object) -> None:
            CURRENT.reset(self.token)

        def __call__(self, _: CallOutcome) -> None:
            seen.append((self.name, CURRENT.get()))

    async def respond(request: httpx.Request) -> httpx.Response:
        sent = CURRENT.get()
        await asyncio.sleep(0)
        assert f'"{sent.rpartition("/")[2]}"'.encode() in request.content
        assert CURRENT.get() == sent
        return GOOD()

    async def ask(number: int) -> None:
        CURRENT.set(f"parent {number}")
        await client.messages.create(model=MODEL, messages=f"call {number}")

    http_client = httpx.AsyncClient(transport=httpx.MockTransport(respond))
    client = AsyncAIMLAPI(api_key="any", http_client=http_client, on_call=Own)
    await asyncio.gather(*map(ask, range(100)))
    assert sorted(seen) == sorted((f"call {number}", f"parent {number}") for number in range(100))


@in_process
@pytest.mark.anyio
async def test_the_calls_of_a_run_are_made_in_its_context(caller: Caller) -> None:
    """On whichever thread or task."""
    seen: list[str] = []
    caller.options["on_call"] = lambda _: seen.append(CURRENT.get())
    caller.meet(GOOD)
    token = CURRENT.set("run")
    results: Any = caller.client.messages.map(["a", "b", "c"], model=MODEL)
    if isinstance(caller, AsyncCaller):
        assert len([one async for one in results]) == 3
    else:
        assert len(list(results)) == 3
    CURRENT.reset(token)
    assert seen == ["run"] * 3


def test_a_sync_client_tells_on_its_own_thread() -> None:
    """As it was called."""
    told = Told()
    say(Gateway(GOOD).client(on_call=told))
    assert told.threads == {get_ident()}


def forked() -> None:
    """A child closes and drops the streams of its parent."""
    told = Told()
    client = Gateway(answer(sse(*TEXT_EVENTS))).client(on_call=told)
    streams = [client.messages.create(model=MODEL, messages="Hi", stream=True) for _ in range(2)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 and later: about threads
        child = os.fork()
    if not child:
        try:
            streams.pop().close()
            del streams
            gc.collect()
            code = len(told.outcomes)
            say(Gateway(GOOD).client(on_call=told))
            code += 0 if len(told.outcomes) == 1 else 2
        except BaseException:
            code = 4
        os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    for stream in streams:
        stream.close()
    assert len(told.outcomes) == 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_child_tells_of_its_own_calls_alone() -> None:
    """The others go on in its parent."""
    in_another_process("tests.streaming.test_call_hooks", "forked")


if __name__ == "__main__":
    main({"forked": forked})

"""Hooks that nothing awaits are plain functions: an asynchronous one would never run, and is refused."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from functools import partial
from typing import Any
from unittest.mock import AsyncMock

import pytest

from aimlapi_messages import AIMLAPI, AIMLAPIError, AsyncAIMLAPI, ConfigurationError, InvalidRequestError

from ..support.callers import Caller
from ..support.wire import KEY, MODEL, answer, body, text_block


async def told(*_: Any) -> None:
    """A hook that would never run."""


class Telling:
    async def __call__(self, *_: Any) -> None: ...

    async def tell(self, *_: Any) -> None: ...


ASYNC = pytest.mark.parametrize(
    "hook",
    [told, partial(partial(told, 1), 2), Telling(), partial(Telling()), Telling().tell, AsyncMock()],
    ids=["a function", "a part of one", "an object", "a part of an object", "a method", "a mock"],
)


def say(number: int) -> str:
    """Say a number."""
    return str(number)


def run_tools(client: Any, name: str, hook: Any) -> None:
    client.messages.tool_runner(model=MODEL, messages="Hi", tools=[say], **{name: hook})


def done(given: Any) -> None:
    """What a method gives, or its coroutine, to its end."""
    if inspect.iscoroutine(given):
        asyncio.run(given)


# How each hook is given, and the class of the error.
PLACES: dict[str, tuple[Callable[[Any, Any], Any], type[AIMLAPIError]]] = {
    "on_call": (lambda client, hook: client.with_options(on_call=hook), ConfigurationError),
    "on_attempt": (lambda client, hook: client.with_options(on_attempt=hook), ConfigurationError),
    "progress of wait": (lambda client, hook: client.messages.batches.wait("b", progress=hook), InvalidRequestError),
    "progress of run": (lambda client, hook: client.messages.run([], "none", progress=hook), InvalidRequestError),
    "progress of map": (lambda client, hook: next(client.messages.map([], progress=hook)), InvalidRequestError),
}


@ASYNC
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", [AIMLAPI, AsyncAIMLAPI])
def test_an_async_hook_that_nothing_awaits_is_refused(kind: Callable[..., Any], place: str, hook: Any) -> None:
    """Before anything is sent, with the name of the hook."""
    give, error = PLACES[place]
    with pytest.raises(error, match=f"^{place.partition(' ')[0]} is an async function, which nothing awaits here"):
        done(give(kind(api_key=KEY), hook))


@ASYNC
@pytest.mark.parametrize("name", ["before_call", "after_call"])
def test_the_hooks_of_an_asynchronous_run_are_awaited(name: str, hook: Any) -> None:
    """Those of another are not."""
    run_tools(AsyncAIMLAPI(api_key=KEY), name, hook)
    with pytest.raises(InvalidRequestError, match=f"^{name} is an async function, which nothing awaits here"):
        run_tools(AIMLAPI(api_key=KEY), name, hook)


@ASYNC
@pytest.mark.anyio
async def test_an_async_function_is_nothing_to_return_from_a_hook(caller: Caller, hook: Any) -> None:
    """The call fails before it is sent, and not at its end, untold."""
    gateway = caller.meet(answer(body(text_block("Hi"))))
    caller.client = caller.client.with_options(on_call=lambda _: hook)
    for work in (caller.create, caller.final):
        with pytest.raises(ConfigurationError, match=r"^What on_call returned is an async function"):
            await work()
    assert gateway.requests == []

"""A model on the emulator, and the four ways to ask it."""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import Callable
from functools import reduce
from operator import add
from typing import Any

import pytest

from aimlapi_messages.testing import Emulator

from .material import KEY, MODEL

# Without the framework these modules skip themselves.
if importlib.util.find_spec("langchain_core"):
    from langchain_core.messages import AIMessage

    from aimlapi_messages.integrations.langchain import ChatAIMLAPI


@pytest.fixture
def make(aimlapi_server: Emulator) -> Callable[..., ChatAIMLAPI]:
    """Makes a model on the emulator."""

    def made(**fields: Any) -> ChatAIMLAPI:
        return ChatAIMLAPI(**{"model": MODEL, "api_key": KEY, "base_url": aimlapi_server.base_url, **fields})

    return made


WAYS = ("invoke", "stream", "ainvoke", "astream")


def _pieces(way: str, model: Any, given: Any, **kwargs: Any) -> list[Any]:
    async def pieces() -> list[Any]:
        if way == "ainvoke":
            return [await model.ainvoke(given, **kwargs)]
        return [piece async for piece in model.astream(given, **kwargs)]

    if way.startswith("a"):
        return asyncio.run(pieces())
    return [model.invoke(given, **kwargs)] if way == "invoke" else list(model.stream(given, **kwargs))


@pytest.fixture(params=WAYS)
def ask(request: pytest.FixtureRequest) -> Callable[..., AIMessage]:
    """Asks a model for an answer, whole or in chunks that are added up."""

    def asked(model: Any, given: Any, **kwargs: Any) -> AIMessage:
        return reduce(add, _pieces(request.param, model, given, **kwargs))

    return asked


@pytest.fixture(params=WAYS)
def value_of(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Asks a model for a value: the answer, or the last piece of it."""
    return lambda model, given: _pieces(request.param, model, given)[-1]

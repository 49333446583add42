"""A model on the emulator."""

from __future__ import annotations

import importlib.util
from collections.abc import AsyncIterator

import pytest

from aimlapi_messages import AsyncAIMLAPI
from aimlapi_messages.testing import Emulator

from .material import KEY, MODEL

# Without the framework these modules skip themselves.
if importlib.util.find_spec("pydantic_ai"):
    from aimlapi_messages.integrations.pydantic_ai import AIMLAPIModel


@pytest.fixture
async def client(aimlapi_server: Emulator) -> AsyncIterator[AsyncAIMLAPI]:
    async with AsyncAIMLAPI(api_key=KEY, base_url=aimlapi_server.base_url) as client:
        yield client


@pytest.fixture
def model(client: AsyncAIMLAPI) -> AIMLAPIModel:
    return AIMLAPIModel(MODEL, client=client)

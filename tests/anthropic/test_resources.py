"""Batches and models, against the emulator."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest

import aimlapi_messages
import aimlapi_messages.anthropic as anthropic
from aimlapi_messages.anthropic import Anthropic, AsyncAnthropic, types
from aimlapi_messages.testing import Emulator

from .conftest import ASK, SDK

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("emulator")]


@pytest.fixture
def own(sdk: SDK) -> SDK:
    """A client as a script makes it."""
    sdk.client = Anthropic() if type(sdk).__name__ == "SyncSDK" else AsyncAnthropic()
    return sdk


async def _ended(sdk: SDK, batch_id: str) -> Any:
    while True:
        batch = await sdk.of(sdk.client.messages.batches.retrieve(batch_id))
        if batch.processing_status == "ended":
            return batch


@pytest.mark.operation("create_message", "create_batch", "get_batch")
async def test_a_batch_is_created_watched_and_read(own: SDK) -> None:
    params = types.MessageCreateParamsNonStreaming(**ASK, stream=False)
    requests = [{"custom_id": "a", "params": params}, {"custom_id": "b", "params": {**ASK, "service_tier": "auto"}}]
    batch = await own.of(own.client.beta.messages.batches.create(requests=requests))
    assert isinstance(batch, types.MessageBatch)
    assert (batch.type, batch.results_url, batch.request_counts.processing) == ("message_batch", None, 2)
    dumped = batch.model_dump()
    assert isinstance(dumped["created_at"], datetime)
    assert (dumped["id"], dumped["request_counts"]["processing"]) == (batch.id, 2)
    assert batch.model_dump(mode="json")["created_at"] == batch.to_dict()["created_at"]
    assert (await _ended(own, batch.id)).id == batch.id
    results = await own.all(await own.of(own.client.messages.batches.results(batch.id)))
    assert sorted(one.custom_id for one in results) == ["a", "b"]
    assert [one.result.type for one in results] == ["succeeded"] * 2
    assert isinstance(results[0].result.message, types.Message)
    assert "Hello" in results[0].model_dump()["result"]["message"]["content"][0]["text"]


@pytest.mark.operation("create_message", "create_batch", "get_batch", "cancel_batch")
async def test_a_batch_is_cancelled(own: SDK) -> None:
    batch = await own.of(own.client.messages.batches.create(requests=[{"custom_id": "a", "params": ASK}]))
    cancelled = await own.of(own.client.messages.batches.cancel(message_batch_id=batch.id))
    assert (cancelled.id, cancelled.cancelled) == (batch.id, True)
    assert isinstance(cancelled, types.MessageBatch)


@pytest.mark.operation("get_batch")
async def test_an_unknown_batch_is_not_found(own: SDK) -> None:
    with pytest.raises(anthropic.APIStatusError) as found:
        await own.of(own.client.messages.batches.retrieve("no-such-batch"))
    assert found.value.response.status_code == found.value.status_code


@pytest.mark.operation("list_models")
async def test_models_are_a_page(own: SDK) -> None:
    page = await own.of(own.client.models.list(limit=20))
    assert page.data[0].id
    assert page.data[0].display_name
    assert page.data[0].model_dump()["info"]["name"] == page.data[0].info.name
    assert (page.has_next_page(), page.next_page_info(), page.has_more) == (False, None, False)
    assert [one.id for one in await own.all(page)] == [one.id for one in page.data]


@pytest.mark.operation("list_models")
async def test_models_are_iterated_over_at_once(own: SDK) -> None:
    """Without `await`, as in the SDK."""
    models = await own.all(own.client.beta.models.list())
    assert "anthropic/claude-sonnet-5" in [one.id for one in models]
    assert all(isinstance(one, types.ModelInfo) for one in models)


@pytest.mark.operation("list_models")
async def test_one_model_is_found_by_its_id_or_an_alias(own: SDK) -> None:
    for name in ("anthropic/claude-sonnet-5", "claude-sonnet-5"):
        found = await own.of(own.client.models.retrieve(name))
        assert (found.id, type(found)) == ("anthropic/claude-sonnet-5", types.ModelInfo)
    with pytest.raises(anthropic.NotFoundError):
        await own.of(own.client.models.retrieve(model_id="no-such-model"))


@contextmanager
def _closed(client: Any) -> Iterator[Any]:
    with client as entered:
        assert not client.is_closed()
        yield entered
    assert client.is_closed()
    with pytest.raises(aimlapi_messages.ConfigurationError, match="closed"):
        client.messages.create(**ASK)


@pytest.mark.operation("create_message")
async def test_a_client_is_closed_at_the_end_of_its_block(emulator: Emulator) -> None:
    with _closed(Anthropic()) as client:
        assert client.messages.create(**ASK).model_dump()["role"] == "assistant"
    async with AsyncAnthropic() as other:
        assert (await other.messages.create(**ASK)).model_dump()["role"] == "assistant"
    assert len(emulator.requests) == 2

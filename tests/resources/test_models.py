"""`client.models`: the catalogue, what is kept of it, and the warning about models that have ended."""

from __future__ import annotations

import warnings
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from aimlapi_client.deprecations import deprecation_of
from aimlapi_messages import (
    AIMLAPI,
    AsyncAIMLAPI,
    InvalidRequestError,
    ModelDeprecationWarning,
    NotFoundError,
    UnexpectedResponseError,
    known_models,
)
from aimlapi_messages.testing import Emulator

from ..support.parts import warn_if_deprecated
from ..support.wire import MODEL, Gateway, answer, body, text_block

CARD = {
    "id": "anthropic/claude-x",
    "aliases": ["claude-x"],
    "type": "openai/chat-completions",
    "tags": [],
    "info": {"name": "X", "developer": "A", "releasedAt": "2026-01", "cutoffAt": "unknown", "contextLength": 200000},
    "pricing": {
        "kind": "fixed",
        "currency": "USD",
        "units": [
            {"name": "input", "content": "text", "origin": "provided", "price": 0.0000039, "per": 1},
            {"name": "output", "content": "text", "measure": "generated", "price": "19.5", "per": 1000000},
            {"name": "odd", "origin": "cached", "price": 1, "per": 0},
        ],
    },
}


@pytest.fixture(autouse=True)
def _as_in_a_new_process() -> None:
    """What was warned of is forgotten again."""
    warn_if_deprecated.cache_clear()


def test_known_models_need_no_network() -> None:
    """They are those of the document."""
    assert MODEL in known_models()
    assert len(known_models()) > 40


@pytest.mark.operation("list_models")
def test_the_models_of_the_emulator(client: AIMLAPI) -> None:
    """Without prices and the like unless they are asked for; the filters narrow them."""
    plain = client.models.list()
    names = {name for model in plain for name in (model.id, *model.aliases)}
    assert {name for name in names - set(known_models()) if not deprecation_of(name)} == set()
    assert all(model.pricing is None and model.capabilities is None for model in plain)
    (sonnet,) = client.models.list(id="claude-sonnet-5", include=["pricing", "modalities"], type="ANTHROPIC/messages")
    info, modalities = sonnet.info, sonnet.modalities
    assert (info.context_length, info.output_max, info.developer) == (1_000_000, 128_000, "Anthropic")
    assert modalities is not None
    assert modalities.input == ["text", "image", "document"]
    assert client.models.list(id=["claude-sonnet-5", "claude-haiku-4-5"], tags="none") == []
    assert len(client.models.list(id=["claude-sonnet-5", "claude-haiku-4-5"], output_modalities="text")) == 2


@pytest.mark.operation("list_models")
def test_one_model_by_an_alias(client: AIMLAPI) -> None:
    """With its prices in dollars for a million tokens, as a call of it is charged."""
    model = client.models.retrieve("claude-sonnet-5")
    assert model.pricing is not None
    prices = {unit.origin: unit.price for unit in model.pricing.units or []}
    assert (prices["provided"], prices["generated"]) == (Decimal("2.6"), 13)
    with pytest.raises(NotFoundError, match="no model 'claude-none'"):
        client.models.retrieve("claude-none")
    with pytest.raises(InvalidRequestError, match="id is ''"):
        client.models.retrieve("")


@pytest.mark.anyio
@pytest.mark.parametrize("model", [None, [], ["a", "b"], 5, True, b"claude-sonnet-5"])
async def test_a_model_without_a_name_is_none(model: Any, emulator: Emulator) -> None:
    """And not the first of all: the catalogue is asked for no name there."""
    options: dict[str, Any] = {"api_key": "test-key", "base_url": emulator.base_url}
    with AIMLAPI(**options) as client, pytest.raises(InvalidRequestError, match="Give the id of one model"):
        client.models.retrieve(model)
    async with AsyncAIMLAPI(**options) as other:
        with pytest.raises(InvalidRequestError, match="Give the id of one model"):
            await other.models.retrieve(model)
    assert emulator.requests == []


@pytest.mark.operation("list_models")
def test_prices_as_they_are_written() -> None:
    """As number or text, exact, under the newer name or the older; a model of messages comes first."""
    listing = {"object": "list", "data": [CARD, {**CARD, "type": "anthropic/messages"}]}
    model = Gateway(answer(listing)).client().models.retrieve("x")
    assert model.pricing is not None
    units = [(unit.origin or unit.measure, unit.price, unit.per) for unit in model.pricing.units or []]
    assert units == [
        ("provided", Decimal("0.0000039"), 1),
        ("generated", Decimal("19.5"), 1_000_000),
        ("cached", 1, 0),
    ]
    assert (model.type, model.info.released_at, model.to_dict()["info"]) == (
        "anthropic/messages",
        "2026-01",
        CARD["info"],
    )


@pytest.mark.operation("list_models")
def test_filters_must_hold_words() -> None:
    """An empty one would filter everything away, or nothing."""
    with pytest.raises(InvalidRequestError, match="tags is ''"):
        Gateway(answer({})).client().models.list(tags=["a", ""])


@pytest.mark.operation("get_model_metrics")
def test_metrics(client: AIMLAPI) -> None:
    """Percentiles with their time; at most a hundred names."""
    measured = client.models.metrics(aliases=MODEL)
    (one,) = measured.models
    assert one.metrics.ttft_ms is not None
    assert one.metrics.ttft_ms.p50 < one.metrics.ttft_ms.p99
    assert (one.alias, measured.window_seconds, measured.generated_at.tzinfo is not None) == (MODEL, 3600, True)
    assert len(client.models.metrics(aliases=[MODEL, "claude-haiku-4-5"]).models) == 2
    assert len(client.models.metrics().models) > 40
    with pytest.raises(InvalidRequestError, match="aliases holds 101 values"):
        client.models.metrics(aliases=["a"] * 101)


@pytest.mark.operation("list_deprecations")
@pytest.mark.parametrize("data", [7, [{"id": "x"}], [7], [{"id": 7, "status": "withdrawn"}]])
def test_what_is_no_listing_is_a_typed_error(data: Any) -> None:
    """Whatever a 2xx holds."""
    with pytest.raises(UnexpectedResponseError):
        Gateway(answer({"data": data})).client().models.deprecations()


# Models that have ended


def ask(model: str, **options: Any) -> Gateway:
    gateway = Gateway(answer(body(text_block("Hello"))))
    gateway.client(**options).messages.create(model=model, messages="Hi")
    return gateway


def test_a_withdrawn_model_is_warned_of_once(recwarn: pytest.WarningsRecorder) -> None:
    """At the line of the caller, and only once in a process."""
    with pytest.warns(ModelDeprecationWarning, match=r"claude-opus-4-8-fast' is withdrawn") as caught:
        ask("anthropic/claude-opus-4-8-fast")
    assert Path(caught[0].filename) == Path(__file__)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ask("anthropic/claude-opus-4-8-fast")


@pytest.mark.parametrize(
    "model", ["claude-3-5-sonnet-20240620", "claude-3.7-sonnet-latest", "anthropic/claude-sonnet-4", "claude-opus-4"]
)
def test_every_spelling_of_an_ended_model(model: str) -> None:
    """Dated, dotted, latest, with and without a prefix."""
    with pytest.warns(ModelDeprecationWarning, match="is withdrawn|is deprecated"):
        ask(model)


def test_the_warning_has_one_switch() -> None:
    """A client that is told so never warns; models that live are never warned of."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ask("claude-opus-4", warn_deprecated=False)
        ask("claude-sonnet-5")
        Gateway(answer(body())).client().with_options(warn_deprecated=False).messages.create(
            model="claude-opus-4", messages="Hi"
        )


@pytest.mark.operation("create_batch")
def test_a_model_of_a_batch_is_warned_of_too() -> None:
    """Before the batch is created."""
    request = {"custom_id": "a", "params": {"model": "claude-3-opus", "messages": "Hi"}}
    state = {"id": "b", "status": "generating"}
    with pytest.warns(ModelDeprecationWarning, match="claude-3-opus"):
        Gateway(answer(state)).client().messages.batches.create(requests=[request])


@pytest.mark.operation("list_deprecations")
def test_the_feed_of_ended_models(client: AIMLAPI) -> None:
    """By status and by day."""
    found = client.models.deprecations(status="withdrawn", since="2026-09-01")
    assert {"anthropic/claude-opus-4-8-fast"} <= {model.id for model in found}
    assert found[0].deprecated_at == datetime(2026, 9, 9, tzinfo=UTC)
    assert client.models.deprecations(since=date(2026, 9, 10)) == client.models.deprecations(status="deprecated") == []


@pytest.mark.operation("list_models", "get_model_metrics", "list_deprecations")
@pytest.mark.anyio
async def test_the_asynchronous_client_does_the_same(emulator: Emulator) -> None:
    """Every method once, batches too."""
    async with AsyncAIMLAPI(api_key="test-key", base_url=emulator.base_url) as client:
        assert len(await client.models.list(id=MODEL)) == 1
        assert MODEL in (model := await client.models.retrieve(MODEL)).aliases or model.id == MODEL
        assert await client.models.deprecations()
        assert len((await client.models.metrics(aliases=MODEL)).models) == 1

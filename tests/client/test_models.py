"""`client.models`: the catalogue, what is kept of it, and the warning about models that have ended."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from aimlapi_messages import (
    AIMLAPI,
    AsyncAIMLAPI,
    InvalidRequestError,
    ModelDeprecationWarning,
    NotFoundError,
    UnexpectedResponseError,
    known_models,
)
from aimlapi_messages.resources import kept as _kept
from aimlapi_messages.resources import model_status as _model_status
from aimlapi_messages.testing import Emulator

from .wire import MODEL, Gateway, answer, body, text_block

pytestmark = [pytest.mark.operation(name) for name in ("list_models", "get_model_metrics")]

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


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def client(emulator: Emulator) -> Iterator[AIMLAPI]:
    with AIMLAPI(api_key="test-key", base_url=emulator.base_url) as client:
        yield client


@pytest.fixture(autouse=True)
def _as_in_a_new_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was learnt and warned of is forgotten again."""
    monkeypatch.setattr(_model_status, "_known", dict(_model_status._known))
    monkeypatch.setattr(_model_status, "_warned", set[str]())


def test_known_models_need_no_network() -> None:
    """They are those of the document."""
    assert MODEL in known_models()
    assert len(known_models()) > 40


def test_the_models_of_the_emulator(client: AIMLAPI) -> None:
    """Without prices and the like unless they are asked for; the filters narrow them."""
    plain = client.models.list()
    assert {name for model in plain for name in (model.id, *model.aliases)} <= set(known_models())
    assert all(model.pricing is None and model.capabilities == () for model in plain)
    (sonnet,) = client.models.list(id="claude-sonnet-4-5", include=["pricing", "modalities"], type="ANTHROPIC/messages")
    assert (sonnet.context_length, sonnet.output_max, sonnet.developer) == (200_000, 64_000, "Anthropic")
    assert (sonnet.input_modalities[0], sonnet.released_at) == ("text", date(2026, 1, 1))
    assert client.models.list(id=["claude-sonnet-4-5", "claude-haiku-4-5"], tags="none") == []
    assert len(client.models.list(id=["claude-sonnet-4-5", "claude-haiku-4-5"], output_modalities="text")) == 2


def test_one_model_by_an_alias(client: AIMLAPI) -> None:
    """With its prices in dollars for a million tokens, as a call of it is charged."""
    model = client.models.retrieve("claude-sonnet-4-5")
    assert model.pricing is not None
    assert (model.pricing.per_million("provided"), model.pricing.per_million("generated")) == (
        Decimal("3.9"),
        Decimal("19.5"),
    )
    with pytest.raises(NotFoundError, match="no model 'claude-none'"):
        client.models.retrieve("claude-none")
    with pytest.raises(InvalidRequestError, match="empty"):
        client.models.retrieve("")


def test_prices_as_they_are_written() -> None:
    """Per token or per million, as number or text, under the newer name or the older."""
    listing = {"object": "list", "data": [CARD, {**CARD, "type": "anthropic/messages"}]}
    model = Gateway(answer(listing)).client().models.retrieve("x")
    assert model.pricing is not None
    prices = [model.pricing.per_million(origin) for origin in ("provided", "generated", "cached", "none")]
    assert prices == [Decimal("3.9"), Decimal("19.5"), None, None]
    assert (model.type, model.released_at, model.cutoff_at) == ("anthropic/messages", date(2026, 1, 1), None)


def test_what_has_not_changed_does_not_travel_again(client: AIMLAPI) -> None:
    """The second answer is a 304, and the same models; copies of a client share what is kept."""
    seen: list[int | None] = []
    watched = client.with_options(on_attempt=lambda attempt: seen.append(attempt.status_code))
    first = client.models.list(include="all")
    assert watched.models.list(include="all") == first
    assert watched.models.list(include="pricing") != first
    assert seen == [304, 200]


def test_only_the_last_answers_are_kept(monkeypatch: pytest.MonkeyPatch, client: AIMLAPI) -> None:
    """Of many different questions."""
    monkeypatch.setattr(_kept, "_MOST_KEPT", 1)
    seen: list[int | None] = []
    watched = client.with_options(on_attempt=lambda attempt: seen.append(attempt.status_code))
    for name in ("a", "b", "b", "a"):
        watched.models.list(id=name)
    assert seen == [200, 200, 304, 200]


def test_an_answer_without_an_etag_is_not_kept() -> None:
    """It is asked for anew."""
    gateway = Gateway(answer({"object": "list", "data": []}))
    models = gateway.client().models
    assert (models.list(), models.list()) == ([], [])
    assert "if-none-match" not in gateway.requests[1].headers


def test_a_304_that_nobody_asked_for_is_an_error() -> None:
    """There is nothing that it could stand for."""
    with pytest.raises(Exception, match="304"):
        Gateway(answer(b"", 304)).client().models.list()


def test_filters_must_hold_words() -> None:
    """An empty one would filter everything away, or nothing."""
    with pytest.raises(InvalidRequestError, match="tags holds an empty text"):
        Gateway(answer({})).client().models.list(tags=["a", ""])


def test_metrics(client: AIMLAPI) -> None:
    """Percentiles with their time; at most a hundred names."""
    (one,) = client.models.metrics(aliases=MODEL)
    assert one.ttft_ms is not None
    assert one.ttft_ms.p50 < one.ttft_ms.p99
    assert (one.alias, one.window_seconds, one.measured_at.tzinfo is not None) == (MODEL, 3600, True)
    assert len(client.models.metrics(aliases=[MODEL, "claude-haiku-4-5"])) == 2
    assert len(client.models.metrics()) > 40
    with pytest.raises(InvalidRequestError, match="101 aliases"):
        client.models.metrics(aliases=["a"] * 101)


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
        ask("claude-sonnet-4-5")
        Gateway(answer(body())).client().with_options(warn_deprecated=False).messages.create(
            model="claude-opus-4", messages="Hi"
        )


def test_a_model_of_a_batch_is_warned_of_too() -> None:
    """Before the batch is handed in."""
    request = {"custom_id": "a", "params": {"model": "claude-3-opus", "messages": "Hi"}}
    state = {"id": "b", "status": "generating"}
    with pytest.warns(ModelDeprecationWarning, match="claude-3-opus"):
        Gateway(answer(state)).client().messages.batches.create(requests=[request])


def test_what_the_gateway_says_is_learnt(client: AIMLAPI) -> None:
    """With the replacement that it names."""
    found = client.models.deprecations(status="withdrawn", since="2026-09-01")
    assert {"anthropic/claude-opus-4-8-fast"} <= {model.id for model in found}
    assert found[0].deprecated_at == datetime(2026, 9, 9, tzinfo=UTC)
    assert client.models.deprecations(since=date(2026, 9, 10)) == client.models.deprecations(status="deprecated") == []
    with pytest.warns(ModelDeprecationWarning, match="Use 'anthropic/claude-opus-4-7' instead"):
        ask("claude-opus-4-7-fast")
    entry = {"id": "claude-y", "status": "deprecated", "shutdown_at": "2027-01-02"}
    Gateway(answer({"data": [entry]})).client().models.deprecations()
    with pytest.warns(ModelDeprecationWarning, match="It ends on 2027-01-02"):
        ask("anthropic/claude-y")


@pytest.mark.anyio
async def test_the_asynchronous_client_does_the_same(emulator: Emulator) -> None:
    """Every method once, batches too."""
    async with AsyncAIMLAPI(api_key="test-key", base_url=emulator.base_url) as client:
        assert len(await client.models.list(id=MODEL)) == 1
        assert MODEL in (model := await client.models.retrieve(MODEL)).aliases or model.id == MODEL
        assert await client.models.deprecations()
        assert len(await client.models.metrics(aliases=MODEL)) == 1

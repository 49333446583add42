"""The catalogue: the document's models with their prices, the withdrawn models, and performance metrics."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import lru_cache
from typing import Any

from ..document.query import Query
from ..faults.errors import Issue, invalid_request
from .prices import MODELS, Model, find_model
from .state import Exchange, State

_TYPE = "anthropic/messages"
_MODALITIES = {"input": ["text", "image", "document"], "output": ["text"]}
_DETAILS = ("pricing", "modalities", "capabilities")
_MOST_ALIASES = 100
# When the gateway withdrew the latest models.
_WITHDRAWN_AT = "2026-09-09T00:00:00.000Z"


def models(state: State, exchange: Exchange) -> dict[str, Any]:
    """The models that match the query."""
    query = exchange.query
    include = set(query.words("include"))
    hidden = [name for name in _DETAILS if not (name in include or "all" in include or query.text("details"))]
    found = [item for item in _all(state.document.model_ids) if _matches(item, query)]
    shown = [{name: value for name, value in item.items() if name not in hidden} for item in found]
    return {"object": "list", "data": shown}


def _matches(item: dict[str, Any], query: Query) -> bool:
    modalities = item["modalities"]
    has = {
        "id": [item["id"], *item["aliases"]],
        "type": [item["type"]],
        "tags": item["tags"],
        "capabilities": item["capabilities"],
        "modalities": [*modalities["input"], *modalities["output"]],
        "input_modalities": modalities["input"],
        "output_modalities": modalities["output"],
    }
    return all(
        {word.lower() for word in query.words(name)} & {value.lower() for value in values}
        for name, values in has.items()
        if query.words(name)
    )


@lru_cache(maxsize=8)
def _all(ids: frozenset[str]) -> list[dict[str, Any]]:
    """One item per served model, under the first of its ids."""
    families: dict[str, tuple[Model, list[str]]] = {}
    for identifier in sorted(ids, key=lambda name: (not name.startswith("anthropic/"), len(name), name)):
        model = find_model(identifier, ids)
        if model is not None:
            families.setdefault(model.id, (model, []))[1].append(identifier)
    return [_item(model, names) for _, (model, names) in sorted(families.items())]


def _item(model: Model, names: list[str]) -> dict[str, Any]:
    large = any(f"-{generation}" in model.id for generation in ("5", "latest", "4-7", "4-8")) and "4-5" not in model.id
    prices = (("input", "provided", model.input_price), ("output", "generated", model.output_price))
    return {
        "id": names[0],
        "aliases": names[1:],
        "type": _TYPE,
        "info": {
            "name": model.id.replace("-", " ").title(),
            "developer": "Anthropic",
            "description": "A Claude model.",
            "releasedAt": "2026-01-01",
            "contextLength": 1_000_000 if large else 200_000,
            "outputMax": 128_000 if large else 64_000,
        },
        "tags": ["claude", "text"],
        "modalities": _MODALITIES,
        "capabilities": ["streaming", "tools", "thinking", "vision"],
        "pricing": {
            "kind": "fixed",
            "currency": "USD",
            "units": [
                {"name": name, "content": "text", "origin": origin, "price": float(price), "per": 1_000_000}
                for name, origin, price in prices
            ],
            "dimensions": [],
            "variants": [],
        },
    }


def deprecations(state: State, exchange: Exchange) -> dict[str, Any]:
    """The withdrawn models that match the query; unknown values of it are ignored."""
    query = exchange.query
    wanted = {word for word in query.words("status") if word in ("deprecated", "superseded", "withdrawn")}
    matches = (not wanted or "withdrawn" in wanted) and _day(query.text("since")) < _WITHDRAWN_AT
    data = [
        {
            "id": f"anthropic/{model.id}",
            "aliases": [model.id],
            "status": "withdrawn",
            "deprecated_at": _WITHDRAWN_AT,
            "shutdown_at": _WITHDRAWN_AT,
            "replaced_by": f"anthropic/{model.id.removesuffix('-fast')}" if model.ended == "withdrawn" else None,
            "reason": "provider_delisted",
        }
        for model in MODELS
        if model.ended and matches
    ]
    return {"object": "list", "generated_at": exchange.timestamp, "data": data}


def _day(text: str | None) -> str:
    try:
        return datetime.strptime(text or "", "%Y-%m-%d").date().isoformat()
    except ValueError:
        return ""


def metrics(state: State, exchange: Exchange) -> dict[str, Any]:
    """Performance metrics, derived from the models' names. Raises GatewayError 400."""
    query = exchange.query
    unknown = [name for name in query.values if name != "aliases"]
    if unknown:
        raise invalid_request([Issue(name, "Expected no other parameter than aliases") for name in unknown])
    asked = query.words("aliases")
    if len(asked) > _MOST_ALIASES:
        raise invalid_request([Issue("aliases", f"Expected at most {_MOST_ALIASES} aliases")])
    names = [name for item in _all(state.document.model_ids) for name in (item["id"], *item["aliases"])]
    return {
        "window_seconds": 3600,
        "generated_at": exchange.timestamp,
        "models": [_metrics_of(name) for name in names if not asked or name in asked],
    }


def _metrics_of(name: str) -> dict[str, Any]:
    seed = int(hashlib.sha256(name.encode()).hexdigest()[:4], 16)
    first, speed = 300 + seed % 900, 40 + seed % 60

    def spread(middle: int) -> dict[str, float]:
        tenths = {"p50": 10, "p75": 13, "p90": 18, "p99": 31}
        return {percentile: middle * factor / 10 for percentile, factor in tenths.items()}

    values = {"ttft_ms": spread(first), "tps": spread(speed), "duration_ms": spread(first * 8)}
    return {"alias": name, "endpoint": _TYPE, "metrics": values}

"""What the gateway's catalogue says of models: prices, limits, measurements, and which have ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any, Final

from aimlapi_client import models

from ..core.values import amount, day, each, optional, point, text, whole

__all__ = [
    "Deprecation",
    "Metrics",
    "ModelInfo",
    "Percentiles",
    "Price",
    "Pricing",
    "catalogue",
    "deprecations",
    "metrics",
]

_MILLION: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """The price of one kind of unit: `amount` for so many of them as `per` says.

    content: what is counted, such as "text". origin: "provided", "generated", "cached" or "cache_write".
    """

    name: str | None
    content: str | None
    origin: str | None
    amount: Decimal
    per: Decimal

    @classmethod
    def of(cls, wire: models.ModelPrice) -> Price:
        return cls(
            name=optional(wire.name, text),
            content=optional(wire.content, text),
            origin=optional(wire.origin, text) or optional(wire.measure, text),
            amount=amount(wire.price),
            per=Decimal(1) if (per := optional(wire.per, amount)) is None else per,
        )


@dataclass(frozen=True, slots=True)
class Pricing:
    """What a model costs, in `currency`. kind: "fixed", "variants" or "variable".

    dimensions, variants: as they came, where the price depends on something.
    """

    kind: str | None
    currency: str | None
    prices: tuple[Price, ...]
    dimensions: tuple[Any, ...]
    variants: tuple[Any, ...]

    @classmethod
    def of(cls, wire: models.ModelPricing) -> Pricing:
        return cls(
            kind=optional(wire.kind, text),
            currency=optional(wire.currency, text),
            prices=each(wire.units, Price.of),
            dimensions=each(wire.dimensions, lambda item: item),
            variants=each(wire.variants, lambda item: item),
        )

    def per_million(self, origin: str) -> Decimal | None:
        """The price of a million tokens of an origin, such as "provided" or "generated"; None where none is told."""
        for price in self.prices:
            if price.origin == origin and price.per > 0:
                return price.amount * _MILLION / price.per
        return None


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """One model at one kind of endpoint.

    context_length: tokens that it reads and writes in all. output_max: the most tokens of one answer.
    pricing, capabilities and modalities came only if `include` asked for them.
    """

    id: str
    aliases: tuple[str, ...]
    type: str
    name: str | None
    developer: str | None
    description: str | None
    context_length: int | None
    output_max: int | None
    released_at: date | None
    cutoff_at: date | None
    docs_url: str | None
    tags: tuple[str, ...]
    capabilities: tuple[str, ...]
    input_modalities: tuple[str, ...]
    output_modalities: tuple[str, ...]
    pricing: Pricing | None

    @classmethod
    def of(cls, wire: models.ModelInfo) -> ModelInfo:
        card, kinds = wire.info, optional(wire.modalities, _modalities)
        return cls(
            id=text(wire.id),
            aliases=each(wire.aliases, text),
            type=text(wire.type),
            name=optional(card.name, text),
            developer=optional(card.developer, text),
            description=optional(card.description, text),
            context_length=optional(card.context_length, whole),
            output_max=optional(card.output_max, whole),
            released_at=optional(card.released_at, _written_day),
            cutoff_at=optional(card.cutoff_at, _written_day),
            docs_url=optional(card.docs_url, text),
            tags=each(wire.tags, text),
            capabilities=each(wire.capabilities, text),
            input_modalities=kinds[0] if kinds else (),
            output_modalities=kinds[1] if kinds else (),
            pricing=optional(wire.pricing, Pricing.of),
        )


def _modalities(wire: models.ModelModalities) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return each(wire.input, text), each(wire.output, text)


def _written_day(value: object) -> date | None:
    """A date in a form that a person wrote: a year and month alone mean the month's first day; None for no date."""
    try:
        return day(value)
    except ValueError:
        return None


def catalogue(wire: models.ModelList) -> tuple[ModelInfo, ...]:
    return each(wire.data, ModelInfo.of)


@dataclass(frozen=True, slots=True)
class Deprecation:
    """A model that has ended or will. status: "deprecated" and "superseded" ones still answer, "withdrawn" ones do not.

    replaced_by: the id of the model to use instead, None when there is none.
    """

    id: str
    aliases: tuple[str, ...]
    status: str
    deprecated_at: datetime | None
    shutdown_at: datetime | None
    replaced_by: str | None
    reason: str | None

    @classmethod
    def of(cls, wire: models.Deprecation) -> Deprecation:
        return cls(
            id=text(wire.id),
            aliases=each(wire.aliases, text),
            status=text(wire.status),
            deprecated_at=optional(wire.deprecated_at, point),
            shutdown_at=optional(wire.shutdown_at, point),
            replaced_by=optional(wire.replaced_by, text),
            reason=optional(wire.reason, text),
        )


def deprecations(wire: models.DeprecationList) -> tuple[Deprecation, ...]:
    return each(wire.data, Deprecation.of)


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Half of the calls were at or below `p50`, 99 of 100 at or below `p99`."""

    p50: Decimal
    p75: Decimal
    p90: Decimal
    p99: Decimal

    @classmethod
    def of(cls, wire: models.Percentiles) -> Percentiles:
        return cls(amount(wire.p50), amount(wire.p75), amount(wire.p90), amount(wire.p99))


@dataclass(frozen=True, slots=True)
class Metrics:
    """Measured speed of a model at one endpoint; None where nothing was measured.

    ttft_ms: milliseconds to the first token. tokens_per_second. duration_ms: of whole answers.
    measured_at, window_seconds: the end of the time that was measured, and how long it was.
    """

    alias: str
    endpoint: str
    ttft_ms: Percentiles | None
    tokens_per_second: Percentiles | None
    duration_ms: Percentiles | None
    measured_at: datetime
    window_seconds: int


def metrics(wire: models.ModelMetricsList) -> tuple[Metrics, ...]:
    return each(wire.models, partial(_metrics, point(wire.generated_at), whole(wire.window_seconds)))


def _metrics(measured_at: datetime, window_seconds: int, wire: models.ModelMetrics) -> Metrics:
    measured = wire.metrics
    return Metrics(
        alias=text(wire.alias),
        endpoint=text(wire.endpoint),
        ttft_ms=optional(measured.ttft_ms, Percentiles.of),
        tokens_per_second=optional(measured.tps, Percentiles.of),
        duration_ms=optional(measured.duration_ms, Percentiles.of),
        measured_at=measured_at,
        window_seconds=window_seconds,
    )

"""The Claude models that the emulator serves, and money: their prices, and the gateway's rule from tokens to credits.

The gateway knows each model under several spellings (with and without `anthropic/`, with dots or dashes,
dated, `-latest`); they all lead to one `Model`. Prices are those of the gateway in USD per million tokens,
its factor of 1.3 on the provider's list price included. Not a catalogue to rely on: ids appear weekly.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Literal

from ..model.tokens import CacheUse

CREDITS_PER_USD = 2_000_000
_MOST_USD = 1_000_000_000
_PREFIX = "anthropic/"


@dataclass(frozen=True)
class Model:
    """One model: its undated dashed `id` without prefix, and its prices in USD per million tokens.

    One that has `ended` is withdrawn, or retired: gone from the gateway's lists, and served only when the document
    in use still names it.
    """

    id: str
    input_price: Decimal
    output_price: Decimal
    ended: Literal["withdrawn", "retired"] | None = None
    successor: str | None = None


def _model(name: str, prices: str, ended: Literal["withdrawn", "retired"] | None = None) -> Model:
    given, written = map(Decimal, prices.split())
    successor = f"claude-{name.removesuffix('-fast')}" if ended == "withdrawn" else None
    return Model(f"claude-{name}", given, written, ended, successor)


MODELS = (
    _model("opus-5-5", "6.5 32.5"),
    _model("sonnet-5-5", "2.6 13"),
    _model("haiku-5-5", "1.3754 6.877"),
    _model("fable-5-1", "13 65"),
    _model("opus-5", "6.5 32.5"),
    _model("sonnet-5", "2.6 13"),
    _model("fable-5", "13 65"),
    _model("opus-4-8", "6.877 34.385"),
    _model("opus-4-8-fast", "6.877 34.385", "withdrawn"),
    _model("opus-4-7", "6.5 32.5"),
    _model("opus-4-7-fast", "6.5 32.5", "withdrawn"),
    _model("opus-4-6", "6.5 32.5"),
    _model("sonnet-4-6", "4.1262 20.631"),
    _model("opus-4-5", "6.877 34.385"),
    _model("haiku-4-5", "1.3754 6.877"),
    _model("sonnet-4-5", "3.9 19.5"),
    _model("opus-4-1", "19.5 97.5"),
    _model("opus-4", "19.5 97.5"),
    _model("sonnet-4", "3.9 19.5"),
    _model("3-haiku", "0.325 1.625"),
    _model("opus-latest", "6.5 32.5"),
    _model("sonnet-latest", "2.6 13"),
    _model("haiku-latest", "1.3754 6.877"),
    _model("fable-latest", "13 65"),
    _model("3-7-sonnet", "3.9 19.5", "retired"),
    _model("3-5-sonnet", "3.9 19.5", "retired"),
    _model("3-5-haiku", "1.04 5.2", "retired"),
    _model("3-opus", "19.5 97.5", "retired"),
    _model("3-sonnet", "3.9 19.5", "retired"),
)
_BY_ID: Mapping[str, Model] = {model.id: model for model in MODELS}
# A model that only the document knows costs what the middle one does.
_FALLBACK_PRICES = (Decimal("3.9"), Decimal("19.5"))


def find_model(requested: str, documented: frozenset[str]) -> Model | None:
    """The model behind the id as requested, or None when the gateway would not serve it.

    `documented` are the ids that the document names; an id that only stands there is served too.
    """
    family = re.sub(r"-\d{8}$", "", requested.removeprefix(_PREFIX).replace(".", "-"))
    model = _BY_ID.get(family) or _BY_ID.get(family := family.removesuffix("-latest"))
    if model is not None and model.ended != "retired":
        return None if model.ended else model
    if requested in documented and requested.removeprefix(_PREFIX).startswith("claude-"):
        return model or Model(family, *_FALLBACK_PRICES)
    return None


def usd(credits: int) -> float:
    """Credits in US dollars."""
    return credits / CREDITS_PER_USD


def cost_of(model: Model, input_tokens: int, output_tokens: int, cache: CacheUse | None = None) -> int:
    """The price of a call: tokens times price, rounded to the nearest credit."""
    paid = input_tokens + (cache.weight if cache else 0)
    amount = (paid * model.input_price + output_tokens * model.output_price) / 1_000_000
    return int((amount * CREDITS_PER_USD).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def credits_of(usd: Decimal | float | str) -> int:
    """An amount in US dollars as whole credits. Raises ValueError unless it is between 0 and a billion."""
    try:
        amount = Decimal(str(usd))
    except InvalidOperation as error:
        raise ValueError(f"{usd!r} is not an amount in USD, such as 2.50") from error
    if not amount.is_finite() or not 0 <= amount <= _MOST_USD:
        raise ValueError(f"the balance must be 0 or more, and at most {_MOST_USD:,} USD; it is {usd}")
    return int(amount * CREDITS_PER_USD)

"""The Claude models that the emulator serves, their prices, and the conversion of tokens to credits.

The gateway accepts several spellings of a model's id (with and without `anthropic/`, with dots or dashes, dated,
`-latest`), which all resolve to one `Model`. Prices are the gateway's, in USD per million tokens, including its
factor of 1.3 on the provider's list price. Not an authoritative catalogue: new ids appear weekly.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Literal

from ..model.answers import Completion
from ..model.tokens import CacheUse

CREDITS_PER_USD = 2_000_000
# Whatever context of arithmetic the thread has that the emulator, or its user, is in.
_EXACT = Context(prec=100, rounding=ROUND_HALF_UP, traps=[])
_MOST_USD = 1_000_000_000
_PREFIX = "anthropic/"


@dataclass(frozen=True)
class Model:
    """A model: its `id` with dashes, without prefix and date, and its prices in USD per million tokens.

    A model that has `ended` is either withdrawn, or retired: no longer listed by the gateway, and served only if the
    document in use still names it.
    """

    id: str
    input_price: Decimal
    output_price: Decimal
    ended: Literal["withdrawn", "retired"] | None = None


# The prices of input and output, and the models with these prices.
_PRICES: tuple[tuple[str, str, str, Literal["withdrawn", "retired"] | None], ...] = (
    ("6.5", "32.5", "opus-5-5 opus-5 opus-4-7 opus-4-6 opus-latest", None),
    ("2.6", "13", "sonnet-5-5 sonnet-5 sonnet-latest", None),
    ("1.3754", "6.877", "haiku-5-5 haiku-4-5 haiku-latest", None),
    ("13", "65", "fable-5-1 fable-5 fable-latest", None),
    ("6.877", "34.385", "opus-4-8 opus-4-5", None),
    ("4.1262", "20.631", "sonnet-4-6", None),
    ("3.9", "19.5", "sonnet-4-5 sonnet-4", None),
    ("19.5", "97.5", "opus-4-1 opus-4", None),
    ("0.325", "1.625", "3-haiku", None),
    ("6.877", "34.385", "opus-4-8-fast", "withdrawn"),
    ("6.5", "32.5", "opus-4-7-fast", "withdrawn"),
    ("3.9", "19.5", "3-7-sonnet 3-5-sonnet 3-sonnet", "retired"),
    ("1.04", "5.2", "3-5-haiku", "retired"),
    ("19.5", "97.5", "3-opus", "retired"),
)
MODELS = tuple(
    Model(f"claude-{name}", Decimal(given), Decimal(written), ended)
    for given, written, names, ended in _PRICES
    for name in names.split()
)
_BY_ID: Mapping[str, Model] = {model.id: model for model in MODELS}
# For a model that only the document names.
_FALLBACK_PRICES = (Decimal("3.9"), Decimal("19.5"))


def find_model(requested: str, documented: frozenset[str]) -> Model | None:
    """The model with the requested id, or None if the gateway would not serve it.

    `documented` are the ids that the document names, which are served even if they are not in `MODELS`.
    """
    family = re.sub(r"-\d{8}$", "", requested.removeprefix(_PREFIX).replace(".", "-"))
    model = _BY_ID.get(family) or _BY_ID.get(family := family.removesuffix("-latest"))
    if model is not None and model.ended != "retired":
        return None if model.ended else model
    if requested in documented and requested.removeprefix(_PREFIX).startswith("claude-"):
        return model or Model(family, *_FALLBACK_PRICES)
    return None


def account_name(model: str) -> str:
    """The name of a model in logs and usage: without `anthropic/`, as in answers."""
    return model.removeprefix(_PREFIX)


def usd(credits: int) -> float:
    """Credits in US dollars, as JSON has them."""
    return credits / CREDITS_PER_USD


def exact_usd(credits: int) -> Decimal:
    """Credits in US dollars."""
    return _EXACT.divide(credits, CREDITS_PER_USD)


def cost_of(model: Model, input_tokens: int, output_tokens: int, cache: CacheUse | None = None) -> int:
    """The price of a call in credits: tokens times price, rounded to the nearest credit."""
    paid = _EXACT.add(input_tokens, cache.weight if cache else 0)
    millions = _EXACT.fma(paid, model.input_price, _EXACT.multiply(output_tokens, model.output_price))
    return int(_EXACT.to_integral_value(_EXACT.multiply(millions, CREDITS_PER_USD // 1_000_000)))


def price_of(model: Model, completion: Completion) -> int:
    """The price of an answer in credits: that of its tokens, unless it says another."""
    given = completion.answer.credits
    return cost_of(model, *completion.tokens, cache=completion.cache) if given is None else given


def credits_of(usd: Decimal | float) -> int:
    """An amount of US dollars in credits, rounded down. Raises ValueError unless it is between 0 and a billion."""
    amount = _EXACT.create_decimal(str(usd))
    if not amount.is_finite() or not 0 <= amount <= _MOST_USD:
        raise ValueError(f"the balance must be 0 or more, and at most {_MOST_USD:,} USD; it is {usd}")
    return int(_EXACT.multiply(amount, CREDITS_PER_USD))

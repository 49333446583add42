"""The Claude models that the emulator serves: their ids, their prices, and which are withdrawn.

The gateway knows each model under several spellings (with and without `anthropic/`, with dots or dashes,
dated, `-latest`); they all lead to one `Model`. Prices are those of the gateway in USD per million tokens,
its factor of 1.3 on the provider's list price included. Not a catalogue to rely on: ids appear weekly.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

_PREFIX = "anthropic/"


@dataclass(frozen=True)
class Model:
    """One model: its undated dashed `id` without prefix, and its prices in USD per million tokens."""

    id: str
    input_price: Decimal
    output_price: Decimal
    withdrawn: bool = False


def _model(name: str, input_price: str, output_price: str, *, withdrawn: bool = False) -> Model:
    return Model(f"claude-{name}", Decimal(input_price), Decimal(output_price), withdrawn)


_LIVE = (
    _model("opus-5-5", "6.5", "32.5"),
    _model("sonnet-5-5", "2.6", "13"),
    _model("haiku-5-5", "1.3754", "6.877"),
    _model("fable-5-1", "13", "65"),
    _model("opus-5", "6.5", "32.5"),
    _model("sonnet-5", "2.6", "13"),
    _model("fable-5", "13", "65"),
    _model("opus-4-8", "6.877", "34.385"),
    _model("opus-4-8-fast", "6.877", "34.385", withdrawn=True),
    _model("opus-4-7", "6.5", "32.5"),
    _model("opus-4-7-fast", "6.5", "32.5", withdrawn=True),
    _model("opus-4-6", "6.5", "32.5"),
    _model("sonnet-4-6", "4.1262", "20.631"),
    _model("opus-4-5", "6.877", "34.385"),
    _model("haiku-4-5", "1.3754", "6.877"),
    _model("sonnet-4-5", "3.9", "19.5"),
    _model("opus-4-1", "19.5", "97.5"),
    _model("opus-4", "19.5", "97.5"),
    _model("sonnet-4", "3.9", "19.5"),
    _model("3-haiku", "0.325", "1.625"),
    _model("opus-latest", "6.5", "32.5"),
    _model("sonnet-latest", "2.6", "13"),
    _model("haiku-latest", "1.3754", "6.877"),
    _model("fable-latest", "13", "65"),
)
# Gone from the gateway's lists; served only when the document in use still names them.
_RETIRED = (
    _model("3-7-sonnet", "3.9", "19.5"),
    _model("3-5-sonnet", "3.9", "19.5"),
    _model("3-5-haiku", "1.04", "5.2"),
    _model("3-opus", "19.5", "97.5"),
    _model("3-sonnet", "3.9", "19.5"),
)
# Models that have ended, each with what to use instead.
WITHDRAWN: tuple[tuple[str, str | None], ...] = (
    ("claude-opus-4-8-fast", "claude-opus-4-8"),
    ("claude-opus-4-7-fast", "claude-opus-4-7"),
)
RETIRED: tuple[tuple[str, str | None], ...] = tuple((model.id, None) for model in _RETIRED)
_BY_ID: Mapping[str, Model] = {model.id: model for model in (*_LIVE, *_RETIRED)}
_RETIRED_IDS = frozenset(model.id for model in _RETIRED)
# A model that only the document knows costs what the middle one does.
_FALLBACK_PRICES = (Decimal("3.9"), Decimal("19.5"))


def find_model(requested: str, documented: frozenset[str]) -> Model | None:
    """The model behind the id as requested, or None when the gateway would not serve it.

    `documented` are the ids that the document names; an id that only stands there is served too.
    """
    family = _family(requested)
    model = _BY_ID.get(family)
    if model is not None and model.withdrawn:
        return None
    if model is not None and model.id not in _RETIRED_IDS:
        return model
    if requested in documented and requested.removeprefix(_PREFIX).startswith("claude-"):
        return model or Model(family, *_FALLBACK_PRICES)
    return None


def upstream_id(requested: str) -> str:
    """The id that the answer carries: the one requested, without `anthropic/`."""
    return requested.removeprefix(_PREFIX)


def _family(requested: str) -> str:
    """`anthropic/claude-sonnet-4.5`, `claude-sonnet-4-5-20250929`: `claude-sonnet-4-5`."""
    name = requested.removeprefix(_PREFIX).replace(".", "-")
    name = re.sub(r"-\d{8}$", "", name)
    if name not in _BY_ID:
        name = name.removesuffix("-latest")
    return name

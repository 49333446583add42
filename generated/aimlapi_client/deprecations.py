"""Models that have ended or will: the gateway's feed as it was when this client was made."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple


class Deprecation(NamedTuple):
    """status: "deprecated" and "superseded" models still answer, calls of "withdrawn" ones give 404.

    shutdown_at: a date or time in ISO 8601, None where it is not known.
    replaced_by: the id of the model to use instead, None where there is none.
    """

    status: str
    shutdown_at: str | None = None
    replaced_by: str | None = None


#: By id and by alias.
DEPRECATIONS: Final[Mapping[str, Deprecation]] = {
    "anthropic/claude-3-5-haiku": Deprecation("withdrawn"),
    "anthropic/claude-3-5-sonnet": Deprecation("withdrawn"),
    "anthropic/claude-3-7-sonnet": Deprecation("withdrawn"),
    "anthropic/claude-3-opus": Deprecation("withdrawn"),
    "anthropic/claude-3-sonnet": Deprecation("withdrawn"),
    "anthropic/claude-opus-4": Deprecation("deprecated"),
    "anthropic/claude-opus-4.7-fast": Deprecation("withdrawn"),
    "anthropic/claude-opus-4.8-fast": Deprecation("withdrawn"),
    "anthropic/claude-sonnet-4": Deprecation("deprecated"),
    "anthropic/claude-sonnet-4.5": Deprecation("deprecated", "2026-11-30"),
}


def deprecation_of(model: str) -> Deprecation | None:
    """What is known of the end of a model, by an id or alias with or without date, None for nothing."""
    name = undated(model)
    return _BY_UNDATED_NAME.get(name) or _BY_UNDATED_NAME.get(name.removesuffix("-latest"))


def undated(model: str) -> str:
    """The name of a model whatever the spelling: `claude-3-5-sonnet` of `anthropic/claude-3.5-sonnet-20240620`."""
    return re.sub(r"-[0-9]{8}$", "", model.lower().removeprefix("anthropic/").replace(".", "-"))


_BY_UNDATED_NAME: Final = {undated(name): found for name, found in DEPRECATIONS.items()}

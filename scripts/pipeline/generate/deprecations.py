"""Deprecations: `deprecations.py`, the table of the models that have ended or will, from `openapi.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from ..document.tree import Json

__all__ = ["write_table"]

MODULE = '''"""Models that have ended or will: the gateway's feed as it was when this client was made."""

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
DEPRECATIONS: Final[Mapping[str, Deprecation]] = {{
{rows}}}


def deprecation_of(model: str) -> Deprecation | None:
    """What is known of the end of a model, by an id or alias with or without date, None for nothing."""
    name = undated(model)
    return _BY_UNDATED_NAME.get(name) or _BY_UNDATED_NAME.get(name.removesuffix("-latest"))


def undated(model: str) -> str:
    """The name of a model whatever the spelling: `claude-3-5-sonnet` of `anthropic/claude-3.5-sonnet-20240620`."""
    return re.sub(r"-[0-9]{{8}}$", "", model.lower().removeprefix("anthropic/").replace(".", "-"))


_BY_UNDATED_NAME: Final = {{undated(name): found for name, found in DEPRECATIONS.items()}}
'''


def write_table(openapi: Json, package: Path) -> None:
    """Write `deprecations.py` of a generated package from the models that `openapi.yaml` names."""
    rows: dict[str, str] = {}
    found = cast("list[Json]", openapi.get("x-deprecations", []))
    ids = {str(one["id"]) for one in found}
    for one in found:
        members = [one["status"], one.get("shutdown_at"), one.get("replaced_by")]
        while members[-1] is None:
            members.pop()
        # An alias that is another model's id stands for that model.
        for name in (one["id"], *(set(one.get("aliases", [])) - ids)):
            rows[str(name)] = f"    {name!r}: Deprecation({', '.join(map(repr, members))}),\n"
    text = MODULE.format(rows="".join(rows[name] for name in sorted(rows)))
    (package / "deprecations.py").write_text(text, encoding="utf-8")

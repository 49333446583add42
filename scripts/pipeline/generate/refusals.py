"""Refusals: `refusals.py`, the table of what single models do not take, from `openapi.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from ..document.tree import Json

__all__ = ["write_refusals"]

MODULE = '''"""What single models do not take of a request, although the document has it for all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .deprecations import undated

#: Whether the tools of the document have `strict`.
HAS_STRICT_TOOLS: Final = {strict}

#: Ids without `anthropic/`, dots and dates, by what these models refuse.
REFUSALS: Final[Mapping[str, frozenset[str]]] = {{
{rows}}}


def refuses(model: str, what: str) -> bool:
    """Whether a model, by any spelling of its id, is known to refuse something that `REFUSALS` names."""
    return undated(model).removesuffix("-latest") in REFUSALS.get(what, ())
'''


def write_refusals(openapi: Json, package: Path) -> None:
    """Write `refusals.py` of a generated package from what `openapi.yaml` says of single models."""
    said = cast("dict[str, list[str]]", openapi.get("x-refusals", {}))
    rows = [f"    {what!r}: frozenset({sorted(models)!r}),\n" for what, models in sorted(said.items())]
    shapes = cast("dict[str, Json]", openapi["components"]["schemas"]).values()
    strict = any({"input_schema", "strict"} <= set(shape.get("properties", {})) for shape in shapes)
    text = MODULE.format(rows="".join(rows), strict=strict)
    (package / "refusals.py").write_text(text, encoding="utf-8")

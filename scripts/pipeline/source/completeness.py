"""Whether a document is whole: YAML that was cut off at a line is valid YAML, so its end is looked at."""

from __future__ import annotations

from typing import Any, cast

from ..document.errors import PipelineError, pointer
from ..document.tree import METHODS, Json, is_list, is_mapping

__all__ = ["again", "check_complete"]


def again(source: str) -> str:
    """What to do about a document that is not whole: a file is looked at, an address is asked again."""
    if "://" in source:
        return "fetch it again later, or give a stored copy with --input FILE"
    return "look at the file: it may be cut off, or not the one you meant"


def check_complete(document: Json, text: str, source: str) -> None:
    """Refuse a YAML document that was cut at a line: valid YAML whose last part is missing.

    The last path of a whole document has an operation, this one has responses, and no document ends with a key or a
    dash that nothing follows. The ways to authenticate that its operations name and that are missing stood
    after the cut. Whatever writes YAML ends the last line.
    """
    if list(document)[-1] == "paths":
        path, item = list(cast(Json, document["paths"]).items())[-1]
        methods = [key for key in item if key in METHODS] if is_mapping(item) else []
        if not methods and path.startswith("/") and not (is_mapping(item) and "$ref" in item):
            raise _cut(source, pointer("paths", path))
        for method in methods[-1:]:
            operation = item[method]
            if not is_mapping(operation) or not operation.get("responses"):
                raise _cut(source, pointer("paths", path, method))
    lost = _named_schemes(document) - set(_schemes(document))
    if lost and list(document)[-1] in ("paths", "components"):
        raise _cut(source, pointer("components", "securitySchemes", min(lost)))
    steps, leaf = _last_leaf(document, ())
    if leaf is None and text.rstrip().endswith((":", "-")):
        raise _cut(source, pointer(*steps))
    if list(document)[-1] == "paths" and not text.endswith("\n"):
        raise _cut(source, pointer(*steps))


def _named_schemes(document: Json) -> set[str]:
    """The ways to authenticate that the operations name."""
    items = [item for item in cast(Json, document["paths"]).values() if is_mapping(item)]
    operations = [item[method] for item in items for method in METHODS if is_mapping(item.get(method))]
    listed = [one["security"] for one in (document, *operations) if is_list(one.get("security"))]
    return {name for each in listed for requirement in each if is_mapping(requirement) for name in requirement}


def _schemes(document: Json) -> Json:
    components = document.get("components")
    schemes = components.get("securitySchemes") if is_mapping(components) else None
    return schemes if is_mapping(schemes) else {}


def _last_leaf(node: Any, steps: tuple[str | int, ...]) -> tuple[tuple[str | int, ...], Any]:
    """The value that a document ends with, and where it stands."""
    if is_mapping(node) and node:
        key = list(node)[-1]
        return _last_leaf(node[key], (*steps, key))
    if is_list(node) and node:
        return _last_leaf(node[-1], (*steps, len(node) - 1))
    return steps, node


def _cut(source: str, where: str) -> PipelineError:
    return PipelineError(
        "ends in the middle of an operation: the document seems to be cut off",
        source=source,
        pointer=where,
        hint=again(source),
    )

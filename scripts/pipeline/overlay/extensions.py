"""Extensions: the `x-` keys that the overlay adds to a document.

One that nothing reads would change the client without a word.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, Final, cast

from jsonschema import Draft202012Validator

from ..document.tree import Json, is_list, is_mapping
from .actions import Action

__all__ = ["check_extensions"]

_TEXT: Final[Json] = {"type": "string", "minLength": 1}
# `refuses` looks ids up in their shortest form.
_MODELS: Final[Json] = {"type": "array", "items": {"type": "string", "pattern": "^[a-z0-9-]+$"}}


def _record(**properties: Json) -> Json:
    return {"type": "object", "properties": properties, "additionalProperties": False}


#: What each key may hold; openapi/README.md says what it does.
EXTENSIONS: Final[dict[str, Json]] = {
    "x-exact": {"type": "boolean"},
    "x-pages": _record(**dict.fromkeys(("items", "cursor", "following", "offset", "more", "size", "identity"), _TEXT)),
    "x-parameters": {
        "type": "object",
        "additionalProperties": _record(
            name=_TEXT,
            description=_TEXT,
            format=_TEXT,
            enum={"type": "array"},
            most={"type": "integer"},
            several={"enum": ["joined", "repeated"]},
            schema={"type": "object"},
        ),
    },
    "x-refusals": _record(
        forced_tool_choice=_MODELS, strict_tools=_MODELS, disabled_thinking=_MODELS, thinking_budget=_MODELS
    ),
    "x-repeat": {"enum": ["safe", "billed", "unsafe"]},
    "x-resources": {"type": "object", "additionalProperties": _TEXT},
    "x-result": _TEXT,
}


def check_extensions(actions: list[Action]) -> None:
    """Raise `PipelineError` for a key that nothing reads, or for one that holds what it may not."""
    for action in actions:
        for steps, value in _extensions(action.update, ()):
            key = steps[-1]
            if key not in EXTENSIONS:
                raise action.error(
                    f"{key} is a key that nothing reads", "update", *steps, hint=_hint(key, list(EXTENSIONS))
                )
            validator: Any = Draft202012Validator(EXTENSIONS[key])
            for error in validator.iter_errors(value):
                where = tuple(map(str, error.absolute_path))
                unknown = _unknown(error)
                hint = _hint(unknown, list(cast(Json, error.schema)["properties"])) if unknown else _allowed(error)
                raise action.error(f"{key}: {error.message}", "update", *steps, *where, hint=hint)


def _extensions(node: Any, steps: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The `x-` keys of what an action adds, the names of properties, headers and the like apart."""
    if is_list(node):
        for index, value in enumerate(node):
            yield from _extensions(value, (*steps, str(index)))
    elif is_mapping(node):
        for key, value in node.items():
            if key.startswith("x-") and (not steps or steps[-1] not in ("properties", "headers", "content")):
                yield (*steps, key), value
            else:
                yield from _extensions(value, (*steps, key))


def _unknown(error: Any) -> str:
    """The first member that no extension has, of an error about that; "" of any other error."""
    if error.validator != "additionalProperties":
        return ""
    return next((key for key in error.instance if key not in error.schema.get("properties", {})), "")


def _hint(key: str, known: list[str]) -> str:
    near = get_close_matches(key, known, n=1)
    return f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"


def _allowed(error: Any) -> str:
    if error.validator == "pattern":
        return "write the id in small letters, digits and hyphens, without anthropic/ and without a date"
    return "openapi/README.md says what it may hold"

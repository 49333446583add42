"""Converts what a tool returns into a `tool_result` block. No I/O."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any, Final, cast
from uuid import UUID

import attrs

from ..core.arguments import SupportsModelDump, SupportsToDict
from ..core.json import is_array, is_object

# The content blocks of a tool's result, and the member that tells each from other data.
_BLOCKS: Final[Mapping[str, tuple[str, type]]] = {
    "document": ("source", dict),
    "image": ("source", dict),
    "search_result": ("source", str),
    "text": ("text", str),
    "tool_reference": ("tool_name", str),
}


def result_block(call_id: str, content: str | list[dict[str, Any]] | None, *, is_error: bool = False) -> dict[str, Any]:
    """The block that answers a call. `content` is what `result_content` returns."""
    block: dict[str, Any] = {"type": "tool_result", "tool_use_id": call_id}
    if content is not None:
        block["content"] = content
    return {**block, "is_error": True} if is_error else block


def result_content(value: object) -> str | list[dict[str, Any]] | None:
    """What a tool returned, as the content of a result.

    Text stays text, content blocks stay blocks, also several with text between them, and None is no content.
    Anything else becomes JSON text: dataclasses, attrs, pydantic and generated models, enums, dates, decimals, sets
    and paths included. Raises TypeError for what has no JSON form.
    """
    if value is None or isinstance(value, str):
        return value
    plain = _plain(value)
    items = plain if is_array(plain) else [plain]
    if any(map(_is_block, items)) and all(isinstance(item, str) or _is_block(item) for item in items):
        return [{"type": "text", "text": item} if isinstance(item, str) else item for item in items if item]
    return json.dumps(plain, ensure_ascii=False)


def _is_block(value: object) -> bool:
    kind = value.get("type") if is_object(value) else None
    member, python = _BLOCKS.get(kind, ("", dict)) if isinstance(kind, str) else ("", dict)
    return is_object(value) and isinstance(value.get(member), python)


def _plain(value: object) -> Any:
    match value:
        case Enum():
            return _plain(value.value)
        case None | str() | bool() | int() | float():
            return value
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case Decimal() | UUID() | PurePath():
            return str(value)
        case Mapping():
            return {_key(name): _plain(member) for name, member in cast("Mapping[object, object]", value).items()}
        case set() | frozenset():
            return sorted((_plain(item) for item in cast("set[object]", value)), key=str)
        case _ if _is_named_tuple(value):
            return {name: _plain(member) for name, member in cast("Any", value)._asdict().items()}
        case Sequence() if not isinstance(value, (bytes, bytearray, memoryview)):
            return [_plain(item) for item in cast("Sequence[object]", value)]
        case _:
            return _plain(_members(value))


def _members(value: object) -> Mapping[str, Any]:
    if isinstance(value, SupportsToDict):
        return value.to_dict()
    if isinstance(value, SupportsModelDump):
        return value.model_dump(mode="json", exclude_none=True)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    kind: Any = type(value)
    if attrs.has(kind):
        return {field.name: getattr(value, field.name) for field in attrs.fields(kind)}
    raise TypeError(f"a {type(value).__name__} has no form in JSON; return text, content blocks or plain values")


def _key(name: object) -> str:
    plain = _plain(name)
    return plain if isinstance(plain, str) else json.dumps(plain)


def _is_named_tuple(value: object) -> bool:
    return isinstance(value, tuple) and hasattr(cast("object", value), "_asdict")

"""From what a tool returns, or raises, to the `tool_result` block that the model reads. Pure."""

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

from ._types import SupportsModelDump, SupportsToDict

__all__ = ["result_block", "result_content"]

# The content blocks that a tool's result may hold.
_BLOCKS: Final = frozenset({"document", "image", "search_result", "text", "tool_reference"})


def result_block(call_id: str, content: str | list[dict[str, Any]] | None, *, is_error: bool = False) -> dict[str, Any]:
    """The block that answers a call; `content` as `result_content` gives it."""
    block: dict[str, Any] = {"type": "tool_result", "tool_use_id": call_id}
    if content is not None:
        block["content"] = content
    return {**block, "is_error": True} if is_error else block


def result_content(value: object) -> str | list[dict[str, Any]] | None:
    """What a tool returned, as a result's content.

    Text stays text; content blocks, one or a list, stay blocks; None is no content; anything else becomes JSON text:
    dataclasses, attrs, pydantic and generated models, enums, dates, decimals, sets and paths included.
    Raises TypeError for what has no such form.
    """
    if value is None or isinstance(value, str):
        return value
    blocks = cast("list[object]", value) if isinstance(value, list) else [value]
    plain = [_plain(block) for block in blocks]
    if plain and all(_is_block(block) for block in plain):
        return cast("list[dict[str, Any]]", plain)
    return json.dumps(plain if isinstance(value, list) else plain[0], ensure_ascii=False)


def _is_block(value: object) -> bool:
    return isinstance(value, dict) and cast("dict[str, Any]", value).get("type") in _BLOCKS


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

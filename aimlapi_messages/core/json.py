"""JSON with the standard's limits and no others. Models are read by their own `from_dict`.

The standard library reads and writes `NaN` and `Infinity`, which are not JSON, and lets deep nesting escape
as `RecursionError`. Here both are a `ValueError`, so that callers have one thing to catch.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final, NoReturn, TypeGuard


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"the number {text[:40]} is too large to keep")
    return number


_STRINGS: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)

DECODER: Final = json.JSONDecoder(parse_constant=_refuse_constant)
_FINITE_DECODER: Final = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite)


def loads(data: bytes | str, *, finite: bool = False) -> Any:
    """Read one JSON value; bytes are UTF-8 whatever a header says, with or without a byte order mark.

    finite: refuse numbers that a float has no room for, instead of reading them as infinite.
    Raises ValueError for anything that is not JSON.
    """
    text = data.decode("utf-8-sig", "replace") if isinstance(data, bytes) else data
    text = text.strip(" \t\n\r")  # what JSON takes as white space
    try:
        value, end = (_FINITE_DECODER if finite else DECODER).raw_decode(text)
    except json.JSONDecodeError as error:
        raise ValueError(str(error)) from None  # without the whole text, which may hold a secret
    except RecursionError as error:
        raise ValueError("the JSON is nested too deeply to read") from error
    if end != len(text):
        raise ValueError(f"something follows the JSON at character {end}")
    return value


def has_more_values(data: bytes, most: int) -> bool:
    """Whether JSON has more values than that, which says what it takes to read it.

    Each but the first stands behind a comma or an opening bracket outside of strings. None is read.
    """
    return len(data) > most and _marks(data) > most and _marks(_STRINGS.sub(b"", data)) > most


def _marks(data: bytes) -> int:
    return data.count(b",") + data.count(b"[") + data.count(b"{")


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether a JSON value is an object, said in a way that type checkers follow."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def dumps(value: Any) -> bytes:
    """Write compact UTF-8 JSON. Raises ValueError or TypeError for what JSON cannot say."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        # Half of a surrogate pair, from a text cut in mid-emoji, has no UTF-8 form, but may be escaped.
        return json.dumps(value, allow_nan=False, separators=(",", ":")).encode()

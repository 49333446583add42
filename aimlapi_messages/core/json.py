"""JSON with the standard's limits and no others. Models are read by their own `from_dict`.

The standard library reads and writes `NaN` and `Infinity`, which are not JSON, and lets deep nesting escape
as `RecursionError`. Here both are a `ValueError`, so that callers have one thing to catch.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from itertools import chain, islice
from typing import Any, Final, NoReturn, TypeGuard, cast


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"the number {text[:40]} is too large to keep")
    return number


# Of one answer. A value takes up to 10 us to become part of a model, so that all of them take about a second.
MOST_VALUES: Final = 131_072

# Arrays and objects within each other, as many as other readers take: what goes into them with some frames for each
# level, such as a copy, then comes to its end, also from deep within a program.
MOST_LEVELS: Final = 128

# What stands before a value, strings among it. It matches anything, lest a search begin anew at every byte.
_UP_TO_A_VALUE: Final = re.compile(rb'(?:[^,\[{"]++|"[^"\\]*+(?:\\.[^"\\]*+)*+"?+)*+([,\[{]?)', re.DOTALL)

# What JSON takes as white space.
BLANK: Final = " \t\n\r"

DECODER: Final = json.JSONDecoder(parse_constant=_refuse_constant)
_FINITE_DECODER: Final = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite)


# Whether a JSON value is an object or an array, said in a way that type checkers follow, and without a frame of Python:
# a call asks dozens of times.
is_object: Final = cast("Callable[[object], TypeGuard[dict[str, Any]]]", dict.__instancecheck__)
is_array: Final = cast("Callable[[object], TypeGuard[list[Any]]]", list.__instancecheck__)


class TooLargeError(ValueError):
    """JSON is not read, because it has more bytes or values than it may have. Its text says how many these are."""


def loads(data: bytes | str, *, finite: bool = False, most: int = MOST_VALUES) -> Any:
    """Read one JSON value; bytes are UTF-8 whatever a header says, with or without a byte order mark.

    finite: refuse numbers that a float has no room for, instead of reading them as infinite.
    most: the most values that it may have, at every depth.
    Raises ValueError for anything that is not JSON, TooLargeError among them.
    """
    if len(data) > most:
        check_count(data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass"), most)
    text = data.decode("utf-8-sig", "replace") if isinstance(data, bytes) else data
    text = text.strip(BLANK)
    value, problem = None, ""
    try:
        value, end = (_FINITE_DECODER if finite else DECODER).raw_decode(text)
        if end != len(text):
            problem = f"something follows the JSON at character {end}"
    except json.JSONDecodeError as error:  # holds the text, which may be long and hold a secret
        problem = str(error)
    except RecursionError as error:
        raise ValueError("the JSON is nested too deeply") from error
    if problem:
        raise ValueError(problem)
    if sum(map(text.count, "[{")) > MOST_LEVELS:  # as few have, and a call for the rest would be one for each answer
        check_depth(value)
    return value


def check_depth(value: object) -> None:
    """Raise ValueError if a JSON value is nested deeper than MOST_LEVELS."""
    level: list[Any] = [value]
    for _ in range(MOST_LEVELS + 1):
        parts: list[Any] = [part for part in level if isinstance(part, (dict, list))]
        if not parts:
            return
        level = [*chain.from_iterable(part.values() if is_object(part) else part for part in parts)]
    raise ValueError(f"the JSON is nested too deeply, in more than {MOST_LEVELS} levels")


def check_count(data: bytes, most: int) -> None:
    """Raise TooLargeError if JSON has more values than that. None is read.

    What counts is each comma and each opening bracket outside of strings.
    """
    if len(data) > most and sum(map(data.count, (b",", b"[", b"{"))) > most:
        last = next(islice(_UP_TO_A_VALUE.finditer(data), most, None), None)
        if last is not None and last[1]:
            raise TooLargeError(f"{most:,} JSON values")


def count(value: object) -> int:
    """The values in a JSON value, as `check_count` counts them in its text."""
    found, waiting = 0, [value]
    while waiting:
        part = waiting.pop()
        if is_object(part):
            found += len(part) or 1
            waiting += part.values()
        elif is_array(part):
            found += len(part) or 1
            waiting += part
    return found


def is_utf8(data: bytes | bytearray) -> bool:
    """Whether bytes are the text that `loads` makes of them, and none of its signs stand for what is no UTF-8."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


# Made once, for `json.dumps` makes one for each value.
_PLAIN: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_ASCII: Final = json.JSONEncoder(allow_nan=False, separators=(",", ":"))


def dumps(value: Any) -> bytes:
    """Write compact UTF-8 JSON. Raises ValueError or TypeError for what JSON cannot say."""
    try:
        return _PLAIN.encode(value).encode()
    except UnicodeEncodeError:
        # Half of a surrogate pair, from a text cut in mid-emoji, has no UTF-8 form, but may be escaped.
        return _ASCII.encode(value).encode()

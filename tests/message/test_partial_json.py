"""What can be read of JSON that is still coming: the truth so far, and never something that is taken back."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any

import pytest
from hypothesis import example, given, strategies as st

from aimlapi_messages.message import message as _message
from aimlapi_messages.message.message import parse_partial_json

TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from('"\\{}[],:\n😀'))
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4), max_leaves=12
)
OBJECTS = st.dictionaries(TEXTS, VALUES, max_size=5)


def is_beginning(part: Any, whole: Any) -> bool:
    """Whether a value may be on its way to become another: nothing in it is wrong, some may be missing."""
    if isinstance(part, dict) and isinstance(whole, dict):
        names = list(part) == list(whole)[: len(part)]
        return names and all(is_beginning(value, whole[name]) for name, value in part.items())
    if isinstance(part, list) and isinstance(whole, list):
        return len(part) <= len(whole) and all(map(is_beginning, part, whole))
    if isinstance(part, str) and isinstance(whole, str):
        return whole.startswith(part)
    return type(part) is type(whole) and bool(part == whole)


@given(VALUES, st.booleans(), st.sampled_from([None, 1]))
@example({"a": "\\", "b": ['"', "😀\\"]}, True, None)
@example([1.5e300, -1, True, False, None, {}], True, None)
def test_every_prefix_reads_as_a_beginning_of_the_value(value: Any, ascii_only: bool, indent: int | None) -> None:
    """What has been told stays true with each character that comes, and only more is told."""
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    steps = [parse_partial_json(text[:end]) for end in range(len(text) + 1)]
    told = [step for step in steps if step is not None]
    assert steps[len(steps) - len(told) :] == told, "what could be read can be read from then on"
    assert all(is_beginning(part, value) for part in told)
    assert all(is_beginning(part, more) for part, more in itertools.pairwise(told))


@given(OBJECTS, st.booleans())
def test_a_whole_object_is_read_whole(value: dict[str, Any], ascii_only: bool) -> None:
    """With the last bracket nothing is missing."""
    assert parse_partial_json(json.dumps(value, ensure_ascii=ascii_only)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("  ", None),
        ("{", {}),
        ('{"na', {}),
        ('{"name"', {}),
        ('{"name":', {}),
        ('{"name": "Par', {"name": "Par"}),
        ('{"a": 1', {}),
        ('{"a": 1,', {"a": 1}),
        ('{"a": 12 ', {"a": 12}),
        ('{"a": -', {}),
        ('{"a": tru', {}),
        ('{"a": true', {"a": True}),
        ('{"a": null', {"a": None}),
        ('{"a": [{"b": "c"}, {"d', {"a": [{"b": "c"}, {}]}),
        ('{"a": {"b": 1}, "c', {"a": {"b": 1}}),
        ('["a", "b', ["a", "b"]),
        ('["a,', ["a,"]),
        ('"a', "a"),
        ('["\\', [""]),
        ('["\\n\\', ["\n"]),
        ('["\\u00e', [""]),
        ('["\\u00e9', ["é"]),
        ('["\\\\u00e', ["\\u00e"]),
        ('["\\ud83d', [""]),
        ('["\\ud83d\\', [""]),
        ('["\\ud83d\\ude0', [""]),
        ('["\\ud83d\\ude00', ["😀"]),
        ('["\\ud83dx', ["\ud83dx"]),
    ],
)
def test_what_is_open_is_closed_and_what_cannot_be_told_is_left_out(text: str, value: object) -> None:
    """A cut string stays as far as it goes; a cut number, name, literal or escape does not."""
    assert parse_partial_json(text) == value


@pytest.mark.parametrize(
    "text", ["}", "]", "[}", '{"a": 1]', "[1}", "nope", "{1, ", '{"a" "b": 1, ', "[NaN,", "{} {}", "[1] ]", "\\", "'a'"]
)
def test_what_is_no_json_gives_nothing(text: str) -> None:
    """It does not raise, and makes nothing up."""
    assert parse_partial_json(text) is None


def test_brackets_without_end_give_nothing() -> None:
    """Nesting that cannot be read is no RecursionError."""
    assert parse_partial_json("[" * 200_000) is None


class CountingPattern:
    """A pattern that counts how often it was tried, and how much it took."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.pattern = pattern
        self.tried = self.taken = 0

    def match(self, text: str, position: int) -> re.Match[str] | None:
        found = self.pattern.match(text, position)
        self.tried += 1
        self.taken += 0 if found is None else len(found[0])
        return found


def test_each_character_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The work grows with the text and no faster."""
    cut_string = '"yyyyyyy'
    text = json.dumps({"a": [{"b": i, "c": "x\\" * 9} for i in range(2_000)]})[:-1] + f', "d": {cut_string}'
    counting = CountingPattern(_message._TOKEN)
    monkeypatch.setattr(_message, "_TOKEN", counting)
    assert len(parse_partial_json(text)["a"]) == 2_000
    assert counting.taken == len(text) - len(cut_string)
    assert counting.tried < len(text)

"""What the model reads of what a tool returned or raised."""

from __future__ import annotations

import asyncio
import io
from collections import namedtuple
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePosixPath
from typing import Any, NamedTuple
from uuid import UUID

import attrs
import pydantic
import pytest

from aimlapi_client.models import TextBlock
from aimlapi_messages import ToolError, image, text, tool
from aimlapi_messages.tools.tool import result_block, result_content

from ..support.files import PNG
from ..support.runs import DONE, Runs, calls, results
from ..support.wire import Gateway

PICTURE = image(PNG)


class Color(Enum):
    RED = "red"


@dataclass
class Point:
    x: int
    when: date


@attrs.define
class Guest:
    name: str


class Span(NamedTuple):
    start: int


class Model(pydantic.BaseModel):
    title: str
    note: str | None = None


Pair = namedtuple("Pair", "a b")


@pytest.mark.parametrize(
    ("value", "content"),
    [
        (None, None),
        ("", ""),
        ("sunny", "sunny"),
        (5, "5"),
        (True, "true"),
        (1.5, "1.5"),
        (Color.RED, '"red"'),
        (date(2025, 1, 31), '"2025-01-31"'),
        (datetime(2025, 1, 31, 9, 30), '"2025-01-31T09:30:00"'),
        (time(9, 30), '"09:30:00"'),
        (timedelta(minutes=1), '"P0DT0H1M0S"'),
        (Decimal("1.10"), '"1.10"'),
        (float("nan"), '"NaN"'),
        (float("-inf"), '"-Infinity"'),
        ({"mean": [float("inf"), 1.0], float("nan"): 1}, '{"mean": ["Infinity", 1.0], "NaN": 1}'),
        (Point(float("nan"), date(2025, 1, 31)), '{"x": "NaN", "when": "2025-01-31"}'),
        (Decimal("NaN"), '"NaN"'),
        ({"type": "text", "text": "a", "score": float("nan")}, [{"type": "text", "text": "a", "score": "NaN"}]),
        (UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
        (PurePosixPath("/a"), '"/a"'),
        ({"ü": None, 1: [Decimal(1)]}, '{"ü": null, "1": ["1"]}'),
        ({True: 1, None: 2, Color.RED: 3}, '{"true": 1, "null": 2, "red": 3}'),
        ({3, 1, 2}, "[1, 2, 3]"),
        (frozenset("a"), '["a"]'),
        ((1, "a"), '[1, "a"]'),
        (range(3), "[0, 1, 2]"),
        ([], "[]"),
        (["a", "b"], '["a", "b"]'),
        (Point(1, date(2025, 1, 31)), '{"x": 1, "when": "2025-01-31"}'),
        ([Guest("Ann")], '[{"name": "Ann"}]'),
        (Span(1), '{"start": 1}'),
        (Pair(1, 2), '{"a": 1, "b": 2}'),
        (Model(title="a"), '{"title": "a"}'),
    ],
    ids=repr,
)
def test_a_value_becomes_text(value: object, content: str | None) -> None:
    assert result_content(value) == content


@pytest.mark.parametrize(
    ("value", "content"),
    [
        (PICTURE, [PICTURE]),
        ([text("a"), PICTURE], [text("a"), PICTURE]),
        ((text("a"), PICTURE), [text("a"), PICTURE]),
        (["Look:", PICTURE, ""], [text("Look:"), PICTURE]),
        (TextBlock(text="a"), [text("a")]),
    ],
    ids=["one", "list", "tuple", "with text", "model"],
)
def test_content_blocks_stay_blocks(value: object, content: list[dict[str, Any]]) -> None:
    assert result_content(value) == content


@pytest.mark.parametrize(
    ("value", "content"),
    [
        ({"type": "text", "text": ""}, []),
        ([{"type": "text", "text": ""}], []),
        ([{"type": "text", "text": ""}, text(" ")], [text(" ")]),
        (["", {"type": "text", "text": ""}, "a"], [text("a")]),
        ([PICTURE, {"type": "text", "text": ""}], [PICTURE]),
        ([{"type": "text", "text": "", "cache_control": {"type": "ephemeral"}}], []),
    ],
    ids=repr,
)
def test_an_empty_text_is_no_block(value: object, content: list[dict[str, Any]]) -> None:
    """The API refuses it, and other programs' tools give it where they have nothing to say."""
    assert result_content(value) == content


@pytest.mark.parametrize(
    "value",
    [{1: "a", "1": "b"}, {None: 1, "null": 2}, {True: 1, "true": 2}, {(1,): 1, "[1]": 2}, [{"a": {1.5: 1, "1.5": 2}}]],
    ids=repr,
)
def test_nothing_is_lost_where_two_keys_are_one_in_json(value: object) -> None:
    with pytest.raises(TypeError, match="two keys that are the same text in JSON"):
        result_content(value)


@pytest.mark.parametrize(
    "value",
    [
        {"type": "document", "id": 5},
        {"type": "text", "text": 5},
        {"type": "image", "source": "cat.png"},
        {"type": ["text"], "text": "a"},
        {"type": "note", "source": {}},
        [text("a"), 5],
    ],
    ids=repr,
)
def test_data_that_only_resembles_a_block_becomes_text(value: object) -> None:
    assert isinstance(result_content(value), str)


@pytest.mark.parametrize("value", [object(), b"bytes", [memoryview(b"a")], {object(): 1}, int, (n for n in "ab")])
def test_what_has_no_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="has no form in JSON"):
        result_content(value)


def test_what_holds_itself_is_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(RecursionError):
        result_content(endless)


def test_a_result_without_content_has_no_member_for_it() -> None:
    assert result_block("toolu_1", None) == {"type": "tool_result", "tool_use_id": "toolu_1"}


class Broken:
    """A value whose own code fails."""

    def to_dict(self) -> dict[str, Any]:
        raise KeyError("secret")


@pytest.mark.anyio
async def test_a_result_whose_own_code_fails_is_a_failure_of_the_tool(runs: Runs) -> None:
    """Whatever it raises."""

    def broken() -> Any:
        """A tool."""
        return Broken()

    gateway = Gateway(calls(("broken", {})), DONE)
    await runs.until_done(gateway, tools=[broken])
    assert results(gateway)[0] == result_block("toolu_0", "The tool failed (KeyError).", is_error=True)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("content", "told"),
    [
        (text("No."), [text("No.")]),
        ((text("No."), PICTURE), [text("No."), PICTURE]),
        ({"code": 5}, '{"code": 5}'),
        ([object()], "The tool failed (TypeError)."),
    ],
    ids=["block", "tuple", "data", "no form"],
)
async def test_a_tool_error_takes_what_a_result_takes(runs: Runs, content: Any, told: Any) -> None:
    """A block, several, or data; what has no form is told as a failure."""

    def refuse() -> None:
        """A tool."""
        raise ToolError(content)

    gateway = Gateway(calls(("refuse", {})), DONE)
    await runs.until_done(gateway, tools=[refuse])
    assert results(gateway)[0] == result_block("toolu_0", told, is_error=True)


def two() -> Iterator[str]:
    yield "a"
    yield "b"


async def two_later() -> AsyncIterator[str]:
    yield "a"
    await asyncio.sleep(0)
    yield "b"


async def none_later() -> AsyncIterator[str]:
    for number in range(0):
        yield str(number)


async def broken_later() -> AsyncIterator[int]:
    yield 1 // 0


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("function", "told"),
    [
        (two, '["a", "b"]'),
        (lambda: map(str, [1, 2]), '["1", "2"]'),
        (lambda: iter([PICTURE, "a"]), [PICTURE, text("a")]),
        (lambda: {"a": 1}.keys(), '["a"]'),
        (lambda: {"a": 1}.items(), '[["a", 1]]'),
        (lambda: (_ for _ in range(0)), "[]"),
        (lambda: (1 // 0 for _ in "a"), "The tool failed (ZeroDivisionError)."),
        (lambda: io.StringIO("a"), "The tool failed (TypeError)."),
        (two_later, '["a", "b"]'),
        (none_later, "[]"),
        (broken_later, "The tool failed (ZeroDivisionError)."),
        (lambda: {"nested": two()}, "The tool failed (TypeError)."),
    ],
)
async def test_what_a_tool_yields_is_a_list(runs: Runs, function: Any, told: Any) -> None:
    """It is read where the tool runs, within its time: on its thread, or in the event loop."""
    gateway = Gateway(calls(("two", {})), DONE)
    await runs.until_done(gateway, tools=[tool(name="two", input_schema={})(function)])
    assert results(gateway)[0]["content"] == told


@pytest.mark.parametrize(
    ("content", "said", "held"),
    [
        ("No.", "No.", "No."),
        (text("No."), "content blocks: 1", text("No.")),
        ([PICTURE] * 2, "content blocks: 2", [PICTURE] * 2),
        (iter([PICTURE] * 2), "content blocks: 2", [PICTURE] * 2),
        ({"a": PICTURE}.values(), "content blocks: 1", [PICTURE]),
        ((text(one) for one in "ab"), "content blocks: 2", [text("a"), text("b")]),
        (ValueError("not there"), "not there", "not there"),
        (KeyError("city"), "'city'", "'city'"),
        (ExceptionGroup("two", [OSError()]), "two (1 sub-exception)", "two (1 sub-exception)"),
        (404, "404", "404"),
    ],
)
def test_a_tool_error_says_how_much_it_holds(content: Any, said: str, held: Any) -> None:
    error = ToolError(content)
    assert (str(error), error.content) == (said, held)

"""Files in plain blocks, where their base64 is wanted, and a user's own data in what is sent."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from aimlapi_messages import ContentError, InvalidRequestError

from ..support.callers import Caller, in_process
from ..support.files import PNG
from ..support.runs import DONE

pytestmark = [pytest.mark.anyio, in_process]


@dataclass
class Point:
    x: float


async def sent(caller: Caller, messages: Any, **options: Any) -> Any:
    """The body of a request."""
    gateway = caller.meet(DONE)
    await caller.create(messages=messages, **options)
    return gateway.sent


def turn(data: Any) -> list[Any]:
    source = {"type": "base64", "media_type": "image/png", "data": data}
    return [{"role": "user", "content": [{"type": "image", "source": source}]}]


@pytest.mark.parametrize(
    "make",
    [
        lambda path: path,
        lambda path: io.BytesIO(path.read_bytes()),
        lambda path: path.read_bytes(),
        lambda path: bytearray(path.read_bytes()),
        lambda path: memoryview(path.read_bytes()),
        lambda path: base64.b64encode(path.read_bytes()).decode(),
        lambda path: base64.b64encode(path.read_bytes()),
        lambda path: base64.encodebytes(path.read_bytes()),
        lambda path: io.BytesIO(base64.b64encode(path.read_bytes())),
        lambda path: bytearray(base64.urlsafe_b64encode(path.read_bytes()).rstrip(b"=")),
    ],
    ids=[
        "Path",
        "file object",
        "bytes",
        "bytearray",
        "memoryview",
        "base64",
        "bytes of base64",
        "lines of base64",
        "file object of base64",
        "base64 of URLs",
    ],
)
async def test_a_file_is_read_where_its_base64_is_wanted(
    caller: Caller, make: Callable[[Path], Any], tmp_path: Path
) -> None:
    path = tmp_path / "cat.png"
    path.write_bytes(PNG)
    body = await sent(caller, turn(make(path)))
    assert base64.b64decode(body["messages"][0]["content"][0]["source"]["data"]) == PNG


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (Path("no such.png"), "There is no file"),
        (io.BytesIO(b""), "is empty"),
        (io.StringIO("text"), "gives str, not bytes"),
        (5, r"messages\[0\].content\[0\].source.data was given a int"),
        ([b"a"], "source.data was given a list"),
        (b"iVBORw0KGgo!", "What was given as bytes is not valid base64"),
    ],
)
async def test_a_file_that_cannot_be_read_is_told(caller: Caller, data: Any, problem: str) -> None:
    with pytest.raises(ContentError, match=problem):
        await sent(caller, turn(data))


@pytest.mark.parametrize("given", [{"b", "a"}, frozenset("ab"), set("abab"), ["a", "b"], ("a", "b")])
async def test_stop_sequences_may_be_a_set(caller: Caller, given: Any) -> None:
    assert (await sent(caller, "Hi", stop_sequences=given))["stop_sequences"] == ["a", "b"]


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ({"when": datetime(2025, 1, 31, 9, 30, tzinfo=UTC)}, {"when": "2025-01-31T09:30:00+00:00"}),
        ({"day": date(2025, 1, 31), "none": None}, {"day": "2025-01-31", "none": None}),
        ({"by": {1: "a", 2: {3: "b"}}}, {"by": {"1": "a", "2": {"3": "b"}}}),
        ({date(2025, 1, 31): Decimal("1.10")}, {"2025-01-31": "1.10"}),
        ({"id": UUID(int=1), "set": {2, 1}}, {"id": "00000000-0000-0000-0000-000000000001", "set": [1, 2]}),
        ({"at": [Point(1.5)], True: None}, {"at": [{"x": 1.5}], "true": None}),
    ],
    ids=repr,
)
async def test_an_input_may_hold_what_a_tool_takes(caller: Caller, given: Any, written: Any) -> None:
    call = {"type": "tool_use", "id": "a", "name": "t", "input": given}
    answered = {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "a"}]}
    body = await sent(caller, [{"role": "assistant", "content": [call]}, answered])
    assert body["messages"][0]["content"][0]["input"] == written


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"a": object()}, r"input.a is a object"),
        ({(1, 2): "a"}, r"has the key \(1, 2\)"),
        ({object(): "a"}, r"has the key <object"),
        ({"a": float("nan")}, r"input.a is nan"),
        ({"a": Point(float("inf"))}, r"input.a.x is inf"),
        ({1: "a", "1": "b"}, "has two keys that JSON writes as '1'"),
        ({"1": "a", 1: "b"}, "has two keys that JSON writes as '1'"),
        ({"a": {None: 1, "null": 2}}, "input.a has two keys that JSON writes as 'null'"),
        ({"a": {True: 1, "true": 2}}, "input.a has two keys that JSON writes as 'true'"),
        ({date(2025, 1, 31): 1, "2025-01-31": 2}, "has two keys that JSON writes as '2025-01-31'"),
        ({"a": io.BytesIO(b"b")}, "input.a is a BytesIO"),
        ({"a": io.StringIO("b")}, "input.a is a StringIO"),
        ({"a": 10**5000}, "input.a is a number with thousands of digits"),
        ({"a": [-(10**5000)]}, r"input.a\[0\] is a number with thousands of digits"),
    ],
)
async def test_an_input_that_has_no_form_is_told(caller: Caller, given: Any, problem: str) -> None:
    call = {"type": "tool_use", "id": "a", "name": "t", "input": given}
    with pytest.raises(InvalidRequestError, match=problem):
        await sent(caller, [{"role": "assistant", "content": [call]}])

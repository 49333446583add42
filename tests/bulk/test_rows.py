"""What may be given to a run, and what its requests are then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from aimlapi_messages import InvalidRequestError, ToolDefinitionError
from aimlapi_messages.bulk.rows import RowMaker, count_rows, open_rows

from ..support.wire import MODEL
from .serving import Runs, Server, both, kinds_of, lines_of, needs_the_document

pytestmark = needs_the_document
HI = {"custom_id": "1", "params": {"messages": "Hi"}}


@dataclass
class Record:
    """What says itself which object it is."""

    custom_id: str

    def to_dict(self) -> dict[str, Any]:
        return {"custom_id": self.custom_id, "params": {"messages": "Hi"}}


def generated() -> Iterator[Any]:
    yield "Hi"
    yield HI


INPUTS: list[Any] = [
    pytest.param(["Hi", "Ho"], None, ["Hi", "Ho"], id="strings"),
    pytest.param(("Hi", HI), None, ["Hi", "Hi"], id="a tuple"),
    pytest.param(generated(), None, ["Hi", "Hi"], id="a generator"),
    pytest.param([Record("7")], None, ["Hi"], id="an object that has a form in JSON"),
    pytest.param([], None, [], id="nothing"),
    pytest.param([{"text": "a"}, {"text": "b", "more": 1}], "Say {text}!", ["Say a!", "Say b!"], id="records"),
    pytest.param([{"n": 7}], "{n} of {{n}} and {n}", ["7 of {n} and 7"], id="numbers and braces"),
    pytest.param({"in.jsonl": b'"Hi"\n\n{"custom_id":"1","params":{"messages":"Ho"}}'}, None, ["Hi", "Ho"], id="lines"),
    pytest.param({"in.jsonl": '\ufeff"é"\r\n"b"'.encode()}, None, ["é", "b"], id="lines with a mark and of Windows"),
    pytest.param({"in.txt": b'"Hi"\n'}, None, ["Hi"], id="lines in a file of another name"),
    pytest.param({"in.jsonl": b""}, None, [], id="an empty file"),
    pytest.param({"in.jsonl": b'{"text":"a"}\n'}, "Say {text}", ["Say a"], id="records in lines"),
    pytest.param({"in.csv": b"text\na\nb\n"}, "Say {text}", ["Say a", "Say b"], id="CSV"),
    pytest.param({"in.csv": b'text,n\n"a, ""b""\nc",1\n'}, "{n}: {text}", ['1: a, "b"\nc'], id="CSV with quotes"),
    pytest.param({"IN.CSV": "\ufefftext\r\né\r\n".encode()}, "{text}", ["é"], id="CSV of Windows"),
    pytest.param({"in.csv": b"text\n"}, "{text}", [], id="CSV without a row"),
]


@both
@pytest.mark.parametrize(("given", "template", "asked"), INPUTS)
def test_an_input_is_read_row_by_row(
    tmp_path: Path, is_async: bool, given: Any, template: str | None, asked: list[str]
) -> None:
    """Files as well as what is iterated over."""
    if isinstance(given, dict):
        ((name, content),) = given.items()
        (tmp_path / name).write_bytes(content)
        given = str(tmp_path / name)
    elif isinstance(given, Iterator):
        given = generated()
    server = Server()
    report = Runs(is_async, server).run(given, tmp_path / "out.jsonl", template=template)
    assert sorted(server.asked.elements()) == sorted(asked)
    assert report.succeeded == len(asked)


WRONG: list[Any] = [
    pytest.param("no.jsonl", None, r"There is no file 'no.jsonl'", id="no file"),
    pytest.param("Dear model", None, r"There is no file 'Dear model'. Give the path", id="a prompt"),
    pytest.param(HI, None, r"requests is a dict", id="a row"),
    pytest.param(b"Hi", None, r"requests is a bytes", id="bytes"),
    pytest.param(7, None, r"requests is a int", id="a number"),
    pytest.param(None, None, r"requests is a NoneType", id="nothing"),
    pytest.param([7], None, r"Row 1 is a int", id="a row that is a number"),
    pytest.param(["Hi", None], None, r"Row 2 is a NoneType", id="a row that is None"),
    pytest.param([{"messages": "Hi"}], None, r"Row 1 has no params", id="a row without params"),
    pytest.param([{"params": "Hi"}], None, r"Row 1 has no params", id="params that are text"),
    pytest.param([{**HI, "custom_id": 7}], None, r"Row 1 has a custom_id that is no text", id="a number for a name"),
    pytest.param([{**HI, "custom_id": " "}], None, r"Row 1 has a custom_id that is no text", id="a blank name"),
    pytest.param(["Hi"], "{text}", r"Row 1 is a str", id="a string for a template"),
    pytest.param([{"a": 1}], "{text}", r"Row 1 has no column 'text'", id="a record without the column"),
    pytest.param([], "{", r"The template cannot be read", id="a brace"),
    pytest.param([], "{}", r"The template has more than names", id="no name"),
    pytest.param([], "{text!r}", r"The template has more than names", id="a conversion"),
    pytest.param([], "{text:>9}", r"The template has more than names", id="a format"),
    pytest.param([{"a": 1}], "{a.real}", r"Row 1 has no column 'a.real'", id="an attribute"),
    pytest.param({"in.jsonl": b'"Hi"\n{"custom_id"\n'}, None, r"Line 2 of .*in.jsonl is not JSON", id="half JSON"),
    pytest.param({"in.jsonl": b'"Hi"\n\n"\xff"\n'}, None, r"Line 3 of .*in.jsonl is not JSON", id="no UTF-8"),
    pytest.param({"in.jsonl": b"[" * 100_000}, None, r"Line 1 of .*in.jsonl is not JSON", id="deep JSON"),
    pytest.param({"in.jsonl": b"Hello\n"}, None, r"Line 1 of .*in.jsonl is not JSON", id="text"),
    pytest.param({"in.csv": b"text\na\n"}, None, r"Row 1 has no params, and there is no template", id="no template"),
    pytest.param({"in.csv": b"text\na\n"}, "{word}", r"Row 1 has no column 'word'", id="no such column"),
    pytest.param({"in.csv": b"a,b\n1,2\n3\n"}, "{a}", r"Line 3 of .*in.csv has no column 'b'", id="a short row"),
    pytest.param({"in.csv": b"a\n1\n2,3\n"}, "{a}", r"Line 3 of .*in.csv has more columns than names", id="a long row"),
    pytest.param({"in.csv": b'a\n"1\n'}, "{a}", r"Line . of .*in.csv is not CSV", id="an open quote"),
    pytest.param({"in.csv": b"a\n\xff\n"}, "{a}", r"Line . of .*in.csv is not CSV", id="CSV that is no UTF-8"),
]


@both
@pytest.mark.parametrize(("given", "template", "told"), WRONG)
def test_an_input_that_cannot_be_read_is_told(
    tmp_path: Path, is_async: bool, given: Any, template: str | None, told: str
) -> None:
    """With its place; the rows before it are done."""
    if isinstance(given, dict) and given is not HI:
        ((name, content),) = given.items()
        (tmp_path / name).write_bytes(content)
        given = tmp_path / name
    path, server = tmp_path / "out.jsonl", Server()
    with pytest.raises(InvalidRequestError, match=f"^{told}"):
        Runs(is_async, server).run(given, path, template=template)
    assert len(kinds_of(path) if path.exists() else ()) == sum(server.asked.values())


@both
@pytest.mark.parametrize(
    ("params", "told"),
    [
        pytest.param({}, "messages is missing", id="nothing"),
        pytest.param({"messages": None}, "messages is missing", id="null"),
        pytest.param({"messages": 7}, "messages is a int", id="a number"),
        pytest.param({"messages": ["Hi"]}, r"messages[0] is a str", id="texts"),
        pytest.param({"messages": "Hi", "model": ""}, "model is empty", id="no model"),
        pytest.param({"messages": "Hi", "stream": True}, "unexpected argument 'stream'", id="a stream"),
        pytest.param({"messages": "Hi", "temprature": 1}, "unexpected argument 'temprature'", id="a typing error"),
        pytest.param({"messages": "Hi", "client_request_id": "1"}, "client_request_id is of one call", id="an id"),
        pytest.param({"messages": "Hi", "extra_body": 7}, "extra_body is a int", id="extra_body"),
        pytest.param({"messages": "Hi", "stop_sequences": "a"}, "stop_sequences is a str", id="a list that is none"),
    ],
)
def test_a_row_that_cannot_be_sent_is_a_result(tmp_path: Path, is_async: bool, params: Any, told: str) -> None:
    """Nothing is sent for it, and the others are."""
    path = tmp_path / "out.jsonl"
    report = Runs(is_async, Server()).run([{"custom_id": "odd", "params": params}, "Hi"], path)
    line = lines_of(path)["odd"]
    assert kinds_of(path)["odd"] == "invalid_request_error"
    assert line["result"]["error"]["error"]["message"].startswith(told)
    assert (line["attempts"], report.succeeded, report.failed) == (0, 1, 1)


@both
@pytest.mark.parametrize(
    ("options", "error", "told"),
    [
        ({"temprature": 1}, TypeError, "unexpected argument 'temprature'"),
        ({"client_request_id": "1"}, InvalidRequestError, "client_request_id is of one call"),
        ({"in_flight": 0}, InvalidRequestError, "in_flight is 0"),
        ({"budget_usd": "much"}, ValueError, "budget_usd is 'much'"),
        ({"progress": 7}, InvalidRequestError, "progress is a int"),
        ({"settle_after": -1}, InvalidRequestError, "settle_after is -1"),
        ({"via": "pigeon"}, InvalidRequestError, "via is 'pigeon'"),
        ({"output": lambda: 1}, ToolDefinitionError, "output"),
    ],
)
def test_arguments_are_checked_before_a_file_is_touched(
    tmp_path: Path, is_async: bool, options: Any, error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=f"^{told}"):
        Runs(is_async, Server()).run(["Hi"], tmp_path / "out.jsonl", **options)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({}, {}, True),
        ({}, {"max_tokens": 4096}, True),
        ({"temperature": 1, "system": "a"}, {"system": "a", "temperature": 1}, True),
        ({"timeout": 5}, {}, True),
        ({}, {"max_tokens": 4097}, False),
        ({}, {"model": "other"}, False),
        ({}, {"system": "a"}, False),
        ({"metadata": {"user_id": "a"}}, {"metadata": {"user_id": "b"}}, False),
    ],
)
def test_a_hash_is_of_what_is_asked(one: Any, other: Any, same: bool) -> None:
    """Wherever it stands: in the row, or in what all rows have."""
    as_rows = RowMaker({"model": MODEL})
    hashes = [as_rows.make({"params": {"messages": "Hi", **params}}).result.request_hash for params in (one, other)]
    assert (hashes[0] == hashes[1]) == same
    assert [RowMaker({"model": MODEL, **params}).make("Hi").result.request_hash for params in (one, other)] == hashes


@pytest.mark.parametrize(("given", "count"), [(["a", "b"], 2), (iter("ab"), None), ({"a", "b"}, 2)])
def test_rows_are_counted_where_that_reads_nothing_away(given: Any, count: int | None) -> None:
    assert count_rows(given) == count


@pytest.mark.parametrize(
    ("name", "content", "count"),
    [
        ("in.jsonl", b'"a"\n\n"b"', 2),
        ("in.csv", b'a\n"1\n2"\n3\n', 2),
        ("in.jsonl", b" \r\n{\n", 1),
        ("in.csv", b'a\n"', None),
    ],
)
def test_the_rows_of_a_file_are_counted(tmp_path: Path, name: str, content: bytes, count: int | None) -> None:
    (tmp_path / name).write_bytes(content)
    assert count_rows(tmp_path / name) == count


def test_a_file_is_read_as_its_rows_are_asked_for(tmp_path: Path) -> None:
    """A row that is wrong is no matter before its turn."""
    (tmp_path / "in.jsonl").write_bytes(b'"a"\n{')
    rows: Any = open_rows(tmp_path / "in.jsonl")
    assert next(rows) == "a"

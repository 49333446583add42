"""What the methods of a generated client give: results, types, exactness."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.pipeline.document.errors import PipelineError

from ..support.clients import ITEM, LIST, NUMBER, call, one, run, signature
from ..support.documents import (
    Json,
    correction,
    json_content,
    operation,
    record,
    text,
)

ANSWERS: dict[str, tuple[Json, str, str]] = {
    "a list": (record("data", data=LIST), "data", "builtins.list[CallItData]"),
    "a number": (record("total", total=NUMBER), "total", "int"),
    "one that may be absent": (record(total=NUMBER), "total", "int | None"),
    "one that may be null": (record("total", total={**NUMBER, "nullable": True}), "total", "int | None"),
    "a time": (record("at", at={"type": "string", "format": "date-time"}), "at", "datetime.datetime"),
    "money": (record("usd", usd={"type": "number", "format": "decimal"}), "usd", "Decimal"),
    "a secret": (record("key", key={"type": "string", "format": "password"}), "key", "Secret"),
    "a map": (record("map", map={"type": "object"}), "map", "dict[str, Any]"),
    "anything": (record("any", any={}), "any", "Any"),
    "deeper": (record("a", a=record("list", list={"type": "array", "items": text()})), "a.list", "builtins.list[str]"),
}


@pytest.mark.parametrize(("answer", "place", "annotation"), ANSWERS.values(), ids=ANSWERS.keys())
def test_a_result_is_unwrapped(tmp_path: Path, answer: Json, place: str, annotation: str) -> None:
    """`x-result` says where it stands; its type is that of the attribute."""
    folder = one(tmp_path, operation(response=answer), correction("call_it", **{"x-result": place}))
    assert signature(folder)[2] == annotation


def test_what_is_unwrapped_is_what_stands_there(tmp_path: Path) -> None:
    """Also at a place whose name Python has already."""
    answer = record("list", list={"type": "array", "items": ITEM})
    folder = one(tmp_path, operation(response=answer), correction("call_it", **{"x-result": "list"}))
    assert call(folder, "client.things.call()", {"list": [{"id": "a"}]})[1] == [{"id": "a"}]


@pytest.mark.parametrize(
    ("response", "annotation"),
    [
        ({"content": json_content(LIST)}, "builtins.list[CallItItem]"),
        ({"content": json_content({"anyOf": [ITEM, record("b", b=text())]})}, "B | Id"),
        ({"content": {"text/plain": {"schema": text()}}}, "str"),
        ({"content": {"audio/wav": {"schema": {"type": "string", "format": "binary"}}}}, "File"),
        ({}, "Any"),
    ],
)
def test_an_answer_has_the_type_of_its_operation(tmp_path: Path, response: Json, annotation: str) -> None:
    """Models, lists and unions of them, text, files, and nothing."""
    entry = {"responses": {"200": {"description": "Done", **response}}}
    assert signature(one(tmp_path, entry))[2] == annotation


def test_a_result_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """The error names the operation and the place."""
    with pytest.raises(PipelineError, match="x-result of call_it names 'dta', which the answer lacks"):
        one(tmp_path, operation(response=record(data=LIST)), correction("call_it", **{"x-result": "dta"}))


OUTCOMES = """
from aimlapi_client.api.things import call_it
from aimlapi_client.errors import UnreadableBody

def outcome(answer):
    try:
        return call_it.request().decode(200, json.dumps(answer).encode()).to_dict() == answer
    except UnreadableBody as error:
        return error.problem

print(json.dumps(list(map(outcome, answers))))
"""


RICH = record(
    "id",
    id=text(),
    size=NUMBER,
    at={"type": "string", "format": "date-time"},
    usd={"type": "number", "format": "decimal"},
    rows={"type": "array", "items": {"type": "array", "items": NUMBER}},
    items={"type": "array", "items": ITEM},
)


FINE = {"id": "a", "size": 5.0, "at": "2026-08-01T00:00:00Z", "usd": 0.5, "rows": [[1], []], "items": [{"id": "b"}]}


ODD: list[Json] = [
    {"id": 5},
    {"id": "a", "size": "5"},
    {"id": "a", "at": "soon"},
    {"id": "a", "usd": "much"},
    {"id": "a", "rows": [[1], ["2"]]},
    {"id": "a", "items": ["b"]},
]


def test_an_exact_answer_is_what_the_document_promises(tmp_path: Path) -> None:
    """`x-exact`: a field of another kind is an error with its name; what is absent, null or new is none."""
    folder = one(tmp_path, operation(response=RICH), correction("call_it", **{"x-exact": True}))
    fine = [FINE, {"id": "a"}, {"id": "a", "size": None, "items": None}, {"id": "a", "new": [1]}]
    assert run(folder, OUTCOMES, *fine) == [True] * len(fine)
    told = run(folder, OUTCOMES, *ODD)
    assert [text.partition("' of")[0] for text in told] == [
        f"the field '{name}" for name in ("id", "size", "at", "usd", "rows", "items")
    ]


def test_any_other_answer_is_taken_as_it_comes(tmp_path: Path) -> None:
    """Nothing that a server sends is lost, of whatever kind it is."""
    folder = one(tmp_path, operation(response=RICH))
    assert run(folder, OUTCOMES, FINE, *ODD) == [True] * (1 + len(ODD))


def test_what_may_be_absent_is_none_though_it_holds_null(tmp_path: Path) -> None:
    """A null within a list says nothing about the list."""
    value = {"anyOf": [{"type": "integer", "enum": [1, 2]}, text("a", "b"), {"type": "null"}]}
    folder = one(tmp_path, operation(response=record(some={"anyOf": [{"type": "array", "items": value}, ITEM]})))
    model = (folder / "aimlapi_client" / "models" / "call_it_response.py").read_text(encoding="utf-8")
    assert "    some: list[int | None | str] | Some | None = None\n" in model

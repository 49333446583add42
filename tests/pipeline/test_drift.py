"""Drift: which differences between two documents are additions, and which break somebody."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from scripts.pipeline._build import build
from scripts.pipeline._document import read_document
from scripts.pipeline._drift import Change, compare, worst

from .documents import ORDERS, Json, built, document, operation, parameter, record, rooms, tagged, text
from .real import ROOT, SHARED

PAIRS = sorted(SHARED.glob("upstream/drift/*/before.json"))


def changes(folder: Path, before: Json, after: Json) -> list[Change]:
    """The differences between two raw documents."""
    return compare(built(folder, before).upstream, built(folder, after).upstream)


ORDER = record(
    "id",
    id=text(),
    state=text("new", "old", "lost"),
    size={"type": "integer", "minimum": 1},
    note={"type": "string", "nullable": True},
    rows={"type": "array", "items": record("name", name=text())},
    any={},
    pay={"oneOf": [tagged("card", number=text()), tagged("cash", coins=text())]},
)


def order(**properties: Any) -> Json:
    """The order with other properties; None takes one out."""
    made = deepcopy(ORDER)
    made["properties"] = {
        name: part for name, part in {**ORDER["properties"], **properties}.items() if part is not None
    }
    return made


def requiring(*names: str) -> Json:
    return {**deepcopy(ORDER), "required": list(names)}


PAY: list[Json] = ORDER["properties"]["pay"]["oneOf"]
#: An order as it becomes, and the class of that in a request and in an answer.
SCHEMAS: dict[str, tuple[Json, str, str]] = {
    "nothing": (order(), "none", "none"),
    "prose": (order(id={"type": "string", "description": "Of the order"}), "none", "none"),
    "a new property": (order(colour=text()), "additive", "additive"),
    "a new object": (order(buyer=record("surname", surname=text())), "additive", "additive"),
    "a property less": (order(size=None), "breaking", "breaking"),
    "a property of any value less": (order(any=None), "breaking", "breaking"),
    "a new requirement": (requiring("id", "state"), "breaking", "additive"),
    "a requirement less": (requiring(), "additive", "breaking"),
    "a new value": (order(state=text("new", "old", "lost", "found")), "additive", "additive"),
    "a value less": (order(state=text("new", "old")), "breaking", "additive"),
    "values where any text was allowed": (order(id=text("a", "b")), "breaking", "additive"),
    "another type": (order(size=text()), "breaking", "breaking"),
    "a type for what was any value": (order(any=text()), "breaking", "additive"),
    "any value for what had a type": (order(size={}), "additive", "breaking"),
    "null as well": (order(id={"type": "string", "nullable": True}), "additive", "breaking"),
    "null no more": (order(note=text()), "breaking", "additive"),
    "a new limit": (order(id={"type": "string", "maxLength": 9}), "breaking", "additive"),
    "a limit less": (order(size={"type": "integer"}), "additive", "breaking"),
    "a tighter limit": (order(size={"type": "integer", "minimum": 2}), "breaking", "additive"),
    "a new variant": (order(pay={"oneOf": [*PAY, tagged("gift", code=text())]}), "additive", "additive"),
    "a property of an item": (
        order(rows={"type": "array", "items": record("name", name=text(), x=text())}),
        "additive",
        "additive",
    ),
    "an object that is closed": ({**deepcopy(ORDER), "additionalProperties": False}, "breaking", "additive"),
}


@pytest.mark.parametrize(("becomes", "asked", "answered"), SCHEMAS.values(), ids=SCHEMAS.keys())
def test_a_change_of_a_schema_has_the_class_of_its_side(
    tmp_path: Path, becomes: Json, asked: str, answered: str
) -> None:
    """A request may allow more and an answer may promise more; anything else breaks somebody."""
    request, answer = (
        [document({ORDERS: {"post": operation(**{side: schema})}}) for schema in (ORDER, becomes)]
        for side in ("body", "response")
    )
    assert worst(changes(tmp_path, *request)) == asked
    assert worst(changes(tmp_path, *answer)) == answered


def listing(*parameters: Json, **members: Any) -> Json:
    return document({ORDERS: {"get": operation(parameters=list(parameters), **members)}})


def for_models(size: int, *models: str) -> Json:
    return record("model", model=text(*models), size={"type": "integer", "default": size})


PLAIN = listing(parameter("q"), response={"type": "object"})
DOCUMENTS: dict[str, tuple[Json, Json, str]] = {
    "a new operation": (
        PLAIN,
        document({**PLAIN["paths"], "/v1/rows": {"get": operation(response=ORDER)}}),
        "additive",
    ),
    "an operation less": (document({**PLAIN["paths"], "/v1/rows": {"get": operation()}}), PLAIN, "breaking"),
    "a new parameter": (PLAIN, listing(parameter("q"), parameter("p"), response={"type": "object"}), "additive"),
    "a new parameter that is required": (
        PLAIN,
        listing(parameter("q"), parameter("p", required=True), response={"type": "object"}),
        "breaking",
    ),
    "a parameter less": (PLAIN, listing(response={"type": "object"}), "breaking"),
    "another parameter": (
        PLAIN,
        listing(parameter("q", schema={"type": "integer"}), response={"type": "object"}),
        "breaking",
    ),
    "an answer that is described": (PLAIN, listing(parameter("q"), response=ORDER), "additive"),
    "an answer that is no longer described": (listing(parameter("q"), response=ORDER), PLAIN, "breaking"),
    "an empty answer that is no longer declared": (PLAIN, listing(parameter("q")), "none"),
    "an answer of another status": (
        PLAIN,
        listing(parameter("q"), responses={**PLAIN["paths"][ORDERS]["get"]["responses"], "404": {"description": ""}}),
        "additive",
    ),
    "any item becomes a text": (
        document({ORDERS: {"post": operation(body=record(a={"type": "array", "items": {}}))}}),
        document({ORDERS: {"post": operation(body=record(a={"type": "array", "items": text()}))}}),
        "breaking",
    ),
    "a map of anything becomes one of texts": (
        document({ORDERS: {"post": operation(body=record(a={"type": "object"}))}}),
        document({ORDERS: {"post": operation(body=record(a={"type": "object", "additionalProperties": text()}))}}),
        "breaking",
    ),
    "a new model with a default of its own": (
        document({ORDERS: {"post": operation(body={"oneOf": [for_models(1, "a"), for_models(2, "b")]})}}),
        document({ORDERS: {"post": operation(body={"oneOf": [for_models(1, "a"), for_models(2, "b", "c")]})}}),
        "additive",
    ),
    "a model less": (
        document({ORDERS: {"post": operation(body={"oneOf": [for_models(1, "a"), for_models(2, "b", "c")]})}}),
        document({ORDERS: {"post": operation(body={"oneOf": [for_models(1, "a"), for_models(2, "b")]})}}),
        "breaking",
    ),
}


@pytest.mark.parametrize(("before", "after", "kind"), DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_a_change_of_an_operation_has_its_class(tmp_path: Path, before: Json, after: Json, kind: str) -> None:
    """Operations, parameters and answers may come; what goes or is newly required breaks somebody."""
    assert worst(changes(tmp_path, before, after)) == kind


def test_the_same_document_has_no_drift() -> None:
    """The committed document does not differ from itself."""
    upstream = read_document(ROOT / "openapi" / "upstream.yaml")
    assert compare(upstream, deepcopy(upstream)) == []


def test_a_change_reads_as_sign_class_place_and_value(tmp_path: Path) -> None:
    """A line of the report says where, in words a user knows, and what was and is."""
    lines = changes(
        tmp_path,
        document({ORDERS: {"post": operation(body=record(a=text(), b={"type": "integer", "minimum": 1}))}}),
        document({ORDERS: {"post": operation(body=record(c=text("x"), b={"type": "integer", "minimum": 2}))}}),
    )
    assert [str(change) for change in lines] == [
        "- breaking post_orders request: PostOrdersParams.a: property removed: string",
        "~ breaking post_orders request: PostOrdersParams.b: minimum changed: 1 -> 2",
        "+ additive post_orders request: PostOrdersParams.c: property added: constant 'x'",
    ]


@pytest.mark.skipif(not PAIRS, reason=f"real revisions are not at {SHARED} (set AIMLAPI_SHARED)")
@pytest.mark.parametrize("before", PAIRS, ids=lambda path: path.parent.name)
def test_real_revisions_have_the_class_that_a_person_gave_them(tmp_path: Path, before: Path) -> None:
    """Two successive revisions of a real document are judged as a person judged them."""
    place = rooms(tmp_path)
    pair = [
        build(path.read_bytes(), place, source=path.name, keep_all=True).upstream
        for path in (before, before.with_name("after.json"))
    ]
    expected = before.with_name("expected.txt").read_text(encoding="utf-8").strip()
    assert worst(compare(*pair)) == {"docs": "none"}.get(expected, expected)

"""Drift: which differences between two documents are additions, and which break somebody."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from scripts.pipeline.build import build
from scripts.pipeline.drift.changes import Change, worst
from scripts.pipeline.drift.compare import compare
from scripts.pipeline.source.reading import read_document

from ..support.documents import ORDERS, Json, build_inputs, built, document, operation, parameter, record, tagged, text
from ..support.real import ROOT, SHARED

PAIRS = sorted(SHARED.glob("upstream/drift/*/before.json"))


def changes(folder: Path, before: Json, after: Json) -> list[Change]:
    """The differences between two raw documents."""
    return compare(built(folder, before).upstream, built(folder, after).upstream)


def open_text(*values: str) -> Json:
    """Known values beside any other text."""
    return {"anyOf": [text(*values), text()]}


ORDER = record(
    "id",
    id=text(),
    state={**text("new", "old", "lost"), "default": "new"},
    size={"type": "integer", "minimum": 1},
    note={"type": "string", "nullable": True},
    rows={"type": "array", "items": record("name", name=text())},
    any={},
    pay={"oneOf": [tagged("card", number=text()), tagged("cash", coins=text()), tagged("debt", until=text())]},
    open=open_text("a", "b"),
    fixed=text("one"),
    weight={"type": "number"},
    either={"type": ["string", "integer"]},
    at={"type": "string", "format": "date-time"},
    row=record("name", name=text()),
    plain={"oneOf": [record("a", a=text()), record("b", b=text())]},
    map={"type": "object", "additionalProperties": {"type": "integer"}},
)


def order(**properties: Any) -> Json:
    """The order with other properties; None takes one out."""
    made = deepcopy(ORDER)
    made["properties"] = {
        name: part for name, part in {**ORDER["properties"], **properties}.items() if part is not None
    }
    return made


def state(*values: str) -> Json:
    return {**text(*values), "default": "new"}


def requiring(*names: str) -> Json:
    return {**deepcopy(ORDER), "required": list(names)}


PAY: list[Json] = ORDER["properties"]["pay"]["oneOf"]
ROW = record("name", name=text())
#: An order as it becomes, and the class of that in a request and in an answer.
SCHEMAS: dict[str, tuple[Json, str, str]] = {
    "nothing": (order(), "none", "none"),
    "prose": (order(id={"type": "string", "description": "Of the order"}), "none", "none"),
    "values in another order": (order(state=state("lost", "old", "new")), "none", "none"),
    "variants in another order": (order(pay={"anyOf": PAY[::-1]}), "none", "none"),
    "an unknown format of invalidity": (order(id={"type": "string", "nullable": "no"}), "none", "none"),
    "a new property": (order(colour=text()), "additive", "additive"),
    "a new object": (order(buyer=record("surname", surname=text())), "additive", "additive"),
    "a new property that is required": (
        {**order(colour=text()), "required": ["id", "colour"]},
        "breaking",
        "additive",
    ),
    "a property less": (order(size=None), "breaking", "breaking"),
    "a property of any value less": (order(any=None), "breaking", "breaking"),
    "a property of another name": (order(size=None, length=ORDER["properties"]["size"]), "breaking", "breaking"),
    "a property elsewhere": (
        order(size=None, rows={"type": "array", "items": record("name", name=text(), size={"type": "integer"})}),
        "breaking",
        "breaking",
    ),
    "a new requirement": (requiring("id", "state"), "breaking", "additive"),
    "a requirement less": (requiring(), "additive", "breaking"),
    "a new value": (order(state=state("new", "old", "lost", "found")), "additive", "breaking"),
    "a new value of an open set": (order(open=open_text("a", "b", "c")), "additive", "additive"),
    "a value less": (order(state=state("new", "old")), "breaking", "additive"),
    "another constant": (order(fixed=text("two")), "breaking", "breaking"),
    "values where there was a constant": (order(fixed=text("one", "two")), "additive", "breaking"),
    "values where any text was allowed": (order(id=text("a", "b")), "breaking", "additive"),
    "any text where there were values": (order(state=state()), "additive", "breaking"),
    "another type": (order(size=text()), "breaking", "breaking"),
    "a number where there was an integer": (order(size={"type": "number", "minimum": 1}), "additive", "breaking"),
    "an integer where there was a number": (order(weight={"type": "integer"}), "breaking", "additive"),
    "a further type": (order(id={"type": ["string", "integer"]}), "additive", "breaking"),
    "a type less": (order(either={"type": "string"}), "breaking", "additive"),
    "a type for what was any value": (order(any=text()), "breaking", "additive"),
    "any value for what had a type": (order(size={}), "additive", "breaking"),
    "null as well": (order(id={"type": "string", "nullable": True}), "additive", "breaking"),
    "null no more": (order(note=text()), "breaking", "additive"),
    "a new limit": (order(id={"type": "string", "maxLength": 9}), "breaking", "additive"),
    "a limit less": (order(size={"type": "integer"}), "additive", "breaking"),
    "a tighter limit": (order(size={"type": "integer", "minimum": 2}), "breaking", "additive"),
    "a looser limit": (order(size={"type": "integer", "minimum": 0}), "additive", "breaking"),
    "a pattern": (order(id={"type": "string", "pattern": "^a"}), "breaking", "additive"),
    "a format of its own": (order(at={"type": "string", "format": "date"}), "breaking", "breaking"),
    "a format that nobody knows": (
        order(size={"type": "integer", "minimum": 1, "format": "milliseconds"}),
        "docs",
        "docs",
    ),
    "a keyword that nobody knows": (order(id={"type": "string", "placeholder": "a"}), "docs", "docs"),
    "what is excluded": (order(id={"type": "string", "not": {"const": "a"}}), "breaking", "additive"),
    "a format of a number": (order(size={"type": "integer", "minimum": 1, "format": "int64"}), "docs", "docs"),
    "a property that is deprecated": (order(id={"type": "string", "deprecated": True}), "docs", "docs"),
    "a limit that limits nothing": (order(id={"type": "string", "minLength": 0}), "none", "none"),
    "a default": (order(id={"type": "string", "default": "a"}), "additive", "additive"),
    "another default": (order(state={**text("new", "old", "lost"), "default": "old"}), "additive", "additive"),
    "a new variant with a tag": (order(pay={"oneOf": [*PAY, tagged("gift", code=text())]}), "additive", "additive"),
    "a variant less": (order(pay={"oneOf": [*PAY[:1], PAY[2]]}), "breaking", "additive"),
    "a property of a variant": (
        order(pay={"oneOf": [tagged("card", number=text(), name=text()), *PAY[1:]]}),
        "additive",
        "additive",
    ),
    "a variant where there was one object": (
        order(row={"oneOf": [ROW, record("code", code={"type": "integer"})]}),
        "additive",
        "breaking",
    ),
    "a property of a variant without a tag": (
        order(plain={"oneOf": [record("a", a=text(), c=text()), record("b", b=text())]}),
        "additive",
        "additive",
    ),
    "a property of an item": (
        order(rows={"type": "array", "items": record("name", name=text(), x=text())}),
        "additive",
        "additive",
    ),
    "items of another type": (order(rows={"type": "array", "items": text()}), "breaking", "breaking"),
    "one or a list of it": (
        order(rows={"oneOf": [{"type": "array", "items": ROW}, text()]}),
        "additive",
        "breaking",
    ),
    "an object that is closed": ({**deepcopy(ORDER), "additionalProperties": False}, "breaking", "additive"),
    "a map of other values": (order(map={"type": "object", "additionalProperties": text()}), "breaking", "breaking"),
    "a map of any values": (order(map={"type": "object"}), "additive", "breaking"),
    "more of a list than before": (
        order(rows={"type": "array", "items": ROW, "maxItems": 9}),
        "breaking",
        "additive",
    ),
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


NODE = record(next={"$ref": "#/components/schemas/Node"}, name=text())
PART: Json = {"schema": record(a={"type": "array", "items": text()})}
FORM = {"content": {"multipart/form-data": PART}}
STYLED_FORM = {"content": {"multipart/form-data": {**PART, "encoding": {"a": {"explode": False}}}}}
PLAIN = listing(parameter("q"), response={"type": "object"})
BODY = document({ORDERS: {"post": operation(body=record(a=text()))}})


def with_query(*parameters: Json, **members: Any) -> Json:
    """The plain listing with other parameters."""
    return listing(*parameters, response={"type": "object"}, **members)


def answering(**responses: Json) -> Json:
    """An operation with these answers, `s200` standing for 200."""
    return document({ORDERS: {"get": {"responses": {key[1:]: value for key, value in responses.items()}}}})


def content(media: str = "application/json", schema: Json | None = None) -> Json:
    return {"description": "", "content": {media: {"schema": schema or ORDER}}}


def body_of(schema: Json, media: str = "application/json", *, required: bool = True) -> Json:
    asked = {"required": required, "content": {media: {"schema": schema}}}
    return document({ORDERS: {"post": {"requestBody": asked, "responses": {"200": {"description": ""}}}}})


#: Two documents, the class of what changed, and what is said of it.
DOCUMENTS: dict[str, tuple[Json, Json, str, list[str]]] = {
    "a new operation": (
        PLAIN,
        document({**PLAIN["paths"], "/v1/rows": {"get": operation(response=ORDER)}}),
        "additive",
        ["operation added"],
    ),
    "an operation less": (
        document({**PLAIN["paths"], "/v1/rows": {"get": operation()}}),
        PLAIN,
        "breaking",
        ["operation removed"],
    ),
    "an operation under another path": (
        document({**PLAIN["paths"], "/v1/rows": {"get": operation(response=ORDER)}}),
        document({**PLAIN["paths"], "/v1/lines": {"get": operation(response=ORDER)}}),
        "breaking",
        ["operation moved"],
    ),
    "an operation of another version": (
        document({**PLAIN["paths"], "/v1/rows": {"get": operation(response=record(a=text()))}}),
        document({**PLAIN["paths"], "/v2/rows": {"get": operation(response=record(a=text(), b=text()))}}),
        "breaking",
        ["operation moved", "property added"],
    ),
    "an operation under another path, with a property more": (
        document({**PLAIN["paths"], "/v1/rows": {"post": operation(body=ORDER)}}),
        document({**PLAIN["paths"], "/v1/lines": {"post": operation(body=order(colour=text()))}}),
        "breaking",
        ["operation moved", "property added"],
    ),
    "an operation gone, and one that takes something else": (
        document({**PLAIN["paths"], "/v1/rows": {"post": operation(body=ORDER)}}),
        document({**PLAIN["paths"], "/v1/lines": {"post": operation(body=record(id=text(), a=text(), b=text()))}}),
        "breaking",
        ["operation removed", "operation added"],
    ),
    "a variant beside a schema with a default": (
        body_of(record(a={**text("x"), "default": "x"})),
        body_of(record(a={"anyOf": [{**text("x"), "default": "x"}, text()]})),
        "additive",
        ["variant added"],
    ),
    "a variant less beside a default": (
        body_of(record(a={"anyOf": [text("x"), {"type": "integer"}], "default": "x"})),
        body_of(record(a={"anyOf": [text("x")], "default": "x"})),
        "breaking",
        ["variant removed"],
    ),
    "two operations alike under other paths": (
        document({"/rows": {"get": operation(response=ORDER)}, "/v1/rows": {"get": operation(response=ORDER)}}),
        document({"/lines": {"get": operation(response=ORDER)}, "/v1/lines": {"get": operation(response=ORDER)}}),
        "breaking",
        ["operation moved", "operation moved"],
    ),
    "an operation by another method": (
        document({ORDERS: {"put": operation(body=record(a=text()))}}),
        document({ORDERS: {"patch": operation(body=record(a=text()))}}),
        "breaking",
        ["operation removed", "operation added"],
    ),
    "another spelling of a parameter in the path": (
        document({"/v1/orders/{id}": {"get": operation(parameters=[parameter("id", "path")])}}),
        document({"/v1/orders/{order}": {"get": operation(parameters=[parameter("order", "path")])}}),
        "none",
        [],
    ),
    "a parameter out of the path into the query": (
        document({"/v1/orders/{id}": {"get": operation(parameters=[parameter("id", "path")])}}),
        document({ORDERS: {"get": operation(parameters=[parameter("id", required=True)])}}),
        "breaking",
        ["operation moved", "parameter moved"],
    ),
    "a deprecated operation": (PLAIN, with_query(parameter("q"), deprecated=True), "docs", ["deprecated"]),
    "an operation that is no longer deprecated": (
        with_query(parameter("q"), deprecated=True),
        PLAIN,
        "docs",
        ["no longer deprecated"],
    ),
    "a key that is told to be needed": (PLAIN, with_query(parameter("q"), security=[{"key": []}]), "docs", ["changed"]),
    "a key that is needed now": (
        with_query(parameter("q"), security=[]),
        with_query(parameter("q"), security=[{"key": []}]),
        "breaking",
        ["changed"],
    ),
    "a key that is needed no more": (
        with_query(parameter("q"), security=[{"key": []}]),
        with_query(parameter("q"), security=[{}, {"key": []}]),
        "additive",
        ["changed"],
    ),
    "a new parameter": (PLAIN, with_query(parameter("q"), parameter("p")), "additive", ["optional parameter added"]),
    "a new parameter that is required": (
        PLAIN,
        with_query(parameter("q"), parameter("p", required=True)),
        "breaking",
        ["required parameter added"],
    ),
    "a parameter less": (PLAIN, with_query(), "breaking", ["parameter removed"]),
    "a parameter of another name": (PLAIN, with_query(parameter("p")), "breaking", ["parameter renamed"]),
    "a parameter in a header": (PLAIN, with_query(parameter("q", "header")), "breaking", ["parameter moved"]),
    "a parameter that is required now": (PLAIN, with_query(parameter("q", required=True)), "breaking", ["required"]),
    "a parameter that is required no more": (
        with_query(parameter("q", required=True)),
        PLAIN,
        "additive",
        ["required"],
    ),
    "a parameter of another type": (
        PLAIN,
        with_query(parameter("q", schema={"type": "integer"})),
        "breaking",
        ["type changed"],
    ),
    "a parameter of fewer values": (
        with_query(parameter("q", schema=text("a", "b"))),
        with_query(parameter("q", schema=text("a"))),
        "breaking",
        ["values removed"],
    ),
    "a list that is written another way": (
        PLAIN,
        with_query(parameter("q", explode=False)),
        "breaking",
        ["written another way"],
    ),
    "a parameter that becomes JSON": (
        PLAIN,
        with_query({"name": "q", "in": "query", "content": {"application/json": {"schema": text()}}}),
        "breaking",
        ["written another way"],
    ),
    "a member of a form that is written another way": (
        document({ORDERS: {"post": operation(requestBody=FORM)}}),
        document({ORDERS: {"post": operation(requestBody=STYLED_FORM)}}),
        "breaking",
        ["written another way"],
    ),
    "a list that is written as it always was": (PLAIN, with_query(parameter("q", style="form")), "none", []),
    "a parameter that moved into the body": (
        document({ORDERS: {"post": operation(parameters=[parameter("b")], body=record(a=text()))}}),
        document({ORDERS: {"post": operation(body=record(a=text(), b=text()))}}),
        "breaking",
        ["parameter moved"],
    ),
    "a new body": (
        document({ORDERS: {"post": operation()}}),
        body_of(ORDER, required=False),
        "additive",
        ["body added"],
    ),
    "a new body that is required": (
        document({ORDERS: {"post": operation()}}),
        body_of(ORDER),
        "breaking",
        ["body added"],
    ),
    "a body less": (BODY, document({ORDERS: {"post": operation()}}), "breaking", ["body removed"]),
    "a body that is required now": (body_of(ORDER, required=False), body_of(ORDER), "breaking", ["required"]),
    "a body that is required no more": (body_of(ORDER), body_of(ORDER, required=False), "additive", ["required"]),
    "a body of another media type": (
        body_of(ORDER),
        body_of(ORDER, "multipart/form-data"),
        "breaking",
        ["media type removed", "media type added"],
    ),
    "a body in another character set": (body_of(ORDER), body_of(ORDER, "application/json; charset=utf-8"), "none", []),
    "an answer that is described": (PLAIN, listing(parameter("q"), response=ORDER), "additive", ["answer described"]),
    "an answer that is no longer described": (
        listing(parameter("q"), response=ORDER),
        PLAIN,
        "breaking",
        ["answer no longer described"],
    ),
    "an empty answer that is no longer declared": (PLAIN, listing(parameter("q")), "none", []),
    "another status of success": (
        answering(s200=content()),
        answering(s201=content()),
        "breaking",
        ["status changed"],
    ),
    "an error that is told": (
        answering(s200=content()),
        answering(s200=content(), s404={"description": ""}),
        "additive",
        ["status added"],
    ),
    "an error that is described": (
        answering(s200=content(), s404={"description": ""}),
        answering(s200=content(), s404=content()),
        "additive",
        ["answer described"],
    ),
    "an error that is no longer told": (
        answering(s200=content(), s404={"description": ""}),
        answering(s200=content()),
        "docs",
        ["status no longer told"],
    ),
    "an error that is no longer described": (
        answering(s200=content(), s404=content()),
        answering(s200=content()),
        "breaking",
        ["answer no longer described"],
    ),
    "a description of an answer that was missing": (
        document({ORDERS: {"get": {"responses": {"200": {}}}}}),
        document({ORDERS: {"get": {"responses": {"200": {"description": "Done"}}}}}),
        "none",
        [],
    ),
    "a further media type of an answer": (
        answering(s200=content()),
        answering(s200={"description": "", "content": {**content()["content"], **content("text/csv")["content"]}}),
        "additive",
        ["media type added"],
    ),
    "any item becomes a text": (
        body_of(record(a={"type": "array", "items": {}})),
        body_of(record(a={"type": "array", "items": text()})),
        "breaking",
        ["type given"],
    ),
    "a new model with a default of its own": (
        body_of({"oneOf": [for_models(1, "a"), for_models(2, "b")]}),
        body_of({"oneOf": [for_models(1, "a"), for_models(2, "b", "c")]}),
        "additive",
        ["model added"],
    ),
    "a default of one model": (
        body_of({"oneOf": [for_models(1, "a"), for_models(2, "b")]}),
        body_of({"oneOf": [for_models(1, "a"), for_models(3, "b")]}),
        "additive",
        ["default changed"],
    ),
    "a model less": (
        body_of({"oneOf": [for_models(1, "a"), for_models(2, "b", "c")]}),
        body_of({"oneOf": [for_models(1, "a"), for_models(2, "b")]}),
        "breaking",
        ["model removed"],
    ),
    "a shape that contains itself": (
        document({ORDERS: {"post": operation(body={"$ref": "#/components/schemas/Node"})}}, schemas={"Node": NODE}),
        document(
            {ORDERS: {"post": operation(body={"$ref": "#/components/schemas/Tree"})}},
            schemas={"Tree": record(next={"$ref": "#/components/schemas/Tree"}, name=text(), size=text())},
        ),
        "additive",
        ["property added"],
    ),
}


@pytest.mark.parametrize(("before", "after", "kind", "said"), DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_a_change_of_an_operation_has_its_class(
    tmp_path: Path, before: Json, after: Json, kind: str, said: list[str]
) -> None:
    """Operations, parameters and answers may come; what goes, moves or is newly required breaks somebody."""
    found = changes(tmp_path, before, after)
    assert worst(found) == kind
    assert sorted(change.what for change in found) == sorted(said)


def test_the_same_document_has_no_drift() -> None:
    """The committed document does not differ from itself."""
    upstream = read_document(ROOT / "openapi" / "upstream.yaml")
    assert compare(upstream, deepcopy(upstream)) == []


@pytest.mark.slow
@pytest.mark.skipif(not PAIRS, reason=f"real revisions are not at {SHARED} (set AIMLAPI_SHARED)")
@pytest.mark.parametrize("before", PAIRS, ids=lambda path: path.parent.name)
def test_real_revisions_have_the_class_that_a_person_gave_them(tmp_path: Path, before: Path) -> None:
    """Two successive revisions of a real document are judged as a person judged them."""
    place = build_inputs(tmp_path)
    pair = [
        build(path.read_bytes(), place, source=path.name, keep_all=True).upstream
        for path in (before, before.with_name("after.json"))
    ]
    expected = before.with_name("expected.txt").read_text(encoding="utf-8").strip()
    assert worst(compare(*pair)) == {"docs": "none"}.get(expected, expected)

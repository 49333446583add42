"""Names: a function of what a shape is and where it stands, never of its position or of what stands beside it."""

from __future__ import annotations

import random
import re
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from scripts.pipeline.build import BuildInputs, build
from scripts.pipeline.document.errors import PipelineError
from scripts.pipeline.document.identifiers import pascal, singular
from scripts.pipeline.generate.generator import TEMPLATES
from scripts.pipeline.naming.assign import PYTHON_NAMES
from scripts.pipeline.naming.candidates import said_once
from scripts.pipeline.naming.names import load_names
from scripts.pipeline.source.reading import read_document

from ..support.documents import (
    ORDERS,
    Json,
    as_json,
    built,
    document,
    nested,
    operation,
    parameter,
    record,
    schemas_of,
    tagged,
    text,
)
from ..support.real import INPUTS, NEWEST, ROOT, SHARED, kept

COMMITTED = ROOT / "openapi" / "upstream.yaml"
WITH_NEWEST = pytest.mark.skipif(not NEWEST.exists(), reason=f"the document is not at {SHARED} (set AIMLAPI_SHARED)")


def shuffled(node: Any, random: random.Random, key: str = "") -> Any:
    """``node`` with everything in another order whose order says nothing: keys, variants, values, requirements."""
    if isinstance(node, dict):
        items = [(name, shuffled(value, random, name)) for name, value in node.items()]
        random.shuffle(items)
        return dict(items)
    if isinstance(node, list):
        made = [shuffled(value, random) for value in node]
        order = range(len(made))
        unordered = key in ("anyOf", "oneOf", "enum", "required", "parameters", "tags")
        return [made[index] for index in (random.sample(order, len(made)) if unordered else order)]
    return node


@cache
def read(path: Path) -> Json:
    return read_document(path)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(
    "path", [COMMITTED, pytest.param(NEWEST, marks=[pytest.mark.slow, WITH_NEWEST])], ids=["committed", "newest"]
)
def test_order_changes_nothing(path: Path, seed: int) -> None:
    """A document with everything in another order gives the same upstream.yaml, byte for byte."""
    other = shuffled(read(path), random.Random(seed))
    assert as_json(other) != as_json(read(path))
    assert build(as_json(other), INPUTS, source="shuffled").upstream_text == kept(path).upstream_text


def with_additions(published: Json) -> Json:
    """The document with what upstream might add to one model: an optional object and a new kind of tool."""
    grown = deepcopy(published)
    body = grown["paths"]["/v1/messages"]["post"]["requestBody"]["content"]["application/json"]["schema"]["anyOf"][-1]
    body["properties"]["routing"] = record(region=text(), fallback=record(model=text()))
    tools = body["properties"]["tools"]["anyOf"]
    calendar = tagged("calendar_20270101", "name", name=text(), holidays=record(country=text()))
    tools[0]["items"] = {"anyOf": [tools[0]["items"], calendar]}
    return grown


@pytest.mark.slow
@WITH_NEWEST
def test_additions_rename_nothing() -> None:
    """A new optional object and a new variant with an object of its own leave every name as it was."""
    before = set(schemas_of(kept(NEWEST)))
    after = set(schemas_of(build(as_json(with_additions(read(NEWEST))), INPUTS, source="grown")))
    assert after - before == {"RoutingParam", "FallbackParam", "CalendarToolParam", "HolidaysParam"}
    assert before - after == set()


def test_a_shape_is_named_by_tag_and_role(tmp_path: Path) -> None:
    """A variant is called by its tag and its property's role, a union by the role, any other shape by its property."""
    result = built(
        tmp_path,
        nested(
            "content",
            {
                "type": "array",
                "items": {"anyOf": [tagged("text", "text", text=text()), tagged("image", link=record(to=text()))]},
            },
        ),
        names='[roles]\ncontent = { case = "Block", union = "ContentBlock" }\n',
    )
    assert set(schemas_of(result)) == {
        "PostOrdersParams",
        "ContentBlockParam",
        "TextBlockParam",
        "ImageBlockParam",
        "LinkParam",
    }


def test_requests_and_responses_have_names_of_their_own(tmp_path: Path) -> None:
    """The same shape on both sides is two: requests end in Param, responses do not."""
    shape = record(customer=record(id=text()))
    result = built(tmp_path, document({ORDERS: {"post": operation(body=shape, response=shape)}}))
    assert set(schemas_of(result)) == {"PostOrdersParams", "PostOrdersResponse", "CustomerParam", "Customer"}


def test_the_same_shape_in_two_places_is_one(tmp_path: Path) -> None:
    """A shape that stands in several places becomes one component."""
    money = record("amount", amount={"type": "number"})
    result = built(tmp_path, document({ORDERS: {"get": operation(response=record(price=money, total=money))}}))
    assert set(schemas_of(result)) == {"GetOrdersResponse", "Price"}


def test_of_two_shapes_that_want_one_name_the_second_takes_its_owners(tmp_path: Path) -> None:
    """Where two shapes want one name, the first place has it, the other says whose it is, and the notes say so."""
    response = record(
        buyer=record(address=record(street=text())),
        seller=record(address=record(box=text())),
    )
    result = built(tmp_path, document({ORDERS: {"get": operation(response=response)}}))
    assert set(schemas_of(result)) == {"GetOrdersResponse", "Buyer", "Address", "Seller", "SellerAddress"}
    told = "get_orders.response.seller.address is called SellerAddress, because get_orders.response.buyer.address is"
    assert f"{told} Address" in result.notes


def test_a_generic_property_takes_the_name_of_its_owner(tmp_path: Path) -> None:
    """A property like `data` says nothing alone."""
    result = built(tmp_path, document({ORDERS: {"get": operation(response=record(data=record(id=text())))}}))
    assert set(schemas_of(result)) == {"GetOrdersResponse", "GetOrdersData"}


def test_a_component_keeps_the_name_that_upstream_gave_it(tmp_path: Path) -> None:
    """A shape that upstream named keeps that name, without its technical parts."""
    row = {"$ref": "#/components/schemas/shop.v1.OrderRowDTO"}
    result = built(
        tmp_path,
        document(
            {ORDERS: {"get": operation(response={"type": "array", "items": row})}},
            schemas={"shop.v1.OrderRowDTO": record(id=text())},
        ),
    )
    assert set(schemas_of(result)) == {"OrderRow"}


def test_a_reference_into_a_path_gives_no_name(tmp_path: Path) -> None:
    """A reference to a part of another operation is followed, and its last word names nothing."""
    there = "#/paths/~1v1~1orders/get/responses/200/content/application~1json/schema"
    result = built(
        tmp_path,
        document(
            {
                ORDERS: {"get": operation(response=record(id=text()))},
                "/v1/last": {"get": operation(response=record(order={"$ref": there}))},
            }
        ),
    )
    assert "Schema" not in schemas_of(result)


def test_a_further_status_and_media_type_lend_their_words(tmp_path: Path) -> None:
    """The shapes of an error and of a stream are told from those of the answer."""
    responses = {
        "200": {
            "description": "",
            "content": {
                "application/json": {"schema": record(id=text())},
                "text/event-stream": {"schema": record(chunk=text())},
            },
        },
        "404": {"description": "", "content": {"application/json": {"schema": record(reason=text())}}},
        "5XX": {"description": "", "content": {"application/json": {"schema": record(fault=text())}}},
    }
    result = built(tmp_path, document({ORDERS: {"get": operation(responses=responses)}}))
    assert set(schemas_of(result)) == {
        "GetOrdersResponse",
        "GetOrdersStreamResponse",
        "GetOrdersNotFoundResponse",
        "GetOrdersServerErrorResponse",
    }


def test_names_that_python_modules_use_are_not_taken(tmp_path: Path) -> None:
    """A shape called like something that every generated module imports says whose it is."""
    result = built(tmp_path, document({ORDERS: {"get": operation(response=record(file=record(id=text())))}}))
    assert set(schemas_of(result)) == {"GetOrdersResponse", "GetOrdersFile"}


def test_the_only_name_of_a_shape_is_left_to_it(tmp_path: Path) -> None:
    """A body has one possible name; a property that would like the same one gives way."""
    result = built(
        tmp_path,
        document({ORDERS: {"post": operation(body=record(a=text()), response=record(params=record(b=text())))}}),
    )
    assert {"PostOrdersParams", "PostOrdersResponse"} < set(schemas_of(result))
    assert set(schemas_of(result)["PostOrdersParams"]["properties"]) == {"a"}


def test_names_that_differ_in_signs_or_capitals_are_told_apart(tmp_path: Path) -> None:
    """Signs and capitals become words where nothing else tells two names apart; no two names are one file."""
    shapes = {
        "unit-price": record(a=text()),
        "unit_price": record(b=text()),
        "unit.price": record(b=record()),
        "unit price": record(b=text("x", "y")),
        "row": record(c=text()),
        "Row": record(d=text()),
        "ROW": record(e=text()),
    }
    made = schemas_of(built(tmp_path, document({ORDERS: {"get": operation(response=record(**shapes))}})))
    assert {
        *("ROW", "GetOrdersRow", "OrdersRow", "UnitPrice", "GetOrdersUnitPrice", "OrdersUnitPrice", "GetUnitPrice", "B")
    } == set(made) - {"GetOrdersResponse"}
    assert len({name.lower() for name in made}) == len(made)


def test_what_only_a_whole_place_tells_apart_is_called_so(tmp_path: Path) -> None:
    """Names too long to be told apart by a word end in the place, and names too long for a file are cut."""
    long = "unit" * 15
    shapes = {f"{long}-price": record(a=text()), f"{long}_price": record(b=text()), "x" * 300: record(c=text())}
    made = schemas_of(built(tmp_path, document({ORDERS: {"get": operation(response=record(**shapes))}})))
    assert len(made) == 4
    assert all(re.fullmatch("[A-Z][A-Za-z]{10,159}", name) for name in made)


def test_a_curated_name_settles_a_collision(tmp_path: Path) -> None:
    """A line in names.toml, with the place as the error spells it, is what the error asks for."""
    twins = document(
        {
            ORDERS: {
                "get": operation(response=record(**{"unit-price": record(a=text()), "unit_price": record(b=text())}))
            }
        }
    )
    result = built(
        tmp_path,
        twins,
        keep={f"GET {ORDERS}": "get_orders"},
        names='[names]\n"get_orders.response.unit-price" = "DashedPrice"\n',
    )
    assert set(schemas_of(result)) == {"GetOrdersResponse", "DashedPrice", "UnitPrice"}


def test_a_curated_name_for_two_shapes_is_the_firsts(tmp_path: Path) -> None:
    """Of two different shapes that a pattern fits, the first has the name, and a note names both."""
    result = built(
        tmp_path,
        nested("x", record(a=record(note=record(p=text())), b=record(note=record(q=text())))),
        keep={f"POST {ORDERS}": "create_order"},
        names='[names]\n"note" = "RemarkParam"\n',
    )
    schemas = schemas_of(result)
    assert schemas["RemarkParam"]["properties"] == {"p": text()}
    assert schemas["NoteParam"]["properties"] == {"q": text()}
    told = "create_order.body.x.a.note and to create_order.body.x.b.note; the second gets another"
    assert f"names.toml gives the name RemarkParam to {told}" in result.notes


def test_a_curated_name_that_the_overlay_brings_is_left_to_it(tmp_path: Path) -> None:
    """A shape of upstream does not take the name of a component of ours, and a note says so."""
    options: Json = {"keep": {f"GET {ORDERS}": "get_orders"}, "names": '[names]\n"get_orders.response" = "Order"\n'}
    data = document({ORDERS: {"get": operation(response=record(id=text()))}})
    assert set(schemas_of(built(tmp_path, data, **options))) == {"Order"}
    (tmp_path / "overlay" / "orders.yaml").write_text(
        "overlay: 1.0.0\nactions:\n- target: $.components.schemas\n  description: ours\n  x-source: here\n"
        "  update: {Order: {type: object, properties: {id: {type: string}}}}\n"
    )
    result = build(as_json(data), BuildInputs(tmp_path), source="test.json")
    assert set(schemas_of(result)) == {"GetOrdersResponse"}
    told = "names.toml gives get_orders.response the name Order, which the overlay brings; it gets another"
    assert told in result.notes


def test_a_curated_name_has_to_be_a_class_name(tmp_path: Path) -> None:
    """A name that Python could not use is refused before anything is built."""
    with pytest.raises(PipelineError, match="'order-params'"):
        built(tmp_path, document(), names="[names]\n'create_order.body' = 'order-params'\n")


CURATED = {
    "an operation and its side": ("create_order.body", "OrderParams"),
    "a property at the end": ("row", "RowParam"),
    "items": ("create_order.body.rows[]", "RowParam"),
    "a map": ("create_order.body.labels{}", "LabelParam"),
    "a variant": ("create_order.body.pay<card>", "CardParam"),
    "a variant and what only it has": ("create_order.body.tools[]<custom+schema>", "ToolParam"),
    "a variant without a tag": ("create_order.body.where<street>", "StreetParam"),
    "a union": ("create_order.body.pay union", "PayParam"),
    "values": ("create_order.body.state enum", "State"),
    "a parameter's values": ("create_order.sort enum", "SortOrder"),
}


@pytest.mark.parametrize(("place", "name"), CURATED.values(), ids=CURATED.keys())
def test_a_curated_name_is_found_by_the_end_of_its_place(tmp_path: Path, place: str, name: str) -> None:
    """Every kind of place can be named in names.toml."""
    body = record(
        row=record(a=text()),
        rows={"type": "array", "items": record(b=text())},
        labels={"type": "object", "additionalProperties": record(c=text())},
        pay={"oneOf": [tagged("card", number=text()), tagged("cash", coins=text())]},
        tools={
            "type": "array",
            "items": {
                "anyOf": [tagged("custom", "schema", schema=text()), tagged("custom", "grammar", grammar=text())]
            },
        },
        where={"anyOf": [record("street", street=text()), record("box", box=text())]},
        state=text("new", "old"),
    )
    sort = parameter("sort", schema=text("up", "down"))
    result = built(
        tmp_path,
        document({ORDERS: {"post": operation(body=body, parameters=[sort])}}),
        keep={f"POST {ORDERS}": "create_order"},
        names=f"[names]\n'{place}' = '{name}'\n",
    )
    assert name in schemas_of(result)


SIDES: dict[str, tuple[Json, Json, set[str]]] = {
    "other values": (record(c=text("a", "b")), record(c=text("a", "c")), {"CParam", "C"}),
    "the same values": (record(c=text("a", "b")), record(c=text("b", "a")), {"C"}),
    "values and an object": (record(c=text("a", "b")), record(c=record(d=text())), {"CParam", "C"}),
    "in a list": (
        record(cs={"type": "array", "items": text("a", "b")}),
        record(cs={"type": "array", "items": text("a", "c")}),
        {"CParam", "C"},
    ),
    "further in": (
        record(x=record(c=text("a", "b"))),
        record(x=record(y=record(c=text("a", "c")))),
        {"XParam", "CParam", "X", "Y", "C"},
    ),
}


@pytest.mark.parametrize(("body", "response", "names"), SIDES.values(), ids=SIDES.keys())
def test_values_have_a_side_where_both_sides_have_them(
    tmp_path: Path, body: Json, response: Json, names: set[str]
) -> None:
    """A closed set of a request ends in Param where an answer has another under that name, as objects do."""
    result = built(tmp_path, document({ORDERS: {"post": operation(body=body, response=response)}}))
    assert set(schemas_of(result)) - {"PostOrdersParams", "PostOrdersResponse"} == names


@pytest.mark.parametrize(
    ("doubled", "once"),
    [
        ("CustomCustom", "Custom"),
        ("CustomCustomToolParam", "CustomToolParam"),
        ("FunctionFunctionParam", "FunctionParam"),
        ("UsageUsage", "Usage"),
        ("MetadataMetadata", "Metadata"),
        ("ToolSearchToolSearchResultBlockParam", "ToolSearchResultBlockParam"),
        ("WebFetchToolResultErrorErrorCode", "WebFetchToolResultErrorCode"),
        ("ErrorErrorErrorCode", "ErrorCode"),
        ("Base64Base64Source", "Base64Source"),
        ("CropHintsParamsParam", "CropHintsParam"),
        ("SetParamParams", "SetParams"),
        ("CalledCustomToolParam", "CalledCustomToolParam"),
        ("HTTPStatus", "HTTPStatus"),
        ("AAParam", "AAParam"),
        ("V11Model", "V11Model"),
        ("ToolChoiceToolParam", "ToolChoiceToolParam"),
    ],
)
def test_words_are_said_once(doubled: str, once: str) -> None:
    """A name does not say again what stands before it; what is said twice with words between stays."""
    assert said_once(doubled) == once


def test_no_name_says_a_word_twice(tmp_path: Path) -> None:
    """A variant whose only member is called as its tag, and a generic property within one of its name."""
    body = record(
        usage=record(usage=record(n=text())),
        tools={
            "type": "array",
            "items": {"anyOf": [tagged("function", "function", function=record(a=text())), tagged("custom", b=text())]},
        },
    )
    names = schemas_of(built(tmp_path, document({ORDERS: {"post": operation(body=body)}})))
    assert [name for name in names if said_once(name) != name] == []
    assert len(names) == 7


def test_the_most_specific_curated_name_wins(tmp_path: Path) -> None:
    """Of two lines that fit, the longer place counts."""
    names = '[names]\n"address" = "AddressParam"\n"buyer.address" = "HomeParam"\n'
    result = built(
        tmp_path,
        nested("buyer", record(address=record(street=text()))),
        keep={f"POST {ORDERS}": "create_order"},
        names=names,
    )
    assert "HomeParam" in schemas_of(result)
    assert "AddressParam" not in schemas_of(result)


def test_the_open_variant_of_a_union_is_called_unknown(tmp_path: Path) -> None:
    """Upstream's own variant for any further tag is told from the known ones by its name."""
    members = [tagged("card", number=text()), tagged("cash", coins=text()), record("type", type=text())]
    result = built(tmp_path, nested("pay", {"oneOf": members}))
    assert {"CardPayParam", "CashPayParam", "UnknownPayParam"} < set(schemas_of(result))


@pytest.mark.parametrize(
    ("identifier", "name"),
    [
        ("tool_use", "ToolUse"),
        ("toolUse", "ToolUse"),
        ("tool-use.v2", "ToolUseV2"),
        ("base64", "Base64"),
        ("3d-model", "N3DModel"),
        ("HTTPStatus", "HTTPStatus"),
    ],
)
def test_identifiers_become_pascal_case(identifier: str, name: str) -> None:
    """Any usual spelling of an identifier gives one class name."""
    assert pascal(identifier) == name


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("messages", "message"),
        ("batches", "batch"),
        ("entries", "entry"),
        ("boxes", "box"),
        ("classes", "class"),
        ("status", "status"),
        ("analysis", "analysis"),
        ("address", "address"),
        ("ties", "tie"),
        ("data", "data"),
    ],
)
def test_items_are_named_in_the_singular(plural: str, one: str) -> None:
    """The items of a list carry the singular of its name."""
    assert singular(plural) == one


def imported(template: str) -> set[str]:
    """The names with a capital that a template imports."""
    source = (TEMPLATES / template).read_text(encoding="utf-8")
    lists = re.findall(r"^from [\w.]+ import (\([^)]*\)|.*)$", source, re.MULTILINE)
    return set(re.findall(r"\b[A-Z]\w*", " ".join(lists)))


@pytest.mark.parametrize("template", ["model.py.jinja", "endpoint_module.py.jinja"])
def test_no_shape_takes_a_name_that_its_module_imports(template: str) -> None:
    """A class of that name would hide it."""
    assert imported(template) - PYTHON_NAMES == set()
    assert "Any" in imported(template)


def test_a_shape_of_such_a_name_gets_another(tmp_path: Path) -> None:
    """With a word of its place in front."""
    answer = record(decimal=record(a=text()), secret=record(b=text()))
    names = schemas_of(built(tmp_path, document({ORDERS: {"get": operation(response=answer)}})))
    assert set(names) == {"GetOrdersResponse", "GetOrdersDecimal", "GetOrdersSecret"}


@pytest.mark.parametrize(
    "text", ["[nmes]\n", "[role]\n", "[python]\nplane = []\n", "[python]\nopens = []\n", "name = 1\n"]
)
def test_a_part_of_names_toml_that_nothing_reads_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "names.toml").write_text(text, encoding="utf-8")
    with pytest.raises(PipelineError, match=r"(?s)has .*, which nothing reads.*\[names\], \[roles\] and \[python\]"):
        load_names(tmp_path / "names.toml")

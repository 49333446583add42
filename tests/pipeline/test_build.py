"""The build as a whole: which operations are kept, what they are called and become, and what is never lost."""

from __future__ import annotations

import random
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from scripts.pipeline.build import BuildInputs, build
from scripts.pipeline.document.errors import PipelineError
from scripts.pipeline.naming.fidelity import check_fidelity
from scripts.pipeline.naming.hoist import hoist
from scripts.pipeline.normalize.repairs import Repairs
from scripts.pipeline.normalize.select import select
from scripts.pipeline.overlay.valid import check_valid
from scripts.pipeline.source.sources import Sources, load_sources

from .documents import (
    ORDERS,
    Json,
    as_json,
    build_inputs,
    built,
    document,
    json_content,
    no_names,
    operation,
    parameter,
    record,
    schemas_of,
    tagged,
    text,
)

ORDER = f"{ORDERS}/{{id}}"


def operations(upstream: Json) -> dict[str, str]:
    """The operations of a built document by name, as method and path."""
    return {
        made["operationId"]: f"{method.upper()} {path}"
        for path, item in upstream["paths"].items()
        for method, made in item.items()
    }


# --- which operations, and their names


def test_kept_operations_have_the_names_of_sources_toml(tmp_path: Path) -> None:
    """What sources.toml names is kept under that name; the rest, and what is missing, is in the log."""
    data = document({ORDERS: {"get": operation(operationId="x"), "post": operation()}})
    result = built(tmp_path, data, keep={f"GET {ORDERS}": "list_orders", "GET /v1/rows": "list_rows"})
    assert operations(result.upstream) == {"list_orders": f"GET {ORDERS}"}
    assert {entry.what for entry in result.repairs} == {
        "GET /v1/rows (list_rows) is not in this document",
        "not kept (sources.toml)",
    }


def test_a_document_without_any_kept_operation_is_refused(tmp_path: Path) -> None:
    """Another gateway's document is not taken for ours."""
    with pytest.raises(PipelineError, match=r"holds none of the operations that sources\.toml keeps") as caught:
        built(tmp_path, document(), keep={"GET /v1/rows": "list_rows"})
    assert "--all" in caught.value.hint


ALIASES: dict[str, tuple[list[str], dict[str, str], str]] = {
    "both paths": (
        ["/orders", ORDERS],
        {"list_orders": f"GET {ORDERS}"},
        f"GET /orders is an alias of GET {ORDERS}; folded",
    ),
    "the alias only": (["/orders"], {"list_orders": f"GET {ORDERS}"}, f"GET /orders stands in for GET {ORDERS}"),
    "an alias with another parameter": (
        ["/orders/{page}"],
        {"list_orders": "GET /orders/{page}"},
        f"GET /orders/{{page}} stands in for GET {ORDERS}",
    ),
}


@pytest.mark.parametrize(("paths", "kept", "says"), ALIASES.values(), ids=ALIASES.keys())
def test_an_alias_is_folded_or_stands_in(tmp_path: Path, paths: list[str], kept: dict[str, str], says: str) -> None:
    """The same operation under two paths is one; where only the alias is there, it stands in for the operation."""
    result = built(
        tmp_path,
        document({path: {"get": operation()} for path in paths}),
        keep={f"GET {ORDERS}": "list_orders"},
        aliases={"GET /orders": f"GET {ORDERS}", "GET /orders/{page}": f"GET {ORDERS}"},
    )
    assert operations(result.upstream) == kept
    assert says in [entry.what for entry in result.repairs]


NAMED: dict[str, tuple[dict[str, str], set[str]]] = {
    "method and path": ({"GET /v1/orders": ""}, {"get_orders"}),
    "two versions": ({"GET /v1/orders": "", "GET /v2/orders": ""}, {"get_v1_orders", "get_v2_orders"}),
    "one and many": ({"GET /v1/orders": "", "GET /v1/orders/{id}": ""}, {"get_orders", "get_orders_by_id"}),
    "a handler's name": ({"POST /v1/orders": "OrdersController_placeOrder_v1"}, {"place_order"}),
    "a handler's name of one word": ({"POST /v1/orders": "OrdersController_place"}, {"post_orders"}),
    "handlers of one name": (
        {"POST /v1/a": "AController_placeOrder", "POST /v1/b": "BController_placeOrder"},
        {"post_a", "post_b"},
    ),
    "paths of versions only": ({"GET /v1": "", "GET /v2": ""}, {"get_v1", "get_v2"}),
    "the root": ({"GET /": ""}, {"get_root"}),
    "parameters only": ({"GET /{id}": "", "GET /{name}": ""}, {"get_by_id", "get_by_name"}),
    "signs": ({"GET /v1/3d-Models/list.all": ""}, {"get_3d_models_list_all"}),
}


@pytest.mark.parametrize(("labels", "names"), NAMED.values(), ids=NAMED.keys())
def test_every_operation_gets_a_name_of_its_own(tmp_path: Path, labels: dict[str, str], names: set[str]) -> None:
    """With --all, each operation has the shortest readable name that is unique in its document."""
    paths: Json = {}
    for label, operation_id in labels.items():
        method, path = label.split(" ")
        paths.setdefault(path, {})[method.lower()] = operation(operationId=operation_id)
    assert set(operations(built(tmp_path, document(paths)).upstream)) == names


def test_operations_that_cannot_be_told_apart_are_an_error(tmp_path: Path) -> None:
    """Paths that not even their signs in words tell apart need a name from a person."""
    with pytest.raises(PipelineError, match="two operations named get_") as caught:
        built(tmp_path, document({"/orders@": {"get": operation()}, "/orders[]": {"get": operation()}}))
    assert "sources.toml" in caught.value.hint


def test_operations_that_differ_in_signs_are_spelled_out(tmp_path: Path) -> None:
    """Paths that differ in signs or in a slash at the end have their signs as words in their names."""
    twins = document({"/big-orders": {"get": operation()}, "/big_orders": {"get": operation()}})
    made = built(tmp_path, twins).upstream
    names = {path: item["get"]["operationId"] for path, item in made["paths"].items()}
    assert names == {"/big-orders": "get_slash_big_dash_orders", "/big_orders": "get_slash_big_underscore_orders"}


# --- what an operation becomes


def test_parameters_of_path_and_operation_are_merged(tmp_path: Path) -> None:
    """Parameters are sorted, the operation's own win over the path's, and references are followed."""
    item = {
        "parameters": [parameter("id", "path"), parameter("limit"), {"$ref": "#/components/parameters/Trace"}],
        "get": operation(
            parameters=[
                parameter("limit", schema={"type": "integer", "description": "How many"}, description="How many"),
                {"name": "filter", "in": "query", "content": json_content({"type": "object"})},
            ]
        ),
    }
    components = {"parameters": {"Trace": parameter("trace", "header", explode=False)}}
    made = built(tmp_path, document({ORDER: item}, components=components)).upstream["paths"][ORDER]["get"]
    assert made["parameters"] == [
        {"name": "trace", "in": "header", "explode": False, "schema": {"type": "string"}},
        {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
        {"name": "filter", "in": "query", "schema": {"type": "object"}},
        {"name": "limit", "in": "query", "schema": {"type": "integer"}},
    ]


def test_bodies_and_responses_by_reference_are_followed(tmp_path: Path) -> None:
    """A body or response that stands in the components is written out."""
    data = document(
        {
            ORDERS: {
                "post": {
                    "requestBody": {"$ref": "#/components/requestBodies/Order"},
                    "responses": {"200": {"$ref": "#/components/responses/Order"}},
                }
            }
        },
        components={
            "requestBodies": {"Order": {"required": True, "content": json_content(text())}},
            "responses": {"Order": {"description": "An order", "content": json_content(text())}},
        },
    )
    made = built(tmp_path, data).upstream["paths"][ORDERS]["post"]
    assert made["requestBody"] == {"required": True, "content": json_content(text())}
    assert made["responses"] == {"200": {"description": "", "content": json_content(text())}}


def test_security_and_deprecation_are_kept(tmp_path: Path) -> None:
    """Whether an operation needs a key, and whether it is on its way out, is part of the document."""
    data = document(
        {ORDERS: {"get": operation(security=[{"shop-key": []}, {}], deprecated=True), "post": operation(security=[])}}
    )
    made = built(tmp_path, data).upstream["paths"][ORDERS]
    assert made["get"]["security"] == [{"bearerAuth": []}, {}]
    assert made["get"]["deprecated"] is True
    assert made["post"]["security"] == []


def test_limits_per_model_are_data(tmp_path: Path) -> None:
    """Request variants that differ by model become one request, with what differs beside it."""
    small = record("model", model=text("small"), size={"type": "integer", "default": 1}, heat={"type": "number"})
    large = record("model", model=text("large", "huge"), size={"type": "integer", "default": 9})
    result = built(tmp_path, document({ORDERS: {"post": operation(body={"anyOf": [small, large]})}}))
    assert result.upstream["paths"][ORDERS]["post"]["requestBody"]["x-model-limits"] == [
        {"models": ["huge", "large"], "defaults": {"size": 9}, "without": ["heat"]},
        {"models": ["small"], "defaults": {"size": 1}, "without": []},
    ]
    assert set(schemas_of(result)["PostOrdersParams"]["properties"]) == {"model", "size", "heat"}


def test_the_text_says_how_it_was_made(tmp_path: Path) -> None:
    """Both documents begin with the word that they are built, and hold no prose of upstream's."""
    data = document(
        {ORDERS: {"get": operation(summary="PROSE", response=record(a={"type": "string", "description": "PROSE"}))}}
    )
    result = built(tmp_path, data)
    first = "# Built by `python -m scripts.pipeline build`; do not edit.\n"
    assert result.upstream_text.startswith(first + "# What the gateway's public document says")
    assert result.openapi_text.startswith(first + "# What this client stands by")
    assert "PROSE" not in result.upstream_text


PART = "#/components/schemas/Part"
CIRCLES: dict[str, tuple[Json, Json]] = {
    "straight": (record(next={"$ref": PART}), record(next={"$ref": PART})),
    "through a list": (
        record(parts={"type": "array", "items": {"$ref": PART}}),
        record(parts={"type": "array", "items": {"$ref": PART}}),
    ),
    "through null": (
        record(next={"$ref": PART, "nullable": True}),
        record(next={"anyOf": [{"$ref": PART}, {"type": "null"}]}),
    ),
    "through a map": (
        record(parts={"type": "object", "additionalProperties": {"$ref": PART}}),
        record(parts={"type": "object", "additionalProperties": {"$ref": PART}}),
    ),
}


@pytest.mark.parametrize(("part", "becomes"), CIRCLES.values(), ids=CIRCLES.keys())
def test_a_component_that_contains_itself_keeps_its_name(tmp_path: Path, part: Json, becomes: Json) -> None:
    """A circle is closed by a reference to the component, which is there once."""
    data = document({ORDERS: {"get": operation(response={"$ref": PART})}}, schemas={"Part": part})
    assert schemas_of(built(tmp_path, data)) == {"Part": becomes}


def test_a_circle_on_both_sides_is_two_components(tmp_path: Path) -> None:
    """What a request may hold and what an answer holds are two shapes, in circles too."""
    ref = {"$ref": PART}
    data = document(
        {ORDERS: {"post": operation(body=record(part=ref), response=record(part=ref))}},
        schemas={"Part": record(next=ref)},
    )
    schemas = schemas_of(built(tmp_path, data))
    assert schemas["PartParam"] == record(next={"$ref": f"{PART}Param"})
    assert schemas["Part"] == record(next={"$ref": PART})


def test_components_that_contain_each_other_are_all_named(tmp_path: Path) -> None:
    """A circle of two components is two components."""
    arm, hand = {"$ref": "#/components/schemas/Arm"}, {"$ref": "#/components/schemas/Hand"}
    data = document(
        {ORDERS: {"get": operation(response=arm)}},
        schemas={"Arm": record(hand=hand, x=text()), "Hand": record(arms={"type": "array", "items": arm})},
    )
    assert schemas_of(built(tmp_path, data)) == {
        "Arm": record(hand=hand, x=text()),
        "Hand": record(arms={"type": "array", "items": arm}),
    }


def test_a_list_of_itself_ends_in_any_value(tmp_path: Path) -> None:
    """A circle that no object closes has no class; it is unfolded once."""
    data = document(
        {ORDERS: {"get": operation(response=record(tree={"$ref": "#/components/schemas/Tree"}))}},
        schemas={"Tree": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}},
    )
    tree = schemas_of(built(tmp_path, data))["GetOrdersResponse"]["properties"]["tree"]
    assert tree == {"type": "array", "items": {"type": "array", "items": {}}}


# --- what a build never does


def selected(folder: Path, data: Json) -> tuple[list[Any], Json]:
    """The operations of a document, and what is built of them."""
    sources = load_sources(build_inputs(folder).sources)
    chosen, normalizer = select(data, sources, Repairs(), keep_all=True, source="test.json")
    return chosen, hoist(chosen, normalizer, no_names(folder), reserved=set(), source="test.json")


BOTH_SIDES = document(
    {
        ORDERS: {
            "post": operation(
                body=record(a=text("x", "y")),
                response=record(b={"type": "array", "items": record(c=text("z"))}),
                parameters=[parameter("q", schema=text("u", "v"))],
            )
        }
    }
)


def without_operation(upstream: Json) -> None:
    upstream["paths"] = {}


def without_response_property(upstream: Json) -> None:
    del upstream["components"]["schemas"]["PostOrdersResponse"]["properties"]["b"]


def without_value(upstream: Json) -> None:
    upstream["components"]["schemas"]["A"]["enum"] = ["x"]


def without_parameter(upstream: Json) -> None:
    upstream["paths"][ORDERS]["post"]["parameters"] = []


LOSSES = {
    "an operation": (without_operation, r"operation post_orders \(POST /v1/orders\) did not survive"),
    "a property": (without_response_property, r"3 properties of post_orders, first response\.b did not survive"),
    "a value": (without_value, r"1 properties of post_orders, first body\.a=y did not survive"),
    "a parameter": (without_parameter, r"3 properties of post_orders, first query:q did not survive"),
}


@pytest.mark.parametrize(("lose", "message"), LOSSES.values(), ids=LOSSES.keys())
def test_nothing_is_lost_unnoticed(tmp_path: Path, lose: Any, message: str) -> None:
    """An operation, parameter, property or value that is missing from the result stops the build."""
    chosen, upstream = selected(tmp_path, deepcopy(BOTH_SIDES))
    check_fidelity(chosen, upstream, source="test.json")
    lose(upstream)
    with pytest.raises(PipelineError, match=message):
        check_fidelity(chosen, upstream, source="test.json")


@pytest.mark.parametrize(
    ("broken", "where"),
    [
        (document(openapi="3.1.0", info={"title": "Orders"}), "/info"),
        (document({"orders": {}}, openapi="3.1.0"), "/paths"),
        (document({ORDERS: {"get": {"responses": {"200": {"description": 1}}}}}, openapi="3.1.0"), ""),
    ],
)
def test_an_invalid_result_is_refused(broken: Json, where: str) -> None:
    """What is built is valid OpenAPI 3.1, or it is not built."""
    with pytest.raises(PipelineError, match=r"is not valid OpenAPI 3\.1") as caught:
        check_valid(broken, source="openapi.yaml")
    assert caught.value.pointer.startswith(where)
    assert caught.value.hint


def test_a_reference_to_a_missing_component_is_refused() -> None:
    """A component that the overlay refers to has to be there."""
    missing = document({ORDERS: {"get": operation(response={"$ref": PART})}}, schemas={}, openapi="3.1.0")
    with pytest.raises(PipelineError, match="refers to the component Part, which is not there"):
        check_valid(missing, source="openapi.yaml")


GARBAGE: list[Any] = [
    None,
    True,
    0,
    -1.5,
    "",
    "\u2013",
    [],
    {},
    [None],
    {"$ref": 5},
    {"$ref": "#/nope"},
    {"$ref": PART},
    ["string", "null"],
    {"type": []},
    {"anyOf": [None]},
    {"enum": [[1], {"a": 2}]},
    {"const": None},
    {"allOf": [{"$ref": PART}]},
    {"required": 5},
    {"additionalProperties": 7},
    {"nullable": True},
]
KEYS = [
    *("type", "enum", "required", "properties", "items", "anyOf", "oneOf", "allOf", "default", "const", "nullable"),
    *("additionalProperties", "not", "format", "pattern", "minimum", "minItems", "deprecated", "discriminator"),
    *("$ref", "prefixItems"),
    *("parameters", "requestBody", "responses", "content", "schema", "in", "name", "security", "tags", "x-note"),
]
WELL = document(
    {
        ORDER: {
            "parameters": [parameter("id", "path"), {"$ref": "#/components/parameters/Trace"}],
            "get": operation(response=record("a", a=text("x", "y"), b={"type": "array", "items": {"$ref": PART}})),
            "post": operation(
                body={"anyOf": [tagged("one", n={"type": "integer", "default": 2}), tagged("two", m=text("a"))]},
                response={"allOf": [{"$ref": PART}, record(z={"type": "string", "nullable": True})]},
                parameters=[parameter("q")],
            ),
        },
        ORDERS: {"post": operation(body=record("model", model=text("m"), t={"type": "object"}))},
    },
    components={
        "schemas": {"Part": record("next", next={"$ref": PART}, v={"oneOf": [text(), {"type": "number"}]})},
        "parameters": {"Trace": parameter("trace", "header")},
    },
)


def containers(node: Any) -> list[Any]:
    """Every mapping and list of a document that is not empty."""
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
    return [*([node] if inner else []), *(found for part in inner for found in containers(part))]


def damaged(seed: int) -> Json:
    """A document in which one to three places hold something that does not belong there, or are gone."""
    chance = random.Random(seed)
    made = deepcopy(WELL)
    for _ in range(chance.randint(1, 3)):
        place = chance.choice(containers(made))
        step = chance.choice(list(place) if isinstance(place, dict) else range(len(place)))
        match chance.choice(["replace", "remove", "add"]):
            case "remove":
                del place[step]
            case "add" if isinstance(place, dict):
                place[chance.choice(KEYS)] = deepcopy(chance.choice(GARBAGE))
            case _:
                place[step] = deepcopy(chance.choice(GARBAGE))
    return made


@settings(max_examples=80)
@given(st.integers(0, 10**9))
def test_a_damaged_document_is_built_or_refused(empty_rooms: BuildInputs, seed: int) -> None:
    """Whatever stands where it does not belong, the build ends in two documents or in an error of its own."""
    assert outcome(damaged(seed), empty_rooms)


def outcome(data: Json, place: BuildInputs) -> str:
    """What a build ends in: the text of the built document, or what the error says."""
    try:
        return build(as_json(data), place, source="test.json", keep_all=True).openapi_text
    except PipelineError as error:
        return error.message


@pytest.fixture(scope="module")
def empty_rooms(tmp_path_factory: pytest.TempPathFactory) -> BuildInputs:
    """Inputs of a build that name and correct nothing."""
    return build_inputs(tmp_path_factory.mktemp("build_inputs"))


# --- settings


def test_sources_are_read(tmp_path: Path) -> None:
    """The address, the limits, the kept operations and the aliases come from sources.toml."""
    place = build_inputs(tmp_path, keep={"GET /a": "list_a"}, aliases={"GET /b": "GET /a"})
    sources = load_sources(place.sources)
    assert sources == Sources(
        "https://gateway.invalid/document", 1_000_000, 10.0, {"GET /a": "list_a"}, {"GET /b": "GET /a"}, {}, {}
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[upstream]\n", "lacks or misstates an entry: 'url'"),
        ("upstream = 3\n", "lacks or misstates an entry"),
        (
            '[upstream]\nurl = "x"\n[limits]\nmax_bytes = "many"\ntimeout_seconds = 1\n[operations]\n',
            "misstates an entry",
        ),
        ("[upstream\n", "is not valid TOML"),
        ('[operations]\n"get orders" = "list_orders"\n', "'get orders' is no operation"),
        ('[aliases]\n"FETCH /orders" = "GET /v1/orders"\n', "'FETCH /orders' is no operation"),
    ],
)
def test_broken_settings_are_named(tmp_path: Path, content: str, message: str) -> None:
    """A missing or ill-typed entry and a syntax error are errors that name the file."""
    path = tmp_path / "sources.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(PipelineError, match=message) as caught:
        load_sources(path)
    assert caught.value.source == str(path)


def test_missing_settings_are_named(tmp_path: Path) -> None:
    """A file that is not there is an error with its path."""
    with pytest.raises(PipelineError, match=r"sources\.toml: cannot be read"):
        load_sources(tmp_path / "sources.toml")

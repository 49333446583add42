"""Select: which operations are kept, what they are called, and what an operation becomes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts.pipeline.document.errors import PipelineError

from ..support.documents import (
    ORDER,
    ORDERS,
    Json,
    built,
    document,
    json_content,
    operation,
    parameter,
    record,
    schemas_of,
    text,
)


def operations(upstream: Json) -> dict[str, str]:
    """The operations of a built document by name, as method and path."""
    return {
        made["operationId"]: f"{method.upper()} {path}"
        for path, item in upstream["paths"].items()
        for method, made in item.items()
    }


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
    "two versions": ({"GET /v1/orders": "", "GET /v2/orders": ""}, {"get_orders", "get_v2_orders"}),
    "one and many": ({"GET /v1/orders": "", "GET /v1/orders/{id}": ""}, {"get_orders", "get_orders_by_id"}),
    "a handler's name": ({"POST /v1/orders": "OrdersController_placeOrder_v1"}, {"place_order"}),
    "a handler's name of one word": ({"POST /v1/orders": "OrdersController_place"}, {"post_orders"}),
    "handlers of one name": (
        {"POST /v1/a": "AController_placeOrder", "POST /v1/b": "BController_placeOrder"},
        {"place_order", "post_b"},
    ),
    "paths of versions only": ({"GET /v1": "", "GET /v2": ""}, {"get_root", "get_v2"}),
    "the root": ({"GET /": ""}, {"get_root"}),
    "parameters only": ({"GET /{id}": "", "GET /{name}": ""}, {"get_root", "get_by_name"}),
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


def test_operations_that_cannot_be_told_apart_end_in_a_hash(tmp_path: Path) -> None:
    """Paths that not even their signs in words tell apart end in a hash."""
    alike = document({path: {"get": operation()} for path in ("/orders@", "/orders[", "/orders[]")})
    names = {path: item["get"]["operationId"] for path, item in built(tmp_path, alike).upstream["paths"].items()}
    assert [names["/orders@"], names["/orders["]] == ["get_orders", "get_slash_orders_at"]
    assert re.fullmatch(r"get_slash_orders_at_[0-9a-f]{8}", names["/orders[]"])


def test_operations_that_differ_in_signs_are_spelled_out(tmp_path: Path) -> None:
    """Paths that differ in signs or in a slash at the end have their signs as words in their names."""
    twins = document({"/big-orders": {"get": operation()}, "/big_orders": {"get": operation()}})
    made = built(tmp_path, twins).upstream
    names = {path: item["get"]["operationId"] for path, item in made["paths"].items()}
    assert names == {"/big-orders": "get_big_orders", "/big_orders": "get_slash_big_underscore_orders"}


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
        {"name": "filter", "in": "query", "schema": {"type": "object"}, "x-content": "application/json"},
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


def test_a_key_that_is_no_bearer_token_is_named(tmp_path: Path) -> None:
    """The client gives its key in one way, and says which others the document asks for."""
    schemes = {
        "bearer": {"type": "http", "scheme": "Bearer"},
        "header": {"type": "apiKey", "in": "header", "name": "x-key"},
        "basic": {"type": "http", "scheme": "basic"},
        "unused": {"type": "apiKey", "in": "query", "name": "key"},
    }
    item = {"get": operation(security=[{"bearer": []}, {"header": []}]), "post": operation(security=[{"basic": []}])}
    made = built(tmp_path, document({ORDERS: item}, components={"securitySchemes": schemes}))
    assert [note for note in map(str, made.repairs) if note.startswith("/components/securitySchemes")] == [
        "/components/securitySchemes/basic: http basic; the client sends its key as a bearer token",
        "/components/securitySchemes/header: apikey header; the client sends its key as a bearer token",
    ]


def test_a_second_success_of_another_shape_is_named(tmp_path: Path) -> None:
    """One answer is read for every 2xx; where it is the same, there is nothing to say."""
    other = {"description": "", "content": json_content(record(b=text()))}
    entry = operation(response=record(a=text()))
    entry["responses"] |= {"201": {**entry["responses"]["200"], "description": "Made"}, "202": other}
    made = built(tmp_path, document({ORDERS: {"post": entry}}))
    assert list(map(str, made.repairs)) == [
        "/paths/~1v1~1orders/post/responses/202/content: another success; read as the answer of 200"
    ]

"""What hangs on a client: methods with the document's arguments, words and answers, for both kinds of client."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..support.clients import ITEM, NUMBER, THINGS, call, client, method, one, run, signature, words
from ..support.documents import (
    Json,
    correction,
    operation,
    parameter,
    record,
    text,
)


def test_places_stand_first_and_all_else_is_named(tmp_path: Path) -> None:
    """Required before optional, each in order of its name; what is not given is not sent."""
    parameters = [
        parameter("size", schema=NUMBER),
        parameter("color", schema=text("red", "blue")),
        parameter("since", schema={"type": "string", "format": "date-time"}),
        parameter("near", required=True),
        parameter("id", "path"),
        parameter("X-Trace", "header"),
    ]
    folder = one(tmp_path, operation(parameters=parameters, response=ITEM), path=f"{THINGS}/{{id}}")
    assert signature(folder) == [
        ["id: str"],
        [
            "near: str",
            "color: Literal['blue', 'red'] | None = None",
            "since: Moment | None = None",
            "size: int | None = None",
            "x_trace: str | None = None",
        ],
        "CallItResponse",
    ]
    sent, given = call(folder, "client.things.call('a/b', near='c', size=3, max_retries=1)", {"id": "x"})
    assert (sent, given) == ([["GET", "/v1/things/a%2Fb?near=c&size=3", None]], {"id": "x"})


@pytest.mark.parametrize("parameters", [[], [parameter("size", schema=NUMBER)]], ids=["lacking", "there"])
def test_a_parameter_that_the_overlay_describes_is_there(tmp_path: Path, parameters: list[Json]) -> None:
    """Where `x-parameters` gives a schema, an older document has the argument too, and none has it twice."""
    said = {"size": {"name": "page_size", "schema": NUMBER}, "gone": {"description": "Of another document."}}
    folder = one(
        tmp_path, operation(parameters=parameters, response=ITEM), correction("call_it", **{"x-parameters": said})
    )
    assert signature(folder)[1] == ["page_size: int | None = None"]
    ((sent,), _) = call(folder, "client.things.call(page_size=3)", {"id": "a"})
    assert sent[1] == f"{THINGS}?size=3"


def test_the_members_of_a_body_are_arguments(tmp_path: Path) -> None:
    """An optional one that is not given is not sent, and one that is null is."""
    body = record(
        "name",
        name=text(),
        size={"type": "integer", "nullable": True},
        kind=text("a", "b"),
        tags={"type": "array", "items": text()},
        more=record(x=text()),
        price={"type": "number"},
        any={},
    )
    folder = one(tmp_path, operation(body=body, response=ITEM), verb="post")
    assert signature(folder) == [
        [],
        [
            "name: str",
            "any: Any | Unset = UNSET",
            "kind: CallItKind | Unset = UNSET",
            "more: MoreParam | SupportsToDict | Unset = UNSET",
            "price: float | Unset = UNSET",
            "size: int | None | Unset = UNSET",
            "tags: SequenceNotStr[str] | Unset = UNSET",
        ],
        "CallItResponse",
    ]
    sent, _ = call(folder, "client.things.call(name='n', size=None, more={'x': 'y'})", {"id": "a"})
    assert sent == [["POST", THINGS, {"name": "n", "size": None, "more": {"x": "y"}}]]


@pytest.mark.parametrize(
    ("content_type", "schema", "annotation"),
    [
        ("application/json", {"type": "array", "items": text()}, "builtins.list[str]"),
        ("application/octet-stream", {"type": "string", "format": "binary"}, "File | bytes"),
        ("text/csv", text(), "str | bytes"),
        ("multipart/form-data", record("name", name=text()), "CallItParams | Mapping[str, Any]"),
        ("application/x-www-form-urlencoded", record("name", name=text()), "CallItParams | Mapping[str, Any]"),
    ],
)
def test_a_body_without_members_is_an_argument(
    tmp_path: Path, content_type: str, schema: Json, annotation: str
) -> None:
    """A list, bytes, and the forms, which are models."""
    entry = operation(response=ITEM, requestBody={"required": True, "content": {content_type: {"schema": schema}}})
    assert signature(one(tmp_path, entry, verb="post")) == [[], [f"body: {annotation}"], "CallItResponse"]


def test_a_choice_of_bodies_is_an_argument(tmp_path: Path) -> None:
    """What is sent follows from the value, or from the media type that is asked for."""
    content = {"application/json": {"schema": {"type": "array", "items": text()}}, "text/json": {"schema": {}}}
    folder = one(tmp_path, operation(response=ITEM, requestBody={"content": content}), verb="put")
    assert signature(folder)[1] == ["body: builtins.list[str] | Any | None = None", "content_type: str = "]
    sent, _ = call(folder, "client.things.call(body=['a'], content_type='text/json')", {"id": "a"})
    assert sent == [["PUT", THINGS, ["a"]]]
    assert call(folder, "client.things.call()", {"id": "a"})[0] == [["PUT", THINGS, None]]


NAMES = ["type", "id", "class", "import", "return", "lambda", "list", "str", "self", "options", "given", "timeout"]
NAMES += ["call_it", "None", "client", "request", "a-b", "a_b", "Paging", "max_retries", "extra_query", "body"]


def test_any_name_can_be_an_argument(tmp_path: Path) -> None:
    """Builtins keep their names; keywords, and what a method has already, end in an underscore."""
    in_query = [parameter(name) for name in NAMES if name not in ("a_b", "type")]
    entry = operation(parameters=[*in_query, parameter("type", "path")], response=ITEM)
    folder = one(tmp_path, entry, path=f"{THINGS}/{{type}}")
    places, named, _ = signature(folder)
    names = [told.partition(":")[0] for told in named]
    assert places == ["type: str"]
    assert {"class_", "import_", "return_", "lambda_", "self_", "options_", "given_", "timeout_"} <= set(names)
    assert {"call_it_", "none", "client_query", "request_query", "body_query", "list", "str", "id"} <= set(names)
    arguments = ", ".join(f"{name}='v'" for name in names)
    ((sent,), _) = call(folder, f"client.things.call('a', timeout=5, {arguments})", {"id": "a"})
    path, _, query = sent[1].partition("?")
    assert path == "/v1/things/a"
    assert sorted(query.split("&")) == sorted(f"{given['name']}=v" for given in in_query)


def test_any_name_can_be_a_member(tmp_path: Path) -> None:
    """Members keep apart what differs in its spelling, and a member apart from a parameter of its name."""
    entry = operation(
        body=record(*NAMES, **{name: text() for name in NAMES}),
        parameters=[parameter("id", "path"), parameter("type")],
        response=ITEM,
    )
    folder = one(tmp_path, entry, verb="post", path=f"{THINGS}/{{id}}")
    _, named, _ = signature(folder)
    names = [told.partition(":")[0] for told in named]
    assert {"id_body", "type_body", "type", "class_", "self_", "options_", "call_it_", "given_"} <= set(names)
    assert {"a_b", "a_dash_b", "body", "client", "request", "timeout_", "list", "str"} <= set(names)
    arguments = ", ".join(f"{name}={name!r}" for name in names)
    ((sent,), _) = call(folder, f"client.things.call('i', **dict({arguments}))", {"id": "a"})
    assert sent[1] == "/v1/things/i?type=type"
    assert set(sent[2]) == set(NAMES)
    assert (sent[2]["id"], sent[2]["a-b"], sent[2]["a_b"]) == ("id_body", "a_dash_b", "a_b")


def test_operations_and_groups_may_have_any_name(tmp_path: Path) -> None:
    """Their modules are found whatever Python makes of the name."""
    folder = client(
        tmp_path,
        {
            "/v1/list": {"get": operation(response=ITEM, tags=["list"])},
            "/v1/3d": {"get": operation(response=ITEM, tags=["3d models"])},
        },
        {"GET /v1/list": method("print", "things.print"), "GET /v1/3d": method("import", "things.get")},
    )
    assert call(folder, "client.things.print()", {"id": "a"}) == [[["GET", "/v1/list", None]], {"id": "a"}]
    assert call(folder, "client.things.get()", {"id": "b"}) == [[["GET", "/v1/3d", None]], {"id": "b"}]


def test_a_model_may_be_called_as_the_resource_is(tmp_path: Path) -> None:
    """Or as something else that a module of resources uses."""
    names = ["Things", "Sender", "Pages"]
    folder = client(
        tmp_path,
        {f"/v1/{name}": {"get": operation(response=record(name, **{name: text()}))} for name in names},
        {f"GET /v1/{name}": method(f"get_{name.lower()}", f"things.{name.lower()}") for name in names},
        names="[names]\n" + "".join(f'"get_{name.lower()}.response" = "{name}"\n' for name in names),
    )
    assert [signature(folder, name.lower())[2] for name in names] == ["models.Things", "models.Sender", "models.Pages"]


def test_words_are_wrapped_and_arguments_told(tmp_path: Path) -> None:
    """A sentence of what it does, a paragraph more, and a line for each argument that has words."""
    action = correction(
        "call_it",
        summary="List the things",
        description="The latest first. " * 10,
        **{"x-parameters": {"size": {"name": "page_size", "description": "How many."}}},
    )
    entry = operation(parameters=[parameter("size", schema=NUMBER), parameter("color")], response=ITEM)
    said = words(one(tmp_path, entry, action)).split("\n\n")
    assert (said[0], said[-1]) == ("List the things.", "page_size: How many.")
    assert max(map(len, said[1].splitlines())) <= 100


def test_an_operation_without_words_is_told_by_its_name(tmp_path: Path) -> None:
    """So that it can be looked up."""
    assert words(one(tmp_path, operation(response=ITEM))) == "`call_it`."


PLAIN: Json = {"summary": "Call"}


@pytest.mark.parametrize(
    ("verb", "words", "repeat"),
    [
        ("get", PLAIN, "safe"),
        ("put", PLAIN, "safe"),
        ("post", PLAIN, "unsafe"),
        ("patch", PLAIN, "unsafe"),
        ("delete", PLAIN, "unsafe"),
        ("post", {"x-repeat": "billed"}, "billed"),
        ("post", {"x-repeat": "safe"}, "safe"),
        ("get", {"x-repeat": "unsafe"}, "unsafe"),
    ],
)
def test_an_operation_says_what_sending_it_twice_does(tmp_path: Path, verb: str, words: Json, repeat: str) -> None:
    """By its method, unless `x-repeat` knows better."""
    folder = one(tmp_path, operation(response=ITEM), correction("call_it", **words), verb=verb)
    program = "from aimlapi_client.api.things import call_it\nprint(json.dumps(call_it.ENDPOINT.repeat))"
    assert run(folder, program) == repeat

"""What hangs on a client: methods with the document's arguments, words and answers, for both kinds of client."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from aimlapi_client.resources import AsyncResources, Resources
from aimlapi_messages import AIMLAPI, AsyncAIMLAPI
from scripts.pipeline.document.errors import PipelineError
from scripts.pipeline.generate.generator import generate
from scripts.pipeline.source.sources import RESERVED, load_sources

from .documents import (
    Json,
    build_inputs,
    built,
    correction,
    document,
    json_content,
    no_names,
    operation,
    parameter,
    record,
    text,
)

THINGS = "/v1/things"
NUMBER = {"type": "integer"}
ITEM = record("id", id=text(), size=NUMBER)
LIST = {"type": "array", "items": ITEM}


def method(name: str, at: str) -> Json:
    """An entry of [operations] for an operation that hangs on the client."""
    return {"name": name, "method": at}


def client(folder: Path, paths: Json, keep: Json, *actions: Json, names: str = "") -> Path:
    """The folder of a client of these operations."""
    made = built(folder, document(paths), keep=keep, actions=actions, names=names)
    generate(made.openapi, no_names(folder), folder / "client")
    return folder / "client"


def one(folder: Path, entry: Json, *actions: Json, verb: str = "get", path: str = THINGS) -> Path:
    """The folder of a client with one operation, which hangs at `client.things.call`."""
    label = f"{verb.upper()} {path}"
    return client(folder, {path: {verb: entry}}, {label: method("call_it", "things.call")}, *actions)


#: Two clients that answer as they are told, and `both`, which calls a method of each and sees that they agree.
PROGRAM = """
import ast, asyncio, importlib, inspect, json, sys, typing
from aimlapi_client.pages import AsyncPages, Pages
from aimlapi_client.resources import AsyncResources, Resources

answers = json.loads(sys.argv[1])

class Client(Resources):
    pages_of = Pages
    def __init__(self):
        self.answers, self.requests, self.options = list(answers), [], None
    def send(self, operation, **options):
        request = operation.request()
        self.requests.append([request.method, request.target, json.loads(request.content or b"null")])
        self.options = options
        return operation.decode(200, json.dumps(self.answers.pop(0)).encode())
    def pages(self, operation, paging, **options):
        return self.pages_of(self, operation, paging, **options)

class AsyncClient(AsyncResources):
    pages_of, __init__, pages = AsyncPages, Client.__init__, Client.pages
    async def send(self, operation, **options):
        return Client.send(self, operation, **options)

async def finish(made):
    return await made if inspect.isawaitable(made) else [item async for item in made]

def both(call):
    first, second = Client(), AsyncClient()
    found = call(first)
    found = list(found) if isinstance(found, Pages) else found
    awaited = asyncio.run(finish(call(second)))
    assert (first.requests, first.options) == (second.requests, second.options)
    assert type(found) is type(awaited) and found == awaited
    return [first.requests, json.loads(json.dumps(found, default=lambda value: value.to_dict()))]

def told(parameter):
    default = "" if parameter.default is parameter.empty else f" = {parameter.default}"
    return f"{parameter.name}: {parameter.annotation}{default}"

def signature(resource, name):
    module = importlib.import_module(f"aimlapi_client.resources.{resource}")
    methods = [getattr(vars(module)[kind], name) for kind in sorted(module.__all__, key=len)]
    first, second = map(inspect.signature, methods)
    assert first.parameters == second.parameters and methods[0].__doc__ == methods[1].__doc__
    parameters = [one for one in first.parameters.values() if one.name not in ("self", "options")]
    places = [told(one) for one in parameters if one.kind is one.POSITIONAL_OR_KEYWORD]
    named = [told(one) for one in parameters if one.kind is one.KEYWORD_ONLY]
    return [places, named, first.return_annotation]
"""


def run(folder: Path, program: str, *answers: Any) -> Any:
    """What a program prints, as JSON, with a generated client in a fresh interpreter where warnings are errors."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM + program, json.dumps(answers)],
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def call(folder: Path, source: str, *answers: Any) -> Any:
    """What a call of a method sends, and what it gives."""
    return run(folder, f"print(json.dumps(both(lambda client: {source})))", *answers)


def signature(folder: Path, name: str = "call") -> list[Any]:
    """The places, the named arguments and the result of a method of `client.things`."""
    said: list[Any] = run(folder, f"print(json.dumps(signature('things', {name!r})))")
    return said


def words(folder: Path, name: str = "call") -> str:
    """The docstring of a method of `client.things`."""
    program = "from aimlapi_client.resources.things import Things\nprint(json.dumps(inspect.getdoc(Things.{})))"
    said: str = run(folder, program.format(name))
    return said


# --- arguments


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
        ("application/octet-stream", {"type": "string", "format": "binary"}, "File"),
        ("multipart/form-data", record("name", name=text()), "CallItParams"),
        ("application/x-www-form-urlencoded", record("name", name=text()), "CallItParams"),
    ],
)
def test_a_body_without_members_is_an_argument(
    tmp_path: Path, content_type: str, schema: Json, annotation: str
) -> None:
    """A list, bytes, and the forms, which are models."""
    entry = operation(response=ITEM, requestBody={"required": True, "content": {content_type: {"schema": schema}}})
    assert signature(one(tmp_path, entry, verb="post")) == [[], [f"body: {annotation}"], "CallItResponse"]


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


# --- words


STRANGE = [
    'He said "no". And again """no"""',
    "A back\\slash \\N{DASH} \\x \\",
    "Two\nlines\tand a \x07 sign",
    "{braces} %s {{ 7 * 7 }} {% raw %} ${HOME} # no comment",
    "日本 ☃ '''quoted'''",
    "A word of " + "\\" * 130,
    '"',
]


@pytest.mark.parametrize("prose", STRANGE)
def test_prose_stays_prose(tmp_path: Path, prose: str) -> None:
    """Quotes, backslashes, line ends and marks of templates are shown in a docstring, and are never code."""
    shown = " ".join(prose.replace("\x07", " ").replace('"', "'").split())
    action = correction(
        "call_it", summary=prose, description=prose, **{"x-parameters": {"size": {"description": prose}}}
    )
    resources = {
        "target": "$",
        "description": "A reason",
        "x-source": "a test",
        "update": {"x-resources": {"things": prose}},
    }
    entry = operation(parameters=[parameter("size")], response=ITEM)
    folder = one(tmp_path, entry, action, resources)
    said = " ".join(words(folder).split())
    assert said == f"{shown.rstrip('.')}. {shown.rstrip('.')}. size: {shown}"
    program = "from aimlapi_client.resources.things import Things\nprint(json.dumps(Things.__doc__))"
    assert " ".join(run(folder, program).split()) == shown


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


# --- answers


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


# --- places on the client


def test_two_operations_at_one_place_are_refused(tmp_path: Path) -> None:
    """Before anything is read."""
    paths = {THINGS: {"get": operation(response=ITEM), "post": operation(response=ITEM)}}
    keep = {f"GET {THINGS}": method("get_it", "things.it"), f"POST {THINGS}": method("make_it", "things.it")}
    with pytest.raises(PipelineError, match=r"two operations have the method things\.it"):
        client(tmp_path, paths, keep)


@pytest.mark.parametrize("at", ["things", "things.a.b", "Things.a", "things.class", "import.all", "things._a", "a. b"])
def test_a_place_that_no_client_can_have_is_refused(tmp_path: Path, at: str) -> None:
    """A resource and a method are names in Python."""
    with pytest.raises(PipelineError, match=f"GET {THINGS} hangs at '{at}'"):
        client(tmp_path, {THINGS: {"get": operation()}}, {f"GET {THINGS}": method("get_it", at)})


def test_an_operation_without_a_place_is_there_to_send(tmp_path: Path) -> None:
    """Its module makes the call; no resource has it."""
    paths = {THINGS: {"get": operation(response=ITEM), "post": operation(response=ITEM)}}
    keep: Json = {f"GET {THINGS}": method("get_it", "things.get"), f"POST {THINGS}": "make_it"}
    folder = client(tmp_path, paths, keep)
    program = "from aimlapi_client.api.things import make_it\nfrom aimlapi_client.resources.things import Things\n"
    program += "methods = [name for name in vars(Things) if not name.startswith('_')]\n"
    program += "print(json.dumps([make_it.request().request().method, methods]))"
    assert run(folder, program) == ["POST", ["get"]]


def test_a_method_whose_operation_the_document_lacks_is_left_out(tmp_path: Path) -> None:
    """And its resource with it, where that has no other; an older document still makes a client."""
    keep = {
        f"GET {THINGS}": method("get_it", "things.get"),
        "GET /v1/new": method("get_new", "things.new"),
        "GET /v1/other": method("get_other", "others.get"),
    }
    folder = client(tmp_path, {THINGS: {"get": operation(response=ITEM)}}, keep)
    program = "from aimlapi_client.resources.things import Things\n"
    program += "print(json.dumps([name for kind in (Resources, Things) for name in vars(kind) if name[0] != '_']))"
    assert run(folder, program) == ["things", "get"]


def test_a_client_without_methods_has_no_resources(tmp_path: Path) -> None:
    """The classes are there, and hold nothing."""
    folder = client(tmp_path, {THINGS: {"get": operation()}}, {f"GET {THINGS}": "get_it"})
    program = "print(json.dumps([name for name in vars(Resources) if not name.startswith('_')]))"
    assert run(folder, program) == []


# --- pages


def listing(**properties: Any) -> Json:
    """An answer with these members beside its items."""
    return record("data", data=LIST, **properties)


TEXT, YES = text(), {"type": "boolean"}
CURSORS: dict[str, tuple[str, Json, Json, Json]] = {
    "cursor": ("cursor", listing(next_cursor=TEXT, has_more=YES), {"next_cursor": "c", "has_more": True}, {}),
    "page_token": ("page_token", listing(next_page_token=TEXT), {"next_page_token": "c"}, {}),
    "after": ("after", listing(last_id=TEXT, has_more=YES), {"last_id": "c", "has_more": True}, {"has_more": False}),
    "inside": (
        "cursor",
        listing(pagination=record(next_cursor=TEXT, has_more=YES)),
        {"pagination": {"next_cursor": "c", "has_more": True}},
        {"pagination": {"next_cursor": None, "has_more": False}},
    ),
    "the only list": ("starting_after", record("things", things=LIST, next=TEXT), {"next": "c"}, {}),
}


@pytest.mark.parametrize(("name", "answer", "first", "last"), CURSORS.values(), ids=CURSORS.keys())
def test_a_cursor_is_recognised_by_its_name(tmp_path: Path, name: str, answer: Json, first: Json, last: Json) -> None:
    """A parameter of a usual name beside one list of objects and a usual name for the next page."""
    folder = one(tmp_path, operation(parameters=[parameter(name)], response=answer))
    items = next(iter(answer["required"]))
    pages = [{items: [{"id": "a"}], **first}, {items: [{"id": "b"}], **last}]
    sent, given = call(folder, "client.things.call()", *pages)
    assert [request[1] for request in sent] == [THINGS, f"{THINGS}?{name}=c"]
    assert given == [{"id": "a"}, {"id": "b"}]
    assert signature(folder)[2].startswith("Pages[")


def test_an_offset_is_recognised_by_its_name(tmp_path: Path) -> None:
    """And a page holds as much as it may, unless the caller says otherwise."""
    parameters = [parameter("offset", schema=NUMBER), parameter("limit", schema={**NUMBER, "maximum": 50})]
    folder = one(tmp_path, operation(parameters=parameters, response=listing(has_more=YES)))
    pages = [{"data": [{"id": "a"}, {"id": "b"}], "has_more": True}, {"data": [{"id": "c"}], "has_more": False}]
    sent, given = call(folder, "client.things.call()", *pages)
    assert [request[1] for request in sent] == [f"{THINGS}?limit=50", f"{THINGS}?limit=50&offset=2"]
    assert [item["id"] for item in given] == ["a", "b", "c"]
    assert signature(folder)[1] == ["limit: int = 50", "offset: int | None = None"]


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("cursor", listing()),
        ("cursor", record(next_cursor=TEXT)),
        ("cursor", record(a=LIST, b=LIST, next_cursor=TEXT)),
        ("page", listing(next_cursor=TEXT)),
        ("offset", record(data=ITEM)),
        ("limit", listing(has_more=YES)),
    ],
)
def test_what_fits_nothing_is_no_listing(tmp_path: Path, name: str, answer: Json) -> None:
    """Without a list, a next page or a parameter for it, the answer is given as it is."""
    folder = one(tmp_path, operation(parameters=[parameter(name)], response=answer))
    assert signature(folder)[2] == "CallItResponse"


def test_a_cursor_in_a_header_is_no_listing(tmp_path: Path) -> None:
    """Only the query chooses pages."""
    entry = operation(parameters=[parameter("cursor", "header")], response=listing(next_cursor=TEXT))
    assert signature(one(tmp_path, entry))[2] == "CallItResponse"


def test_the_overlay_says_how_pages_follow(tmp_path: Path) -> None:
    """By any names: the argument may have another one in Python, and a place may be one of Python's words."""
    answer = record("list", list={"type": "array", "items": ITEM}, info=record(**{"from": TEXT}))
    pages = {"items": "list", "cursor": "page", "following": "info.from", "size": "count"}
    action = correction(
        "call_it",
        **{"x-pages": pages, "x-parameters": {"page": {"name": "class"}, "count": {"name": "page_size"}}},
    )
    parameters = [parameter("page"), parameter("count", schema={**NUMBER, "maximum": 9})]
    folder = one(tmp_path, operation(parameters=parameters, response=answer), action)
    given = [{"list": [{"id": "a"}], "info": {"from": "z"}}, {"list": [{"id": "b"}]}]
    sent, items = call(folder, "client.things.call()", *given)
    assert [request[1] for request in sent] == [f"{THINGS}?count=9", f"{THINGS}?count=9&page=z"]
    assert [item["id"] for item in items] == ["a", "b"]
    assert signature(folder)[1] == ["class_: str | None = None", "page_size: int = 9"]


@pytest.mark.parametrize(
    "pages",
    [
        {"items": "data"},
        {"cursor": "cursor", "following": "next"},
        {"items": "dta", "cursor": "cursor", "following": "next"},
        {"items": "next", "cursor": "cursor", "following": "next"},
        {"items": "data", "cursor": "cursor"},
        {"items": "data", "cursor": "cursor", "following": "nxt"},
        {"items": "data", "offset": "offset", "more": "mroe"},
        {"items": "data", "offset": "offset", "identity": "idd"},
        {"items": "data", "cursor": "cursor", "following": "next", "sise": "limit"},
        {"items": "data", "cursor": "cursor", "following": "next", "offset": "offset"},
    ],
)
def test_pages_that_fit_nothing_are_refused(tmp_path: Path, pages: Json) -> None:
    """The error names the operation, says what was written, and what is needed."""
    entry = operation(parameters=[parameter("cursor"), parameter("offset")], response=listing(next=TEXT))
    with pytest.raises(PipelineError, match="x-pages of call_it cannot be used") as caught:
        one(tmp_path, entry, correction("call_it", **{"x-pages": pages}))
    assert "give items (a list of the answer), and cursor with following, or offset" in str(caught.value)


def test_an_older_document_without_pages_gives_all_at_once(tmp_path: Path) -> None:
    """The overlay speaks of a parameter that came later."""
    pages = {"items": "data", "cursor": "cursor", "following": "next"}
    folder = one(tmp_path, operation(response=listing(next=TEXT)), correction("call_it", **{"x-pages": pages}))
    assert signature(folder)[2] == "CallItResponse"


def test_no_resource_hides_behind_what_a_client_has() -> None:
    """The names that the settings refuse are those of both clients."""
    for client, generated in ((AIMLAPI, Resources), (AsyncAIMLAPI, AsyncResources)):
        own = {name for name in dir(client) if not name.startswith("_")} - set(dir(generated))
        assert own == RESERVED


@pytest.mark.parametrize("resource", ["messages", "send", "spent"])
def test_a_resource_that_could_not_be_reached_is_refused(tmp_path: Path, resource: str) -> None:
    """In words that say what to do."""
    place = build_inputs(tmp_path, keep={"GET /a": {"name": "list_a", "method": f"{resource}.list"}})
    with pytest.raises(PipelineError, match=f"a client has '{resource}' itself"):
        load_sources(place.sources)

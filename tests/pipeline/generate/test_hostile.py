"""Hostile texts at every place where a text of a document becomes a name or a value: data, and never code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings, strategies as st

from scripts.pipeline.document.errors import PipelineError
from scripts.pipeline.generate.package import PACKAGE, generate

from ..support.documents import ORDERS, Json, built, document, no_names, operation, parameter, record, tagged, text

HOSTILE = [
    *('it\'s "quoted"', "back\\slash", 'ends in "', "ends in \\", '"""', "'''", "\\N{BULLET}", "\\N{", "\\u"),
    *("new\nline", "tab\t", "\r", "\x00", "\x07\x1b[31m", "\x85", "\u2028", "\u202e", "\ufeff"),
    *("{{ 7 * 7 }}", "{% raw %}", "{# x #}", "${HOME} %s %(x)s {0}", "# comment", "# noqa", "# type:" + " ignore"),
    *('"); import os; os.abort(); ("', "'); import os; os.abort(); ('", '""" + __import__("os").abort() + """'),
    *("a]b[c", "Literal['x']", "str | None", "<script>", "..", "/", "~1", "%2F", "?a=b&c", "::", "|", "`"),
    *("日本", "\u00e9", "e\u0301", "\ufb01", "👍", "\U000e0001", "1st", "", " ", "x" * 300),
    *("class", "None", "self", "cls", "d", "data", "made", "missing", "model", "encode", "datetime", "Any", "Literal"),
    *("UNSET", "dict", "list", "str", "int", "property", "classmethod", "to_dict", "from_dict", "name", "properties"),
    *("additional_properties", "attrs_define", "attrs_field", "__init__", "__class__", "__slots__", "_nulls"),
    *("$ref", "$shape", "x-hint", "x-recursive", "default", "const", "enum", "type", "items", "anyOf", "required"),
]


def hostile_document() -> Json:
    """A document that has every hostile text in every place that a text can have."""
    body = record(
        *HOSTILE,
        **{name: {**text(), "default": name, "format": name, "contentMediaType": name} for name in HOSTILE},
        state=text(*HOSTILE),
        values={"enum": [*HOSTILE, 1, None, {"$ref": HOSTILE[0]}]},
        free={"type": "object", "default": {name: name for name in HOSTILE if name != "$ref"}},
    )
    constants = record(*HOSTILE, **{name: text(name) for name in HOSTILE})
    variants = {"oneOf": [tagged(name, only=text(name, "x")) for name in HOSTILE]}
    places = [
        parameter(name, place, schema={**text(name, "x"), "default": name})
        for place in ("query", "header", "cookie")
        for name in HOSTILE
    ]
    said = {"tags": HOSTILE, "summary": HOSTILE[0], "description": HOSTILE[1], "operationId": HOSTILE[2]}
    post = operation(body=body, response=record(constants=constants, variants=variants), **said)
    return document(
        {ORDERS: {"post": {**post, "servers": [{"url": HOSTILE[3]}]}, "get": operation(parameters=places)}},
        info={"title": HOSTILE[2], "version": HOSTILE[0], "description": HOSTILE[4]},
        servers=[{"url": name} for name in HOSTILE],
        tags=[{"name": name, "description": name} for name in HOSTILE],
    )


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a client of that document."""
    return client(tmp_path_factory.mktemp("hostile"), hostile_document())


def client(folder: Path, data: Json) -> Path:
    """The folder of a client that was generated from a document."""
    generate(built(folder, data).openapi, no_names(folder), folder / "client")
    return folder / "client"


IMPORT_ALL = """
import importlib, json, pkgutil, sys
import aimlapi_client.api as api
import aimlapi_client.answers, aimlapi_client.params
import aimlapi_client.models as models
every = {name: getattr(models, name) for name in models.__all__}
modules = [importlib.import_module(found.name) for found in pkgutil.walk_packages(api.__path__, api.__name__ + ".")]
given = json.loads(sys.stdin.read())
"""


def run(folder: Path, program: str, given: Any = None) -> Any:
    """What a program prints, as JSON, with a generated client in a fresh interpreter where warnings are errors."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", IMPORT_ALL + program],
        env={**os.environ, "PYTHONPATH": str(folder)},
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_no_text_of_a_document_becomes_code(hostile: Path) -> None:
    """Quotes, line ends, template marks and Python's own words are data, and come back as they were."""
    program = """
body = every["PostOrdersParams"].from_dict(given[0])
answer = every["PostOrdersResponse"].from_dict(given[1])
unknown = [len(made.additional_properties) for made in (body, answer, answer.constants)]
print(json.dumps([body.to_dict(), answer.to_dict(), *unknown, answer.variants.only]))
"""
    values = {name: name for name in HOSTILE}
    body = {**values, "state": HOSTILE[4], "values": HOSTILE[3], "free": values}
    answer = {"constants": values, "variants": {"type": HOSTILE[-20], "only": HOSTILE[-20]}}
    assert run(hostile, program, [body, answer]) == [body, answer, 0, 0, 0, HOSTILE[-20]]


def test_every_parameter_has_its_name_on_the_wire(hostile: Path) -> None:
    """And an argument of its own, though each is at three places. What no header may be called is left out."""
    program = """
from aimlapi_client.api.orders.get_orders import ENDPOINT
print(json.dumps([[one.argument, one.name, one.place] for one in ENDPOINT.parameters]))
"""
    parameters = run(hostile, program)
    assert len({argument for argument, _, _ in parameters}) == len(parameters)
    assert {name for _, name, place in parameters if place == "query"} == set(HOSTILE)
    assert {name for _, name, place in parameters if place == "header"} >= {"class", "self", "__init__", "to_dict"}


@pytest.mark.slow
def test_type_checkers_read_it(hostile: Path) -> None:
    """A strict mypy finds no fault in the client."""
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir=/dev/null"]
    done = subprocess.run([*command, str(hostile / PACKAGE)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout[-2000:]


TEXTS = st.sampled_from(HOSTILE) | st.text(max_size=8) | st.sampled_from(["\ud800", "a\udfff"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats() | TEXTS | st.integers(10**400, 10**400 + 1),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=4,
)
KEYWORDS = st.sampled_from(
    [
        *("type", "enum", "const", "default", "format", "pattern", "items", "properties", "required", "nullable"),
        *("anyOf", "oneOf", "allOf", "$ref", "discriminator", "additionalProperties", "minimum", "maxLength", "not"),
    ]
)
SCHEMAS: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from([text(), text("a", "b"), {"type": "integer"}, {"type": "null"}, {}, True, {"$ref": "#/x"}])
    | st.builds(lambda values: {"enum": values}, st.lists(VALUES, max_size=3))
    | st.builds(lambda name, value: {"type": "string", name: value}, KEYWORDS, VALUES),
    lambda inner: (
        st.builds(lambda parts: record(*parts, **parts), st.dictionaries(TEXTS, inner, max_size=3))
        | st.builds(lambda kind, parts: {kind: parts}, st.sampled_from(["anyOf", "oneOf", "allOf"]), st.lists(inner))
        | st.builds(lambda part: {"type": "array", "items": part}, inner)
        | st.builds(lambda part: {"type": "object", "additionalProperties": part}, inner)
    ),
    max_leaves=6,
)
PLACES = st.sampled_from(["query", "header", "cookie", "path"])
OPERATIONS = st.builds(
    lambda body, response, places, said: operation(
        body=body, response=response, parameters=[parameter(*place, schema=body) for place in places], **said
    ),
    SCHEMAS,
    SCHEMAS,
    st.lists(st.tuples(TEXTS, PLACES), max_size=2),
    st.dictionaries(st.sampled_from(["summary", "description", "operationId", "tags", "security", "servers"]), VALUES),
)
PATHS = st.lists(TEXTS | st.builds("{{{}}}".format, TEXTS), max_size=3).map(lambda parts: "/" + "/".join(parts))
DOCUMENTS = st.builds(
    lambda paths, members: document(paths, **members),
    st.dictionaries(PATHS, st.dictionaries(st.sampled_from(["get", "post"]), OPERATIONS, min_size=1), min_size=1),
    st.dictionaries(st.sampled_from(["info", "servers", "tags", "webhooks", "security", "x-y"]), VALUES, max_size=2),
)


def outcome(data: Json) -> str:
    """What the pipeline makes of a document: "a client", or the hint with which it refuses it."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            run(client(Path(folder), data), "print(1)")
        except PipelineError as error:
            return error.hint or f"no hint: {error}"
    return "a client"


@pytest.mark.slow
# A document takes a second, so that it is told as it was found.
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.reuse, Phase.generate])
@given(DOCUMENTS)
def test_any_document_makes_a_client_or_is_refused_with_a_hint(data: Json) -> None:
    """Never a traceback, a fault of a template, or code that cannot be imported."""
    told = outcome(data)
    assert not told.startswith("no hint")
    assert "a template is at fault" not in told
    assert "this is a defect" not in told
    assert "in the lowering" not in told

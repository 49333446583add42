"""A folder of documents through the whole pipeline; documents as messy as a gateway can publish them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from scripts.pipeline.cli import main
from scripts.pipeline.corpus import progress as progress_module
from scripts.pipeline.corpus.run import Result, documents_in, run_one, to_json, to_markdown
from scripts.pipeline.document.errors import PipelineError

from ..support.documents import Json, as_json, build_inputs, built, document, operation, parameter, record, tagged, text

NODE: Json = {"$ref": "#/components/schemas/Node"}
BOTH = {"type": "string", "format": "binary"}


def post(schema: Json, **members: Any) -> Json:
    return {"post": operation(body=schema, response=schema, **members)}


#: One document with what real ones do wrong or in their own way, each under a path of its own.
MESSY = document(
    {
        "/names": post(record(**{"a-b": record(a=text()), "a_b": record(b=text()), "a.b": text(), "": text()})),
        "/python": post(record(**{"class": text(), "self": text(), "l": text(), "mapping": record(any=text())})),
        "/injection": post(record(**{'"""; import os #': text("'''", '"', "\\"), "{{ 7 * 7 }}": text()})),
        "/enums": post(record(a={"enum": ["a", 1, None, True]}, b={"type": "integer", "enum": ["1", "2"]})),
        "/signs": post(record(a=text("+1", "-1", "", "16:9", "日本"))),
        "/circles": post(NODE),
        "/unions": post({"oneOf": [record("a", a=text()), record("b", b=text()), tagged("t", c=text())]}),
        "/overlaps": post(
            {"oneOf": [record("a", "b", a=text(), b=text()), record("a", a=text()), record("b", b=text())]}
        ),
        "/tags": post({"oneOf": [tagged("t", "x", x=text()), tagged("t", "y", y=text()), tagged("u")]}),
        "/maps": post(record(a={"type": "object", "additionalProperties": record(x=text())}, b={"type": "array"})),
        "/parts": post({"allOf": [NODE, record("own", own=text()), {"anyOf": [record(p=text()), record(q=text())]}]}),
        "/lists": post(record(a={"type": "array", "prefixItems": [text(), {"type": "integer"}]})),
        "/defaults": post(
            record(a={**text(), "format": "uuid", "default": "no"}, b={"type": "integer", "default": "2"})
        ),
        "/limits": post(record(a={"type": "number", "minimum": 0, "exclusiveMinimum": True})),
        "/types": post(record(a={"type": ["string", "null"]}, b={"type": "dict"}, c={"nullable": True})),
        "/swapped/{id}": {"$ref": "#/paths/~1names"},
        "no-slash": {"get": operation()},
        "/arguments": post(
            record(a=text()),
            parameters=[parameter(name) for name in ("body", "client", "headers", "params", "url", "from", "a[b]")],
        ),
        "/form": {
            "post": {
                "requestBody": {"content": {"multipart/form-data": {"schema": record("f", f=BOTH, n=text())}}},
                "responses": {"200": {"content": {"audio/mpeg": {"schema": BOTH}}}},
            }
        },
        "/left": {
            "get": operation(
                response=record(a={"type": "object", "properties": {"k": text()}, "additionalProperties": text()}),
                callbacks={"done": {}, "sent": {"{$url}": {}}},
                parameters=[{"name": "q", "in": "query", "content": {"application/xml": {"schema": record(a=text())}}}],
            )
        },
    },
    schemas={"Node": record(next=NODE, all={"type": "array", "items": NODE}, v=text())},
    openapi="3.2.0",
    webhooks={"done": {"post": operation()}},
)
MESSY["paths"]["/left"]["get"]["responses"]["200"]["headers"] = {"X-Rate": {"schema": text()}}


def test_a_messy_document_becomes_a_client(tmp_path: Path) -> None:
    """A document full of oddities builds, generates, imports and passes mypy, with every operation."""
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "messy.json").write_bytes(as_json(MESSY))
    result = run_one(folder / "messy.json", "messy.json", build_inputs(tmp_path / "openapi"), True)
    assert (result.stage, result.message) == ("", "")
    assert result.operations == len(MESSY["paths"])
    assert result.files > 30


@pytest.mark.parametrize(
    ("pointer", "what"),
    [
        ("/openapi", "3.2.0 read as 3.1.0"),
        ("/webhooks", "calls that the gateway makes; left out"),
        ("/paths/~1left/get/callbacks", "calls that the gateway makes; left out"),
        ("/paths/~1left/get/responses/200/headers", "headers of the answer; left out"),
        ("/paths/~1left/get/parameters/q/content/application~1xml", "nothing here writes this media type"),
        ("/paths/~1swapped~1{id}", "refers to #/paths/~1names"),
        ("/paths/no-slash", "a path begins with a slash"),
        (
            "/paths/~1left/get/responses/200/content/application~1json/schema/properties/a/additionalProperties",
            "further properties are read as any value",
        ),
        (
            "/paths/~1defaults/post/requestBody/content/application~1json/schema/properties/a/default",
            "'no' is no value",
        ),
    ],
)
def test_what_is_left_out_is_named(messy_notes: dict[str, str], pointer: str, what: str) -> None:
    """Nothing goes in silence: what was mended and what is left out is told with its pointer."""
    assert messy_notes[pointer].startswith(what)


@pytest.fixture(scope="module")
def messy_notes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What is said of the messy document, by pointer."""
    made = built(tmp_path_factory.mktemp("messy"), json.loads(as_json(MESSY)))
    return {repair.pointer: repair.what for repair in made.repairs}


@pytest.mark.parametrize(
    ("schema", "what"),
    [
        ({"allOf": [text("a", "b"), text("b", "c")]}, "says otherwise than what stands before it: enum"),
        ({"allOf": [record(a=text()), record(a={"type": "integer"})]}, "says otherwise than what stands before it: a"),
        ({"type": "string", "maxLength": 3, "anyOf": [text("a"), text("b")]}, "limits beside alternatives"),
        ({"type": "object", "additionalProperties": False}, "an object that may hold nothing"),
    ],
)
def test_what_a_schema_loses_is_named(tmp_path: Path, schema: Json, what: str) -> None:
    """Parts of a schema that cannot be kept are told, each by its keyword."""
    made = built(tmp_path, document({"/a": {"post": operation(body=record(x=schema))}}))
    assert any(repair.what.startswith(what) for repair in made.repairs)


def test_a_folder_of_documents(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Good and bad documents in parallel: a line for each, a table, and exit code 1 for the bad one."""
    folder = tmp_path / "documents"
    (folder / "deep").mkdir(parents=True)
    (folder / "good.json").write_bytes(as_json(document({"/a": {"get": {}}})))
    (folder / "deep" / "bad.yaml").write_text("swagger: '2.0'\npaths: {/a: {get: {}}}\n")
    build_inputs(tmp_path / "openapi")
    table = tmp_path / "table.md"
    code = main(["--root", str(tmp_path), "corpus", str(folder), "--jobs", "2", "--report", str(table)])
    said = capsys.readouterr()
    assert code == 1
    assert "deep/bad.yaml stopped at build" in said.out
    assert "1 of 2 documents went through all stages" in said.out
    assert sorted(line.split()[0] for line in said.err.splitlines()) == ["build", "good"]
    written = table.read_text()
    assert "| `good.json` | 0 | 1 | 0 |" in written
    assert "**build**: `deep/bad.yaml#/openapi: is not an OpenAPI 3 document" in written
    assert "- `/paths/~1a/get/responses: none declared; an empty 200 added`" in written


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    """A folder without documents is more likely a slip than a wish."""
    with pytest.raises(PipelineError, match="holds no documents"):
        documents_in(tmp_path)


def test_a_defect_is_a_result_like_any_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody foresaw in one document does not end the run of all."""
    path = tmp_path / "a.json"
    path.write_text("{}")

    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr("scripts.pipeline.corpus.run.build", breaks)
    result = run_one(path, "a.json", build_inputs(tmp_path / "openapi"), False)
    assert (result.stage, result.message) == ("build", "a defect of the pipeline: RuntimeError: unforeseen")


def test_a_client_that_does_not_import_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stage where a document stopped is named, with what Python said."""
    path = tmp_path / "a.json"
    path.write_bytes(as_json(document({"/a": {"get": operation()}})))
    monkeypatch.setattr("scripts.pipeline.corpus.run.IMPORT_ALL", "raise SystemExit('no such module')")
    result = run_one(path, "a.json", build_inputs(tmp_path / "openapi"), False)
    assert result.stage == "import"
    assert "no such module" in result.message


RESULT = Result(name="a.json", size=2048, seconds=1.5, stage="mypy", message="a | b", notes=("/x: mended",))


def test_tables() -> None:
    """The results for people and for machines hold the same."""
    assert "| `a.json` | 2 | 0 | 0 | 0 | 1 | 1.5 | **mypy**: `a \\| b` |" in to_markdown([RESULT])
    assert json.loads(to_json([RESULT]))[0]["notes"] == ["/x: mended"]


def test_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """On a terminal there is a bar, and only what went wrong has a line of its own."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    module: ModuleType = progress_module
    with module.progress(1) as seen:
        seen(RESULT)
    assert "mypy" in capsys.readouterr().err

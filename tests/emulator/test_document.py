"""The document: served unchanged, found by default, and supported in both versions of OpenAPI."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from aimlapi_messages.testing import Emulator
from aimlapi_messages.testing.document.openapi import convert, load_document
from aimlapi_messages.testing.document.validation import find_issues

from ..support.shared import SHARED

REPOSITORY = Path(__file__).resolve().parents[2]
PUBLISHED = sorted((SHARED / "upstream").glob("docs-public-*.yaml"))
RAW: dict[str, Any] = {
    "openapi": "3.0.0",
    "info": {"title": "Raw", "version": "1"},
    "paths": {
        "/messages": {
            "post": {
                "operationId": "_v1_messages",
                "requestBody": {"$ref": "#/components/requestBodies/Message"},
                "responses": {},
            }
        }
    },
    "components": {
        "requestBodies": {
            "Message": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Message"}}}}
        },
        "schemas": {
            "Message": {
                "type": "object",
                "required": ["model", "messages"],
                "properties": {
                    "model": {"type": "string", "enum": ["claude-3-opus-20240229"]},
                    "messages": {"type": "array", "items": {"type": "object"}},
                    "note": {"type": "string", "nullable": True},
                    "odd": {"type": "\u2013"},
                    "score": {"type": "number", "minimum": 0, "exclusiveMinimum": True},
                },
                "additionalProperties": False,
            }
        },
    },
}


def post(emulator: Emulator, **body: Any) -> httpx.Response:
    """Send a message with a key."""
    body = {"model": "claude-opus-5", "messages": [{"role": "user", "content": "Hello"}], **body}
    return httpx.post(f"{emulator.base_url}/v1/messages", json=body, headers={"x-api-key": "test-key"})


@pytest.fixture
def raw_document(tmp_path: Path) -> Path:
    """A document in OpenAPI 3.0, in JSON, as the gateway might publish it."""
    path = tmp_path / "raw.json"
    path.write_text(json.dumps(RAW), encoding="utf-8")
    return path


def test_the_document_is_served_as_it_is(small_document: Path) -> None:
    """The document's bytes are served as YAML, without a key."""
    with Emulator(document=small_document) as emulator:
        response = httpx.get(f"{emulator.base_url}/docs-public-yaml?key=abc")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/yaml"
    assert response.content == small_document.read_bytes()
    assert response.headers["x-request-id"]


def test_the_default_document_is_that_of_the_project(client: httpx.Client) -> None:
    """By default, the emulator serves the document that the client was generated from."""
    assert client.get("/docs-public-yaml").content == (REPOSITORY / "openapi" / "openapi.yaml").read_bytes()


@pytest.mark.parametrize("known", ["{etag}", 'W/"other", {etag}', "*"])
def test_a_known_document_is_not_sent_again(client: httpx.Client, known: str) -> None:
    """A request that names the ETag gets 304, the ETag and no body."""
    etag = client.get("/docs-public-yaml").headers["etag"]
    response = client.get("/docs-public-yaml", headers={"if-none-match": known.format(etag=etag)})
    assert response.status_code == 304
    assert response.headers["etag"] == etag
    assert response.content == b""


def test_another_etag_gets_the_document(client: httpx.Client) -> None:
    """A request that names a stale ETag gets the whole document."""
    assert client.get("/docs-public-yaml", headers={"if-none-match": 'W/"stale"'}).status_code == 200


def test_a_raw_document_is_served_and_obeyed(raw_document: Path) -> None:
    """A published document of OpenAPI 3.0 is served verbatim, and used for validation."""
    with Emulator(document=raw_document) as emulator:
        served = httpx.get(f"{emulator.base_url}/docs-public-yaml")
        assert served.content == raw_document.read_bytes()
        assert post(emulator, odd=[1], score=1).status_code == 200
        assert post(emulator, score=0).json()["error"]["details"][0]["path"] == "score"
        assert post(emulator, unknown=1).json()["error"]["details"] == [{"path": "unknown", "reason": "Unknown field"}]


def test_the_models_of_a_document_are_open(raw_document: Path) -> None:
    """Models outside the document's list are accepted, and retired ones in it are served again."""
    with Emulator(document=raw_document) as emulator:
        assert post(emulator, model="claude-opus-5").status_code == 200
        assert post(emulator, model="claude-3-opus-20240229").status_code == 200
        assert post(emulator, model="claude-3-sonnet-20240229").status_code == 404


@pytest.mark.slow
@pytest.mark.skipif(not PUBLISHED, reason="the published documents are not at hand (AIMLAPI_SHARED)")
@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_every_published_document_works(path: Path) -> None:
    """Each dated document of the gateway loads, accepts a plain message and rejects an invalid one."""
    with Emulator(document=path) as emulator:
        assert post(emulator).status_code == 200
        assert post(emulator, stream="yes").json()["error"]["details"][0]["path"] == "stream"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "neither JSON nor YAML"),
        ("a: [1", "neither JSON nor YAML"),
        ("just text", "not an OpenAPI 3 document"),
        ("swagger: '2.0'", "not an OpenAPI 3 document"),
        ("openapi: 3.1.0\npaths: {}", "no operation create_message"),
    ],
)
def test_an_unusable_document(tmp_path: Path, text: str, reason: str) -> None:
    """Another file is rejected with its name and the reason."""
    path = tmp_path / "document.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=reason) as caught:
        Emulator(document=path)
    assert str(path) in str(caught.value)


def test_a_missing_document(tmp_path: Path) -> None:
    """A file that does not exist is an OSError."""
    with pytest.raises(FileNotFoundError):
        Emulator(document=tmp_path / "nothing.yaml")


def test_the_own_document_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the document was not built, the error says what to do."""
    monkeypatch.setattr(Path, "is_file", lambda path: False)
    with pytest.raises(FileNotFoundError, match="Build it, or name another document"):
        load_document()


def test_a_reference_that_leads_nowhere(tmp_path: Path) -> None:
    """A document with a dangling reference in the messages operation is rejected, and the reference is named."""
    path = tmp_path / "dangling.json"
    path.write_text(json.dumps({**RAW, "components": {}}), encoding="utf-8")
    with pytest.raises(ValueError, match="refers to #/components/requestBodies/Message, which does not exist"):
        load_document(path)


def test_a_changed_document_is_read_again(tmp_path: Path, small_document: Path) -> None:
    """Documents are cached until the file changes."""
    path = tmp_path / "document.yaml"
    path.write_bytes(small_document.read_bytes())
    first = load_document(path)
    assert load_document(path) is first
    path.write_bytes(small_document.read_bytes() + b"# changed\n")
    assert load_document(path).etag != first.etag


def test_other_operations_have_validators() -> None:
    """The body of any operation can be validated, found by its id or its path."""
    document = load_document()
    by_id = document.body_validator("create_batch")
    by_path = document.body_validator("no_such_operation", "/v1/batches")
    assert by_id is not None
    assert by_path is not None
    assert [issue.path for issue in find_issues(by_id, {})] == ["requests"]
    assert [issue.path for issue in find_issues(by_path, {"requests": "x"})] == ["requests"]
    assert document.body_validator("list_models") is None


CONVERSIONS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
    ({"type": "string", "nullable": False}, {"type": "string"}),
    ({"nullable": True}, {}),
    (
        {"type": "string", "enum": ["a"], "nullable": True},
        {"anyOf": [{"type": "string", "enum": ["a"]}, {"type": "null"}]},
    ),
    ({"$ref": "#/x", "nullable": True}, {"anyOf": [{"$ref": "#/x"}, {"type": "null"}]}),
    ({"type": "\u2013", "minLength": 1}, {"minLength": 1}),
    ({"type": ["string", "odd"]}, {"type": ["string"]}),
    ({"maximum": 5, "exclusiveMaximum": True}, {"exclusiveMaximum": 5}),
    ({"maximum": 5, "exclusiveMaximum": False}, {"maximum": 5}),
    ({"exclusiveMaximum": 5}, {"exclusiveMaximum": 5}),
    ({"oneOf": [{"nullable": True}]}, {"anyOf": [{}]}),
    ({"oneOf": [{}], "anyOf": [True]}, {"anyOf": [True], "allOf": [{"anyOf": [{}]}]}),
    (
        {"properties": {"nullable": {"type": "boolean"}, "oneOf": {"type": "\u2013"}}},
        {"properties": {"nullable": {"type": "boolean"}, "oneOf": {}}},
    ),
    (
        {"items": {"nullable": True}, "additionalProperties": False},
        {"items": {}, "additionalProperties": False},
    ),
]


@pytest.mark.parametrize(("schema", "expected"), CONVERSIONS)
def test_schemas_of_3_0_are_converted(schema: dict[str, Any], expected: dict[str, Any]) -> None:
    """Null, exclusive bounds and invalid types become JSON Schema 2020-12, names of properties are kept."""
    assert convert(schema) == expected


def test_a_schema_that_is_a_part_of_itself(tmp_path: Path) -> None:
    """Recursive schemas are supported."""
    node = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Node"}, "n": {"type": "integer"}}}
    body = {
        "type": "object",
        "properties": {"model": {"type": "string"}, "node": {"$ref": "#/components/schemas/Node"}},
    }
    post = {"requestBody": {"content": {"application/json": {"schema": body}}}, "responses": {}}
    content = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {"/v1/messages": {"post": post}},
        "components": {"schemas": {"Node": node}},
    }
    file = tmp_path / "document.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    validator = load_document(file).message_validator
    deep = {"next": {"next": {"next": {"n": "text"}}}}
    assert [issue.path for issue in find_issues(validator, {"model": "m", "node": deep})] == ["node.next.next.next.n"]
    assert find_issues(validator, {"model": "m", "node": {"next": {"n": 1}}}) == []

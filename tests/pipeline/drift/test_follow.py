"""Following a document from end to end on this machine: drift says what changed, regenerate follows, check is clean."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from aimlapi_messages.testing import Emulator
from scripts.pipeline.cli import main
from scripts.pipeline.document.dump import dump_yaml
from scripts.pipeline.drift import follow
from scripts.pipeline.source.reading import read_document

from ..support.documents import ORDERS, Json, as_json, as_yaml, build_inputs, document, operation, record, text
from ..support.real import INPUTS, NEWEST, ROOT, SHARED, SINGLE
from ..support.server import Answer, Server, send

KEEP = {f"POST {ORDERS}": "create_order"}
REQUEST = record("state", state=text("open", "closed"), size={"type": "integer"})
PROJECT = '[project]\nversion = "0.1.0"\n'


def orders(note: str = "", **properties: Any) -> Json:
    """A document with one operation whose request has these further properties; None takes one out."""
    named = {name: part for name, part in {**REQUEST["properties"], **properties}.items() if part is not None}
    asked = operation(body={**REQUEST, "properties": named}, response=record(total={"type": "integer"}))
    return document({ORDERS: {"post": {**asked, "description": note}}})


def serving(data: Json | bytes) -> Answer:
    """A server that knows its document by an ETag."""
    raw = data if isinstance(data, bytes) else as_yaml(data)
    etag = f'"{hashlib.sha256(raw).hexdigest()[:8]}"'

    def answer(request: BaseHTTPRequestHandler) -> None:
        known = request.headers.get("if-none-match") == etag
        send(request, 304 if known else 200, b"" if known else raw, etag=etag)

    return answer


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    running = Server()
    running.answer = serving(orders())
    yield running
    running.close()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout that follows a document of a server that is gone."""
    root = tmp_path_factory.mktemp("checkout")
    build_inputs(root / "openapi", keep=KEEP)
    (root / "pyproject.toml").write_text(PROJECT)
    first = Server()
    first.answer = serving(orders())
    assert run(root, "regenerate", "--url", first.address) == 0
    first.close()
    return root


@pytest.fixture
def root(made: Path, server: Server, tmp_path: Path) -> Path:
    """A copy of it that follows this test's server."""
    copy = Path(shutil.copytree(made, tmp_path / "checkout"))
    lock = copy / "openapi" / "upstream.lock.json"
    lock.write_text(json.dumps({**json.loads(lock.read_text()), "url": server.address}, indent=1) + "\n")
    return copy


def run(root: Path, *arguments: str | Path) -> int:
    return main(["--root", str(root), *map(str, arguments)])


def tree(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_an_unchanged_document_builds_nothing(
    root: Path, server: Server, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One conditional request, answered by 304: nothing is read, built or written, and drift says 0."""
    monkeypatch.setattr(follow, "read", None)
    before = tree(root)
    assert run(root, "drift", "--url", f"{server.address}?key=secret") == 0
    assert capsys.readouterr().out == "no drift: the document is unchanged since the last pull\n"
    assert server.requests[0][1]["if-none-match"]
    assert tree(root) == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fresh", "code", "said", "release"),
    [
        (orders(note="Makes an order"), 0, "docs     The document: text changed: prose, examples or", "0.1.0"),
        (
            orders(colour=text()),
            10,
            "+ additive create_order request: property added to CreateOrderParams: colour",
            "0.1.1",
        ),
        (
            orders(size=None),
            20,
            "- breaking create_order request: property removed from CreateOrderParams: size",
            "0.2.0",
        ),
    ],
    ids=["docs", "additive", "breaking"],
)
def test_a_change_is_told_and_followed(
    root: Path, server: Server, capsys: pytest.CaptureFixture[str], fresh: Json, code: int, said: str, release: str
) -> None:
    """Drift gives the code and the reports of the class and touches nothing; regenerate follows, and check is clean."""
    server.answer = serving(fresh)
    before = tree(root)
    reports = [root.parent / f"report.{kind}" for kind in ("md", "html", "json")]
    wanted = [part for report in reports for part in ("--report", report)]
    assert run(root, "drift", "--url", server.address, *wanted) == code
    assert said in capsys.readouterr().out
    told = json.loads(reports[2].read_text())
    assert told["kind"] == {0: "docs", 10: "additive", 20: "breaking"}[code]
    assert told["release"] == release
    assert f"**1 change: 1 {told['kind']}" in reports[0].read_text()
    assert "The document has changed" in reports[1].read_text()
    assert tree(root) == before

    assert run(root, "regenerate", "--url", server.address) == 0
    assert "is what the pipeline makes of it" in capsys.readouterr().out
    assert run(root, "drift", "--url", server.address) == 0
    assert "unchanged since the last pull" in capsys.readouterr().out


def test_an_operation_that_is_not_kept_is_told_once(
    root: Path, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    """In every form of the report, as an addition; once it has been followed, no more. That it goes breaks nobody."""
    more = orders()
    more["paths"]["/v1/files"] = {"get": operation(response=record(id=text()))}
    server.answer = serving(more)
    reports = [root.parent / f"report.{kind}" for kind in ("md", "html", "json")]
    wanted = [part for report in reports for part in ("--report", report)]
    assert run(root, "drift", "--url", server.address, *wanted, "--no-api") == 10
    shown = [capsys.readouterr().out, *(report.read_text() for report in reports)]
    assert all("new, not kept" in form and "GET /v1/files" in form for form in shown)

    assert run(root, "pull", "--url", server.address) == 0
    capsys.readouterr()
    more["paths"][ORDERS]["post"]["description"] = "Makes an order"
    server.answer = serving(more)
    assert run(root, "drift", "--url", server.address) == 0
    assert "/v1/files" not in capsys.readouterr().out
    server.answer = serving(orders())
    assert run(root, "drift", "--url", server.address) == 0
    assert "removed, was not kept: GET /v1/files" in capsys.readouterr().out


def hangs(request: BaseHTTPRequestHandler) -> None:
    """Half an answer, and then nothing for longer than the limit."""
    request.send_response(200)
    request.end_headers()
    request.wfile.write(b"openapi: 3.0.0\n")
    request.wfile.flush()
    time.sleep(2)


def cut(length: int) -> Answer:
    """A part of the document with the length of the whole."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        send(request, 200, as_yaml(orders(colour=text()))[:-length], content_length="100000")

    return answer


BAD: dict[str, Answer] = {
    "hangs": hangs,
    "answers 500": lambda request: send(request, 500, b"oops"),
    "answers HTML": lambda request: send(request, 200, b"<!doctype html><title>Log in</title>"),
    "closes in the middle": cut(100),
    "has half a JSON file": lambda request: send(request, 200, as_json(orders())[:400]),
    "has half a YAML file": lambda request: send(request, 200, as_yaml(orders())[:300]),
    "has nothing": lambda request: send(request, 200, b""),
    "has another document": serving(document({"/v1/other": {"get": operation()}})),
}


@pytest.mark.parametrize("answer", BAD.values(), ids=BAD.keys())
@pytest.mark.parametrize("verb", ["drift", "regenerate"])
def test_a_server_that_fails_leaves_all_as_it_was(
    root: Path, server: Server, capsys: pytest.CaptureFixture[str], verb: str, answer: Answer
) -> None:
    """Whatever goes wrong, the exit code is 1, a sentence says what to do, and no file is touched."""
    sources = root / "openapi" / "sources.toml"
    sources.write_text(sources.read_text().replace("timeout_seconds = 10", "timeout_seconds = 0.5"))
    server.answer = answer
    before = tree(root)
    assert run(root, verb, "--url", f"{server.address}?key=secret") == 1
    said = capsys.readouterr().err
    assert "what to do: " in said
    assert "secret" not in said
    assert tree(root) == before


def test_a_new_keyword_stops_until_a_person_accepts_it(
    root: Path, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    """A schema keyword that was never in use stops the regeneration, is named, and shows in the drift."""
    server.answer = serving(orders(colour={"type": "string", "contentEncoding": "base64"}))
    before = tree(root)
    assert run(root, "regenerate", "--url", server.address) == 1
    assert "contentEncoding" in capsys.readouterr().err
    assert run(root, "pull", "--url", server.address) == 1
    assert tree(root) == before
    assert run(root, "drift", "--url", server.address) == 10
    assert "note: New schema keyword: contentEncoding at /paths" in capsys.readouterr().err
    assert run(root, "pull", "--url", server.address, "--accept-keywords") == 0
    assert "contentEncoding" in (root / "openapi/upstream.lock.json").read_text()


def test_two_runs_at_once_leave_one_whole_checkout(root: Path, server: Server) -> None:
    """Runs take turns: whichever is last, its documents, lock and client belong together."""
    server.answer = serving(orders(colour=text()))
    codes: list[int] = []
    runs = [
        threading.Thread(target=lambda: codes.append(run(root, "regenerate", "--url", server.address)))
        for _ in range(2)
    ]
    for one in runs:
        one.start()
    for one in runs:
        one.join()
    assert codes == [0, 0]
    assert run(root, "check") == 0


@pytest.mark.slow
def test_the_emulator_can_be_followed(tmp_path: Path, server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    """What the emulator publishes is pulled, and right after that there is no drift."""
    shutil.copytree(ROOT / "openapi", tmp_path / "openapi")
    with Emulator() as emulator:
        address = f"{emulator.base_url}/docs-public-yaml"
        assert run(tmp_path, "pull", "--url", address, "--accept-keywords") == 0
        assert run(tmp_path, "drift", "--url", address) == 0
    assert "no drift" in capsys.readouterr().out


def shuffled(node: Any, order: random.Random, inside: str = "") -> Any:
    """The same document with its keys, variants and values in another order."""
    if isinstance(node, dict):
        keys = list(node)
        order.shuffle(keys)
        return {key: shuffled(node[key], order, key) for key in keys}
    if isinstance(node, list):
        parts = [shuffled(part, order) for part in node]
        if inside in ("anyOf", "oneOf", "enum", "required", "parameters"):
            order.shuffle(parts)
        return parts
    return node


@pytest.mark.slow
@pytest.mark.skipif(not SINGLE, reason=f"real documents are not at {SHARED} (set AIMLAPI_SHARED)")
@pytest.mark.parametrize("path", [NEWEST, *SINGLE[5:6]], ids=lambda path: path.stem)
def test_order_is_no_drift(tmp_path: Path, capsys: pytest.CaptureFixture[str], path: Path) -> None:
    """A real document differs in nothing from itself with keys, variants and enum values shuffled."""
    copy = tmp_path / "copy.yaml"
    copy.write_text(dump_yaml(shuffled(read_document(path), random.Random(7))), encoding="utf-8")
    shutil.copytree(INPUTS.directory, tmp_path / "openapi")
    assert run(tmp_path, "drift", "--base", path, "--input", copy, "--all") == 0
    assert capsys.readouterr().out == "no drift\n"

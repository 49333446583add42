"""The table of ended models: pulled from the gateway's feed with the document, and part of the client."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from scripts.pipeline.cli import main
from scripts.pipeline.document.errors import PipelineError
from scripts.pipeline.source.deprecations import deprecations_text, read_feed

from ..support.documents import ORDERS, Json, as_yaml, build_inputs, document, operation, record, text
from ..support.server import Answer, Server, send

KEEP = {f"POST {ORDERS}": "create_order"}
FEED: list[Json] = [
    {
        "id": "maker/old-2",
        "aliases": ["old-2", "maker/old"],
        "status": "deprecated",
        "deprecated_at": "2026-08-01",
        "shutdown_at": "2026-12-31T00:00:00Z",
        "replaced_by": "maker/new",
        "reason": None,
        "unknown": {"kept": False},
    },
    {"id": "maker/gone", "aliases": [], "status": "withdrawn", "shutdown_at": None, "source": "a page"},
    {"id": 'it\'s "odd"\n\\', "status": "superseded", "replaced_by": "maker/new"},
]
#: What is kept of it, sorted, without what is null or not known.
KEPT = [
    {"id": 'it\'s "odd"\n\\', "status": "superseded", "replaced_by": "maker/new"},
    {"id": "maker/gone", "status": "withdrawn", "source": "a page"},
    {
        "id": "maker/old-2",
        "aliases": ["old-2", "maker/old"],
        "status": "deprecated",
        "deprecated_at": "2026-08-01",
        "shutdown_at": "2026-12-31T00:00:00Z",
        "replaced_by": "maker/new",
    },
]
#: The same by id and alias: status, shutdown_at, replaced_by.
TABLE = {
    'it\'s "odd"\n\\': ["superseded", None, "maker/new"],
    "maker/gone": ["withdrawn", None, None],
    "maker/old": ["deprecated", "2026-12-31T00:00:00Z", "maker/new"],
    "maker/old-2": ["deprecated", "2026-12-31T00:00:00Z", "maker/new"],
    "old-2": ["deprecated", "2026-12-31T00:00:00Z", "maker/new"],
}
COMMITTED = [{"id": "maker/kept", "status": "withdrawn"}]


def orders(**properties: Any) -> bytes:
    """A document with one operation."""
    request = record(state=text("open", "closed"), **properties)
    return as_yaml(document({ORDERS: {"post": operation(body=request, response=record(total=text()))}}))


def serving(feed: Answer, raw: bytes) -> Answer:
    """A server of a document at /document and a feed at /feed."""
    return lambda request: feed(request) if request.path.startswith("/feed") else send(request, 200, raw)


def giving(feed: object, status: int = 200) -> Answer:
    return lambda request: send(request, status, json.dumps(feed).encode())


def hangs_up(request: BaseHTTPRequestHandler) -> None:
    """Nothing comes."""
    request.close_connection = True


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "AIMLAPI_SPEC_URL"):
        monkeypatch.delenv(name, raising=False)
    running = Server()
    running.answer = serving(giving(FEED), orders())
    yield running
    running.close()


@pytest.fixture
def root(server: Server, tmp_path: Path) -> Path:
    """A checkout that follows the server, with a table from before."""
    place = build_inputs(
        tmp_path / "openapi",
        keep=KEEP,
        url=f"{server.address}/document",
        deprecations=f"{server.address}/feed",
    )
    place.deprecations.write_text(deprecations_text(COMMITTED), encoding="utf-8")
    (tmp_path / "orders.yaml").write_bytes(orders())
    return tmp_path


def run(root: Path, *arguments: str | Path) -> int:
    return main(["--root", str(root), *map(str, arguments)])


def committed(root: Path) -> Any:
    """The models of the file that is kept."""
    return json.loads((root / "openapi/deprecations.json").read_text(encoding="utf-8"))


def table(root: Path) -> Any:
    """The table of the generated client."""
    program = "import json; from aimlapi_client.deprecations import DEPRECATIONS; print(json.dumps(DEPRECATIONS))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env={**os.environ, "PYTHONPATH": str(root / "generated")},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def test_the_feed_is_pulled_with_the_document(root: Path, server: Server) -> None:
    """The table of the client has each model under its id and its aliases; a check finds nothing to say."""
    assert run(root, "regenerate") == 0
    assert committed(root) == KEPT
    assert table(root) == TABLE
    assert run(root, "check") == 0
    assert [path for path, _ in server.requests] == ["/document", "/feed"]


def test_a_pull_writes_the_feed_and_a_build_takes_it(root: Path) -> None:
    """Step by step the result is the same."""
    assert [run(root, verb) for verb in ("pull", "build", "generate", "check")] == [0, 0, 0, 0]
    assert (committed(root), table(root)) == (KEPT, TABLE)


def test_pulling_twice_changes_nothing(root: Path) -> None:
    """The order of a feed says nothing."""
    assert run(root, "regenerate") == 0
    before = (root / "openapi/deprecations.json").read_bytes()
    assert run(root, "regenerate") == 0
    assert (root / "openapi/deprecations.json").read_bytes() == before


def test_a_model_that_came_back_leaves_the_table(root: Path, server: Server) -> None:
    """The feed is the whole truth."""
    assert run(root, "regenerate") == 0
    server.answer = serving(giving({"object": "list", "data": FEED[1:2]}), orders())
    assert run(root, "regenerate") == 0
    assert table(root) == {"maker/gone": ["withdrawn", None, None]}
    server.answer = serving(giving([]), orders())
    assert run(root, "regenerate") == 0
    assert (committed(root), table(root)) == ([], {})


BAD: dict[str, Answer] = {
    "is down": giving({}, status=503),
    "is gone": giving({}, status=404),
    "hangs up": hangs_up,
    "is HTML": lambda request: send(request, 200, b"<!doctype html><title>Log in</title>"),
    "is empty": lambda request: send(request, 200, b""),
    "is cut": lambda request: send(request, 200, b'[{"id": "a", "status": "withd'),
    "is no list": giving({"data": {"id": "a"}}),
    "is text": giving("withdrawn"),
    "is null": giving(None),
    "holds no models": giving(["a"]),
    "lacks an id": giving([{"status": "withdrawn"}]),
    "lacks a status": giving([{"id": "a"}]),
    "has another id": giving([{"id": 5, "status": "withdrawn"}]),
    "has another status": giving([{"id": "a", "status": None}]),
    "has another date": giving([{"id": "a", "status": "withdrawn", "shutdown_at": 5}]),
    "has other aliases": giving([{"id": "a", "status": "withdrawn", "aliases": "b"}]),
    "has aliases of another kind": giving([{"id": "a", "status": "withdrawn", "aliases": [5]}]),
    "is not UTF-8": lambda request: send(request, 200, b'[{"id": "\xff", "status": "withdrawn"}]'),
    "is nested too deeply": lambda request: send(request, 200, b"[" * 100_000),
    "leads elsewhere": lambda request: send(request, 302, location="http://elsewhere.invalid/feed"),
}


@pytest.mark.slow
@pytest.mark.parametrize("feed", BAD.values(), ids=BAD.keys())
def test_a_feed_that_cannot_be_read_keeps_what_is_committed(
    root: Path, server: Server, capsys: pytest.CaptureFixture[str], feed: Answer
) -> None:
    """The document is followed all the same, and standard error says why the table is not."""
    server.answer = serving(feed, orders(added=text()))
    assert run(root, "regenerate") == 0
    said = capsys.readouterr().err
    assert "note: " in said
    assert f"{server.address}/feed" in said
    assert "the deprecations stay as they are" in said
    assert (committed(root), table(root)) == (COMMITTED, {"maker/kept": ["withdrawn", None, None]})
    assert "added" in (root / "openapi/openapi.yaml").read_text(encoding="utf-8")


ELSEWHERE: dict[str, Callable[[Path, Server], list[str]]] = {
    "a file": lambda root, _: ["--input", str(root / "orders.yaml")],
    "another address": lambda _, server: ["--url", f"{server.address}/other"],
}


@pytest.mark.parametrize("origin", ELSEWHERE.values(), ids=ELSEWHERE.keys())
@pytest.mark.parametrize("verb", ["pull", "regenerate"])
def test_a_document_from_elsewhere_leaves_the_feed_alone(
    root: Path, server: Server, verb: str, origin: Callable[[Path, Server], list[str]]
) -> None:
    """It is not asked, and what is committed stays."""
    assert run(root, verb, *origin(root, server)) == 0
    assert committed(root) == COMMITTED
    assert [path for path, _ in server.requests if path == "/feed"] == []


def test_an_address_in_the_environment_is_elsewhere(
    root: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As an option is."""
    monkeypatch.setenv("AIMLAPI_SPEC_URL", f"{server.address}/other")
    assert run(root, "regenerate") == 0
    assert committed(root) == COMMITTED


def test_the_own_address_given_by_hand_is_not_elsewhere(root: Path, server: Server) -> None:
    """It names the same document."""
    assert run(root, "regenerate", "--url", f"{server.address}/document") == 0
    assert committed(root) == KEPT


def test_a_client_without_a_feed_has_an_empty_table(tmp_path: Path) -> None:
    """Where sources.toml names none and nothing is committed."""
    build_inputs(tmp_path / "openapi", keep=KEEP)
    (tmp_path / "orders.yaml").write_bytes(orders())
    assert run(tmp_path, "regenerate", "--input", tmp_path / "orders.yaml") == 0
    assert table(tmp_path) == {}
    assert not (tmp_path / "openapi/deprecations.json").exists()


def test_a_committed_file_that_cannot_be_read_is_an_error(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is named, and nothing is changed."""
    (root / "openapi/deprecations.json").write_text("[{}]")
    assert run(root, "regenerate", "--input", root / "orders.yaml") == 1
    assert "deprecations.json: holds a model without an id or a status" in capsys.readouterr().err
    assert not (root / "generated").exists()


def test_a_feed_survives_its_file() -> None:
    """What was written is read as it was; a line for each model."""
    kept = read_feed(json.dumps(FEED).encode(), source="feed")
    text = deprecations_text(kept)
    assert kept == KEPT
    assert read_feed(text.encode(), source="file") == kept
    assert len(text.splitlines()) == len(kept) + 2
    assert deprecations_text([]) == "[]\n"


def test_half_of_a_surrogate_pair_in_a_feed_can_be_written() -> None:
    """It has no form in UTF-8."""
    (model,) = read_feed(b'[{"id": "a\\ud800", "status": "deprecated"}]', source="feed")
    assert model["id"] == "a\ufffd"


def test_a_feed_that_says_a_model_twice_is_refused() -> None:
    """Which of the two is meant cannot be told."""
    twice = [{"id": "a", "status": "withdrawn"}, {"id": "a", "status": "deprecated"}]
    with pytest.raises(PipelineError, match="says 'a' twice"):
        read_feed(json.dumps(twice).encode(), source="feed")


def test_an_id_comes_before_an_alias(root: Path, server: Server) -> None:
    """An alias of one model that another has as its id names the other."""
    feed = [{"id": "b", "status": "withdrawn"}, {"id": "c", "aliases": ["b", "c", "d"], "status": "deprecated"}]
    server.answer = serving(giving(feed), orders())
    assert run(root, "regenerate") == 0
    assert {name: row[0] for name, row in table(root).items()} == {
        "b": "withdrawn",
        "c": "deprecated",
        "d": "deprecated",
    }

"""Pulling the document over HTTP: politely, within limits, from its own host, and without ever showing a key."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from scripts.pipeline.checkout.lock import read_lock
from scripts.pipeline.checkout.workspace import Workspace, obtain, pull
from scripts.pipeline.cli import main
from scripts.pipeline.document.errors import PipelineError
from scripts.pipeline.source.fetch import Fetched, fetch, without_query

from ...support.deadlines import LIMIT
from ..support.documents import ORDERS, as_yaml, build_inputs, document, operation, record, text
from ..support.server import Answer, Server, send

RAW = as_yaml(document({ORDERS: {"get": operation(response=record(id=text()))}}))
KEY = "secret-of-the-test"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server of this machine's, and an environment that leads to no other."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    running = Server()
    running.answer = lambda request: send(request, 200, RAW)
    yield running
    running.close()


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace that keeps one operation and has pulled nothing yet."""
    build_inputs(tmp_path / "openapi", keep={f"GET {ORDERS}": "list_orders"})
    return Workspace(tmp_path)


def get(url: str, **options: Any) -> Fetched:
    return fetch(url, **{"max_bytes": 10_000, "timeout": 10.0, **options})


def refused(url: str, **options: Any) -> PipelineError:
    with pytest.raises(PipelineError) as caught:
        get(url, **options)
    return caught.value


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_document_is_fetched_with_its_validators(server: Server) -> None:
    """The bytes come as sent, with what makes the next request conditional."""
    server.answer = lambda request: send(request, 200, RAW, etag='"1"', last_modified="Mon, 04 May 2026 00:00:00 GMT")
    fetched = get(f"{server.address}/document")
    assert fetched == Fetched(RAW, f"{server.address}/document", '"1"', "Mon, 04 May 2026 00:00:00 GMT")
    assert "if-none-match" not in server.requests[0][1]


def test_an_answer_of_no_change_to_who_asked_for_all_is_an_error(server: Server, workspace: Workspace) -> None:
    """There is nothing that could be unchanged: neither a drift of none nor a document."""
    server.answer = lambda request: send(request, 304)
    assert "304" in str(refused(server.address))
    for verb in ("drift", "regenerate", "pull"):
        assert main(["--root", str(workspace.root), verb, "--url", server.address]) == 1


def test_a_known_document_is_asked_for_conditionally(server: Server) -> None:
    """A stored validator is sent, and 304 means that nothing has changed."""
    server.answer = lambda request: send(request, 304)
    fetched = get(server.address, etag='"1"', last_modified="Mon, 04 May 2026 00:00:00 GMT")
    assert fetched.raw is None
    assert server.requests[0][1]["if-none-match"] == '"1"'
    assert server.requests[0][1]["if-modified-since"] == "Mon, 04 May 2026 00:00:00 GMT"


def answer_with_etag(request: BaseHTTPRequestHandler) -> None:
    """200 with an ETag at first, 304 for who has it."""
    known = request.headers.get("if-none-match") == '"1"'
    send(request, *((304,) if known else (200, RAW)), etag='"1"')


def test_a_second_pull_says_unchanged_and_writes_nothing(server: Server, workspace: Workspace) -> None:
    """The lock remembers the ETag; where the server says 304, nothing is built and no file is touched."""
    server.answer = answer_with_etag
    first = pull(workspace, url=server.address, input_file=None)
    before = contents(workspace.root)
    times = {path: path.stat().st_mtime_ns for path in workspace.root.rglob("*")}
    assert first is not None
    assert pull(workspace, url=server.address, input_file=None) is None
    assert contents(workspace.root) == before
    assert {path: path.stat().st_mtime_ns for path in workspace.root.rglob("*")} == times


def test_pull_writes_the_document_and_its_lock(server: Server, workspace: Workspace) -> None:
    """A pull writes upstream.yaml and a lock that says where that was and what makes it known again."""
    server.answer = lambda request: send(request, 200, RAW, etag='"1"', last_modified="Mon, 04 May 2026 00:00:00 GMT")
    pull(workspace, url=f"{server.address}/document", input_file=None)
    lock = read_lock(workspace.lock)
    assert lock is not None
    assert (lock.url, lock.etag) == (f"{server.address}/document", '"1"')
    assert lock.last_modified == "Mon, 04 May 2026 00:00:00 GMT"
    assert "list_orders" in workspace.upstream.read_text(encoding="utf-8")


def test_pulling_the_same_document_again_changes_no_file(server: Server, workspace: Workspace) -> None:
    """Without validators the document comes whole every time, and the same document gives the same files."""
    pull(workspace, url=server.address, input_file=None)
    before = contents(workspace.root)
    assert pull(workspace, url=server.address, input_file=None) is not None
    assert contents(workspace.root) == before


@pytest.mark.parametrize(
    ("verb", "says"), [("pull", "unchanged since the last pull"), ("drift", "the document is unchanged")]
)
def test_an_unchanged_document_is_no_news(
    server: Server, workspace: Workspace, capsys: pytest.CaptureFixture[str], verb: str, says: str
) -> None:
    """On the command line, 304 is exit code 0 and a sentence."""
    server.answer = answer_with_etag
    pull(workspace, url=server.address, input_file=None)
    assert main(["--root", str(workspace.root), verb, "--url", server.address]) == 0
    assert says in capsys.readouterr().out


def test_another_address_is_not_asked_conditionally(server: Server, workspace: Workspace) -> None:
    """A validator belongs to the address that it came from."""
    server.answer = answer_with_etag
    pull(workspace, url=server.address, input_file=None)
    assert pull(workspace, url=f"{server.address}/other", input_file=None) is not None
    assert "if-none-match" not in server.requests[-1][1]


def test_a_redirect_on_the_same_host_is_followed(server: Server) -> None:
    """A document that moved on its own host is found."""
    server.answer = lambda request: send(request, *{"/new": (200, RAW)}.get(request.path, (302,)), location="/new")
    assert get(f"{server.address}/old").raw == RAW
    assert [path for path, _ in server.requests] == ["/old", "/new"]


@pytest.mark.parametrize("target", ["https://login.invalid/", "//login.invalid/", "http://localhost:1/"])
def test_a_redirect_to_another_host_is_refused(server: Server, target: str) -> None:
    """A redirect away is a login page or worse: the other host is named and never asked."""
    server.answer = lambda request: send(request, 302, location=target)
    error = refused(f"{server.address}/old")
    assert "redirects to another host" in error.message
    assert error.source == f"{server.address}/old"
    assert len(server.requests) == 1


def test_redirects_in_a_circle_end(server: Server) -> None:
    """A redirect to itself is given up after a few times."""
    server.answer = lambda request: send(request, 302, location="/")
    assert "redirects more than 3 times" in refused(server.address).message
    assert len(server.requests) == 4


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 503, 204])
def test_any_other_status_is_an_error(server: Server, status: int) -> None:
    """What is not 200 is no document, and the status is named."""
    server.answer = lambda request: send(request, status)
    error = refused(server.address)
    assert f"answers with status {status}" in error.message
    assert "--input FILE" in error.hint


def test_a_server_that_hangs_is_given_up(server: Server) -> None:
    """A server that does not answer costs the timeout and no more."""
    over = threading.Event()
    server.answer = lambda request: over.wait(LIMIT) and None
    error = refused(server.address, timeout=0.2)
    over.set()
    assert "did not answer in time" in error.message


def test_a_server_that_trickles_is_given_up(server: Server) -> None:
    """Each byte in time is not enough: the limit is on the whole fetch."""
    over = threading.Event()

    def trickle(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("content-length", "1000")
        request.end_headers()
        while not over.wait(0.05):
            request.wfile.write(b"x")

    server.answer = trickle
    error = refused(server.address, timeout=0.4)
    over.set()
    assert "took longer than limits.timeout_seconds" in error.message


def test_a_body_over_the_limit_is_refused(server: Server) -> None:
    """A document larger than the limit is not read to its end."""
    server.answer = lambda request: send(request, 200, b"x" * 2000)
    error = refused(server.address, max_bytes=1000)
    assert "is larger than the limit of 1,000 bytes" in error.message
    assert "limits.max_bytes" in error.hint


def test_a_connection_that_is_cut_is_an_error(server: Server) -> None:
    """Fewer bytes than announced are no document."""
    server.answer = lambda request: send(request, 200, RAW, content_length=str(len(RAW) + 10))
    assert "cannot be fetched: RemoteProtocolError" in refused(server.address).message


def test_a_closed_port_is_an_error(server: Server) -> None:
    """Where nobody listens, the error says so."""
    server.close()
    assert "cannot be fetched: ConnectError" in refused(server.address).message


@pytest.mark.parametrize(
    "url",
    [
        "http://gateway.invalid/document",
        "http://127.0.0.1.invalid/document",
        "ftp://127.0.0.1/document",
        "file:///etc/hostname",
        "gateway.invalid/document",
        "",
    ],
)
def test_only_https_is_fetched_from_other_machines(url: str) -> None:
    """Plain http is for this machine only; anything else is refused before a request."""
    assert "is not an https address" in refused(url).message


@pytest.mark.parametrize("url", ["http://[::1/", "https://gateway.invalid:99999/", "https://gateway.invalid:port/"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    """What cannot be read as an address is an error, no crash."""
    assert "is no address" in refused(url).message


def test_a_redirect_to_plain_http_is_checked_again(server: Server) -> None:
    """Every hop is checked, not only the first."""
    server.answer = lambda request: send(request, 302, location="ftp://127.0.0.1/document")
    assert "is not an https address" in refused(server.address).message


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (f"https://gateway.invalid/document?key={KEY}#x", "https://gateway.invalid/document"),
        (f"https://user:{KEY}@gateway.invalid:8443/document", "https://gateway.invalid:8443/document"),
        (f"http://[::1]:80/document?{KEY}", "http://[::1]:80/document"),
    ],
)
def test_an_address_is_shown_without_what_may_be_secret(url: str, shown: str) -> None:
    """Query, fragment and user part are neither stored nor shown."""
    assert without_query(url) == shown


SECRETIVE: dict[str, Answer] = {
    "an error status": lambda request: send(request, 500, KEY.encode()),
    "a redirect away": lambda request: send(request, 302, location=f"https://login.invalid/?key={KEY}"),
    "a circle": lambda request: send(request, 302, location=f"/again?key={KEY}"),
    "a login page": lambda request: send(request, 200, b"<html>" + KEY.encode()),
    "a cut connection": lambda request: send(request, 200, RAW, content_length="100000"),
    "garbage": lambda request: send(request, 200, b"{"),
}


@pytest.mark.parametrize("answer", SECRETIVE.values(), ids=SECRETIVE.keys())
def test_a_key_in_the_address_is_in_no_error(
    server: Server, workspace: Workspace, answer: Answer, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever goes wrong, a key in the query is sent to the server and shown to nobody."""
    server.answer = answer
    with pytest.raises(PipelineError) as caught:
        pull(workspace, url=f"{server.address}/document?key={KEY}", input_file=None)
    assert KEY in server.requests[0][0]
    assert KEY not in str(caught.value) + repr(caught.value)
    assert KEY not in "".join(capsys.readouterr())


def test_a_key_in_the_address_is_in_no_file(server: Server, workspace: Workspace) -> None:
    """A pull with a key in the query leaves no trace of it."""
    pull(workspace, url=f"{server.address}/document?key={KEY}", input_file=None)
    assert f'"{server.address}/document"' in workspace.lock.read_text(encoding="utf-8")
    assert KEY.encode() not in b"".join(contents(workspace.root).values())


@pytest.mark.parametrize("body", [b"<html>Sign in</html>", b"", b'{"openapi": "3.0.0", "paths": {', b"openapi: 2"])
def test_what_is_no_document_changes_nothing_on_disk(server: Server, workspace: Workspace, body: bytes) -> None:
    """A login page with status 200, an empty or a cut body is an error, and every file stays as it was."""
    pull(workspace, url=server.address, input_file=None)
    before = contents(workspace.root)
    server.answer = lambda request: send(request, 200, body)
    with pytest.raises(PipelineError):
        pull(workspace, url=server.address, input_file=None)
    assert contents(workspace.root) == before


def test_the_environment_points_elsewhere(
    server: Server, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AIMLAPI_SPEC_URL stands in for the address in sources.toml."""
    monkeypatch.setenv("AIMLAPI_SPEC_URL", f"{server.address}/env")
    assert obtain(workspace, url=None, input_file=None).raw == RAW
    assert server.requests[0][0] == "/env"


def test_an_address_that_was_given_wins(server: Server, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--url` stands in for both the environment and sources.toml."""
    monkeypatch.setenv("AIMLAPI_SPEC_URL", f"{server.address}/env")
    obtain(workspace, url=f"{server.address}/given", input_file=None)
    assert [path for path, _ in server.requests] == ["/given"]


def test_the_address_of_sources_toml_is_the_last_choice(server: Server, workspace: Workspace) -> None:
    """Without `--url` and environment, the address in sources.toml is asked."""
    settings = workspace.inputs.sources.read_text(encoding="utf-8")
    workspace.inputs.sources.write_text(settings.replace("https://gateway.invalid", server.address), encoding="utf-8")
    assert obtain(workspace, url=None, input_file=None).url == f"{server.address}/document"


def test_the_limits_of_sources_toml_count(server: Server, workspace: Workspace) -> None:
    """The limits of a fetch are those of sources.toml."""
    settings = workspace.inputs.sources.read_text(encoding="utf-8")
    workspace.inputs.sources.write_text(settings.replace("1000000", "10"), encoding="utf-8")
    with pytest.raises(PipelineError, match="larger than the limit of 10 bytes"):
        pull(workspace, url=server.address, input_file=None)

"""Pull: the document is fetched politely and within limits, and nothing is lost when that fails."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from attrs import define, field

from scripts.pipeline._errors import PipelineError
from scripts.pipeline._fetch import fetch, without_query
from scripts.pipeline._lock import read_lock
from scripts.pipeline._workspace import Workspace, obtain, pull

from .documents import ORDERS, as_yaml, document, operation, record, rooms, text

Answer = Callable[[BaseHTTPRequestHandler], None]
DOCUMENT = as_yaml(document({ORDERS: {"get": operation(response=record(state=text()))}}))
CHANGED = as_yaml(document({ORDERS: {"get": operation(response=record(state=text(), total=text()))}}))


@define
class Server:
    """A server on this machine whose answer each test sets; ``headers`` are those of the requests it got."""

    url: str
    answer: Answer | None = None
    headers: list[dict[str, str]] = field(factory=list[dict[str, str]])


@pytest.fixture
def server() -> Iterator[Server]:
    """A server that runs as long as the test."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.headers.append({name.lower(): value for name, value in self.headers.items()})
            assert made.answer is not None
            made.answer(self)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    made = Server(f"http://127.0.0.1:{listening.server_address[1]}/docs")
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield made
    listening.shutdown()
    thread.join()
    listening.server_close()


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A checkout that keeps one operation and has built nothing yet."""
    rooms(tmp_path / "openapi", keep={f"GET {ORDERS}": "list_orders"})
    return Workspace(tmp_path)


def sends(body: bytes, status: int = 200, **headers: str) -> Answer:
    """An answer with a body and headers; underscores in their names stand for hyphens."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in ({"content_length": str(len(body))} | headers).items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def tree(root: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes."""
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_pull_writes_document_and_lock(server: Server, workspace: Workspace) -> None:
    """A pull writes upstream.yaml and a lock that names where and what it was."""
    server.answer = sends(DOCUMENT, etag='"1"', last_modified="Tue, 01 Sep 2026 00:00:00 GMT")
    assert pull(workspace, url=server.url, input_file=None) is not None
    lock = read_lock(workspace.lock)
    assert lock is not None
    assert (lock.url, lock.etag, lock.last_modified) == (server.url, '"1"', "Tue, 01 Sep 2026 00:00:00 GMT")
    assert "list_orders" in workspace.upstream.read_text(encoding="utf-8")


def test_unchanged_document(server: Server, workspace: Workspace) -> None:
    """A second pull asks whether the document changed, and writes nothing when it did not."""
    server.answer = sends(DOCUMENT, etag='"1"', last_modified="Tue, 01 Sep 2026 00:00:00 GMT")
    pull(workspace, url=server.url, input_file=None)
    before = tree(workspace.root)
    server.answer = sends(b"", 304)
    assert pull(workspace, url=server.url, input_file=None) is None
    assert server.headers[1]["if-none-match"] == '"1"'
    assert server.headers[1]["if-modified-since"] == "Tue, 01 Sep 2026 00:00:00 GMT"
    assert tree(workspace.root) == before


def test_first_pull_is_unconditional(server: Server, workspace: Workspace) -> None:
    """Without a lock, or with one of another address, the whole document is asked for."""
    server.answer = sends(DOCUMENT, etag='"1"')
    pull(workspace, url=server.url, input_file=None)
    pull(workspace, url=f"{server.url}/other", input_file=None)
    assert [headers.get("if-none-match") for headers in server.headers] == [None, None]


def test_same_document_again(server: Server, workspace: Workspace) -> None:
    """Pulling the same bytes twice changes no file."""
    server.answer = sends(DOCUMENT)
    pull(workspace, url=server.url, input_file=None)
    before = tree(workspace.root)
    pull(workspace, url=server.url, input_file=None)
    assert tree(workspace.root) == before


def test_address_from_the_environment(server: Server, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """AIMLAPI_SPEC_URL points elsewhere than sources.toml."""
    monkeypatch.setenv("AIMLAPI_SPEC_URL", server.url)
    server.answer = sends(DOCUMENT)
    assert obtain(workspace, url=None, input_file=None).raw == DOCUMENT


def test_redirect_on_the_same_host(server: Server) -> None:
    """A redirect that stays on the host is followed."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        moved = sends(b"", 302, location="/moved")
        (sends(DOCUMENT) if handler.path == "/moved" else moved)(handler)

    server.answer = answer
    assert fetch(server.url, max_bytes=10_000, timeout=5).raw == DOCUMENT


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (sends(b"", 302, location="https://login.invalid/"), "redirects to another host, login.invalid"),
        (sends(b"", 302, location="/docs"), "redirects more than 3 times"),
        (sends(b"sorry", 500), "answers with status 500"),
        (sends(b"", 404), "answers with status 404"),
        (sends(DOCUMENT + b" " * 10_000), "larger than the limit"),
        (sends(DOCUMENT[:50], content_length="5000"), "cannot be fetched: RemoteProtocolError"),
        (sends(b"<!doctype html><title>Log in</title>"), "is HTML or XML"),
        (sends(b""), "is empty"),
        (sends(DOCUMENT[: len(DOCUMENT) // 2]), "cut off"),
        (sends(b"[1, 2"), "is not valid JSON"),
        (sends(b"hello: world"), "is not an OpenAPI 3 document"),
    ],
)
def test_failures_change_nothing(server: Server, workspace: Workspace, answer: Answer, message: str) -> None:
    """Whatever comes instead of the document, the error says what it was and no file is touched."""
    server.answer = sends(DOCUMENT)
    pull(workspace, url=server.url, input_file=None)
    before = tree(workspace.root)
    limits = workspace.rooms.sources.read_text(encoding="utf-8").replace("1_000_000", "5_000")
    workspace.rooms.sources.write_text(limits, encoding="utf-8")
    before["openapi/sources.toml"] = limits.encode()
    server.answer = answer
    with pytest.raises(PipelineError, match=message) as caught:
        pull(workspace, url=server.url, input_file=None)
    assert server.url in str(caught.value)
    assert caught.value.hint
    assert tree(workspace.root) == before


def test_slow_server(server: Server) -> None:
    """A server that keeps sending slowly is given up when the time is over."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(20):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.03)

    server.answer = answer
    with pytest.raises(PipelineError, match="took longer"):
        fetch(server.url, max_bytes=10_000, timeout=0.1)


def test_silent_server(server: Server) -> None:
    """A server that does not answer at all is given up when the time is over."""
    server.answer = lambda _handler: time.sleep(0.5)
    with pytest.raises(PipelineError, match="did not answer in time"):
        fetch(server.url, max_bytes=10_000, timeout=0.1)


def test_closed_port() -> None:
    """An address where nobody listens is an error that names it."""
    with pytest.raises(PipelineError, match=r"http://127\.0\.0\.1:1/docs: cannot be fetched: ConnectError"):
        fetch("http://127.0.0.1:1/docs", max_bytes=10, timeout=1)


@pytest.mark.parametrize("url", ["http://gateway.invalid/docs", "ftp://gateway.invalid/docs", "docs.yaml"])
def test_only_https(url: str) -> None:
    """Anything but https is refused before a request, except on this machine."""
    with pytest.raises(PipelineError, match="is not an https address"):
        fetch(url, max_bytes=10, timeout=1)


def test_query_is_a_secret(server: Server, workspace: Workspace) -> None:
    """A key in the address is sent, but stands in no file and no message."""
    received: list[str] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        received.append(handler.path)
        sends(DOCUMENT)(handler)

    server.answer = answer
    pull(workspace, url=f"{server.url}?key=hush-hush", input_file=None)
    assert received == ["/docs?key=hush-hush"]
    assert [name for name, data in tree(workspace.root).items() if b"hush" in data] == []
    server.answer = sends(b"", 500)
    with pytest.raises(PipelineError) as caught:
        pull(workspace, url=f"{server.url}?key=hush-hush", input_file=None)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://host.invalid/a?key=1#f", "https://host.invalid/a"),
        ("https://user:pass@host.invalid:8/a", "https://host.invalid:8/a"),
        ("http://[::1]:8/a", "http://[::1]:8/a"),
    ],
)
def test_shown_address(url: str, shown: str) -> None:
    """An address is shown without anything that may be a secret."""
    assert without_query(url) == shown

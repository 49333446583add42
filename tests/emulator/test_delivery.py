"""Faulty delivery of bodies: cut, reset, stalled, slow or split. Read from a plain socket or with httpx."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import threading
from collections.abc import Callable
from contextlib import closing
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import uvicorn

from aimlapi_messages.testing import Emulator
from aimlapi_messages.testing.server import delivery, emulator as emulator_module

from ..support.deadlines import LIMIT

BODY: dict[str, Any] = {"model": "claude-opus-5", "messages": [{"role": "user", "content": "Hello"}]}
END = b"0\r\n\r\n"

both_forms = pytest.mark.parametrize("stream", [True, False], ids=["stream", "json"])


class Connection:
    """A plain connection to the emulator on which one message was requested."""

    def __init__(self, base_url: str, clauses: str, *, stream: bool) -> None:
        address = httpx.URL(base_url)
        self.socket = socket.create_connection((address.host, address.port or 0), timeout=LIMIT)
        self.received = b""
        body = json.dumps({**BODY, "stream": stream}).encode()
        head = "POST /v1/messages HTTP/1.1\r\nhost: emulator\r\nx-api-key: k\r\nconnection: close\r\n"
        head += f"x-emulator-stream: {clauses}\r\ncontent-length: {len(body)}\r\n\r\n"
        self.socket.sendall(head.encode() + body)

    def close(self) -> None:
        """Close the connection."""
        self.socket.close()

    def read(self) -> bool:
        """Receive bytes; False at the end. Raises ConnectionResetError after a reset."""
        piece = self.socket.recv(65536)
        self.received += piece
        return bool(piece)

    def read_all(self) -> None:
        """Read until the connection is closed cleanly."""
        while self.read():
            pass

    def read_until(self, wanted: bytes) -> None:
        """Read until these bytes have arrived."""
        while wanted not in self.received:
            assert self.read()

    @property
    def chunks(self) -> list[bytes]:
        """The chunks received, without the empty last one."""
        data = self.received.partition(b"\r\n\r\n")[2]
        found: list[bytes] = []
        while (size := data.partition(b"\r\n")[0]) not in (b"", b"0"):
            start = len(size) + 2
            found.append(data[start : start + int(size, 16)])
            data = data[start + int(size, 16) + 2 :]
        return found


Connect = Callable[..., Connection]


@pytest.fixture
def connect(emulator: Emulator, request: pytest.FixtureRequest) -> Connect:
    """Request a message on a new connection: `connect("cut-at=5", stream=True)`."""

    def open_one(clauses: str, *, stream: bool) -> Connection:
        emulator.reset()
        connection = Connection(emulator.base_url, clauses, stream=stream)
        request.addfinalizer(connection.close)
        return connection

    return open_one


def whole(connect: Connect, stream: bool) -> bytes:
    """The body of a normal response."""
    connection = connect("bytes=100", stream=stream)
    connection.read_all()
    assert connection.received.endswith(END)
    return b"".join(connection.chunks)


@both_forms
@pytest.mark.parametrize("count", [0, 1, 57])
@pytest.mark.parametrize(("fault", "ends_well"), [("cut-at", False), ("end-at", True)])
def test_a_body_that_stops(connect: Connect, fault: str, ends_well: bool, count: int, stream: bool) -> None:
    """After N bytes the connection drops, or the body ends as if it were complete."""
    connection = connect(f"{fault}={count}", stream=stream)
    connection.read_all()
    assert b"".join(connection.chunks) == whole(connect, stream)[:count]
    assert connection.received.endswith(END) is ends_well


@pytest.mark.parametrize(("fault", "ends_well"), [("cut-at", False), ("end-at", True)])
def test_a_body_that_is_shorter(connect: Connect, fault: str, ends_well: bool) -> None:
    """If there are fewer than N bytes, all arrive before the connection drops."""
    connection = connect(f"{fault}=999999", stream=True)
    connection.read_all()
    assert b"".join(connection.chunks) == whole(connect, True)
    assert connection.received.endswith(END) is ends_well


@both_forms
@pytest.mark.parametrize("count", [0, 57])
def test_a_reset_after_bytes(connect: Connect, count: int, stream: bool) -> None:
    """The client sees a reset, and no more than the first N bytes."""
    connection = connect(f"reset-at={count}", stream=stream)
    with pytest.raises(ConnectionResetError):
        connection.read_all()
    assert whole(connect, stream)[:count].startswith(b"".join(connection.chunks))


def test_a_reset_after_events(connect: Connect) -> None:
    """A reset can follow complete events, too."""
    connection = connect("reset-after=3;slow=0.01", stream=True)
    with pytest.raises(ConnectionResetError):
        connection.read_all()
    assert len(connection.chunks) <= 3


@pytest.mark.parametrize("clauses", ["stall-after=3", "stall-after=3;bytes=20", "stall-at=57", "stall-at=57;slow=0.01"])
def test_a_stream_that_stalls(connect: Connect, clauses: str) -> None:
    """The requested part arrives, then nothing, and the connection stays open."""
    expected = whole(connect, True)
    length = 57 if "stall-at" in clauses else [match.end() for match in re.finditer(b"\n\n", expected)][2]
    connection = connect(clauses, stream=True)
    while len(b"".join(connection.chunks)) < length:
        assert connection.read()
    assert b"".join(connection.chunks) == expected[:length]
    connection.socket.settimeout(0.1)
    with pytest.raises(TimeoutError):
        connection.read()


@pytest.mark.parametrize(("clauses", "length"), [("stall-at=57", 57), ("stall-after=0;ping-every=9", 0)])
def test_a_json_answer_that_stalls(connect: Connect, clauses: str, length: int) -> None:
    """The headers and the first bytes arrive, then nothing."""
    expected = whole(connect, False)
    connection = connect(clauses, stream=False)
    connection.read_until(b"\r\n\r\n")
    while len(b"".join(connection.chunks)) < length:
        assert connection.read()
    assert b"".join(connection.chunks) == expected[:length]
    connection.socket.settimeout(0.1)
    with pytest.raises(TimeoutError):
        connection.read()


@pytest.mark.parametrize(
    ("clauses", "ping"),
    [
        ("stall-after=1;ping-every=0.001", b'event: ping\ndata: {"type":"ping"}\n\n'),
        ("stall-after=1;ping-every=0.001;unnamed;crlf", b'data: {"type":"ping"}\r\n\r\n'),
    ],
)
def test_a_stalled_stream_may_ping(connect: Connect, clauses: str, ping: bytes) -> None:
    """Pings, formatted like the other events, continue while nothing else is sent."""
    connection = connect(clauses, stream=True)
    while len(connection.chunks) < 6:
        assert connection.read()
    assert connection.chunks[1:5] == [ping] * 4


@both_forms
@pytest.mark.parametrize("clauses", ["bytes=1", "bytes=7", "bytes=7;slow=0.0001", "bytes=1000000"])
def test_pieces_of_a_size(connect: Connect, clauses: str, stream: bool) -> None:
    """Every piece except the last has the requested size; joined, they are the usual body."""
    size = int(clauses.removeprefix("bytes=").partition(";")[0])
    expected = whole(connect, stream)
    connection = connect(clauses, stream=stream)
    connection.read_all()
    assert connection.chunks == [expected[start : start + size] for start in range(0, len(expected), size)]
    assert connection.received.endswith(END)


@both_forms
def test_a_slow_body_pauses_before_each_event(connect: Connect, monkeypatch: pytest.MonkeyPatch, stream: bool) -> None:
    """The pause precedes each event; a JSON body has one pause."""
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.sleep(0)

    expected = whole(connect, stream)
    monkeypatch.setattr(delivery, "asyncio", SimpleNamespace(sleep=sleep))
    connection = connect("slow=2.5", stream=stream)
    connection.read_all()
    assert pauses == [2.5] * (expected.count(b"\n\n") if stream else 1)


def test_a_page_may_be_cut(connect: Connect) -> None:
    """Delivery faults apply to replaced bodies, too."""
    connection = connect("html;cut-at=9", stream=False)
    connection.read_all()
    assert connection.chunks == [b"<!doctype"]


def test_a_caller_who_goes_away_ends_a_stall(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the client disconnects, the response ends, and the emulator keeps running."""
    ended = threading.Event()
    original = delivery.Delivery.__call__

    async def call(self: delivery.Delivery, *arguments: Any) -> None:
        try:
            await original(self, *arguments)
        finally:
            ended.set()

    monkeypatch.setattr(delivery.Delivery, "__call__", call)
    with Emulator() as emulator:
        with closing(Connection(emulator.base_url, "stall-after=1", stream=True)) as connection:
            connection.read_until(b"message_start")
            assert not ended.is_set()
        assert ended.wait(LIMIT)
        assert httpx.get(f"{emulator.base_url}/nothing").status_code == 404


@both_forms
@pytest.mark.parametrize("clauses", ["stall-at=9", "stall-after=0", "stall-after=0;ping-every=0.01", "slow=99999"])
def test_stopping_does_not_wait_for_an_answer_that_never_ends(
    monkeypatch: pytest.MonkeyPatch, clauses: str, stream: bool
) -> None:
    """Stopping drops a deliberately slow response; the thread, the connection and the port are released."""
    monkeypatch.setattr(emulator_module, "_STOP_SECONDS", 3600)
    threads = threading.active_count()
    emulator = Emulator()
    emulator.start()
    connection = Connection(emulator.base_url, clauses, stream=stream)
    with closing(connection):
        connection.read_until(b"\r\n\r\n")
        server = emulator._server
        assert server is not None
        emulator.stop()
        connection.read_all()
        assert not connection.received.endswith(END)
        assert (server.server_state.connections, server.server_state.tasks) == (set(), set())
    assert threading.active_count() == threads


def test_stopping_many_stalled_streams() -> None:
    """Any number of stalled responses is dropped at once."""
    with Emulator() as emulator:
        connections = [Connection(emulator.base_url, "stall-after=2", stream=True) for _ in range(20)]
        for connection in connections:
            connection.read_until(b"content_block_start")
    for connection in connections:
        connection.read_all()
        connection.close()
    assert {connection.received.endswith(END) for connection in connections} == {False}


def test_a_connection_is_kept_after_a_slow_answer(client: httpx.Client) -> None:
    """A split body that ends cleanly leaves its connection usable."""
    ports: set[Any] = set()
    for _ in range(2):
        headers = {"x-emulator-stream": "slow=0.001;bytes=100"}
        with client.stream("POST", "/v1/messages", json=BODY, headers=headers) as response:
            ports.add(response.extensions["network_stream"].get_extra_info("client_addr"))
            response.read()
    assert len(ports) == 1


def test_another_server_drops_instead_of_resetting() -> None:
    """Under plain uvicorn, a reset only drops the connection."""
    ready = threading.Event()

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            ready.set()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(uvicorn.Config(Emulator().app, log_config=None, log_level="critical", lifespan="off"))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            assert ready.wait(LIMIT)
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            with closing(Connection(url, "reset-at=9", stream=True)) as connection:
                connection.read_all()
        finally:
            server.should_exit = True
            thread.join(LIMIT)
    assert connection.chunks == [b"event: me"]
    assert not connection.received.endswith(END)


@pytest.mark.anyio
async def test_a_body_in_pieces_without_a_server() -> None:
    """A clean end needs no server at all."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(Emulator().app), base_url="http://emulator") as client:
        headers = {"x-api-key": "k", "x-emulator-stream": "bytes=7;end-at=20"}
        response = await client.post("/v1/messages", json=BODY, headers=headers)
    assert len(response.content) == 20

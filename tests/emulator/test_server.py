"""Running the emulator: the context manager, what it records, and the command line."""

from __future__ import annotations

import hashlib
import os
import runpy
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

import aimlapi_messages.testing as testing
from aimlapi_messages.testing import Emulator, LargeBody
from aimlapi_messages.testing.__main__ import main
from aimlapi_messages.testing.account import state
from aimlapi_messages.testing.server import emulator as emulator_module

from ..support.deadlines import LIMIT

Ask = Callable[..., httpx.Response]


def run_python(*arguments: str) -> subprocess.Popen[str]:
    """A Python process with the same packages."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONWARNINGS": "error"}
    return subprocess.Popen(
        [sys.executable, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )


def test_stopping_leaves_nothing_behind() -> None:
    """After the with statement, the thread has ended and the port is free."""
    threads = threading.active_count()
    with Emulator() as emulator:
        port = int(emulator.base_url.rsplit(":", 1)[1])
        assert threading.active_count() == threads + 1
        assert httpx.get(f"{emulator.base_url}/nothing").status_code == 404
    assert threading.active_count() == threads
    with socket.socket() as again, pytest.raises(ConnectionRefusedError):
        again.connect(("127.0.0.1", port))


def test_stopping_does_not_wait_for_idle_connections() -> None:
    """A client that keeps its connection open does not delay stopping."""
    threads = threading.active_count()
    with httpx.Client() as client:
        with Emulator() as emulator:
            assert client.get(f"{emulator.base_url}/nothing").status_code == 404
        assert threading.active_count() == threads


@pytest.mark.parametrize("connected", [False, True])
def test_stopping_takes_no_time(connected: bool) -> None:
    """The quickest of some stops waits for no turn of a loop that looks every 0.1 seconds."""
    taken: list[float] = []
    with httpx.Client() as client:
        for _ in range(10):
            emulator = Emulator()
            emulator.start()
            if connected:
                client.get(f"{emulator.base_url}/nothing")
            started = time.perf_counter()
            emulator.stop()
            taken.append(time.perf_counter() - started)
    assert min(taken) < 0.09


def test_starting_and_stopping_twice_is_harmless() -> None:
    """start and stop do nothing when there is nothing to do, and an emulator can be started again."""
    emulator = Emulator()
    emulator.start()
    url = emulator.base_url
    emulator.start()
    assert emulator.base_url == url
    emulator.stop()
    emulator.stop()
    with emulator:
        assert emulator.base_url == url


def test_starting_at_once_starts_one_server() -> None:
    """Threads that start one emulator at the same moment get one server, which is stopped completely."""
    threads = threading.active_count()
    emulator = Emulator()
    together = threading.Barrier(8)

    def start(number: int) -> str:
        together.wait(LIMIT)
        emulator.start()
        return emulator.base_url

    with ThreadPoolExecutor(8) as pool:
        urls = set(pool.map(start, range(8)))
    assert len(urls) == 1
    assert threading.active_count() == threads + 1
    emulator.stop()
    assert threading.active_count() == threads


def test_a_hanging_thread_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """stop has a timeout, reports that the thread is still running, and can be called again."""
    occupied, release = threading.Event(), threading.Event()

    def hang(*arguments: object, **named: object) -> None:
        occupied.set()
        release.wait(LIMIT)

    monkeypatch.setattr(emulator_module, "_JOIN_SECONDS", 0.05)
    emulator = Emulator()
    emulator.start()
    monkeypatch.setattr(emulator._state, "receive", hang)
    url = emulator.base_url
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(httpx.get, url)
        assert occupied.wait(LIMIT)
        with pytest.raises(RuntimeError, match=r"did not end within 0\.05 seconds"):
            emulator.stop()
        assert emulator.base_url == url
        release.set()
        monkeypatch.setattr(emulator_module, "_JOIN_SECONDS", LIMIT)
        emulator.stop()
        assert call.exception(LIMIT) is None
    assert repr(emulator) == "<Emulator not running>"


def test_a_server_that_does_not_start_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the server is not ready in time, start stops it, frees the port and raises."""
    threads = threading.active_count()

    async def startup(server: object, sockets: object = None) -> None:
        server.should_exit = True

    monkeypatch.setattr(emulator_module, "_START_SECONDS", 0.05)
    monkeypatch.setattr(uvicorn.Server, "startup", startup)
    emulator = Emulator()
    with pytest.raises(OSError, match="did not start"):
        emulator.start()
    assert threading.active_count() == threads
    assert repr(emulator) == "<Emulator not running>"


@pytest.mark.parametrize(("host", "port", "reason"), [("", 0, "empty"), (" ", 0, "empty"), ("::1", 65536, "65535")])
def test_an_invalid_address(host: str, port: int, reason: str) -> None:
    """An empty host, which would mean every interface, and a port out of range are rejected."""
    with pytest.raises(ValueError, match=reason):
        Emulator(host=host, port=port)


def test_the_url_needs_a_running_emulator() -> None:
    """A stopped emulator raises instead of returning a URL."""
    emulator = Emulator()
    assert repr(emulator) == "<Emulator not running>"
    with pytest.raises(RuntimeError, match="not running"):
        emulator.base_url  # noqa: B018


def test_a_port_in_use_is_reported() -> None:
    """If the port is in use, the error names the address."""
    with Emulator() as emulator:
        port = int(emulator.base_url.rsplit(":", 1)[1])
        with pytest.raises(OSError, match=f"cannot listen on 127.0.0.1:{port}"):
            Emulator(port=port).start()


def test_the_balance_of_an_emulator() -> None:
    """The balance is given in US dollars and may not be negative."""
    assert Emulator(balance=2.5).balance == 2.5
    emulator = Emulator(balance=0)
    emulator.balance = 1_000_000_000
    assert emulator.balance == 1_000_000_000


@pytest.mark.parametrize("balance", [10, 0.1, 0.0616, Decimal("9.9384"), "0.0000005", 1, 0])
def test_the_balance_is_exact(balance: Any) -> None:
    """It is a Decimal, down to the credit."""
    amount = Decimal(str(balance))
    emulator = Emulator(balance=amount)
    assert isinstance(emulator.balance, Decimal)
    assert 1_000_000_000 - emulator.balance == 1_000_000_000 - amount
    assert emulator.balance <= 10


@pytest.mark.parametrize("balance", [-1, float("nan"), float("inf"), 1e10, Decimal("1e999999"), Decimal("sNaN")])
def test_an_invalid_balance(balance: Decimal | float) -> None:
    """A balance below 0, over a billion or not a number is rejected, initially and later."""
    with pytest.raises(ValueError, match="must be 0 or more"):
        Emulator(balance=balance)
    with pytest.raises(ValueError, match="must be 0 or more"):
        Emulator().balance = balance


def test_requests_are_recorded(emulator: Emulator, ask: Ask) -> None:
    """Requests are recorded with method, path, query, headers and parsed body."""
    ask("Hello", headers={"X-Title": "Demo"})
    httpx.post(f"{emulator.base_url}/other?a=1", content=b"no json")
    httpx.get(f"{emulator.base_url}/other")
    message, text, nothing = emulator.requests
    assert (message.method, message.path, message.query) == ("POST", "/v1/messages", "")
    assert message.headers["x-title"] == "Demo"
    assert message.body["messages"] == [{"role": "user", "content": "Hello"}]
    assert (text.path, text.query, text.body) == ("/other", "a=1", "no json")
    assert (nothing.method, nothing.body) == ("GET", None)


def test_the_last_requests_are_kept(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """The record is limited; the oldest requests are dropped first."""
    assert state.MOST_REQUESTS == 10_000
    monkeypatch.setattr(state, "MOST_REQUESTS", 3)
    paths = [f"/{number}" for number in range(5)]
    for path in paths:
        httpx.get(emulator.base_url + path)
    assert [request.path for request in emulator.requests] == paths[-3:]


@pytest.mark.parametrize("size", [1024 * 1024 + 1, 32 * 1024 * 1024 + 1])
def test_large_bodies_are_kept_by_their_hash(emulator: Emulator, size: int) -> None:
    """A body over 1 MB is recorded as size and hash, even above the limit of requests; a smaller one in full."""
    httpx.post(f"{emulator.base_url}/v1/messages", content=b"x" * size)
    httpx.post(f"{emulator.base_url}/v1/messages", content=b"x" * 1024 * 1024)
    large, whole = emulator.requests
    assert large.body == LargeBody(size, hashlib.sha256(b"x" * size).hexdigest())
    assert whole.body == "x" * 1024 * 1024


def test_keys_are_not_recorded(emulator: Emulator) -> None:
    """Keys are redacted in the recorded headers and in the repr."""
    headers = {"authorization": "Bearer secret-one", "x-api-key": "secret-two"}
    httpx.post(f"{emulator.base_url}/v1/messages", headers=headers)
    recorded = emulator.requests[0]
    assert recorded.headers["authorization"] == recorded.headers["x-api-key"] == "<redacted>"
    assert "secret" not in repr(recorded)


def test_reset_restores_the_initial_state() -> None:
    """Requests, failure counts, ids and the balance are reset."""
    headers = {"x-api-key": "k", "x-emulator-fail": "500;times=1"}
    seen: list[tuple[int, str]] = []
    with Emulator(balance=3) as emulator:
        for _ in range(2):
            response = httpx.post(f"{emulator.base_url}/v1/messages", headers=headers)
            seen.append((response.status_code, response.headers["x-request-id"]))
            emulator.balance = 1
            emulator.reset()
        assert (emulator.requests, emulator.balance) == ([], 3)
    assert seen[0] == seen[1]


def test_emulators_do_not_share_anything() -> None:
    """Two emulators have their own ports, requests and balances."""
    with Emulator() as one, Emulator(balance=5) as two:
        httpx.get(f"{one.base_url}/x")
        assert one.base_url != two.base_url
        assert (len(one.requests), len(two.requests)) == (1, 0)
        assert (one.balance, two.balance) == (10, 5)


@pytest.mark.anyio
async def test_the_app_runs_without_a_server() -> None:
    """It is an ASGI application that works with any server."""
    transport = httpx.ASGITransport(app=Emulator(balance=1).app)
    async with httpx.AsyncClient(transport=transport, base_url="http://emulator") as client:
        body = {"model": "claude-opus-5", "messages": [{"role": "user", "content": "Hello"}], "stream": True}
        response = await client.post("/v1/messages", json=body, headers={"x-api-key": "k"})
    assert "event: message_stop" in response.text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_serves_until_a_signal(number: signal.Signals, small_document: Path) -> None:
    """The command prints one line when it is ready, serves, and exits with 0 on a signal."""
    arguments = ["-m", "aimlapi_messages.testing", "--document", str(small_document), "--balance", "0"]
    with run_python(*arguments) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("emulator ready at http://127.0.0.1:")
        body = {"model": "claude-opus-5", "messages": [{"role": "user", "content": "Hello"}]}
        url = line.removeprefix("emulator ready at ").strip()
        response = httpx.post(f"{url}/v1/messages", json=body, headers={"x-api-key": "k"})
        process.send_signal(number)
        output, errors = process.communicate(timeout=LIMIT)
    assert response.status_code == 403
    assert (process.returncode, output, errors) == (0, "", "")


def test_the_command_restores_signal_handlers(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A signal that arrives while the emulator starts ends the command, and the handlers are restored."""

    class Interrupted(Emulator):
        def start(self) -> None:
            super().start()
            signal.raise_signal(signal.SIGTERM)

    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(testing, "Emulator", Interrupted)
    assert main([]) == 0
    assert capsys.readouterr().out.startswith("emulator ready at http://127.0.0.1:")
    assert signal.getsignal(signal.SIGTERM) is before


def test_the_command_waits_for_its_signal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The command serves until a signal arrives, with the given balance."""

    class Interrupted(Emulator):
        def start(self) -> None:
            super().start()
            timer.start()

    timer = threading.Timer(0.2, signal.raise_signal, [signal.SIGTERM])
    monkeypatch.setattr(testing, "Emulator", Interrupted)
    assert main(["--balance", "2.50"]) == 0
    timer.join(LIMIT)
    assert capsys.readouterr().err == ""


def test_the_module_is_a_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run as a program, the module exits with the command's code."""
    monkeypatch.setattr(sys, "argv", ["emulator", "--host", ""])
    with pytest.raises(SystemExit) as caught:
        runpy.run_path(str(Path(testing.__file__).with_name("__main__.py")), run_name="__main__")
    assert caught.value.code == 2


def test_a_port_in_use_ends_the_command(emulator: Emulator, capsys: pytest.CaptureFixture[str]) -> None:
    """The command exits with 2 and names the address."""
    port = emulator.base_url.rsplit(":", 1)[1]
    assert main(["--port", port]) == 2
    assert f"cannot listen on 127.0.0.1:{port}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--port", "70000"], "70000 is not between 0 and 65535"),
        (["--balance", "-1"], "must be 0 or more"),
        (["--balance", "NaN"], "must be 0 or more"),
        (["--balance", "1e999999"], "at most 1,000,000,000 USD"),
        (["--host", ""], "the host to listen on is empty"),
        (["--reply", "nothing.json"], "No such file or directory: 'nothing.json'"),
        (["--reply", __file__], "is neither a JSON object nor server-sent events"),
        (["--host", "\udcff"], "cannot listen on \\udcff:0"),
        (["--host", "\x1b[2J\u202e"], "cannot listen on \\x1b[2J\\u202e:0"),
        (["--host", "a" * 70], "cannot listen on aaa"),
        (["--database", "/none/\x1b]0;title\x07"], "/none/\\x1b]0;title\\x07 cannot be used"),
        (["--document", "/none/\x1b[2J"], "/none/\\x1b[2J"),
    ],
)
def test_a_wrong_value_ends_the_command(capsys: pytest.CaptureFixture[str], arguments: list[str], reason: str) -> None:
    """The command exits with 2 and says what is wrong."""
    assert main(arguments) == 2
    errors = capsys.readouterr().err
    assert errors.startswith("emulator: ")
    assert reason in errors


def test_a_malformed_command_line_ends_the_command() -> None:
    """argparse exits with 2."""
    with pytest.raises(SystemExit) as caught:
        main(["--balance", "much"])
    assert caught.value.code == 2


def test_a_document_that_does_not_exist(tmp_path: Path) -> None:
    """The command exits with 2 and names the file."""
    path = tmp_path / "nothing.yaml"
    with run_python("-m", "aimlapi_messages.testing", "--document", str(path)) as process:
        output, errors = process.communicate(timeout=LIMIT)
    assert (process.returncode, output) == (2, "")
    assert errors.startswith("emulator: ")
    assert str(path) in errors


@pytest.mark.parametrize("missing", ["starlette", "uvicorn", "jsonschema", "ruamel"])
def test_a_missing_extra_is_named(missing: str) -> None:
    """Without a dependency, the package can be imported, and using it says what to install."""
    program = f"import sys; sys.modules[{missing!r}] = None; import aimlapi_messages.testing as t; t.Emulator"
    with run_python("-c", program) as process:
        _, errors = process.communicate(timeout=LIMIT)
    assert process.returncode == 1
    assert "pip install 'aimlapi-messages[emulator]'" in errors


@pytest.mark.parametrize(
    ("missing", "message"),
    [("starlette.routing", "pip install 'aimlapi-messages\\[emulator]'"), ("other", "^other$")],
)
def test_only_the_extra_is_blamed_on_the_extra(monkeypatch: pytest.MonkeyPatch, missing: str, message: str) -> None:
    """Other missing modules are reported unchanged."""

    def fail(*names: str) -> None:
        raise ModuleNotFoundError(missing, name=missing)

    monkeypatch.setattr("importlib.import_module", fail)
    with pytest.raises(ImportError, match=message):
        testing.__getattr__("Emulator")


def test_the_public_names() -> None:
    """dir() lists the public names before they are imported."""
    assert set(testing.__all__) <= set(dir(testing))
    named = [name for name in testing.__all__ if name != "SWITCHES"]
    assert [getattr(testing, name).__name__ for name in named] == named
    assert next(iter(testing.SWITCHES)) == "x-emulator-fail"
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        getattr(testing, "Nothing")  # noqa: B009

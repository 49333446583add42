"""Runs the emulator: uvicorn on a local port, in a separate thread."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Self, cast

import uvicorn
from starlette.applications import Starlette

from ..account.prices import credits_of, exact_usd
from ..account.state import RecordedRequest, State
from ..account.store import Store
from ..document.openapi import load_document
from ..model.replies import Condition, Reply, ReplyFunction
from .app import Gateway
from .delivery import Connection

_START_SECONDS = 10.0
_STOP_SECONDS = 2
_JOIN_SECONDS = 10.0
_BACKLOG = 128


class _Server(uvicorn.Server):
    """uvicorn's server, which stops at once: its own looks for that, and for what is left, every 0.1 seconds."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._woken = asyncio.Event()

    def stop(self) -> None:
        """Have it stop. Thread-safe."""
        self.should_exit = True
        if self._loop is not None:
            with suppress(RuntimeError):  # it has stopped
                self._loop.call_soon_threadsafe(self._woken.set)

    async def main_loop(self) -> None:
        """Wait until it is to stop; the date of its answers is renewed each second."""
        self._loop = asyncio.get_running_loop()
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), 1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening, and give the answers on their way a moment to end."""
        for one in (*self.servers, *(sockets or ())):
            one.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        with suppress(TimeoutError):
            async with asyncio.timeout(self.config.timeout_graceful_shutdown):
                while self.server_state.connections or self.server_state.tasks:
                    await asyncio.sleep(0.001)
                return
        for task in self.server_state.tasks:
            task.cancel()


class Emulator:
    """The gateway's emulator on a local port, as a context manager.

        with Emulator() as emulator:
            client = AIMLAPI(api_key="test-key", base_url=emulator.base_url)

    Each emulator has its own balance, counters and record of requests. Any API key is accepted, except that keys
    starting with `invalid` are rejected (401) and keys starting with `broke` have no funds (403). `reply` says what it
    answers; `aimlapi_messages.testing.SWITCHES` are the request headers by which a test asks for failures.
    """

    def __init__(
        self,
        *,
        document: str | Path | None = None,
        balance: Decimal | float = 10,
        database: str | Path | None = None,
        calls_a_minute: int | None = None,
        frozen_at: datetime | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        """Prepare an emulator; nothing listens before `start`.

        document: the OpenAPI file to implement; this project's own by default.
        balance: the account's balance in US dollars.
        database: an SQLite file that keeps money, calls, keys and batches across restarts, which this emulator has
            alone; by default a temporary one.
        calls_a_minute: how many paid calls a key may make per minute; None for no limit.
        frozen_at: the time of a clock that only requests advance, by one second each; in UTC unless it has a time zone.
            None for the time of day.
        port: 0 for a free one.
        Raises OSError or ValueError for an unusable document or database, and ValueError for a balance that is negative
        or over a billion, an empty host, or a port out of range.
        """
        if not host.strip():
            raise ValueError("the host to listen on is empty; use 127.0.0.1 for this machine only")
        if not 0 <= port <= 65535:
            raise ValueError(f"the port {port} is not between 0 and 65535")
        self._state = State(load_document(document), balance, Store(database), calls_a_minute, frozen_at)
        self._app = Gateway(self._state).app()
        self._address = (host, port)
        self._lock = threading.RLock()
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        """Stop, and check replies and script unless an exception is on its way."""
        self.stop()
        if kind is None:
            self.assert_replies()

    def __repr__(self) -> str:
        where = self.base_url if self._server is not None else "not running"
        return f"<{type(self).__name__} {where}>"

    @property
    def base_url(self) -> str:
        """The URL it listens on, such as `http://127.0.0.1:40123`. Raises RuntimeError if it is not running."""
        if self._server is None:
            raise RuntimeError("the emulator is not running: use it in a `with` statement, or call start()")
        host, port = self._address
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    @property
    def app(self) -> Starlette:
        """The ASGI application, for another server, or for `httpx.ASGITransport` where no port is wanted."""
        return self._app

    @property
    def requests(self) -> list[RecordedRequest]:
        """A copy of the requests received so far, in order, with keys redacted.

        At most the last 10,000 are kept. Of a body over 1 MB, only the size and hash are kept.
        """
        return list(self._state.requests)

    @property
    def balance(self) -> Decimal:
        """The account's balance in US dollars, exact to the credit.

        It may be set to any number; one that is not between 0 and a billion raises ValueError.
        """
        return exact_usd(self._state.credits)

    @balance.setter
    def balance(self, amount: Decimal | float) -> None:
        self._state.add_credits(credits_of(amount) - self._state.credits, "ADJUSTMENT")

    def top_up(self, amount: Decimal | float) -> None:
        """Pay US dollars into the account. Raises ValueError unless the amount is between 0 and a billion."""
        self._state.add_credits(credits_of(amount), "PAYMENT")

    def script(self, *steps: Mapping[str, str]) -> None:
        """Set the switches of the next message requests, one step per request, for callers who cannot send headers.

            emulator.script({"x-emulator-fail": "529"}, {"x-emulator-stream": "cut-after=3"}, {})

        Steps are appended to the remaining ones. Each POST of a message takes one, whatever its answer; a switch in
        the request's own headers overrides the step's. Thread-safe. Raises ValueError for a step that is not a
        switch or is malformed; then no step is added. A step that no request takes is a mistake, as a reply that is not
        sent is, unless it is empty.
        """
        self._state.script.add(steps)

    def reply(
        self,
        *answers: Reply | ReplyFunction,
        tool_calls: Sequence[Mapping[str, Any]] = (),
        when: Condition | None = None,
        times: int | None = 1,
    ) -> None:
        """Answer the next messages as a test wants; with several answers, one after the other.

            emulator.reply("It is sunny.")
            emulator.reply(tool_calls=[{"name": "get_weather", "input": {"location": "Paris"}}])
            emulator.reply("Bonjour", "Au revoir", when="French", times=None)

        answers: each is text; a status such as 529 to fail with; a whole message, as a dict with a `content` or as a
            `Message`; the Path of a recorded body, JSON or server-sent events, which is sent byte by byte; or a
            function that takes the MessageRequest and returns one of these, or None to let the emulator answer.
        tool_calls: the `name`, `input` and perhaps `id` of each call of one answer, after its text if one is given.
        when: what the user's last text contains in upper or lower case, a compiled pattern that is found in it, or a
            function that takes the MessageRequest and says whether the reply is for it.
        times: how often all answers are sent; None for as often as they fit, after all others.

        The first reply that fits and is left answers a request, as JSON or as a stream, also in a batch. From the first
        reply on, a request that none fits gets 400. Requests that are wrong are refused as ever, and what a switch
        fails uses up nothing. Functions run in the emulator's thread, and cannot send it requests.
        Thread-safe. Raises OSError, TypeError or ValueError for an answer that cannot be sent.
        """
        self._state.replies.add(answers, tool_calls, when, times)

    def assert_replies(self) -> None:
        """Raise AssertionError for what did not happen as a test says. The end of `with` does it, too.

        That is a reply that was not sent, a message that had none, a step of `script` that no request took, and a
        place in the body where a switch was to act and which was not reached.
        """
        problems = [*self._state.replies.problems(), *self._state.script.problems()]
        if problems:
            raise AssertionError("\n".join(problems))

    def reset(self) -> None:
        """Forget requests, replies, counts and script, and restore the balance; for tests that share an emulator."""
        self._state.reset()

    def start(self) -> None:
        """Start listening, and return once requests are answered. Does nothing if already running.

        Thread-safe: only one server is started. Raises OSError if it cannot listen on the address, and ValueError if
        another emulator has the database, which stop gives free.
        """
        with self._lock:
            if self._server is None:
                self._state.resume()
                self._start()

    def _start(self) -> None:
        listener = _listen(*self._address)
        self._address = (self._address[0], cast("int", listener.getsockname()[1]))
        config = uvicorn.Config(
            self._app,
            http=Connection,
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_STOP_SECONDS,
        )
        self._server = server = _Server(config)
        self._thread = threading.Thread(target=server.run, args=([listener],), name="aimlapi-emulator", daemon=True)
        self._thread.start()
        deadline = time.monotonic() + _START_SECONDS
        while not server.started:
            time.sleep(0.001)
            if time.monotonic() > deadline:
                with listener:
                    self.stop()
                raise OSError(f"the emulator did not start within {_START_SECONDS:g} seconds")

    def stop(self) -> None:
        """Stop listening and wait for the thread to end. Does nothing if not running.

        Raises RuntimeError if the thread does not end within ten seconds; stop can then be called again.
        """
        with self._lock:
            if self._server is None or self._thread is None:
                return
            self._server.stop()
            self._thread.join(_JOIN_SECONDS)
            if self._thread.is_alive():
                raise RuntimeError(
                    f"the emulator's thread did not end within {_JOIN_SECONDS:g} seconds: a request is still running"
                )
            self._server = None
            self._thread = None
            self._state.store.release()


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises OSError that names the address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sets TCP_NODELAY only on sockets created with an explicit protocol; without it small writes take 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except (OSError, TypeError, UnicodeError) as error:  # the last two of what is no name of a host
        listener.close()
        number, text = (error.errno, error.strerror) if isinstance(error, OSError) else (None, None)
        raise OSError(number, f"cannot listen on {host}:{port}: {text or error}") from error
    return listener

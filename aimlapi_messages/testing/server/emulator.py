"""Runs the emulator: uvicorn on a loopback port, in a thread of its own."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Self, cast

import uvicorn

from ..account.prices import credits_of
from ..account.state import RecordedRequest
from .app import Gateway, create_app
from .connection import Connection

_START_SECONDS = 10.0
_STOP_SECONDS = 2
_JOIN_SECONDS = 10.0
_BACKLOG = 128


class Emulator:
    """The gateway's emulator on a port of this machine, as a context manager.

        with Emulator() as emulator:
            client = AIMLAPI(api_key="test-key", base_url=emulator.base_url)

    Each one has its own balance, counters and record of requests. Any API key is accepted, except that one
    which starts with `invalid` is refused (401) and one which starts with `broke` has no money (403). The
    request headers by which a test asks for failures are listed in `aimlapi_messages.testing.faults.switches`.
    """

    def __init__(
        self,
        *,
        document: str | Path | None = None,
        balance: Decimal | float = 10,
        database: str | Path | None = None,
        calls_a_minute: int | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        """Prepare an emulator; nothing listens before `start`.

        document: the OpenAPI file to implement; this project's own by default.
        balance: the account's money in US dollars.
        database: an SQLite file that keeps money, calls, keys and batches beyond a restart; in memory by default.
        calls_a_minute: the most calls of one key that cost, None for no limit.
        port: 0 for a free one.
        Raises OSError or ValueError for an unusable document or database, and ValueError for a balance that is negative
        or over a billion, an empty host, or a port that is none.
        """
        if not host.strip():
            raise ValueError("the host to listen on is empty; 127.0.0.1 is this machine alone")
        if not 0 <= port <= 65535:
            raise ValueError(f"the port {port} is not between 0 and 65535")
        self._app = create_app(document=document, balance=balance, database=database, calls_a_minute=calls_a_minute)
        self._gateway = cast("Gateway", self._app.state.gateway)
        self._state = self._gateway.state
        self._address = (host, port)
        self._lock = threading.RLock()
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        where = self.base_url if self._server is not None else "not running"
        return f"<{type(self).__name__} {where}>"

    @property
    def base_url(self) -> str:
        """Where it listens, such as `http://127.0.0.1:40123`. Raises RuntimeError when it does not run."""
        if self._server is None:
            raise RuntimeError("the emulator is not running: use it in a `with` statement, or call start()")
        host, port = self._address
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    @property
    def requests(self) -> list[RecordedRequest]:
        """The requests received so far, in order; keys are redacted. A copy.

        At most the last 10,000 are kept, and of a body over 1 MB only its size and hash.
        """
        return list(self._state.requests)

    @property
    def balance(self) -> float:
        """The money left on the account, in US dollars. May be set, from 0 to a billion, else ValueError."""
        return self._state.balance

    @balance.setter
    def balance(self, usd: float) -> None:
        change = credits_of(usd) - self._state.credits
        self._state.move(change, "ADJUSTMENT")

    def top_up(self, usd: Decimal | float) -> None:
        """Pay US dollars into the account, from 0 to a billion, else ValueError."""
        self._state.move(credits_of(usd), "PAYMENT")

    def script(self, *steps: Mapping[str, str]) -> None:
        """Set the switches of the next message requests, one step for each, for callers who cannot send them.

            emulator.script({"x-emulator-fail": "529"}, {"x-emulator-stream": "cut-after=3"}, {})

        Steps are added to those that are left. Each POST of a message takes one, whatever it is answered, and
        a switch among the request's own headers wins over that step's. Threads may call it at once. Raises
        ValueError for a step that is no switch or cannot be read; then none is added.
        """
        self._gateway.script.add(steps)

    def reset(self) -> None:
        """Forget requests, counts and script, and restore the balance; for tests that share one emulator."""
        self._gateway.reset()

    def start(self) -> None:
        """Listen, and return when requests are answered; does nothing when it runs already.

        Threads may call it at once: one server is started. Raises OSError when the address cannot be had.
        """
        with self._lock:
            if self._server is None:
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
        self._server = _Server(config)
        self._thread = threading.Thread(
            target=self._server.run, args=([listener],), name="aimlapi-emulator", daemon=True
        )
        self._thread.start()
        if not self._server.ready.wait(_START_SECONDS):
            with listener:
                self.stop()
            raise OSError(f"the emulator did not start within {_START_SECONDS:.0f} seconds")

    def stop(self) -> None:
        """Stop listening and wait for the thread to end; does nothing when it does not run.

        Raises RuntimeError when the thread does not end within ten seconds; it may then be tried again.
        """
        with self._lock:
            if self._server is None or self._thread is None:
                return
            self._server.should_exit = True
            self._thread.join(_JOIN_SECONDS)
            if self._thread.is_alive():
                raise RuntimeError(
                    f"the emulator's thread did not end within {_JOIN_SECONDS:g} seconds: a request still occupies it"
                )
            self._server = None
            self._thread = None


class _Server(uvicorn.Server):
    """A uvicorn server that says when it is ready."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and set `ready`."""
        await super().startup(sockets)
        self.ready.set()


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises OSError that names the address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends small pieces at once only on sockets whose protocol is named; without it each costs 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise OSError(error.errno, f"cannot listen on {host}:{port}: {error.strerror or error}") from error
    return listener

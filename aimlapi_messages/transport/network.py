"""The sockets under the connections of a pool. They can be closed at any time, in whatever state the rest was left.

A signal handler may raise between any two steps: a socket is known before it is opened, and what a handler raises is
never taken for an error of the socket, whatever its class.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar

from .base import WAS_CLOSED, raised_by_handler

if TYPE_CHECKING:
    from .retries import Deadline

_Given = TypeVar("_Given")
_Done = TypeVar("_Done")

# Seconds of a wait for bytes in one piece. A signal that comes just before it, or to another thread, ends no wait: its
# handler runs after it.
_TURN: Final = 1.0
# Bytes that are taken from a socket, or given to it, at once.
MOST_AT_ONCE: Final = 64 * 1024


class Network:
    """Connects, for one connection of httpcore or httpcore2, and raises the errors of that library.

    deadline: the limits of the present request. A timeout is of one wait, and a server may make any number of short
    ones, a byte at a time, in the head of its response and between the pieces of the body.
    """

    def __init__(self, core: ModuleType) -> None:
        self.core: ModuleType = core
        self.deadline: Deadline | None = None
        self.sockets: list[socket.socket] = []
        self.closed: bool = False

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: object = None,
    ) -> _Stream:
        try:
            failure = OSError("the name has no address")
            for family, kind, protocol, _, address in socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM):
                made = socket.socket.__new__(socket.socket)
                self.sockets.append(made)
                socket.socket.__init__(made, family, kind, protocol)
                try:
                    made.settimeout(self.left(timeout))
                    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    made.connect(address)
                    if self.closed:  # by another thread, which did not find this open
                        raise ConnectionAbortedError(WAS_CLOSED)
                    return _Stream(made, self)
                except OSError as error:
                    if raised_by_handler(error):
                        raise
                    made.close()
                    failure = error
            raise failure
        except OSError as error:
            raise_mapped(error, self.core.ConnectTimeout, self.core.ConnectError)

    def left(self, timeout: float | None) -> float | None:
        """How long the next wait may be. Raises TimeoutError when the time is used up."""
        rest = None if self.deadline is None else self.deadline.rest
        if rest is None:
            return timeout
        if rest <= 0:
            raise TimeoutError("timed out")
        return rest if timeout is None else min(timeout, rest)

    def close(self) -> None:
        """Close what was connected, and wake whoever reads from it."""
        self.closed = True
        for one in self.sockets:
            try:
                socket.SocketType.shutdown(one, socket.SHUT_RDWR)
            except OSError as error:
                if raised_by_handler(error):
                    raise
        self.forget()

    def forget(self) -> None:
        """Close the files alone: what is connected may be another process's."""
        for one in self.sockets:
            socket.SocketType.close(one)


class _Stream:
    def __init__(self, connected: socket.socket, network: Network) -> None:
        self._core = network.core
        self._socket = connected
        self._network = network

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            return self._receive(max_bytes, timeout)
        except OSError as error:
            raise_mapped(error, self._core.ReadTimeout, self._core.ReadError)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        try:
            self._send(buffer, timeout)
        except OSError as error:
            raise_mapped(error, self._core.WriteTimeout, self._core.WriteError)

    def _receive(self, most: int, timeout: float | None) -> bytes:
        """Raises OSError, TimeoutError among it, as all below."""
        return self._in_turns(self._socket.recv, most, timeout)

    def _send(self, buffer: bytes, timeout: float | None) -> None:
        rest = memoryview(buffer)
        while rest:
            rest = rest[self._in_turns(self._socket.send, rest, timeout) :]

    def _in_turns(self, do: Callable[[_Given], _Done], given: _Given, timeout: float | None) -> _Done:
        """Wait for what a socket can do."""
        while True:
            rest = self._network.left(timeout)
            turn = _TURN if rest is None else min(rest, _TURN)
            if self._socket.gettimeout() != turn:  # to set it is a call of the system
                self._socket.settimeout(turn)
            try:
                return do(given)
            except TimeoutError as error:
                if rest == turn or raised_by_handler(error):
                    raise
            if timeout is not None:
                timeout -= turn

    def close(self) -> None:
        self._socket.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> Any:
        try:
            if isinstance(self._socket, ssl.SSLSocket):  # of a proxy, which is reached with TLS itself
                inner = _Tunnel(self._socket, self._network, ssl_context, server_hostname)
                inner.shake_hands(timeout)
                return inner
            self._socket.settimeout(self._network.left(timeout))
            # Its file is that of the socket, which loses it.
            secured = ssl_context.wrap_socket(
                self._socket, server_hostname=server_hostname, do_handshake_on_connect=False
            )
            self._network.sockets.append(secured)
            if self._network.closed:  # by another thread, which found neither of the two open
                secured.close()
                raise ConnectionAbortedError(WAS_CLOSED)
            secured.do_handshake()
            return _Stream(secured, self._network)
        except OSError as error:
            raise_mapped(error, self._core.ConnectTimeout, self._core.ConnectError)

    def get_extra_info(self, info: str) -> Any:
        if info == "ssl_object":
            return self._socket if isinstance(self._socket, ssl.SSLSocket) else None
        if info == "is_readable":
            return self._core._utils.is_socket_readable(self._socket)
        return None


class _Tunnel(_Stream):
    """TLS with a server, through that of a proxy. httpcore's has no deadline, and says nothing of what it has read."""

    def __init__(self, outer: ssl.SSLSocket, network: Network, context: ssl.SSLContext, hostname: str | None) -> None:
        super().__init__(outer, network)
        self._came, self._goes = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._came, self._goes, server_hostname=hostname)

    def shake_hands(self, timeout: float | None) -> None:
        self._do(self._tls.do_handshake, timeout)

    def _receive(self, most: int, timeout: float | None) -> bytes:
        return self._do(partial(self._tls.read, most), timeout)

    def _send(self, buffer: bytes, timeout: float | None) -> None:
        rest = memoryview(buffer)
        while rest:
            rest = rest[self._do(partial(self._tls.write, rest[:MOST_AT_ONCE]), timeout) :]

    def _do(self, do: Callable[[], _Done], timeout: float | None) -> _Done:
        while True:
            done: list[_Done] = []
            with suppress(ssl.SSLWantReadError):
                done.append(do())
            super()._send(self._goes.read(), timeout)
            if done:
                return done[0]
            came = super()._receive(MOST_AT_ONCE, timeout)
            if came:
                self._came.write(came)
            else:
                self._came.write_eof()

    def get_extra_info(self, info: str) -> Any:
        if info == "ssl_object":
            return self._tls
        return bool(self._came.pending or self._tls.pending()) or super().get_extra_info(info)


def raise_mapped(error: OSError, late: type[Exception], broken: type[Exception]) -> NoReturn:
    """Raise the library's error for one of a socket, and what a signal handler raised as it is."""
    if raised_by_handler(error):
        raise error
    raise (late if isinstance(error, TimeoutError) else broken)(error) from error

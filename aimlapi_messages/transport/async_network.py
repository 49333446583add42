"""The transports of asyncio under the connections of a pool. They can be closed at any time, without waiting."""

from __future__ import annotations

import asyncio
import ssl
import threading
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from .base import WAS_CLOSED
from .homes import forget_transport
from .network import MOST_AT_ONCE, raise_mapped

if TYPE_CHECKING:
    from .retries import Deadline

# Seconds after which another address of a name is tried beside the first, as RFC 8305 wants it.
_NEXT_ADDRESS: Final = 0.25
# Bytes that TLS may give beyond those that wait to be decrypted, and more: of a record whose beginning it has.
_RECORD: Final = 32 * 1024
# Bytes that may have come before anyone asks for them.
_MOST_UNREAD: Final = 256 * 1024


class AsyncNetwork:
    """Connects, for one connection of httpcore or httpcore2, and raises the errors of that library."""

    def __init__(self, core: ModuleType) -> None:
        self._core = core
        self.deadline: Deadline | None = None  # of use to threads alone, for asyncio cuts any wait short
        self._transports: list[asyncio.Transport] = []  # each is known as soon as there is one
        self._closed = False

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: object = None,
    ) -> _Stream:
        loop, protocol = asyncio.get_running_loop(), _Protocol(self._transports)
        literal = ":" in host or host.replace(".", "").isdigit()
        knows = type(loop).create_connection is asyncio.BaseEventLoop.create_connection  # uvloop's has no such argument
        delay: dict[str, Any] = {"happy_eyeballs_delay": _NEXT_ADDRESS} if knows and not literal else {}
        try:
            async with asyncio.timeout(timeout):
                # The factory runs no Python code, where a signal handler could raise while the socket is asyncio's.
                await loop.create_connection([protocol].pop, host, port, **delay)
                if self._closed:  # meanwhile
                    protocol.transport.abort()
                    raise ConnectionAbortedError(WAS_CLOSED)
        except OSError as error:
            raise_mapped(error, self._core.ConnectTimeout, self._core.ConnectError)
        return _Stream(protocol, self._transports, self._core)

    def close(self) -> None:
        """Close what was connected, and wake whoever waits for it."""
        self._closed = True
        for transport in reversed(self._transports):
            try:
                transport.abort()
            except RuntimeError:  # the event loop is closed
                forget_transport(transport)

    def forget(self) -> None:
        """Close the files alone: the event loop is closed, or another process's."""
        for transport in self._transports:
            forget_transport(transport)


class _Came(threading.local):
    """Where a thread's event loop puts what has come, of whichever connection, until its protocol takes it.

    asyncio itself makes room for four times as many bytes whenever something comes.
    """

    def __init__(self) -> None:
        self.bytes = memoryview(bytearray(MOST_AT_ONCE))


_came: Final = _Came()


class _Protocol(asyncio.BufferedProtocol):
    """What has come, and who waits."""

    def __init__(self, transports: list[asyncio.Transport]) -> None:
        self._transports = transports
        self.unread = bytearray()
        self.over = False
        self.error: Exception | None = None
        self.reader: asyncio.Future[None] | None = None
        self.writer: asyncio.Future[None] | None = None

    @property
    def transport(self) -> asyncio.Transport:
        return self._transports[-1]

    def connection_made(self, transport: Any) -> None:
        self._transports.append(transport)

    def get_buffer(self, sizehint: int) -> memoryview:
        """Room for all that TLS has: what finds none is forgotten when the connection ends with it."""
        if len(_came.bytes) < sizehint + _RECORD:
            _came.bytes = memoryview(bytearray(sizehint + _RECORD))
        return _came.bytes

    def buffer_updated(self, nbytes: int) -> None:
        self.unread += _came.bytes[:nbytes]
        if len(self.unread) > _MOST_UNREAD:
            self._transports[0].pause_reading()  # the socket's: uvloop forgets as well what TLS is not to decrypt yet
        _wake(self.reader)

    def eof_received(self) -> None:
        self.over = True
        _wake(self.reader)

    def connection_lost(self, exc: Exception | None) -> None:
        self.over, self.error = True, exc
        _wake(self.reader)
        _wake(self.writer)

    def pause_writing(self) -> None:
        self.writer = asyncio.get_running_loop().create_future()

    def resume_writing(self) -> None:
        writer, self.writer = self.writer, None
        _wake(writer)


def _wake(waiter: asyncio.Future[None] | None) -> None:
    if waiter is not None and not waiter.done():
        waiter.set_result(None)


def _late(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_exception(TimeoutError())


class _Stream:
    def __init__(self, protocol: _Protocol, transports: list[asyncio.Transport], core: ModuleType) -> None:
        self._core = core
        self._protocol = protocol
        self._transports = transports

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        protocol = self._protocol
        if not protocol.unread and not protocol.over:
            loop = asyncio.get_running_loop()
            reader = protocol.reader = loop.create_future()
            alarm = None if timeout is None else loop.call_later(timeout, _late, reader)
            try:
                await reader
            except TimeoutError as error:
                raise_mapped(error, self._core.ReadTimeout, self._core.ReadError)
            finally:
                if alarm is not None:
                    alarm.cancel()
        if protocol.unread:
            data = bytes(protocol.unread[:max_bytes])
            del protocol.unread[:max_bytes]
            if not protocol.over and len(protocol.unread) <= _MOST_UNREAD < len(protocol.unread) + len(data):
                self._transports[0].resume_reading()
            return data
        if protocol.error is not None:
            raise self._core.ReadError(protocol.error) from protocol.error
        return b""

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        protocol, rest = self._protocol, memoryview(buffer)
        while rest:  # each piece has all of the time
            if protocol.over and protocol.transport.is_closing():
                raise self._core.WriteError("the connection is closed")
            protocol.transport.write(rest[:MOST_AT_ONCE])
            rest = rest[MOST_AT_ONCE:]
            if protocol.writer is not None:
                try:
                    async with asyncio.timeout(timeout):
                        await asyncio.shield(protocol.writer)
                except TimeoutError as error:
                    raise_mapped(error, self._core.WriteTimeout, self._core.WriteError)
                if protocol.error is not None:
                    raise self._core.WriteError(protocol.error) from protocol.error

    async def aclose(self) -> None:
        for transport in reversed(self._transports):
            transport.abort()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> _Stream:
        loop, protocol = asyncio.get_running_loop(), self._protocol
        try:
            async with asyncio.timeout(timeout):
                secured = await loop.start_tls(
                    protocol.transport, protocol, ssl_context, server_hostname=server_hostname
                )
        except OSError as error:
            raise_mapped(error, self._core.ConnectTimeout, self._core.ConnectError)
        if secured is None:
            raise self._core.ConnectError("the connection was closed")
        self._transports.append(secured)
        return self

    def get_extra_info(self, info: str) -> Any:
        if info == "ssl_object":
            return self._protocol.transport.get_extra_info("ssl_object")
        if info == "is_readable":
            raw, protocol = self._transports[0], self._protocol
            came = protocol.over or protocol.unread or raw.is_closing()
            return bool(came or self._core._utils.is_socket_readable(raw.get_extra_info("socket")))
        return None

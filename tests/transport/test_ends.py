"""The end of a connection, which may come right behind many bytes: all of them are read, in their order."""

from __future__ import annotations

import asyncio
import socket
import ssl
from contextlib import suppress
from threading import Event, Thread
from typing import Any

import httpcore
import pytest

from aimlapi_messages.transport.async_network import AsyncNetwork

from ..support.deadlines import LIMIT
from ..support.held_server import anonymous_tls

AT_ONCE = 256 * 1024  # that asyncio takes from a socket of TLS
ROOM = 4 * AT_ONCE


class Server:
    """Sends so many bytes as soon as it has a byte, and ends the connection: of TLS with its farewell, or without."""

    def __init__(self, size: int, ending: str) -> None:
        self.data = bytes(place % 251 for place in range(size))
        self.has_sent = Event()
        self._ending = ending
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(LIMIT)
        self.port: int = self._listener.getsockname()[1]
        self._thread = Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        with self._listener, self._listener.accept()[0] as connection:
            connection.settimeout(LIMIT)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, ROOM)
            if self._ending == "plain":
                connection.recv(1)
                connection.sendall(self.data)
            else:
                with anonymous_tls(ssl.PROTOCOL_TLS_SERVER).wrap_socket(connection, server_side=True) as secured:
                    secured.recv(1)
                    secured.sendall(self.data)
                    if self._ending == "farewell":
                        secured.settimeout(0)  # that of the other side is not waited for
                        with suppress(ssl.SSLWantReadError):
                            secured.unwrap()
                    secured.shutdown(socket.SHUT_WR)
                    self.has_sent.set()
                    secured.settimeout(LIMIT)
                    socket.socket.recv(secured, ROOM)
            self.has_sent.set()

    def end(self) -> None:
        self._thread.join(LIMIT)


@pytest.mark.parametrize("ending", ["plain", "farewell", "no farewell"])
@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("size", [0, 1000, 64 * 1024, 100_000, 150_000, 200_000, 230_000, AT_ONCE, 1_000_000])
def test_what_comes_with_the_end_is_read(size: int, late: bool, ending: str) -> None:
    """late: the event loop is busy until all has come that may come before anything is taken."""
    server = Server(size, ending)

    async def read() -> bytes:
        network: Any = AsyncNetwork(httpcore)
        came = bytearray()
        stream = await network.connect_tcp("127.0.0.1", server.port, LIMIT)
        raw = network._transports[0].get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, ROOM)
        if ending != "plain":
            stream = await stream.start_tls(anonymous_tls(ssl.PROTOCOL_TLS_CLIENT), timeout=LIMIT)
        await stream.write(b"?")
        await asyncio.sleep(0)
        if late:
            server.has_sent.wait(LIMIT if size <= AT_ONCE else 0.2)
        while data := await stream.read(64 * 1024, LIMIT):
            came += data
        network.close()
        return bytes(came)

    assert asyncio.run(read()) == server.data
    server.end()

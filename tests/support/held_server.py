"""A real server on 127.0.0.1 that begins answers and does not end them, and sees its connections close. Not a test."""

from __future__ import annotations

import json
import socket
import ssl
from contextlib import suppress
from threading import Condition, Thread
from typing import Final, Self

from .deadlines import LIMIT
from .wire import TEXT_EVENTS, body, sse, text_block

_BODY: Final = json.dumps(body(text_block("Hello"))).encode()


def _head(status: str, kind: str, *more: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", f"content-type: {kind}", *more, "", ""]).encode()


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


_STREAM: Final = _head("200 OK", "text/event-stream", "transfer-encoding: chunked")
_SIZED: Final = _head("200 OK", "application/json", f"content-length: {len(_BODY)}")

# What the server sends for the request header `x-answer`, and whether the answer is whole.
_ANSWERS: Final = {
    "nothing": (b"", False),
    "half a body": (_SIZED + _BODY[:20], False),
    "a body": (_SIZED + _BODY, True),
    "half a stream": (_STREAM + b"".join(_chunk(sse(event)) for event in TEXT_EVENTS[:4]), False),
    "a stream": (_STREAM + _chunk(sse(*TEXT_EVENTS)) + _chunk(b""), True),
    "try soon": (_head("429 Busy", "application/json", "retry-after-ms: 1", "content-length: 2") + b"{}", True),
    "busy": (_head("429 Too Many Requests", "application/json", "retry-after: 30", "content-length: 2") + b"{}", True),
}


def _echo(text: str) -> bytes:
    data = json.dumps(body(text_block(text))).encode()
    price = "x-aimlapi-usd-spent: 0.001"
    return _head("200 OK", "application/json", price, f"content-length: {len(data)}") + data


def anonymous_tls(side: int) -> ssl.SSLContext:
    """TLS of a server or a client without certificates, so that no private key is kept here."""
    context = ssl.SSLContext(side)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2  # the last that knows such
    context.set_ciphers("aNULL:@SECLEVEL=0")
    return context


class HeldServer:
    """Answers as the header `x-answer` of a request says, "half a stream" without one; "echo: TEXT" with that text.

    After an answer that is not whole it waits until the client hangs up.

    scheme: "https" for anonymous TLS.
    """

    def __init__(self, scheme: str = "http") -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._tls = anonymous_tls(ssl.PROTOCOL_TLS_SERVER) if scheme == "https" else None
        self.base_url = f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}"
        self._changed = Condition()
        self._open: set[socket.socket] = set()
        self.answered = 0

    def __enter__(self) -> Self:
        Thread(target=self._accept, name="held-server", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._changed:
            for connection in self._open:
                with suppress(OSError):  # the client has reset it
                    connection.shutdown(socket.SHUT_RDWR)
        self.wait_for_connections(0)

    def wait_for_connections(self, most: int) -> None:
        """Wait until no more than so many connections are open. Raises AssertionError when they stay open."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self._open) <= most, LIMIT), f"{len(self._open)} stay open"

    def wait_for_answers(self, number: int) -> None:
        """Wait until so many answers have been sent, as far as they go."""
        with self._changed:
            assert self._changed.wait_for(lambda: self.answered >= number, LIMIT), f"{self.answered} answers"

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls is not None:  # the handshake comes with the first bytes
                connection = self._tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
            with self._changed:
                self._open.add(connection)
            Thread(target=self._serve, args=(connection,), name="held-server-connection", daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            while self._answer(connection):
                pass
        except OSError:
            pass
        finally:
            with self._changed:
                self._open.discard(connection)
                connection.close()
                self._changed.notify_all()

    def _answer(self, connection: socket.socket) -> bool:
        """Answer one request; False when the client has hung up."""
        received = b""
        while b"\r\n\r\n" not in received:
            data = connection.recv(65536)
            if not data:
                return False
            received += data
        head, _, rest = received.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().lower().split("\r\n")[1:])
        missing = int(fields["content-length"]) - len(rest)
        while missing > 0:
            data = connection.recv(missing)
            if not data:
                return False
            missing -= len(data)
        asked = fields.get("x-answer", "half a stream")
        data, whole = (_echo(asked[6:]), True) if asked.startswith("echo: ") else _ANSWERS[asked]
        connection.sendall(data)
        with self._changed:
            self.answered += 1
            self._changed.notify_all()
        if not whole:
            connection.recv(1)
            socket.SocketType.recv(connection, 1)  # and leave a farewell of TLS without an answer
        return whole

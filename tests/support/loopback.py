"""A `Gateway` behind a socket, so that what is said of the wire is tested on real connections too. Not a test."""

from __future__ import annotations

import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Final

import httpx

from .wire import Gateway

# What a socket can play: a connection that breaks, at once or in the middle of a body.
BREAKS: Final = (httpx.ReadError, httpx.RemoteProtocolError)

# What says where a body ends; the server finds out for itself.
_FRAMING: Final = frozenset({"content-length", "transfer-encoding", "connection"})


class Loopback:
    """Serves on 127.0.0.1 until it is closed."""

    def __init__(self, gateway: Gateway) -> None:
        self._server = _Server(gateway)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, gateway: Gateway) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.gateway = gateway

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever hangs up is no error."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # small pieces shall not wait for each other
    server: _Server

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        url = f"http://{self.headers['host']}{self.path}"
        request = httpx.Request(self.command, url, headers=self.headers.items(), content=body)
        try:
            response = self.server.gateway(request)
        except BREAKS:
            return self._break()
        self.send_response_only(response.status_code)
        for name, value in response.headers.multi_items():
            if name not in _FRAMING:
                self.send_header(name, value)
        if isinstance(response.stream, httpx.ByteStream):
            self._send_whole(b"".join(response.stream))
        else:
            self._send_pieces(response)
        return None

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer

    def _send_whole(self, body: bytes) -> None:
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _send_pieces(self, response: httpx.Response) -> None:
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        assert isinstance(response.stream, httpx.SyncByteStream)
        try:
            for piece in response.stream:
                if piece:
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.write(b"0\r\n\r\n")
        except BREAKS:
            self._break()
        finally:
            response.close()

    def _break(self) -> None:
        """Hang up without a word."""
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_WR)

    def log_message(self, format: str, *arguments: object) -> None:
        pass

"""uvicorn's HTTP connection, plus a TCP reset and a shutdown that does not wait for a slow answer.

The application finds the connection in the request's ASGI state; other servers do not put one there.
"""

from __future__ import annotations

import os
import socket
import struct
from contextlib import suppress
from typing import Any

from starlette.types import Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

_STATE_KEY = "aimlapi_messages.testing.connection"
# With SO_LINGER on and a timeout of 0, closing the socket sends a reset.
_NO_LINGER = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)


class Connection(H11Protocol):
    """One connection of the emulator's server."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.app_state: dict[str, Any] = {**self.app_state, _STATE_KEY: self}
        self.abort_on_shutdown = False  # set while an answer is deliberately slow

    def shutdown(self) -> None:
        """Close once the answer is complete, as uvicorn does; during a slow answer, close at once."""
        super().shutdown()
        if self.abort_on_shutdown:
            self.transport.abort()

    def reset(self) -> None:
        """Reset the connection. Bytes already passed to the operating system may still arrive."""
        with suppress(OSError):  # The peer may have closed already.
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self.transport.abort()


def connection_of(scope: Scope) -> Connection | None:
    """The connection of a request, or None if another server runs the application."""
    connection = scope.get("state", {}).get(_STATE_KEY)
    return connection if isinstance(connection, Connection) else None

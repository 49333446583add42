"""uvicorn's HTTP connection, with a TCP reset, and without waiting for a slow answer on shutdown.

The application finds the connection in the request's ASGI state; under another server there is none.
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
# SO_LINGER on with a timeout of 0: closing the socket sends a reset.
_NO_LINGER = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)


class Connection(H11Protocol):
    """One connection of the emulator's server."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.app_state: dict[str, Any] = {**self.app_state, _STATE_KEY: self}
        self.abort_on_shutdown = False  # set while an answer is slow on purpose

    def shutdown(self) -> None:
        """Close when the answer is complete, as uvicorn does, or at once during a slow answer."""
        super().shutdown()
        if self.abort_on_shutdown:
            self.transport.abort()

    def reset(self) -> None:
        """Reset the connection; bytes already handed to the operating system may still arrive."""
        with suppress(OSError):  # The peer may have closed already.
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self.transport.abort()


def connection_of(scope: Scope) -> Connection | None:
    """The connection by which a request came, or None where another server runs the application."""
    connection = scope.get("state", {}).get(_STATE_KEY)
    return connection if isinstance(connection, Connection) else None

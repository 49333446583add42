"""uvicorn's HTTP connection, which in addition can be reset, and which a slow answer does not keep open.

The application finds the connection of a request in the request's ASGI state; another server has none there.
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
# On, with no time to send what is left: closing the socket then sends a reset.
_NO_LINGER = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)


class Connection(H11Protocol):
    """One connection of the emulator's server."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.app_state = {**self.app_state, _STATE_KEY: self}
        self.dawdling = False  # whether the answer is slow on purpose, and the server need not wait for it to stop

    def shutdown(self) -> None:
        """Close when the answer is complete, as uvicorn does, but at once when that may take any time."""
        super().shutdown()
        if self.dawdling:
            self.transport.abort()

    def reset(self) -> None:
        """Reset the connection; what the operating system was given before may still arrive."""
        with suppress(OSError):  # The caller may have gone away just now.
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self.transport.abort()


def connection_of(scope: Scope) -> Connection | None:
    """The connection by which a request came, or None where another server runs the application."""
    connection = scope.get("state", {}).get(_STATE_KEY)
    return connection if isinstance(connection, Connection) else None

"""A local emulator of the AI/ML API gateway's Anthropic section, for tests and demonstrations.

`Emulator` runs it in a background thread, `create_app` gives the ASGI application, and
`python -m aimlapi_messages.testing` serves it from the command line. Nothing here talks to the real
gateway, and the client never imports this package. It needs the extra `emulator`; importing this package
does not, taking a name out of it does.

In a second of processor time it answers 430 to 520 short messages, or twice as many other requests, measured on a busy
machine of two cores. HTTP, and checking bodies by the document, take most of it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .account.state import LargeBody, RecordedRequest
    from .server.app import create_app
    from .server.emulator import Emulator

__all__ = ["Emulator", "LargeBody", "RecordedRequest", "create_app"]

_HOMES = {
    "Emulator": ".server.emulator",
    "LargeBody": ".account.state",
    "RecordedRequest": ".account.state",
    "create_app": ".server.app",
}
_EXTRA = ("starlette", "uvicorn", "jsonschema", "referencing", "ruamel")


def __getattr__(name: str) -> Any:
    """Import the emulator's parts when one is first asked for (PEP 562).

    Raises ImportError, which names the extra to install, when a dependency of the emulator is missing.
    """
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        value = getattr(importlib.import_module(_HOMES[name], __name__), name)
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in _EXTRA:
            raise
        raise ImportError(
            f"The emulator needs the package {error.name!r}, which is not installed. "
            "Install it with: pip install 'aimlapi-messages[emulator]'",
            name=error.name,
        ) from error
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, whether they have been imported yet or not."""
    return sorted(set(globals()) | set(__all__))

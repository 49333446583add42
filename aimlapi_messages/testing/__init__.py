"""A local emulator of the AI/ML API gateway's Anthropic section, for tests and demos.

`Emulator` runs it in a background thread, its `app` is the ASGI application, and `python -m aimlapi_messages.testing`
serves it from the command line. docs/testing.md is the guide. It never contacts the real gateway, and the client does
not import this package. The public names need the extra `emulator`, importing the package does not.

It answers 1,200 short messages per second of CPU time, or nearly three times as many other requests, measured on a
busy machine with two cores. Most of the time is spent on HTTP and on validating bodies.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .account.state import LargeBody, RecordedRequest
    from .faults.switches import SWITCHES
    from .model.request import MessageRequest
    from .server.emulator import Emulator

__all__ = ["SWITCHES", "Emulator", "LargeBody", "MessageRequest", "RecordedRequest"]

_HOMES = {
    "SWITCHES": ".faults.switches",
    "Emulator": ".server.emulator",
    "LargeBody": ".account.state",
    "MessageRequest": ".model.request",
    "RecordedRequest": ".account.state",
}
_EXTRA = ("starlette", "uvicorn", "jsonschema", "referencing", "ruamel")


def __getattr__(name: str) -> Any:
    """Import a public name on first access (PEP 562).

    Raises ImportError, which names the extra to install, if a dependency of the emulator is missing.
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
    """The public names, including those not imported yet."""
    return sorted(set(globals()) | set(__all__))

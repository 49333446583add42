"""What the libraries that send write into their logs, without the secrets of what they send.

At DEBUG they log the heads of responses and the texts of errors, where a server may have repeated the key.
"""

from __future__ import annotations

import logging
from contextvars import ContextVar
from typing import Final

from ..core.request import NO_SECRETS, Request, Secrets
from .base import with_proxies

_LOGGERS: Final = (
    "aiohttp.client",
    "aiohttp.internal",
    "asyncio",
    "httpx",
    *(f"httpcore.{name}" for name in ("connection", "http11", "http2", "proxy", "socks")),
)

# Of the request that this thread or task has sent last; it may be one of somebody else's that is logged.
_secrets: Final[ContextVar[Secrets]] = ContextVar("secrets", default=NO_SECRETS)


def guard_logs(request: Request) -> None:
    """Have the secrets of a request kept out of those logs, from here on in this thread or task."""
    _secrets.set(request.secrets)


def _scrub(record: logging.LogRecord) -> bool:
    said = record.getMessage()
    shown = with_proxies(_secrets.get()).scrub(said)
    if shown != said:
        record.msg, record.args = shown, ()
    return True


for _name in _LOGGERS:
    logging.getLogger(_name).addFilter(_scrub)

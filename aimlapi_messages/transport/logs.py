"""What the libraries that send write into their logs, without the secrets of what they send.

At DEBUG they log the heads of responses and the texts of errors, where a server may have repeated the key.
"""

from __future__ import annotations

import logging
from contextvars import ContextVar
from typing import Final

from ..core.request import NO_SECRETS, Secrets
from .base import with_proxies

_PARTS: Final = ("connection", "http11", "http2", "proxy", "socks")
_LOGGERS: Final = (
    "aiohttp.client",
    "aiohttp.internal",
    "asyncio",
    "httpx",
    "httpx2",
    *(f"{core}.{name}" for core in ("httpcore", "httpcore2") for name in _PARTS),
)

# What is kept out of those logs: the secrets of the request that this thread or task has sent or read last.
unlogged: Final[ContextVar[Secrets]] = ContextVar("unlogged", default=NO_SECRETS)


def _scrub(record: logging.LogRecord) -> bool:
    try:
        said = record.getMessage()
    except Exception:  # of a text that does not fit its arguments, which a handler tells
        return True
    shown = with_proxies(unlogged.get()).scrub(said)
    if shown != said:
        record.msg, record.args = shown, ()
    return True


for _name in _LOGGERS:
    logging.getLogger(_name).addFilter(_scrub)

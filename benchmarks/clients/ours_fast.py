"""This package on connections of aiohttp: the extra `aiohttp`. It is for asyncio; the synchronous client has none."""

from __future__ import annotations

from typing import Any, ClassVar

from . import ours

NAME = "aimlapi-messages[aiohttp]"
PACKAGES = ("aimlapi-messages", "httpx", "aiohttp")
IMPORT = ours.IMPORT

Sync = None


class Async(ours.Async):
    OPTIONS: ClassVar[dict[str, Any]] = {"transport": "aiohttp"}


class Bulk(ours.Bulk):
    OPTIONS: ClassVar[dict[str, Any]] = Async.OPTIONS

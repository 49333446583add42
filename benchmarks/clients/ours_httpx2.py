"""This package on connections of httpx2: the extra `httpx2`."""

from __future__ import annotations

from typing import Any, ClassVar

from . import ours

NAME = "aimlapi-messages[httpx2]"
PACKAGES = ("aimlapi-messages", "httpx", "httpx2")
IMPORT = ours.IMPORT


class Sync(ours.Sync):
    OPTIONS: ClassVar[dict[str, Any]] = {"transport": "httpx2"}


class Async(ours.Async):
    OPTIONS: ClassVar[dict[str, Any]] = Sync.OPTIONS

"""The transports of the asynchronous client, for tests that run on each. Not a test."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any, Final

import pytest

on_aiohttp: Final = pytest.mark.skipif(find_spec("aiohttp") is None, reason="the extra `aiohttp` is not installed")

TRANSPORTS: Final = ["httpx", pytest.param("aiohttp", marks=on_aiohttp)]


def pool_of(connections: object) -> Any:
    """httpcore's pool, which httpx keeps to itself; None where aiohttp makes the connections."""
    return getattr(getattr(connections, "_transport", connections), "_pool", None)

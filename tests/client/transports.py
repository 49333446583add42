"""The transports of the asynchronous client, for tests that run on each. Not a test."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

import pytest

on_aiohttp: Final = pytest.mark.skipif(
    find_spec("httpx_aiohttp") is None, reason="the extra `aiohttp` is not installed"
)

TRANSPORTS: Final = ["httpx", pytest.param("aiohttp", marks=on_aiohttp)]

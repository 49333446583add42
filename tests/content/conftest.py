"""What the tests of content share: an emulator, and what arrives at it."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from aimlapi_messages import AIMLAPI
from aimlapi_messages.testing import Emulator

from ..support.wire import MODEL

Arrived = Callable[[dict[str, Any]], dict[str, Any]]


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def arrived(emulator: Emulator) -> Arrived:
    """Send a block, and give it as it arrived at the emulator, which has read it."""

    def send(block: dict[str, Any]) -> dict[str, Any]:
        with AIMLAPI(api_key="any", base_url=emulator.base_url) as client:
            client.messages.create(model=MODEL, messages=[{"role": "user", "content": [block]}])
        found: dict[str, Any] = emulator.requests[-1].body["messages"][0]["content"][0]
        return found

    return send


@pytest.fixture
def bytes_arrived(arrived: Arrived) -> Callable[[dict[str, Any]], tuple[str, bytes]]:
    """Send a block, and give the media type and the bytes that arrived."""

    def send(block: dict[str, Any]) -> tuple[str, bytes]:
        source = arrived(block)["source"]
        assert source["type"] == "base64"
        return source["media_type"], base64.b64decode(source["data"], validate=True)

    return send

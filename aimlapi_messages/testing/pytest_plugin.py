"""The pytest plugin: `aimlapi_server` is a new emulator for each test, `aimlapi_test_client` a client of it.

pytest loads it automatically if this package is installed. Imports are deferred until a test uses a fixture; the
fixtures need the extra `emulator`.

    def test_my_code(aimlapi_server, aimlapi_test_client):
        aimlapi_server.reply(529, "It is sunny.")
        assert my_code(aimlapi_test_client) == "It is sunny."
        assert len(aimlapi_server.requests) == 2
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from aimlapi_messages import AIMLAPI
    from aimlapi_messages.testing import Emulator


@pytest.fixture
def aimlapi_server() -> Iterator[Emulator]:
    """A running emulator with its own port, balance, keys, batches and record of requests.

    `reply(...)` says what it answers, `script(...)` sets the switches of the next messages; `requests` are those
    received, `balance` is in US dollars. A reply that is not sent, a message without one, or a step that no message
    takes fails the test.
    """
    from aimlapi_messages.testing import Emulator  # noqa: PLC0415 (needs the extra, and is slow)

    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def aimlapi_test_client(aimlapi_server: Emulator) -> Iterator[AIMLAPI]:
    """A client connected to `aimlapi_server`, with the key "test-key"; closed after the test."""
    from aimlapi_messages import AIMLAPI  # noqa: PLC0415 (slow)

    with AIMLAPI(api_key="test-key", base_url=aimlapi_server.base_url) as client:
        yield client

"""The pytest plugin: `aimlapi_server`, an emulator of its own for each test, and `aimlapi_client`, a client of it.

pytest loads it by itself where this package is installed. It imports nothing before a test asks for a fixture, and
the fixtures need the extra `emulator`.

    def test_my_code(aimlapi_server, aimlapi_client):
        aimlapi_server.script({"x-emulator-fail": "529"})
        assert my_code(aimlapi_client) == "..."
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
    """The gateway's emulator on a port of its own, with its own money, keys, batches and record of requests.

    `script(...)` says how the next messages go wrong, `requests` what was received, `balance` what is left.
    """
    from aimlapi_messages.testing import Emulator  # noqa: PLC0415 (needs the extra, and takes a while)

    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def aimlapi_client(aimlapi_server: Emulator) -> Iterator[AIMLAPI]:
    """A client of `aimlapi_server`, closed after the test. Its key is "test-key"."""
    from aimlapi_messages import AIMLAPI  # noqa: PLC0415 (takes a while)

    with AIMLAPI(api_key="test-key", base_url=aimlapi_server.base_url) as client:
        yield client

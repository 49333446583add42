"""What the tests of resources share: an emulator as good as new, and clients of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from aimlapi_messages import (
    AIMLAPI,
)
from aimlapi_messages.testing import Emulator

from ..support.clock import FROZEN_AT


@pytest.fixture(scope="module")
def running() -> Iterator[Emulator]:
    with Emulator(frozen_at=FROZEN_AT) as emulator:
        yield emulator


@pytest.fixture
def emulator(running: Emulator) -> Emulator:
    running.reset()
    return running


@pytest.fixture
def client(emulator: Emulator) -> Iterator[AIMLAPI]:
    with AIMLAPI(api_key="test-key", base_url=emulator.base_url, max_retries=0) as client:
        yield client


@pytest.fixture
def manager(emulator: Emulator) -> Iterator[AIMLAPI]:
    with AIMLAPI(api_key="manage-key", base_url=emulator.base_url, max_retries=0) as client:
        yield client

"""The command against an emulator."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from aimlapi_messages.testing import Emulator

from ..support.clock import FROZEN_AT


@pytest.fixture(scope="module")
def running() -> Iterator[Emulator]:
    with Emulator(frozen_at=FROZEN_AT) as emulator:
        yield emulator


@pytest.fixture
def emulator(running: Emulator, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    running.reset()
    monkeypatch.setenv("AIMLAPI_BASE_URL", running.base_url)
    monkeypatch.setenv("AIMLAPI_API_KEY", "test-key")
    monkeypatch.setenv("COLUMNS", "200")
    return running

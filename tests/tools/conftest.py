"""What the tests of tools share: each of the four runners."""

from __future__ import annotations

import pytest

from .runs import Runs


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(params=["sync", "sync stream", "async", "async stream"])
def runs(request: pytest.FixtureRequest) -> Runs:
    return Runs(asynchronous="async" in request.param.split(), stream="stream" in request.param)

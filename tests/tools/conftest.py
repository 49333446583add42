"""What the tests of tools share: each of the four runners, and each of the four ways to ask for a value."""

from __future__ import annotations

import pytest

from ..support.outputs import Outputs
from ..support.runs import Runs


@pytest.fixture(params=["sync", "sync stream", "async", "async stream"])
def runs(request: pytest.FixtureRequest) -> Runs:
    return Runs(asynchronous="async" in request.param.split(), stream="stream" in request.param)


@pytest.fixture(params=["parse", "stream_output", "async parse", "async stream_output"])
def outputs(request: pytest.FixtureRequest) -> Outputs:
    return Outputs(asynchronous="async" in request.param, stream="stream" in request.param)

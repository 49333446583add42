"""The fixtures of every test: an environment without settings, a watch for leaks, and a caller of each kind."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import Any

import pytest

from aimlapi_messages.client import steps
from aimlapi_messages.transport.retries import Deadline

from .callers import AiohttpCaller, AsyncCaller, Caller, Httpx2Caller, HttpxCaller, SyncCaller, SyncHttpx2Caller
from .clock import Clock
from .leaks import LeakWatch
from .transports import on_aiohttp, on_httpx2
from .wire import KEY


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Async tests run on asyncio."""
    return "asyncio"


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's own keys and addresses take no part in a test."""
    for name in ("AIMLAPI_API_KEY", "AIML_API_KEY", "AIMLAPI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _no_leaks(request: pytest.FixtureRequest) -> Iterator[None]:
    """No log record, warning, error or client of any test shows the key, unless the test itself does."""
    watch = LeakWatch(KEY)
    with watch.kept():
        yield
    assert not watch.leaks or request.node.get_closest_marker("shows_the_key")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = [item for item in items if item.get_closest_marker("in_process") is None or not _is_real(item)]


def _is_real(item: pytest.Item) -> bool:
    params: dict[str, Any] = getattr(getattr(item, "callspec", None), "params", {})
    return getattr(params.get("caller"), "real", False)


@pytest.fixture(
    params=[
        pytest.param(SyncCaller, id="sync"),
        pytest.param(AsyncCaller, id="async"),
        pytest.param(SyncHttpx2Caller, id="sync httpx2", marks=on_httpx2),
        pytest.param(HttpxCaller, id="httpx"),
        # It says little that the two before it do not.
        pytest.param(Httpx2Caller, id="httpx2", marks=[on_httpx2, pytest.mark.slow]),
        pytest.param(AiohttpCaller, id="aiohttp", marks=on_aiohttp),
    ]
)
async def caller(request: pytest.FixtureRequest) -> AsyncIterator[Caller]:
    made: Caller = request.param(max_retries=0)
    yield made
    await made.close()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of every call in the test."""
    clock = Clock()
    monkeypatch.setattr(steps, "Deadline", partial(Deadline, clock=clock))
    return clock

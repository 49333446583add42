"""The command against an emulator."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import pytest

from aimlapi_messages.cli._app import main
from aimlapi_messages.testing import Emulator

from ..support.clock import FROZEN_AT

Run = Callable[..., tuple[int, str, str]]


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


@pytest.fixture
def run(emulator: Emulator, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command line: the code, standard output, standard error. `typed` is what stands on standard input."""

    def run(*arguments: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code = main(arguments)
        out, err = capsys.readouterr()
        return code, out, err

    return run

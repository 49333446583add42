"""The pytest plugin, in a separate run with a user's test."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from aimlapi_messages import AIMLAPI
from aimlapi_messages.testing import Emulator

OWN_TEST = """
import pytest
from aimlapi_messages import OverloadedError

def ask(client):
    return client.messages.create(model="anthropic/claude-sonnet-5", messages="Hello").text

@pytest.mark.parametrize("turn", [1, 2])
def test_own_code(aimlapi_server, aimlapi_test_client, turn):
    aimlapi_server.script({"x-emulator-fail": "529"})
    with pytest.raises(OverloadedError):
        ask(aimlapi_test_client.with_options(max_retries=0))
    assert "Hello" in ask(aimlapi_test_client)
    assert [request.path for request in aimlapi_server.requests] == ["/v1/messages"] * 2
    assert aimlapi_server.balance < 10
"""


def test_a_users_test(tmp_path: Path) -> None:
    """The fixtures need no import, and each test has a new emulator."""
    (tmp_path / "test_own.py").write_text(OWN_TEST, encoding="utf-8")
    without = ["-p", "no:cacheprovider", "-p", "no:schemathesis"]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "pytest", "-q", *without, str(tmp_path)],
        cwd=tmp_path,
        env={**os.environ, "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "2 passed" in done.stdout, done.stdout + done.stderr


UNSENT = """
def test_unsent(aimlapi_server):
    aimlapi_server.reply("Nobody asks.")

def test_the_next(aimlapi_server):
    aimlapi_server.reply("Nobody asks.", times=None)
"""


def test_a_reply_that_was_not_sent(tmp_path: Path) -> None:
    """Its test fails, and no other."""
    (tmp_path / "test_unsent.py").write_text(UNSENT, encoding="utf-8")
    line = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    env = {**os.environ, "PYTEST_ADDOPTS": ""}
    done = subprocess.run(line, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert "2 passed, 1 error" in done.stdout, done.stdout + done.stderr
    assert "AssertionError: Sent 0 of 1 times: reply('Nobody asks.')" in done.stdout


def test_the_fixtures_of_this_run(aimlapi_server: Emulator, aimlapi_test_client: AIMLAPI) -> None:
    """The client is connected to the server."""
    aimlapi_test_client.messages.create(model="anthropic/claude-sonnet-5", messages="Hello")
    assert aimlapi_test_client.base_url == aimlapi_server.base_url
    assert aimlapi_server.requests[0].headers["authorization"] == "<redacted>"

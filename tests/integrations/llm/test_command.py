"""The command `llm` with the plugin, as it is installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("llm")

from aimlapi_messages.testing import Emulator

from ...support.deadlines import LIMIT
from ...support.frameworks import PIXEL

pytestmark = pytest.mark.operation("create_message")

LOADED = """
import sys
import llm, click, pydantic
before = set(sys.modules)
import aimlapi_messages.integrations.llm as plugin
plugin.register_models(lambda *models, aliases: None)
print(*sorted(set(sys.modules) - before))
"""


class Command:
    """`llm`, in a home of its own."""

    def __init__(self, server: Emulator, home: Path) -> None:
        self._environment = {**os.environ, "AIMLAPI_BASE_URL": server.base_url, "LLM_USER_PATH": str(home)}

    def __call__(self, *arguments: str, code: int = 0, given: str = "", **environment: str) -> str:
        command = [sys.executable, "-m", "llm", *arguments]
        variables = {**self._environment, **environment}
        done = subprocess.run(command, input=given, env=variables, capture_output=True, text=True, timeout=LIMIT)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def logged(self) -> dict[str, Any]:
        """What the last prompt left in the log."""
        return json.loads(self("logs", "-n", "1", "--json"))[0]


@pytest.fixture
def command(aimlapi_server: Emulator, tmp_path: Path) -> Command:
    command = Command(aimlapi_server, tmp_path)
    command("keys", "set", "aimlapi", "--value", "a-stored-key")
    return command


def test_a_question(command: Command, aimlapi_server: Emulator) -> None:
    """With the key that `llm` keeps, and the cost in its log."""
    aimlapi_server.reply("It is sunny.")
    said = command("-m", "aimlapi/claude-sonnet-5", "How is the weather?", "-o", "max_tokens", "50")
    assert said == "It is sunny.\n"
    logged = command.logged()
    assert (logged["model"], logged["response"]) == ("aimlapi/claude-sonnet-5", "It is sunny.")
    assert logged["response_json"]["cost"]["usd"] > 0
    assert aimlapi_server.requests[0].body["max_tokens"] == 50


def test_a_conversation_that_goes_on(command: Command, aimlapi_server: Emulator) -> None:
    """From the log, with the tools that were called."""
    aimlapi_server.reply(tool_calls=[{"name": "llm_version", "input": {}}])
    aimlapi_server.reply("A version", "Nothing")
    command("-m", "aimlapi/sonnet-5", "Which version?", "-T", "llm_version", "--no-stream")
    assert command("-c", "What else?") == "Nothing\n"
    turns = aimlapi_server.requests[-1].body["messages"]
    assert [block["type"] for turn in turns for block in turn["content"]] == [
        *("text", "tool_use", "tool_result", "text", "text")
    ]
    assert turns[2]["content"][0]["tool_use_id"] == turns[1]["content"][0]["id"]


def test_a_schema_and_a_picture(command: Command, aimlapi_server: Emulator, tmp_path: Path) -> None:
    picture = tmp_path / "a.png"
    picture.write_bytes(PIXEL)
    aimlapi_server.reply(tool_calls=[{"name": "final_output", "input": {"color": "red"}}])
    said = command("-m", "aimlapi/claude-sonnet-5", "Which?", "-a", str(picture), "--schema", "color,")
    assert json.loads(said) == {"color": "red"}
    assert [block["type"] for block in aimlapi_server.requests[0].body["messages"][0]["content"]] == ["text", "image"]


def test_what_goes_wrong_is_said(command: Command, aimlapi_server: Emulator) -> None:
    aimlapi_server.script({"x-emulator-fail": "401"})
    said = command("-m", "aimlapi/claude-sonnet-5", "Hello", code=1)
    assert said.startswith("Error: 401")
    assert "Traceback" not in said
    assert "a-stored-key" not in said


def test_without_a_key(aimlapi_server: Emulator, tmp_path: Path) -> None:
    said = Command(aimlapi_server, tmp_path)("-m", "aimlapi/claude-sonnet-5", "Hello", code=1)
    assert "llm keys set aimlapi" in said
    assert "AIMLAPI_API_KEY" in said


@pytest.mark.operation("list_models")
def test_models_and_prices(command: Command, aimlapi_server: Emulator) -> None:
    """Of today, from the gateway."""
    table = command("aimlapi", "models")
    assert ["aimlapi/claude-sonnet-5", "2.6", "13.0"] in [line.split() for line in table.splitlines()]
    found = json.loads(command("aimlapi", "models", "--json"))
    assert {"model": "aimlapi/claude-sonnet-5", "input": 2.6, "output": 13.0} in found
    assert command("aimlapi", "models", code=1, AIMLAPI_BASE_URL="http://127.0.0.1:9").startswith("Error: ")


def test_models_of_the_document(command: Command) -> None:
    listed = command("models", "--options", "-q", "aimlapi/claude-sonnet-5")
    assert "AI/ML API: aimlapi/claude-sonnet-5 (aliases: aimlapi/sonnet-5)" in listed
    assert "thinking_budget: int" in listed


def test_a_command_loads_no_client() -> None:
    """Every command of `llm` loads the plugin."""
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True, timeout=LIMIT)
    loaded = done.stdout.split()
    assert {"httpx", "attrs", "uvicorn", "aimlapi_messages.client"}.isdisjoint(loaded)
    assert [name for name in loaded if name.startswith("aimlapi_messages.testing")] == []
    assert len(loaded) < 20

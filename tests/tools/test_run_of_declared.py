"""Runs of tools that the provider declares or another program describes; what is logged; and what goes back."""

from __future__ import annotations

import functools
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest

from aimlapi_messages import AIMLAPI, AsyncAIMLAPI, Toolbox, ToolError, ToolFailedError, tool
from aimlapi_messages.testing import Emulator

from ..support.runs import DONE, Runs, calls, results
from ..support.wire import MODEL, Gateway, answer, body, tool_block

pytestmark = pytest.mark.anyio

BASH = {"type": "bash_20250124", "name": "bash"}
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}


def bash(command: str) -> str:
    """Run a command."""
    return f"$ {command}"


def anything(**arguments: Any) -> Any:
    return arguments


async def anything_later(**arguments: Any) -> Any:
    return arguments


class Shell(Toolbox):
    """Methods that are declared, as functions are."""

    def bash(self, **arguments: Any) -> Any:
        return arguments


class LaterShell(Toolbox):
    async def bash(self, **arguments: Any) -> Any:
        return arguments


class PartialShell(Toolbox):
    bash = functools.partialmethod(Shell.bash, own=1)


class DeclaredShell(Toolbox):
    @tool(declaration=BASH)
    def bash(self, **arguments: Any) -> Any:
        return arguments


@pytest.mark.parametrize(
    ("tools", "name", "given", "told"),
    [
        ([BASH, bash], "bash", {"command": "ls"}, "$ ls"),
        ([tool(declaration=BASH)(bash)], "bash", {"command": "ls"}, "$ ls"),
        ([BASH, Shell()], "bash", {"command": "ls", "x": 1}, '{"command": "ls", "x": 1}'),
        ([Shell(), BASH], "bash", {"restart": True}, '{"restart": true}'),
        ([BASH, LaterShell()], "bash", {"command": "ls"}, '{"command": "ls"}'),
        ([BASH, PartialShell()], "bash", {"command": "ls"}, '{"own": 1, "command": "ls"}'),
        ([BASH, DeclaredShell()], "bash", {"command": "ls"}, '{"command": "ls"}'),
        ([BASH, bash], "bash", {"restart": True}, "The arguments are wrong. command: missing; restart: unknown"),
        ([tool(input_schema=SCHEMA)(anything)], "anything", {"city": "Rome", "x": 1}, '{"city": "Rome", "x": 1}'),
        ([tool(input_schema=SCHEMA)(anything_later)], "anything_later", {"city": "Rome"}, '{"city": "Rome"}'),
        ([tool(name="look", input_schema={})(anything)], "look", {"größe": None}, '{"größe": null}'),
        ([tool(input_schema={})(anything)], "anything", {"self": 1, "args": 2}, '{"self": 1, "args": 2}'),
        ([tool(input_schema={})(anything_later)], "anything_later", {"self": 1}, '{"self": 1}'),
        (
            [tool(name="look", input_schema={})(functools.partial(anything, key="own"))],
            "look",
            {"key": "other"},
            "The arguments are wrong. key: unknown",
        ),
    ],
)
async def test_the_function_of_a_declared_tool_is_run(
    runs: Runs, tools: list[Any], name: str, given: dict[str, Any], told: str
) -> None:
    """The request has the declaration, and the result is the function's."""
    gateway = Gateway(calls((name, given)), DONE)
    await runs.until_done(gateway, tools=tools)
    assert results(gateway)[0]["content"].startswith(told)
    (sent,) = gateway.sent["tools"]
    assert sent == BASH if name == "bash" else sent["input_schema"]["type"] == "object"


@pytest.mark.parametrize("make", [list, tuple, iter, lambda ones: (one for one in ones), lambda ones: map(dict, ones)])
async def test_the_examples_of_a_tool_are_in_every_request(runs: Runs, make: Callable[[Any], Any]) -> None:
    """Also where they can be read only once."""
    examples = [{"city": "Rome"}, {"city": "Bern"}]
    described = tool(input_schema=SCHEMA, extra={"input_examples": make(examples)})(anything)
    for _ in range(2):
        gateway = Gateway(calls(("anything", {"city": "Rome"})), DONE)
        await runs.until_done(gateway, tools=[described])
        sent = [json.loads(request.content)["tools"] for request in gateway.requests]
        assert sent == [[{"name": "anything", "input_schema": SCHEMA, "input_examples": examples}]] * 2


async def test_the_emulator_calls_a_tool_of_another_program() -> None:
    """By its schema, and is told what the function made of it."""
    described = tool(name="weather", description="The weather in a city.", input_schema=SCHEMA)
    question = "What is the weather in Rome?"
    with Emulator() as emulator:
        with AIMLAPI(api_key="any", base_url=emulator.base_url) as client:
            runner = client.messages.tool_runner(model=MODEL, messages=question, tools=[described(anything)])
            assert "Rome" in runner.until_done().text
        async with AsyncAIMLAPI(api_key="any", base_url=emulator.base_url) as other:
            later = other.messages.tool_runner(model=MODEL, messages=question, tools=[described(anything_later)])
            assert "Rome" in (await later.until_done()).text


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (RuntimeError("the reason"), "the reason"),
        (KeyError("the reason"), "the reason"),
        (TimeoutError(), "TimeoutError"),
        (StopAsyncIteration("the reason"), "the reason"),
        (ExceptionGroup("the reason", [ValueError("inner")]), "inner"),
    ],
)
async def test_a_tool_that_raises_is_logged(
    runs: Runs, error: Exception, shown: str, caplog: pytest.LogCaptureFixture
) -> None:
    """With its traceback, and without the arguments, which are the model's words."""

    def fail(secret: str) -> None:
        """A tool."""
        raise error

    caplog.set_level(logging.DEBUG, "aimlapi_messages")
    await runs.until_done(Gateway(calls(("fail", {"secret": "hush"})), DONE), tools=[fail])
    (warning,) = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert (warning.name, warning.getMessage()) == ("aimlapi_messages", f"The tool fail failed: {type(error).__name__}")
    assert "in fail" in caplog.text
    assert shown in caplog.text
    assert "hush" not in caplog.text


async def test_what_was_not_the_tool_s_failure_is_not_logged(runs: Runs, caplog: pytest.LogCaptureFixture) -> None:
    """What it says to the model on purpose, arguments that are wrong, and what is raised anyway."""

    def say() -> None:
        """A tool."""
        raise ToolError("Try another.")

    def fail() -> None:
        """A tool."""
        raise RuntimeError

    await runs.until_done(Gateway(calls(("say", {}), ("say", {"a": 1}), ("gone", {})), DONE), tools=[say])
    with pytest.raises(ToolFailedError):
        await runs.until_done(Gateway(calls(("fail", {}))), tools=[fail], on_tool_error="raise")
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


SANDBOX = {"id": "container_1", "expires_at": "2026-11-28T00:00:00Z"}


@pytest.mark.parametrize(
    ("container", "given", "sent"),
    [
        (SANDBOX, {}, "container_1"),
        (SANDBOX, {"container": "container_0"}, "container_1"),
        (
            SANDBOX,
            {"container": {"skills": [{"skill_id": "pdf"}]}},
            {"skills": [{"skill_id": "pdf"}], "id": "container_1"},
        ),
        ({"id": "container_1"}, {}, "container_1"),
        (None, {}, None),
        (None, {"container": "container_0"}, "container_0"),
        ({}, {}, None),
        ({"id": None}, {"container": "container_0"}, "container_0"),
    ],
)
async def test_the_sandbox_of_an_answer_goes_on(runs: Runs, container: Any, given: Any, sent: Any) -> None:
    """Where an answer had one, the next request names it."""
    turn = body(tool_block(name="bash", input={"command": "ls"}), stop_reason="tool_use", container=container)
    gateway = Gateway(answer(turn), DONE)
    await runs.until_done(gateway, tools=[bash], extra_body=given)
    assert json.loads(gateway.requests[0].content).get("container") == given.get("container")
    assert gateway.sent.get("container") == sent

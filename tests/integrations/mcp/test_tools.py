"""Tools of real MCP servers, in memory, over stdio and over HTTP, in runs against the emulator."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp")

import mcp_types as types
import uvicorn
from anyio.from_thread import start_blocking_portal
from mcp import Client, ClientSession, MCPError, StdioServerParameters, stdio_client
from mcp.shared.memory import create_client_server_memory_streams

from aimlapi_messages import AIMLAPI, AsyncAIMLAPI, ToolFailedError, ToolOutcome
from aimlapi_messages.integrations import mcp
from aimlapi_messages.testing import Emulator

from ...support.deadlines import LIMIT
from ...support.wire import MODEL
from .server import ANY, LONG, PDF, PNG, RESULTS, TWO, Answers, embedded, text

pytestmark = [pytest.mark.anyio, pytest.mark.operation("create_message")]

STDIO = StdioServerParameters(command=sys.executable, args=[str(Path(__file__).with_name("server.py"))])


@asynccontextmanager
async def in_memory(answers: Answers) -> AsyncIterator[Client]:
    async with Client(answers.server) as client:
        yield client


@asynccontextmanager
async def over_stdio(_: Answers) -> AsyncIterator[Client]:
    async with Client(stdio_client(STDIO)) as client:
        yield client


@asynccontextmanager
async def bare_session(answers: Answers) -> AsyncIterator[ClientSession]:
    async with create_client_server_memory_streams() as (ours, theirs):
        serving = asyncio.create_task(answers.server.run(*theirs, answers.server.create_initialization_options()))
        async with ClientSession(*ours) as session:
            await session.initialize()
            yield session
        serving.cancel()
        await asyncio.wait([serving])


@asynccontextmanager
async def over_http(answers: Answers, mode: str = "auto") -> AsyncIterator[Client]:
    """On a port of its own, in the loop of the client. mode: how they agree on a version of the protocol."""
    server = uvicorn.Server(uvicorn.Config(answers.server.streamable_http_app(), port=0, log_level="error"))
    serving = asyncio.create_task(server.serve())
    async with asyncio.timeout(LIMIT):
        while not server.started:
            await asyncio.sleep(0.001)
    port = server.servers[0].sockets[0].getsockname()[1]
    async with Client(f"http://127.0.0.1:{port}/mcp", mode=mode) as client:
        yield client
    server.should_exit = server.force_exit = True
    await serving


WAYS = {
    "memory": in_memory,
    "stdio": over_stdio,
    "session": bare_session,
    "http": over_http,
    "old http": partial(over_http, mode="legacy"),
}
# Those whose server is in this process, so that a test sees what becomes of it.
HERE = [name for name in WAYS if name != "stdio"]


@pytest.fixture
def answers() -> Answers:
    return Answers()


async def run(emulator: Emulator, session: mcp.Session, *calls: tuple[str, dict[str, Any]], **options: Any) -> str:
    """What the model says in the end, which calls these tools."""
    emulator.reply(tool_calls=[{"name": name, "input": given} for name, given in calls])
    tools = await mcp.tools(session)
    async with AsyncAIMLAPI(api_key="any", base_url=emulator.base_url) as client:
        runner = client.messages.tool_runner(model=MODEL, messages="Go on", tools=tools, **options)
        return (await runner.until_done()).text


async def told(emulator: Emulator, session: mcp.Session, *calls: tuple[str, dict[str, Any]], **options: Any) -> Any:
    """What the model is told of these calls of tools, each by its content and whether it is an error."""
    emulator.reply("Done.", when=lambda request: request.turns > 1)
    assert await run(emulator, session, *calls, **options) == "Done."
    results = emulator.requests[-1].body["messages"][-1]["content"]
    return [(one.get("content"), one.get("is_error", False)) for one in results]


@pytest.fixture
def emulator() -> Any:
    with Emulator() as made:
        yield made


@pytest.mark.parametrize("way", WAYS)
async def test_a_run_with_the_tools_of_a_server(emulator: Emulator, answers: Answers, way: str) -> None:
    """Their schemas are sent as they are, and their results come back."""
    async with WAYS[way](answers) as session:
        found = await told(emulator, session, ("add", {"a": 1, "b": 2}), ("add", {"a": 3, "b": 4}), ("failing", {}))
    assert found == [("3", False), ("7", False), ("No such city.", True)]
    sent = {one["name"]: one for one in emulator.requests[-1].body["tools"]}
    assert sent["add"] == {"name": "add", "description": "Adds.", "input_schema": TWO}
    assert sent["hang"] == {"name": "hang", "description": "Hangs", "input_schema": ANY}
    assert len(sent) == len(RESULTS) + 5


PIXEL = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}}


def note(words: str) -> str:
    return f"[{words}]"


TOLD: dict[str, tuple[Any, bool]] = {
    "nothing": (None, False),
    "texts": ([{"type": "text", "text": "one"}, {"type": "text", "text": "two"}], False),
    "pixel": ([{"type": "text", "text": "Look:"}, PIXEL], False),
    "sound": (note("a sound that cannot be told, audio/wav"), False),
    "page": (
        [
            {
                "type": "document",
                "source": {"type": "text", "media_type": "text/plain", "data": "# Title"},
                "title": "file:///a.md",
            }
        ],
        False,
    ),
    "pdf": (
        [
            {
                "type": "document",
                "source": {"type": "base64", "media_type": "application/pdf", "data": PDF},
                "title": "file:///a.pdf",
            }
        ],
        False,
    ),
    "picture": ([PIXEL], False),
    "archive": (note("a file file:///a.zip that cannot be told, application/zip"), False),
    "false_picture": (note("a file that cannot be told, image/png"), False),
    "no_base64": (note("a file that cannot be told, image/png"), False),
    "link": (note("a resource: file:///a.csv; text/csv; a; A table."), False),
    "structured": ('{"degrees": 18}', False),
    "both": ("18 degrees", False),
    "failing_pixel": ([PIXEL], True),
    "failing_data": ('{"code": 7}', True),
    "failing_dumbly": ("The tool failed, and did not say why.", True),
    "refuse": ("The call failed: Give a city. (code -32602)", True),
}


@pytest.mark.parametrize("name", TOLD)
async def test_what_the_model_is_told_of_a_result(emulator: Emulator, answers: Answers, name: str) -> None:
    """The emulator takes it, as the gateway's document has it."""
    async with in_memory(answers) as session:
        (found,) = await told(emulator, session, (name, {}))
    assert found == TOLD[name]


async def test_arguments_are_passed_as_the_model_wrote_them(emulator: Emulator, answers: Answers) -> None:
    """Whatever they are called."""
    given = {"self": 1, "name": None, "arguments": {"a": []}, "session": "s", "with-dash": 1.5, "": True}
    async with in_memory(answers) as session:
        ((content, _),) = await told(emulator, session, ("echo", given))
    assert json.loads(content) == given


async def test_names_are_those_that_a_model_takes(answers: Answers) -> None:
    """One that is right is kept, and whichever stands first, none has the name of another."""
    async with in_memory(answers) as session:
        tools = {one.name: one for one in await mcp.tools(session)}
        prefixed = {one.name for one in await mcp.tools(session, prefix="ours_")}
        assert (await session.session.list_tools()).next_cursor == "3"
        (read,) = [name for name in tools if name.startswith("files_read_")]
        assert [await tools[name].function() for name in ("files_read", read, "files_list", "temp_rature")] == [
            "without",
            "with a point",
            "with a slash",
            "18",
        ]
    assert all(re.fullmatch("[a-zA-Z0-9_-]{1,64}", name) for name in {*tools, *prefixed})
    assert len(tools) == len(prefixed) == len(RESULTS) + 5
    assert {"ours_add", "ours_files_read"} < prefixed
    assert [len(name) for name in tools if name.startswith(LONG[:55])] == [64]
    assert [name for name, _ in answers.asked] == ["files_read", "files.read", "files/list", "température"]


@pytest.mark.parametrize("way", HERE)
async def test_a_call_that_takes_too_long_is_cancelled_on_the_server(
    emulator: Emulator, answers: Answers, way: str
) -> None:
    """And the model is told."""
    async with WAYS[way](answers) as session:
        (found,) = await told(emulator, session, ("hang", {}), tool_timeout=0.05)
        async with asyncio.timeout(LIMIT):
            await answers.cancelled.wait()
    assert found == ("The tool took more than 0.05 s and was given up.", True)


@pytest.mark.parametrize("way", HERE)
async def test_a_run_that_is_cancelled_cancels_its_calls(emulator: Emulator, answers: Answers, way: str) -> None:
    """On the server too."""
    async with WAYS[way](answers) as session:
        running = asyncio.create_task(run(emulator, session, ("hang", {})))
        async with asyncio.timeout(LIMIT):
            while not answers.asked:
                await asyncio.sleep(0.001)
            running.cancel()
            await asyncio.wait([running])
            await answers.cancelled.wait()
    assert running.cancelled()


async def test_the_limit_of_a_tool_is_its_own(answers: Answers) -> None:
    """Before that of the run."""
    async with in_memory(answers) as session:
        assert {one.timeout for one in await mcp.tools(session, timeout=5)} == {5}


@pytest.mark.parametrize("raised", [False, True])
async def test_a_connection_that_is_gone_is_an_error_of_the_run(emulator: Emulator, raised: bool) -> None:
    """Where such are to be raised; else the model is told without its text."""
    async with Client(stdio_client(STDIO)) as session:
        if raised:
            with pytest.raises(ToolFailedError) as caught:
                await run(emulator, session, ("leave", {}), on_tool_error="raise")
            assert isinstance(caught.value.__cause__, MCPError)
            assert caught.value.__cause__.code == types.CONNECTION_CLOSED
        else:
            assert await told(emulator, session, ("leave", {})) == [("The tool failed (MCPError).", True)]


async def test_the_hooks_of_a_run_see_the_tools(emulator: Emulator, answers: Answers) -> None:
    """As those of functions."""
    seen: list[ToolOutcome] = []
    async with in_memory(answers) as session:
        await told(emulator, session, ("add", {"a": 1, "b": 2}), after_call=lambda _, outcome: seen.append(outcome))
    assert [one.content for one in seen] == ["3"]


@pytest.mark.parametrize("way", WAYS)
def test_the_synchronous_client_takes_a_portal(emulator: Emulator, answers: Answers, way: str) -> None:
    """To the loop of the session, which runs on a thread."""
    emulator.reply(tool_calls=[{"name": "add", "input": {"a": n, "b": 2}} for n in range(3)])
    emulator.reply("Done.")
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(WAYS[way](answers)) as session,
        AIMLAPI(api_key="any", base_url=emulator.base_url) as client,
    ):
        tools = portal.call(lambda: mcp.tools(session, portal=portal))
        runner = client.messages.tool_runner(model=MODEL, messages="Go on", tools=tools)
        assert runner.until_done().text == "Done."
    results = emulator.requests[-1].body["messages"][-1]["content"]
    assert [one["content"] for one in results] == ["2", "3", "4"]


@pytest.mark.parametrize("way", WAYS)
async def test_a_run_without_the_portal_it_needs_does_not_wait(emulator: Emulator, answers: Answers, way: str) -> None:
    """An answer would not wake it, and without a limit it would wait for ever."""
    emulator.reply(tool_calls=[{"name": "add", "input": {"a": 1, "b": 2}}])
    emulator.reply("Done.")
    with AIMLAPI(api_key="any", base_url=emulator.base_url) as client:
        async with WAYS[way](answers) as session:
            tools = await mcp.tools(session)
            runner = client.messages.tool_runner(model=MODEL, messages="Go on", tools=tools, tool_timeout=LIMIT)
            assert (await asyncio.to_thread(runner.until_done)).text == "Done."
    (result,) = emulator.requests[-1].body["messages"][-1]["content"]
    assert (result["is_error"], "portal" in result["content"]) == (True, True)


@pytest.mark.parametrize("way", HERE)
def test_a_call_through_a_portal_is_cancelled_by_its_limit(emulator: Emulator, answers: Answers, way: str) -> None:
    """On the server too; it is the thread that the run gives up, or its call that fails."""
    emulator.reply(tool_calls=[{"name": "hang", "input": {}}])
    emulator.reply("Done.")
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(WAYS[way](answers)) as session,
        AIMLAPI(api_key="any", base_url=emulator.base_url) as client,
    ):
        tools = portal.call(lambda: mcp.tools(session, portal=portal, timeout=0.2))
        runner = client.messages.tool_runner(model=MODEL, messages="Go on", tools=tools)
        assert runner.until_done().text == "Done."
        portal.call(asyncio.wait_for, answers.cancelled.wait(), LIMIT)
    (result,) = emulator.requests[-1].body["messages"][-1]["content"]
    assert result["is_error"] is True


# --- prompts and resources


@pytest.mark.parametrize("way", WAYS)
async def test_a_prompt_is_messages(emulator: Emulator, answers: Answers, way: str) -> None:
    """Without turns that say nothing."""
    async with WAYS[way](answers) as session:
        messages = await mcp.prompt(session, "weather", {"city": "Ghent"})
        with pytest.raises(MCPError):
            await mcp.prompt(session, "nothing")
    assert messages == [
        {"role": "user", "content": [{"type": "text", "text": "Weather in Ghent?"}]},
        {"role": "user", "content": [PIXEL]},
    ]
    with AIMLAPI(api_key="any", base_url=emulator.base_url) as client:
        assert client.messages.create(model=MODEL, messages=messages).text


@pytest.mark.parametrize("way", WAYS)
async def test_a_resource_is_content(emulator: Emulator, answers: Answers, way: str) -> None:
    """Each of its parts."""
    async with WAYS[way](answers) as session:
        found = await mcp.resource(session, "file:///a")
    assert [one["type"] for one in found] == ["document", "image"]
    with AIMLAPI(api_key="any", base_url=emulator.base_url) as client:
        assert client.messages.create(model=MODEL, messages=[{"role": "user", "content": found}]).text


def test_content_by_itself() -> None:
    """What has nothing to tell is left out."""
    assert mcp.content([text(""), embedded(uri="file:///a", text="")]) == []
    assert mcp.content([text("a")]) == [{"type": "text", "text": "a"}]

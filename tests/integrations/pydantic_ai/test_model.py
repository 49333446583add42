"""What agents send and get through the model, whole and as streams."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

import pytest

pytest.importorskip("pydantic_ai")

from pydantic import Field
from pydantic_ai import (
    Agent,
    BinaryContent,
    CachePoint,
    DocumentUrl,
    ImageUrl,
    ModelRetry,
    NativeOutput,
    PromptedOutput,
    TextContent,
    Tool,
    ToolOutput,
    ToolReturn,
    UsageLimitExceeded,
    UsageLimits,
    UserError,
)
from pydantic_ai.messages import ModelRequest, ModelResponse, ThinkingPart, ToolCallPart, ToolReturnPart
from pydantic_ai.profiles import ModelProfile
from pydantic_ai.settings import ModelSettings

from aimlapi_messages import AsyncAIMLAPI, MissingKeyError
from aimlapi_messages.integrations.pydantic_ai import AIMLAPIModel
from aimlapi_messages.testing import Emulator

from ...support.frameworks import BLANK_PDF as PDF, PIXEL as PNG
from .material import MODEL

pytestmark = [pytest.mark.anyio, pytest.mark.operation("create_message")]

THOUGHT = {"type": "thinking", "thinking": "Let me see.", "signature": "signed"}
HIDDEN = {"type": "redacted_thinking", "data": "secret"}
SAID = {"type": "text", "text": "Four."}


@dataclass
class Trip:
    """A trip."""

    city: str
    days: int


async def ask(agent: Agent[None, Any], prompt: Any, streamed: bool, **options: Any) -> Any:
    """The output of a run, and its messages."""
    if not streamed:
        run = await agent.run(prompt, **options)
        return run.output, run.all_messages()
    async with agent.iter(prompt, **options) as steps:
        async for node in steps:
            if Agent.is_model_request_node(node):
                async with node.stream(steps.ctx) as stream:
                    async for _ in stream:
                        pass
    assert steps.result is not None
    return steps.result.output, steps.result.all_messages()


both = pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])


def sent(server: Emulator, index: int = -1) -> dict[str, Any]:
    """The body of a request."""
    return server.requests[index].body


@both
async def test_an_answer_with_what_is_known_of_it(
    model: AIMLAPIModel, aimlapi_server: Emulator, streamed: bool
) -> None:
    usage = {
        **{"input_tokens": 10, "output_tokens": 5, "cache_read_input_tokens": 20, "cache_creation_input_tokens": 30},
        "cache_creation": {"ephemeral_1h_input_tokens": 30, "ephemeral_5m_input_tokens": 0},
        "output_tokens_details": {"thinking_tokens": 4},
    }
    meta = {"usage": {"credits_used": 2000, "usd_spent": 0.001}}
    aimlapi_server.reply({"id": "msg_1", "content": [THOUGHT, HIDDEN, SAID], "usage": usage, "meta": meta})
    output, messages = await ask(Agent(model), "2 + 2?", streamed)
    response = messages[-1]
    assert output == "Four."
    assert [(part.part_kind, part.content) for part in response.parts] == [
        ("thinking", "Let me see."),
        ("thinking", ""),
        ("text", "Four."),
    ]
    assert [part.signature for part in response.parts[:2]] == ["signed", "secret"]
    assert (response.usage.input_tokens, response.usage.output_tokens) == (60, 5)
    assert (response.usage.cache_read_tokens, response.usage.cache_write_tokens) == (20, 30)
    assert (response.usage.cache_write_1h_tokens, response.usage.output_reasoning_tokens) == (30, 4)
    assert response.usage.cost == Decimal("0.001")
    assert response.usage.details["cache_read_input_tokens"] == 20
    assert (response.provider_name, response.provider_url) == ("aimlapi", aimlapi_server.base_url)
    assert (response.provider_response_id, response.finish_reason, response.state) == ("msg_1", "stop", "complete")
    assert response.provider_details["finish_reason"] == "end_turn"
    assert response.provider_details["request_id"]
    assert (response.model_name, response.timestamp.tzinfo is not None) == ("claude-sonnet-5", True)


@pytest.mark.parametrize(
    ("stop_reason", "expected"),
    [
        ("end_turn", "stop"),
        ("stop_sequence", "stop"),
        ("max_tokens", "length"),
        ("model_context_window_exceeded", "length"),
        ("a new one", None),
    ],
)
@both
async def test_finish_reasons(
    model: AIMLAPIModel, aimlapi_server: Emulator, streamed: bool, stop_reason: str, expected: str | None
) -> None:
    aimlapi_server.reply({"content": "Well", "stop_reason": stop_reason})
    _, messages = await ask(Agent(model), "Go on", streamed)
    assert (messages[-1].finish_reason, messages[-1].state) == (expected, "complete")


@both
async def test_an_answer_that_pauses(model: AIMLAPIModel, aimlapi_server: Emulator, streamed: bool) -> None:
    """Goes on in the same turn, with what it has said, and all of it is counted."""
    priced = {"meta": {"usage": {"credits_used": 2000, "usd_spent": 0.001}}, "usage": {"output_tokens": 2}}
    aimlapi_server.reply(
        {"content": "One, ", "stop_reason": "pause_turn", **priced},
        {"content": [], "stop_reason": "pause_turn", **priced},
        {"content": "two.", **priced},
    )
    output, messages = await ask(Agent(model), "Count", streamed)
    assert output == "One, two."
    assert [turn["role"] for turn in sent(aimlapi_server)["messages"]] == ["user", "assistant"]
    assert sent(aimlapi_server)["messages"][1]["content"] == [{"type": "text", "text": "One, "}]
    response = messages[-1]
    assert (len(messages), response.finish_reason, response.state) == (2, "stop", "complete")
    assert (response.usage.output_tokens, response.usage.cost) == (6, Decimal("0.003"))


def test_a_model_without_a_loop(aimlapi_server: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the client of the environment."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    monkeypatch.setenv("AIMLAPI_BASE_URL", aimlapi_server.base_url)
    monkeypatch.setenv("AIMLAPI_API_KEY", "any")
    model = AIMLAPIModel(MODEL)
    agent = Agent(model, instructions="Be brief.")
    aimlapi_server.reply("one", "two", "three")
    first = agent.run_sync("Count")
    second = agent.run_sync("Go on", message_history=first.all_messages())
    stream = agent.run_stream_sync("Go on")
    assert (first.output, second.output, stream.get_output()) == ("one", "two", "three")
    loop.run_until_complete(model.client.close())
    loop.close()
    asyncio.set_event_loop(None)
    assert [turn["role"] for turn in sent(aimlapi_server, 1)["messages"]] == ["user", "assistant", "user"]
    assert sent(aimlapi_server)["system"] == [{"type": "text", "text": "Be brief."}]


def test_without_a_key() -> None:
    with pytest.raises(MissingKeyError):
        AIMLAPIModel(MODEL)


async def test_texts_come_as_they_are_written(model: AIMLAPIModel, aimlapi_server: Emulator) -> None:
    aimlapi_server.reply("A story of some length. \U0001f600")
    async with Agent(model).run_stream("Tell me") as stream:
        pieces = [piece async for piece in stream.stream_text(delta=True, debounce_by=None)]
    assert len(pieces) > 1
    assert "".join(pieces) == await stream.get_output() == "A story of some length. \U0001f600"
    assert stream.usage.cost


@both
async def test_tools(model: AIMLAPIModel, aimlapi_server: Emulator, streamed: bool) -> None:
    """Their results, those that are to be made again, and those with a picture."""
    agent = Agent(model, retries=2)

    @agent.tool_plain
    def weather(city: str, days: int = 1) -> dict[str, int]:
        """The weather in a city."""
        if city == "Atlantis":
            raise ModelRetry("No such city")
        return {"degrees": 18}

    @agent.tool_plain
    def picture() -> ToolReturn:
        return ToolReturn(return_value=["A city", BinaryContent(PNG, media_type="image/png")])

    calls = [{"name": "weather", "input": {"city": "Atlantis"}}, {"name": "weather", "input": {"days": 2}}]
    aimlapi_server.reply("Let me see.", tool_calls=calls)
    aimlapi_server.reply(tool_calls=[{"name": "weather", "input": {"city": "Ghent"}}, {"name": "picture", "input": {}}])
    aimlapi_server.reply("18 degrees")
    output, messages = await ask(agent, "The weather?", streamed)
    assert output == "18 degrees"
    assert messages[1].finish_reason == "tool_call"
    tool = sent(aimlapi_server)["tools"][0]
    assert (tool["name"], tool["description"], tool["input_schema"]["required"]) == (
        "weather",
        "The weather in a city.",
        ["city"],
    )
    _, said, failed, again, results = sent(aimlapi_server)["messages"]
    ids = [block["id"] for block in said["content"] if block["type"] == "tool_use"]
    assert said["content"][0] == {"type": "text", "text": "Let me see."}
    assert [(block["tool_use_id"], block["is_error"]) for block in failed["content"]] == [(one, True) for one in ids]
    assert "No such city" in failed["content"][0]["content"][0]["text"]
    assert "city" in failed["content"][1]["content"][0]["text"]
    assert [block["name"] for block in again["content"]] == ["weather", "picture"]
    assert [block["is_error"] for block in results["content"]] == [False, False]
    assert results["content"][0]["content"] == [{"type": "text", "text": '{"degrees":18}'}]
    assert [block["type"] for block in results["content"][1]["content"]] == ["text", "image"]


@both
async def test_thinking_goes_back(model: AIMLAPIModel, aimlapi_server: Emulator, streamed: bool) -> None:
    agent = Agent(model)
    agent.tool_plain(lambda: "18", name="degrees")
    call = {"type": "tool_use", "id": "toolu_1", "name": "degrees", "input": {}}
    aimlapi_server.reply({"content": [THOUGHT, HIDDEN, call], "stop_reason": "tool_use"}, "18")
    await ask(agent, "The weather?", streamed, model_settings=ModelSettings(thinking=True))
    assert sent(aimlapi_server)["messages"][1]["content"] == [THOUGHT, HIDDEN, call]
    assert sent(aimlapi_server)["thinking"] == {"type": "adaptive"}


async def test_what_others_signed_stays_behind(model: AIMLAPIModel, aimlapi_server: Emulator) -> None:
    theirs = [
        ThinkingPart("Hm", signature="theirs", provider_name="openai"),
        ThinkingPart("Hm", provider_name="aimlapi"),
    ]
    call = ToolCallPart("weather", '{"city": "Gh', "call_1")
    history = [
        ModelRequest.user_text_prompt("The weather?"),
        ModelResponse([*theirs, call], provider_name="openai"),
        ModelRequest([ToolReturnPart("weather", "", "call_1", outcome="failed")]),
    ]
    aimlapi_server.reply("18")
    await Agent(model).run("Well?", message_history=history)
    turns = sent(aimlapi_server)["messages"]
    assert turns[1]["content"] == [
        {"type": "tool_use", "id": "call_1", "name": "weather", "input": {"INVALID_JSON": '{"city": "Gh'}}
    ]
    assert turns[2]["content"][0] == {"type": "tool_result", "tool_use_id": "call_1", "content": [], "is_error": True}


TRIP = {"city": "Ghent", "days": 3}
WANTS_JSON = "\n".join(["Always respond", "JSON"])


@pytest.mark.parametrize(
    ("output", "reply", "asked_for"),
    [
        (Trip, {"tool_calls": [{"name": "final_result", "input": TRIP}]}, {"tool_choice": {"type": "any"}}),
        (
            ToolOutput(Trip, name="trip"),
            {"tool_calls": [{"name": "trip", "input": TRIP}]},
            {"tool_choice": {"type": "any"}},
        ),
        ([str, Trip], {"tool_calls": [{"name": "final_result", "input": TRIP}]}, {"tool_choice": {"type": "auto"}}),
        (PromptedOutput(Trip), '{"city": "Ghent", "days": 3}', {}),
        (NativeOutput(Trip), '{"city": "Ghent", "days": 3}', {"output_config": "json_schema"}),
    ],
    ids=["by default", "tool", "or text", "prompted", "native"],
)
@both
async def test_output_types(
    client: AsyncAIMLAPI, aimlapi_server: Emulator, streamed: bool, output: Any, reply: Any, asked_for: dict[str, Any]
) -> None:
    profile = ModelProfile(supports_json_schema_output=isinstance(output, NativeOutput))
    agent = Agent(AIMLAPIModel(MODEL, client=client, profile=profile), output_type=output)
    aimlapi_server.reply(**reply) if isinstance(reply, dict) else aimlapi_server.reply(reply)
    assert (await ask(agent, "A trip", streamed))[0] == Trip("Ghent", 3)
    body = sent(aimlapi_server)
    if "output_config" in asked_for:
        assert body["output_config"]["format"]["schema"]["additionalProperties"] is False
        asked_for = {
            "output_config": {"format": {"type": "json_schema", "schema": body["output_config"]["format"]["schema"]}}
        }
    assert {name: body[name] for name in ("tool_choice", "output_config") if name in body} == asked_for
    assert ("JSON object" in str(body.get("system"))) is (not isinstance(reply, dict))


async def test_a_strict_tool(model: AIMLAPIModel, aimlapi_server: Emulator) -> None:
    """Takes no members but those of its schema, at any depth."""

    def plan(trips: list[Trip], kind: Annotated[str, Field(examples=[{"type": "object"}])] = "any") -> str:
        return kind

    aimlapi_server.reply("Hello")
    await Agent(model, tools=[Tool(plan, strict=True)]).run("Plan")
    (tool,) = sent(aimlapi_server)["tools"]
    assert tool["strict"] is True
    schema = tool["input_schema"]
    assert (schema["additionalProperties"], schema["$defs"]["Trip"]["additionalProperties"]) == (False, False)
    assert schema["properties"]["kind"]["examples"] == [{"type": "object"}]


async def test_files_of_tools_that_the_model_cannot_read(model: AIMLAPIModel, aimlapi_server: Emulator) -> None:
    """It is told that they are there."""
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    files = [BinaryContent(b"PK", media_type=word), BinaryContent(b"RIFF", media_type="audio/wav")]
    aimlapi_server.reply(tool_calls=[{"name": "files", "input": {}}])
    aimlapi_server.reply("I cannot read them.")
    await Agent(model, tools=[Tool(lambda: files, name="files")]).run("Read them")
    content = sent(aimlapi_server)["messages"][-1]["content"][0]["content"]
    assert [block["type"] for block in content] == ["text", "text"]
    assert "audio files" in content[1]["text"]


async def test_native_output_is_off(model: AIMLAPIModel) -> None:
    """For the gateway does not say whether it heeds it."""
    with pytest.raises(UserError, match="Native structured output"):
        await Agent(model, output_type=NativeOutput(Trip)).run("A trip")


async def test_output_that_is_wrong_is_asked_for_again(model: AIMLAPIModel, aimlapi_server: Emulator) -> None:
    aimlapi_server.reply(tool_calls=[{"name": "final_result", "input": {"city": "Ghent", "days": "many"}}])
    aimlapi_server.reply(tool_calls=[{"name": "final_result", "input": TRIP}])
    assert (await Agent(model, output_type=Trip).run("A trip")).output == Trip("Ghent", 3)
    assert sent(aimlapi_server)["messages"][-1]["content"][0]["is_error"] is True


@both
async def test_images_and_documents(model: AIMLAPIModel, aimlapi_server: Emulator, streamed: bool) -> None:
    aimlapi_server.reply("I see.")
    content = [
        *("What is it?", "", TextContent("Look")),
        *(BinaryContent(PNG, media_type="image/png"), ImageUrl("https://example.com/a.png")),
        *(BinaryContent(PDF, media_type="application/pdf"), DocumentUrl("https://example.com/a.pdf")),
        *(BinaryContent(b"a,b", media_type="text/csv"), ImageUrl(BinaryContent(PNG, media_type="image/png").data_uri)),
        CachePoint(ttl="1h"),
    ]
    await ask(Agent(model), content, streamed)
    blocks = sent(aimlapi_server)["messages"][0]["content"]
    assert [(block["type"], block.get("source", {}).get("type")) for block in blocks] == [
        *(("text", None), ("text", None), ("image", "base64"), ("image", "url")),
        *(("document", "base64"), ("document", "url"), ("document", "text"), ("image", "base64")),
    ]
    assert [block.get("cache_control") for block in blocks] == [*[None] * 7, {"type": "ephemeral", "ttl": "1h"}]


@pytest.mark.parametrize(
    "item",
    [
        BinaryContent(b"RIFF", media_type="audio/wav"),
        BinaryContent(b"no picture", media_type="image/png"),
        BinaryContent(b"\xff\xfe\xfd", media_type="application/msword"),
        CachePoint(),
        ImageUrl("data:image/png;base64,bm90IG9uZQ=="),
    ],
    ids=["audio", "no image", "word", "cache of nothing", "no image in a URL"],
)
async def test_what_cannot_be_sent(model: AIMLAPIModel, aimlapi_server: Emulator, item: Any) -> None:
    with pytest.raises(UserError):
        await Agent(model).run([item])
    assert not aimlapi_server.requests


async def test_a_url_is_no_path(model: AIMLAPIModel, aimlapi_server: Emulator, tmp_path: Any) -> None:
    """Whoever may name a URL may not read the files of this machine."""
    secret = tmp_path / "secret.png"
    secret.write_bytes(PNG)
    aimlapi_server.reply(400, times=2)
    for url in (str(secret), secret.as_uri()):
        with pytest.raises(Exception, match="400"):
            await Agent(model).run([ImageUrl(url)])
    assert [one.body["messages"][0]["content"][0]["source"]["type"] for one in aimlapi_server.requests] == ["url"] * 2


async def test_the_cost_is_limited(model: AIMLAPIModel, aimlapi_server: Emulator) -> None:
    """By what the gateway says that it was."""
    aimlapi_server.reply({"content": "Hi", "meta": {"usage": {"credits_used": 4_000_000, "usd_spent": 2}}})
    with pytest.raises(UsageLimitExceeded, match="cost_limit"):
        await Agent(model).run("Hi", usage_limits=UsageLimits(cost_limit=1))


async def test_a_model_says_which_it_is(model: AIMLAPIModel, client: AsyncAIMLAPI) -> None:
    assert (model.model_name, model.system, model.base_url) == (MODEL, "aimlapi", client.base_url)
    assert model.model_id == f"aimlapi:{MODEL}"
    assert repr(model) == f"AIMLAPIModel(model_name='{MODEL}')"
    changed = AIMLAPIModel(
        MODEL, client=client, profile=lambda known: ModelProfile(**{**known, "supports_tools": False})
    )
    assert (changed.profile["supports_tools"], changed.profile["supports_thinking"]) == (False, True)

"""What settings of Pydantic AI come to."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("pydantic_ai")

from pydantic_ai import Agent, CachePoint, UserError
from pydantic_ai.messages import ModelRequest
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.settings import ModelSettings, ToolOrOutput

from aimlapi_messages import AsyncAIMLAPI
from aimlapi_messages.integrations.pydantic_ai import AIMLAPIModel, AIMLAPIModelSettings
from aimlapi_messages.testing import Emulator

from .material import MODEL
from .test_model import TRIP, Trip, sent

pytestmark = [pytest.mark.anyio, pytest.mark.operation("create_message")]


@pytest.mark.parametrize(
    ("name", "settings", "expected"),
    [
        (MODEL, {}, {"max_tokens": 16_384}),
        (MODEL, {"max_tokens": 10, "stop_sequences": ["."]}, {"max_tokens": 10, "stop_sequences": ["."]}),
        (MODEL, {"temperature": 0.0, "seed": 1}, {}),
        ("anthropic/claude-haiku-4.5", {"temperature": 0.0, "top_p": 0.5}, {"temperature": 0.0, "top_p": 0.5}),
        ("anthropic/claude-3-haiku", {}, {"max_tokens": 4_096}),
        (MODEL, {"extra_body": {"metadata": {"user_id": "me"}}}, {"metadata": {"user_id": "me"}}),
        (MODEL, {"thinking": True}, {"thinking": {"type": "adaptive"}, "output_config": None}),
        (MODEL, {"thinking": "low"}, {"thinking": {"type": "adaptive"}, "output_config": {"effort": "low"}}),
        (MODEL, {"thinking": "minimal"}, {"thinking": {"type": "adaptive"}, "output_config": {"effort": "low"}}),
        (MODEL, {"thinking": False}, {"thinking": {"type": "disabled"}}),
        ("anthropic/claude-sonnet-5-5", {"thinking": False}, {"thinking": {"type": "between_tools"}}),
        ("anthropic/claude-sonnet-latest", {"thinking": True}, {"thinking": {"type": "adaptive"}}),
        ("anthropic/claude-opus-5-5", {"thinking": False}, {"thinking": None, "output_config": {"effort": "low"}}),
        ("anthropic/claude-haiku-4.5", {"thinking": False}, {"thinking": None}),
        (
            "anthropic/claude-haiku-4.5",
            {"thinking": "xhigh"},
            {"thinking": {"type": "enabled", "budget_tokens": 32768}, "max_tokens": 36864},
        ),
        (
            MODEL,
            {"cache": True},
            {
                "messages": [
                    {
                        "role": "user",
                        "content": [{"type": "text", "text": "Hi", "cache_control": {"type": "ephemeral"}}],
                    }
                ]
            },
        ),
    ],
)
async def test_settings(
    client: AsyncAIMLAPI, aimlapi_server: Emulator, name: str, settings: Any, expected: dict[str, Any]
) -> None:
    aimlapi_server.reply("Hello")
    await Agent(AIMLAPIModel(name, client=client, settings=ModelSettings(timeout=60))).run(
        "Hi", model_settings=settings
    )
    body = sent(aimlapi_server)
    assert {name: body.get(name) for name in expected} == expected
    assert not ({"seed", "top_k"} & body.keys())


async def test_headers_and_retries(model: AIMLAPIModel, aimlapi_server: Emulator) -> None:
    aimlapi_server.reply(529, "Hello")
    headers = {"x-mine": "1", "retry-after": "0"}
    run = await Agent(model).run("Hi", model_settings=ModelSettings(extra_headers=headers, max_retries=1, timeout=60))
    assert run.output == "Hello"
    assert aimlapi_server.requests[-1].headers["x-mine"] == "1"


@pytest.mark.parametrize(
    ("choice", "names", "expected"),
    [
        (None, ["one", "two"], {"type": "auto"}),
        ("auto", ["one", "two"], {"type": "auto"}),
        ("required", ["one", "two"], {"type": "any"}),
        ("none", ["one", "two"], {"type": "none"}),
        ([], ["one", "two"], {"type": "none"}),
        (["two"], ["two"], {"type": "any"}),
        (ToolOrOutput(["one"]), ["one"], {"type": "auto"}),
        (ToolOrOutput([]), ["one", "two"], {"type": "none"}),
    ],
)
async def test_tool_choice(
    model: AIMLAPIModel, aimlapi_server: Emulator, choice: Any, names: list[str], expected: dict[str, Any]
) -> None:
    body = await body_of(model, aimlapi_server, ModelSettings(tool_choice=choice))
    assert ([tool["name"] for tool in body["tools"]], body["tool_choice"]) == (names, expected)


async def body_of(model: AIMLAPIModel, server: Emulator, settings: ModelSettings, **params: Any) -> dict[str, Any]:
    """What a request with two tools sends."""
    agent = Agent(model)
    for name in ("one", "two"):
        agent.tool_plain(lambda: "1", name=name)
    asked: list[ModelRequestParameters] = []

    class Watch(AIMLAPIModel):
        def prepare_request(self, model_settings: Any, model_request_parameters: Any) -> Any:
            asked.append(model_request_parameters)
            return super().prepare_request(model_settings, model_request_parameters)

    server.reply("Hello", times=2)
    await agent.run("Hi", model=Watch(MODEL, client=model.client))
    await model.request([ModelRequest.user_text_prompt("Hi")], settings, asked[0])
    return sent(server)


async def test_one_call_at_a_time(model: AIMLAPIModel, aimlapi_server: Emulator) -> None:
    body = await body_of(model, aimlapi_server, ModelSettings(parallel_tool_calls=False))
    assert body["tool_choice"] == {"type": "auto", "disable_parallel_tool_use": True}


async def test_a_tool_that_is_not_there(model: AIMLAPIModel) -> None:
    with pytest.raises(UserError, match="no such tool"):
        await model.request(
            [ModelRequest.user_text_prompt("Hi")], ModelSettings(tool_choice=["three"]), ModelRequestParameters()
        )


@pytest.mark.parametrize("name", ["anthropic/claude-sonnet-5-5", "anthropic/claude-opus-5-5", MODEL])
async def test_a_model_is_not_made_to_call_where_that_fails(
    client: AsyncAIMLAPI, aimlapi_server: Emulator, name: str
) -> None:
    """Because it cannot be, or would not think as it was told to."""
    aimlapi_server.reply(tool_calls=[{"name": "final_result", "input": TRIP}])
    agent = Agent(AIMLAPIModel(name, client=client), output_type=Trip, model_settings=ModelSettings(thinking=True))
    assert (await agent.run("A trip")).output == Trip("Ghent", 3)
    assert sent(aimlapi_server)["tool_choice"] == {"type": "auto"}


MARK = {"type": "ephemeral"}
HOUR = {"type": "ephemeral", "ttl": "1h"}


@pytest.mark.parametrize(
    ("cache", "points", "tool", "instructions", "blocks"),
    [
        (None, 0, None, [None, None], [None] * 5),
        (True, 0, MARK, [MARK, None], [None, None, None, None, MARK]),
        ("1h", 0, HOUR, [HOUR, None], [None, None, None, None, HOUR]),
        ("12h", 0, HOUR, [HOUR, None], [None, None, None, None, HOUR]),
        ({"messages": False}, 0, MARK, [MARK, None], [None] * 5),
        (
            {"retention": "5m"},
            0,
            {**MARK, "ttl": "5m"},
            [{**MARK, "ttl": "5m"}, None],
            [*[None] * 4, {**MARK, "ttl": "5m"}],
        ),
        (None, 4, None, [None, None], [*[{**MARK, "ttl": "5m"}] * 4, None]),
        (True, 4, MARK, [MARK, None], [None, None, None, {**MARK, "ttl": "5m"}, MARK]),
        ({"messages": False}, 4, MARK, [MARK, None], [None, None, *[{**MARK, "ttl": "5m"}] * 2, None]),
    ],
)
async def test_caching(
    model: AIMLAPIModel, aimlapi_server: Emulator, cache: Any, points: int, tool: Any, instructions: Any, blocks: Any
) -> None:
    """No more than four breakpoints, of which the last count."""
    agent = Agent(model, instructions="Be brief.")
    agent.instructions(lambda: "It is noon.")
    agent.tool_plain(lambda: "18", name="degrees")
    prompt: list[Any] = []
    for number in range(4):
        prompt += [f"{number}", *([CachePoint()] if number < points else [])]
    aimlapi_server.reply("Hello")
    await agent.run([*prompt, "Go"], model_settings=ModelSettings(cache=cache) if cache else None)
    body = sent(aimlapi_server)
    assert body["tools"][-1].get("cache_control") == tool
    assert [block.get("cache_control") for block in body["system"]] == instructions
    assert [block.get("cache_control") for block in body["messages"][0]["content"]] == blocks


async def test_settings_of_our_own(model: AIMLAPIModel, aimlapi_server: Emulator) -> None:
    """Come before those of every model."""
    settings = AIMLAPIModelSettings(
        thinking="high",
        aimlapi_thinking={"type": "enabled", "budget_tokens": 20_000},
        aimlapi_effort="max",
        aimlapi_metadata={"user_id": "me"},
        aimlapi_betas=["one"],
        aimlapi_client_request_id="my-id",
        aimlapi_total_timeout=60,
        aimlapi_idle_timeout=60,
    )
    aimlapi_server.reply("Hello")
    run = await Agent(model).run("Hi", model_settings=settings)
    body, headers = sent(aimlapi_server), aimlapi_server.requests[-1].headers
    assert (body["thinking"], body["output_config"]) == (settings["aimlapi_thinking"], {"effort": "max"})
    assert (body["max_tokens"], body["metadata"]) == (24_096, {"user_id": "me"})
    assert headers["anthropic-beta"] == "one"
    assert (run.response.provider_details or {})["client_request_id"] == "my-id"

"""What single models refuse, and how the client gets a value of each nevertheless."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from aimlapi_messages import AIMLAPI, AsyncAIMLAPI, BadRequestError
from aimlapi_messages.testing import Emulator

Ask = Callable[..., httpx.Response]

FORCED = ({"type": "any"}, {"type": "tool", "name": "get_weather"}, "required")
REFUSING = ("anthropic/claude-opus-5-5", "anthropic/claude-sonnet-5-5", "claude-fable-5-1", "claude-fable-latest")
TAKING = ("anthropic/claude-haiku-5.5", "claude-opus-5", "claude-sonnet-5", "claude-haiku-4-5", "claude-opus-4-8")


@dataclass
class Trip:
    city: str
    nights: int


@pytest.mark.parametrize("model", REFUSING)
@pytest.mark.parametrize("choice", FORCED, ids=str)
def test_a_forced_call_is_refused(ask: Ask, weather_tool: dict[str, Any], model: str, choice: Any) -> None:
    """In the provider's words within the gateway's, and not charged; any other choice is taken."""
    refused = ask("Hello", model=model, tools=[weather_tool], tool_choice=choice)
    assert (refused.status_code, refused.json()["title"]) == (400, "Bad Request")
    assert refused.json()["message"].startswith('400 {"type": "error", "error": {"type": "invalid_request_error"')
    assert "not supported for this model" in refused.json()["message"]
    assert "x-aimlapi-credits-used" not in refused.headers
    for taken in ({"type": "auto"}, {"type": "none"}):
        assert ask("Hello", model=model, tools=[weather_tool], tool_choice=taken).status_code == 200


@pytest.mark.parametrize("model", TAKING)
@pytest.mark.parametrize("choice", FORCED, ids=str)
def test_other_models_take_a_forced_call(ask: Ask, weather_tool: dict[str, Any], model: str, choice: Any) -> None:
    """Also while they think as they like."""
    response = ask("Hello", model=model, tools=[weather_tool], tool_choice=choice, thinking={"type": "adaptive"})
    assert response.json()["content"][-1]["name"] == "get_weather"


@pytest.mark.parametrize("thinking", [{"type": "disabled"}, {"type": "enabled", "budget_tokens": 1024}], ids=repr)
def test_thinking_is_not_for_the_caller_to_end(ask: Ask, thinking: dict[str, Any]) -> None:
    """Of Opus 5.5, nor to limit by tokens; Sonnet 5 lets both be."""
    refused = ask("Hello", model="anthropic/claude-opus-5-5", max_tokens=2000, thinking=thinking)
    assert refused.status_code == 400
    assert f"thinking.type.{thinking['type']}" in refused.json()["message"]
    assert ask("Hello", max_tokens=2000, thinking=thinking).status_code == 200
    assert ask("Hello", model="anthropic/claude-opus-5-5", thinking={"type": "adaptive"}).status_code == 200


@pytest.mark.parametrize("model", [*REFUSING, *TAKING])
@pytest.mark.anyio
async def test_a_value_comes_of_every_model(emulator: Emulator, model: str) -> None:
    """With both clients, whole or piece by piece, with the caller's own system prompt."""
    asked: Any = {"model": model, "messages": "Rome for 2 nights", "output": Trip, "system": "Be brief."}
    with AIMLAPI(api_key="k", base_url=emulator.base_url) as client:
        made = client.messages.parse(**asked)
        assert isinstance(made, Trip)
        with client.messages.stream_output(**asked) as stream:
            assert len(list(stream)) > 1
            assert stream.get_final_output() == made
    async with AsyncAIMLAPI(api_key="k", base_url=emulator.base_url) as other:
        assert await other.messages.parse(**asked) == made
        async with other.messages.stream_output(**asked) as opened:
            assert await opened.get_final_output() == made


def test_what_a_caller_forces_is_sent_as_it_is(emulator: Emulator, weather_tool: Any) -> None:
    """And the refusal raised."""
    with AIMLAPI(api_key="k", base_url=emulator.base_url) as client:
        with pytest.raises(BadRequestError, match="not supported for this model") as caught:
            client.messages.create(
                model=REFUSING[0], messages="Hello", tools=[weather_tool], tool_choice={"type": "any"}
            )
        assert (caught.value.status_code, caught.value.upstream_status) == (400, 400)
        assert client.spent == 0


def test_a_tool_that_the_system_prompt_names_is_called(ask: Ask, weather_tool: dict[str, Any]) -> None:
    """As a model does what it is told, but not again after a result."""
    told = {"system": "Answer by get_weather.", "tools": [weather_tool]}
    called = ask("Hello", **told).json()["content"]
    assert called[-1]["name"] == "get_weather"
    turns = [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": called}]
    for failed, reason in ((False, "end_turn"), (True, "tool_use")):
        result = {"type": "tool_result", "tool_use_id": called[-1]["id"], "content": "Rain", "is_error": failed}
        answered = ask("", messages=[*turns, {"role": "user", "content": [result]}], **told)
        assert answered.json()["stop_reason"] == reason

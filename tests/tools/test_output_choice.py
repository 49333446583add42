"""How `parse` and `stream_output` ask for the call: forced where a model takes it, in words where it does not."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Any

import pytest

from aimlapi_client.refusals import HAS_STRICT_TOOLS
from aimlapi_messages import BadRequestError, Field, OutputError

from ..support.lacking import of_model
from ..support.outputs import Outputs, said, value
from ..support.wire import MODEL, Gateway, answer, text_block

pytestmark = pytest.mark.anyio

FORCED = {"type": "tool", "name": "Trip", "disable_parallel_tool_use": True}
AUTO = {"type": "auto", "disable_parallel_tool_use": True}
TOLD = "Give your answer by calling the tool Trip once, and in no other way."

UNFORCED = "tool_choice: type 'tool' and 'any' are not supported for this model."
THINKING = "Thinking may not be enabled when tool_choice forces tool use."
NOT_STRICT = "tools.0.custom.strict: Extra inputs are not permitted"


@dataclass
class Trip:
    """A journey."""

    city: str
    nights: int = 1


@dataclass
class Limited:
    nights: Annotated[int, Field(ge=1)]


def refused(message: str, status: int = 400) -> Any:
    """The provider's 400, as the gateway passes it on."""
    inner = {"type": "error", "error": {"type": "invalid_request_error", "message": message}}
    return answer({"status": status, "title": "Bad Request", "message": f"400 {json.dumps(inner)}"}, status)


@pytest.mark.parametrize(
    ("model", "choice"),
    [
        (MODEL, FORCED),
        ("claude-haiku-5.5", FORCED),
        ("claude-opus-5", FORCED),
        ("a-model-that-nobody-knows", FORCED),
        ("anthropic/claude-opus-5-5", AUTO),
        ("claude-opus-5.5", AUTO),
        ("anthropic/claude-sonnet-5-5", AUTO),
        ("anthropic/claude-fable-5-1", AUTO),
        ("claude-fable-5.1-20260901", AUTO),
        ("claude-mythos-5", AUTO),
        ("anthropic/claude-fable-latest", AUTO),
    ],
)
async def test_a_call_is_forced_where_the_model_takes_it(outputs: Outputs, model: str, choice: Any) -> None:
    """Whatever the spelling of its id; a model that nobody listed is taken to."""
    gateway = Gateway(value({"city": "Rome"}))
    assert await outputs.get(gateway, Trip, model=model) == Trip("Rome")
    assert gateway.sent["tool_choice"] == choice
    assert gateway.sent.get("system") == (TOLD if choice is AUTO else None)


@pytest.mark.operation("create_message.thinking")
@pytest.mark.parametrize(
    ("thinking", "choice"),
    [
        ({"type": "enabled", "budget_tokens": 1024}, "auto"),
        of_model("EnabledThinkingConfigParam", {"budget_tokens": 1024}, "auto"),
        ({"type": "adaptive"}, "tool"),
        ({"type": "disabled"}, "tool"),
        (None, "tool"),
    ],
    ids=repr,
)
async def test_a_model_with_a_budget_for_thinking_is_not_forced(outputs: Outputs, thinking: Any, choice: str) -> None:
    """It would be refused; one that decides itself takes it."""
    gateway = Gateway(value({"city": "Rome"}))
    await outputs.get(gateway, Trip, thinking=thinking)
    assert gateway.sent["tool_choice"]["type"] == choice


@pytest.mark.parametrize(
    ("system", "sent"),
    [
        (None, TOLD),
        ("Be brief.", f"Be brief.\n\n{TOLD}"),
        ([text_block("Be brief.")], [text_block("Be brief."), text_block(TOLD)]),
    ],
)
async def test_the_users_system_prompt_stays(outputs: Outputs, system: Any, sent: Any) -> None:
    """The instruction follows it."""
    gateway = Gateway(value({"city": "Rome"}))
    await outputs.get(gateway, Trip, model="claude-opus-5-5", system=system)
    assert gateway.sent["system"] == sent


@pytest.mark.parametrize("message", [UNFORCED, THINKING])
@pytest.mark.parametrize("status", [400, 500])
async def test_a_model_that_nobody_listed_is_asked_in_words_after_its_refusal(
    outputs: Outputs, message: str, status: int
) -> None:
    """Once, with all the tries that there were; what follows goes on in words."""
    gateway = Gateway(refused(message, status), value({"nights": "two"}), value({"city": "Rome"}))
    assert await outputs.get(gateway, Trip, output_retries=1, system="Be brief.") == Trip("Rome")
    assert len(gateway.requests) == 3
    assert (gateway.sent["tool_choice"], gateway.sent["system"]) == (AUTO, f"Be brief.\n\n{TOLD}")
    assert [turn["role"] for turn in gateway.sent["messages"]] == ["user", "assistant", "user"]


@pytest.mark.parametrize(
    ("model", "message", "requests"),
    [
        (MODEL, "max_tokens: too large", 1),
        (MODEL, "tool_choice.name: no such tool", 1),
        (MODEL, UNFORCED, 2),
        ("claude-opus-5-5", UNFORCED, 1),
    ],
)
async def test_any_other_refusal_is_raised(outputs: Outputs, model: str, message: str, requests: int) -> None:
    """And so is the same one again."""
    gateway = Gateway(refused(message))
    with pytest.raises(BadRequestError):
        await outputs.get(gateway, Trip, model=model)
    assert len(gateway.requests) == requests


@pytest.mark.parametrize(
    ("text", "output", "made"),
    [
        ('{"city": "Rome"}', Trip, Trip("Rome")),
        ('```json\n{"city": "Rome"}\n```', Trip, Trip("Rome")),
        ('\n```\n{"city": "Rome"}\n```\n', Trip, Trip("Rome")),
        ('{"value": [1, 2]}', list[int], [1, 2]),
        ("[1, 2]", list[int], [1, 2]),
        ('"Rome"', str, "Rome"),
    ],
)
async def test_a_value_as_text_will_do(outputs: Outputs, text: str, output: Any, made: Any) -> None:
    """If the answer is nothing else, and fits."""
    gateway = Gateway(said(text))
    assert await outputs.get(gateway, output, model="claude-opus-5-5") == made
    assert len(gateway.requests) == 1


@pytest.mark.parametrize("text", ["Rome.", 'It is {"city": "Rome"}', '{"city": 5}', "", "NaN", "[" * 100_000])
async def test_other_text_is_no_value(outputs: Outputs, text: str) -> None:
    """The error has the answer, after as many tries as may be."""
    gateway = Gateway(said(text))
    with pytest.raises(OutputError, match=r"No Trip came of it\. You did not call the tool Trip") as caught:
        await outputs.get(gateway, Trip, model="claude-opus-5-5", output_retries=1)
    assert len(gateway.requests) == 2
    assert caught.value.partial is not None
    assert caught.value.partial.text == text


@pytest.mark.parametrize(
    ("model", "output", "given", "strict"),
    [
        (MODEL, Trip, {"city": "Rome"}, True),
        (MODEL, list[Trip], {"value": []}, True),
        ("claude-opus-5-5", Trip, {"city": "Rome"}, True),
        ("anthropic/claude-opus-4.1", Trip, {"city": "Rome"}, False),
        ("claude-opus-4-1-latest", Trip, {"city": "Rome"}, False),
        (MODEL, Limited, {"nights": 2}, False),
        (MODEL, dict[str, int], {"a": 1}, False),
    ],
)
async def test_the_tool_is_strict_where_model_document_and_type_allow_it(
    outputs: Outputs, model: str, output: Any, given: Any, strict: bool
) -> None:
    """A provider refuses what it cannot hold a model to."""
    gateway = Gateway(value(given, name=output.__name__))
    await outputs.get(gateway, output, model=model)
    assert gateway.sent["tools"][0].get("strict", False) is (strict and HAS_STRICT_TOOLS)


@pytest.mark.skipif(not HAS_STRICT_TOOLS, reason="the document has no strict tools")
async def test_a_tool_that_is_too_strict_is_sent_again_without(outputs: Outputs) -> None:
    """Once, and still forced."""
    gateway = Gateway(refused(NOT_STRICT), value({"city": "Rome"}))
    assert await outputs.get(gateway, Trip) == Trip("Rome")
    assert "strict" not in gateway.sent["tools"][0]
    assert gateway.sent["tool_choice"] == FORCED
    with pytest.raises(BadRequestError, match="Extra inputs"):
        await outputs.get(Gateway(refused(NOT_STRICT)), Trip)

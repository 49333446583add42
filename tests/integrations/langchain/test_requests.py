"""What a model sends for messages, tools and settings of LangChain."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("langchain_core")

from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    ChatMessage,
    FunctionMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)
from langchain_core.tools import tool
from pydantic import BaseModel

from aimlapi_messages import BadRequestError, ContentError, InvalidRequestError
from aimlapi_messages.testing import Emulator

from .material import PDF_BASE64, PNG as PIXEL, PNG_BASE64

pytestmark = pytest.mark.operation("create_message")

CACHED = {"type": "ephemeral"}
IMAGE = {"type": "image", "base64": PNG_BASE64, "mime_type": "image/png"}
PNG = {"type": "base64", "media_type": "image/png", "data": PNG_BASE64}
PDF = {"type": "base64", "media_type": "application/pdf", "data": PDF_BASE64}
PLAIN = {"type": "text", "media_type": "text/plain", "data": "words"}
WEB = {"type": "url", "url": "https://example.com/a"}


def text(said: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": said, **more}


def sent(asked: Any, emulator: Emulator, messages: list[BaseMessage], **kwargs: Any) -> dict[str, Any]:
    """The body of the request for these messages."""
    emulator.reply("ok")
    asked.invoke(messages, **kwargs)
    return emulator.requests[-1].body


@pytest.mark.parametrize(
    ("given", "block"),
    [
        ("words", text("words")),
        (text("words", cache_control=CACHED), text("words", cache_control=CACHED)),
        (text("words", extras={"cache_control": CACHED}, id="lc_1"), text("words", cache_control=CACHED)),
        ({"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG_BASE64}"}}, {"source": PNG}),
        ({"type": "image_url", "image_url": "https://example.com/a"}, {"source": WEB}),
        ({"type": "image", "source_type": "base64", "data": PNG_BASE64, "mime_type": "image/png"}, {"source": PNG}),
        ({"type": "image", "source_type": "url", "url": "https://example.com/a"}, {"source": WEB}),
        ({**IMAGE, "id": "lc_1"}, {"source": PNG}),
        ({"type": "image", "url": "https://example.com/a"}, {"source": WEB}),
        ({"type": "image", "source": PNG, "index": 1}, {"source": PNG}),
        (
            {**IMAGE, "extras": {"cache_control": CACHED}},
            {"source": PNG, "cache_control": CACHED},
        ),
        ({"type": "file", "base64": PDF_BASE64, "mime_type": "application/pdf"}, {"type": "document", "source": PDF}),
        (
            {"type": "file", "source_type": "base64", "data": PDF_BASE64, "mime_type": "application/pdf"},
            {"type": "document", "source": PDF},
        ),
        (
            {"type": "file", "file": {"file_data": f"data:application/pdf;base64,{PDF_BASE64}", "filename": "a.pdf"}},
            {"type": "document", "source": PDF},
        ),
        ({"type": "file", "url": "https://example.com/a"}, {"type": "document", "source": WEB}),
        ({"type": "text-plain", "text": "words", "title": "T"}, {"type": "document", "source": PLAIN, "title": "T"}),
        (
            {"type": "document", "source": PLAIN, "citations": {"enabled": True}},
            {"type": "document", "source": PLAIN, "citations": {"enabled": True}},
        ),
    ],
)
def test_content_of_a_human(
    make: Callable[..., Any], aimlapi_server: Emulator, given: Any, block: dict[str, Any]
) -> None:
    """Blocks of both of LangChain's versions, of OpenAI and of the API become those of the API."""
    expected = block if "type" in block else {"type": "image", **block}
    for message in (HumanMessage([given]), HumanMessage(["Look:", given])):
        content = sent(make(), aimlapi_server, [message])["messages"][0]["content"]
        assert content[-1] == expected


@pytest.mark.parametrize("kind", ["image", "file"])
def test_a_file_of_the_provider_is_named_by_its_id(make: Callable[..., Any], kind: str) -> None:
    """Whether the gateway has one is for it to say."""
    request = make()._request([HumanMessage([{"type": kind, "file_id": "file_1"}])], None, {})
    assert request["messages"][0]["content"][0]["source"] == {"type": "file", "file_id": "file_1"}


@pytest.mark.parametrize(
    "block",
    [
        {"type": "image", "base64": "", "mime_type": "image/png"},
        {"type": "image", "base64": PDF_BASE64, "mime_type": "image/png"},
        {"type": "audio", "base64": "AAAA", "mime_type": "audio/wav"},
        {"type": "video", "url": "https://example.com/a.mp4"},
    ],
)
def test_content_that_cannot_be_sent(make: Callable[..., Any], ask: Callable[..., Any], block: dict[str, Any]) -> None:
    """Nothing is sent."""
    with pytest.raises(ContentError):
        ask(make(), [HumanMessage([block])])


@pytest.mark.parametrize("kind", ["image", "file"])
@pytest.mark.parametrize("as_url", [str, lambda path: path.as_uri(), lambda path: os.path.relpath(path)])
def test_no_file_of_this_machine_is_read(
    make: Callable[..., Any], ask: Callable[..., Any], tmp_path: Path, kind: str, as_url: Callable[[Path], str]
) -> None:
    """A message may come from anyone."""
    file = tmp_path / "secret"
    file.write_bytes(PIXEL if kind == "image" else b"A secret.")
    given = [{"type": kind, "url": as_url(file)}, {"type": "image_url", "image_url": {"url": as_url(file)}}]
    for block in given[: 1 + (kind == "image")]:
        with pytest.raises(ContentError, match="URL"):
            ask(make(), [HumanMessage([block])])


HUMAN = HumanMessage("Weather?")
CALL = {"name": "get_weather", "args": {"city": "Ghent"}, "id": "toolu_1", "type": "tool_call"}
USE = {"type": "tool_use", "id": "toolu_1", "name": "get_weather", "input": {"city": "Ghent"}}
BROKEN = {"name": "get_weather", "args": '{"ci', "id": "toolu_2", "error": "cut", "type": "invalid_tool_call"}
CHUNK = {"name": "get_weather", "id": "toolu_2", "index": 0, "type": "tool_call_chunk"}
THOUGHT = {"type": "thinking", "thinking": "Hm", "signature": "abc="}
ODD_ID = "functions.get_weather:0"


@pytest.mark.parametrize(
    ("message", "content"),
    [
        (AIMessage("Hi"), [text("Hi")]),
        (AIMessage("", tool_calls=[CALL]), [USE]),
        (AIMessage("So:", tool_calls=[CALL]), [text("So:"), USE]),
        (AIMessage(["So:", USE], tool_calls=[CALL]), [text("So:"), USE]),
        (AIMessage([USE]), [USE]),
        (AIMessage([{**USE, "input": {}, "partial_json": "{", "index": 0}], tool_calls=[CALL]), [USE]),
        (AIMessage([THOUGHT, text("Hi", index=1)]), [THOUGHT, text("Hi")]),
        (AIMessage([{"type": "thinking", "thinking": "unsigned"}, text("Hi")]), [text("Hi")]),
        (
            AIMessage([{"type": "redacted_thinking", "data": "x", "index": 0}]),
            [{"type": "redacted_thinking", "data": "x"}],
        ),
        (
            AIMessage([{"type": "reasoning", "reasoning": "Hm", "extras": {"signature": "abc="}}, text("Hi")]),
            [THOUGHT, text("Hi")],
        ),
        (AIMessage([{"type": "reasoning", "reasoning": "unsigned"}, text("Hi")]), [text("Hi")]),
        (AIMessage([{"type": "tool_call", **CALL}], tool_calls=[CALL]), [USE]),
        (AIMessage([text("Hi"), {"type": "refusal", "refusal": "no"}]), [text("Hi")]),
        (AIMessage("Hi", invalid_tool_calls=[BROKEN]), [text("Hi")]),
        (AIMessageChunk(content="Hi", tool_call_chunks=[{**CHUNK, "args": "]"}]), [text("Hi")]),
        (
            AIMessage(
                [
                    {"type": "reasoning", "reasoning": "Gemini's", "extras": {"signature": "x"}},
                    {"type": "server_tool_call", "name": "code_interpreter", "args": {}, "id": "c"},
                    {"type": "server_tool_result", "tool_call_id": "c", "status": "success"},
                    {"type": "non_standard", "value": {"type": "item_reference"}},
                    text("Hi"),
                ],
                response_metadata={"model_provider": "google_genai", "output_version": "v1"},
            ),
            [text("Hi")],
        ),
        (
            AIMessage(
                [{"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}, "partial_json": "{x"}]
            ),
            [{"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}}],
        ),
    ],
)
def test_turns_of_a_model(
    make: Callable[..., Any], aimlapi_server: Emulator, message: AIMessage, content: list[Any]
) -> None:
    """Also those that other models have said: only thinking that Claude signed goes back."""
    rest = [ToolMessage("Sunny", tool_call_id="toolu_1")] if USE in content else [HumanMessage("And?")]
    _, said, _ = sent(make(), aimlapi_server, [HUMAN, message, *rest])["messages"]
    assert said == {"role": "assistant", "content": content}


@pytest.mark.parametrize(
    ("message", "result"),
    [
        (ToolMessage("Sunny", tool_call_id="toolu_1"), {"content": [text("Sunny")]}),
        (ToolMessage("Sunny", tool_call_id="toolu_1", artifact={"raw": 1}), {"content": [text("Sunny")]}),
        (ToolMessage("", tool_call_id="toolu_1"), {"content": []}),
        (ToolMessage("No", tool_call_id="toolu_1", status="error"), {"content": [text("No")], "is_error": True}),
        (
            ToolMessage([IMAGE], tool_call_id="toolu_1"),
            {"content": [{"type": "image", "source": PNG}]},
        ),
        (
            ToolMessage(
                [text("See"), {"type": "file", "base64": PDF_BASE64, "mime_type": "application/pdf"}],
                tool_call_id="toolu_1",
            ),
            {"content": [text("See"), {"type": "document", "source": PDF}]},
        ),
        (
            ToolMessage([{"type": "tool_result", "tool_use_id": "toolu_1", "content": "Sunny"}], tool_call_id="x"),
            {"content": [text("Sunny")]},
        ),
    ],
)
def test_results_of_tools(
    make: Callable[..., Any], aimlapi_server: Emulator, message: ToolMessage, result: dict[str, Any]
) -> None:
    """With what went wrong, and files; what a tool keeps for the program is not sent."""
    body = sent(make(), aimlapi_server, [HUMAN, AIMessage("", tool_calls=[CALL]), message])
    assert body["messages"][-1]["content"] == [{"type": "tool_result", "tool_use_id": "toolu_1", **result}]


def test_a_conversation(make: Callable[..., Any], aimlapi_server: Emulator) -> None:
    """System prompts go where they belong, turns alternate, and ids of other providers are made valid."""
    odd = {**CALL, "id": ODD_ID}
    messages = [
        SystemMessage("Be brief."),
        SystemMessage([text("Be kind.", cache_control=CACHED)]),
        HUMAN,
        AIMessage("", tool_calls=[odd, CALL]),
        ToolMessage("Sunny", tool_call_id=ODD_ID),
        ToolMessage("Rain", tool_call_id="toolu_1"),
        ChatMessage("Thanks", role="user"),
    ]
    body = sent(make(), aimlapi_server, messages)
    assert body["system"] == [text("Be brief."), text("Be kind.", cache_control=CACHED)]
    user, said, results = body["messages"]
    assert [one["role"] for one in (user, said, results)] == ["user", "assistant", "user"]
    assert [block["type"] for block in results["content"]] == ["tool_result", "tool_result", "text"]
    assert results["content"][0]["tool_use_id"] == said["content"][0]["id"]
    assert re.fullmatch(r"toolu_[0-9a-f]{24}", said["content"][0]["id"])


def test_an_unread_call_that_was_answered_goes_back(make: Callable[..., Any], aimlapi_server: Emulator) -> None:
    """Without arguments, for the API wants a call before its result."""
    failed = ToolMessage("Not JSON", tool_call_id="toolu_2", status="error")
    body = sent(make(), aimlapi_server, [HUMAN, AIMessage("Hi", invalid_tool_calls=[BROKEN]), failed])
    assert body["messages"][1]["content"][1] == {**USE, "id": "toolu_2", "input": {}}


def test_a_system_prompt_alone(make: Callable[..., Any], ask: Callable[..., Any]) -> None:
    """The gateway says what it thinks of it."""
    with pytest.raises(BadRequestError, match="messages"):
        ask(make(), [SystemMessage("Be brief.")])


def test_a_message_without_a_role_in_the_api(make: Callable[..., Any]) -> None:
    """It is named."""
    with pytest.raises(InvalidRequestError, match="FunctionMessage"):
        make().invoke([FunctionMessage("x", name="f")])


@tool(extras={"cache_control": CACHED})
def get_weather(city: str) -> str:
    """The weather in a city."""
    return f"Sunny in {city}"


class Weather(BaseModel):
    """The weather in a city."""

    city: str


SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
OWN = {"name": "w", "input_schema": SCHEMA}
SEARCH = {"type": "web_search_20250305", "name": "web_search", "max_uses": 2}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (get_weather, {"name": "get_weather", "description": "The weather in a city.", "cache_control": CACHED}),
        (Weather, {"name": "Weather", "description": "The weather in a city."}),
        ({"title": "w", "description": "d", **SCHEMA}, {"name": "w", "input_schema": SCHEMA}),
        ({"type": "function", "function": {"name": "w", "parameters": SCHEMA}}, OWN),
        ({"type": "function", "function": {"name": "w"}}, {"name": "w"}),
        (OWN, OWN),
        (SEARCH, SEARCH),
    ],
)
def test_tools(make: Callable[..., Any], aimlapi_server: Emulator, given: Any, expected: dict[str, Any]) -> None:
    """Whatever LangChain takes for a tool, and those of the API."""
    (made,) = sent(make().bind_tools([given]), aimlapi_server, [HUMAN])["tools"]
    assert {name: made[name] for name in expected} == expected
    assert given is SEARCH or made["input_schema"]["type"] == "object"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, None),
        ({"tool_choice": "auto"}, {"type": "auto"}),
        ({"tool_choice": "any"}, {"type": "any"}),
        ({"tool_choice": "required"}, {"type": "any"}),
        ({"tool_choice": True}, {"type": "any"}),
        ({"tool_choice": "none"}, {"type": "none"}),
        ({"tool_choice": "none", "parallel_tool_calls": False}, {"type": "none"}),
        ({"tool_choice": "Weather"}, {"type": "tool", "name": "Weather"}),
        ({"tool_choice": {"type": "tool", "name": "Weather"}}, {"type": "tool", "name": "Weather"}),
        ({"tool_choice": {"type": "function", "function": {"name": "Weather"}}}, {"type": "tool", "name": "Weather"}),
        ({"parallel_tool_calls": False}, {"type": "auto", "disable_parallel_tool_use": True}),
        ({"tool_choice": "any", "parallel_tool_calls": False}, {"type": "any", "disable_parallel_tool_use": True}),
    ],
)
def test_choices_of_tools(
    make: Callable[..., Any], aimlapi_server: Emulator, arguments: dict[str, Any], expected: Any
) -> None:
    """Those of LangChain and of OpenAI."""
    body = sent(make().bind_tools([Weather], **arguments), aimlapi_server, [HUMAN])
    assert body.get("tool_choice") == expected


@pytest.mark.parametrize(
    "fields",
    [
        {"model": "anthropic/claude-opus-5-5"},
        {"model": "anthropic/claude-haiku-4-5", "thinking": {"type": "enabled", "budget_tokens": 1024}},
    ],
)
@pytest.mark.parametrize("choice", ["any", "Weather"])
def test_a_model_that_cannot_be_forced_is_told(
    make: Callable[..., Any], aimlapi_server: Emulator, fields: dict[str, Any], choice: str
) -> None:
    """To call a tool, after the system prompt of the conversation."""
    model = make(**fields).bind_tools([Weather], tool_choice=choice)
    body = sent(model, aimlapi_server, [SystemMessage("Be brief."), HUMAN])
    assert body["tool_choice"] == {"type": "auto"}
    told = "the tool Weather once" if choice == "Weather" else "a tool"
    assert body["system"][1]["text"] == f"Give your answer by calling {told}, and in no other way."


@pytest.mark.parametrize(
    ("fields", "arguments", "expected"),
    [
        ({}, {}, {"max_tokens": 4096}),
        ({"max_tokens": 9}, {}, {"max_tokens": 9}),
        ({"max_tokens": 9}, {"max_tokens": 7}, {"max_tokens": 7}),
        ({"stop": ["a"]}, {}, {"stop_sequences": ["a"]}),
        ({"stop": ["a"]}, {"stop": ["b"]}, {"stop_sequences": ["b"]}),
        ({"effort": "low"}, {}, {"output_config": {"effort": "low"}}),
        ({"effort": "low"}, {"effort": "high"}, {"output_config": {"effort": "high"}}),
        ({"thinking": {"type": "adaptive"}}, {}, {"thinking": {"type": "adaptive"}}),
        ({"model_kwargs": {"metadata": {"user_id": "u"}}}, {}, {"metadata": {"user_id": "u"}}),
        ({}, {"model": "claude-opus-5"}, {"model": "claude-opus-5"}),
        ({"model": "anthropic/claude-haiku-4-5", "temperature": 0}, {}, {"temperature": 0}),
    ],
)
def test_settings(
    make: Callable[..., Any],
    aimlapi_server: Emulator,
    fields: dict[str, Any],
    arguments: dict[str, Any],
    expected: dict[str, Any],
) -> None:
    """Of the model, or of the call."""
    body = sent(make(**fields), aimlapi_server, [HUMAN], **arguments)
    assert {name: body[name] for name in expected} == expected
    assert body.keys() <= {"model", "max_tokens", "messages", *expected}

"""What a model gives: messages and chunks, what they cost, and values of a type."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("langchain_core")

from langchain_core.exceptions import ModelRefusalError, OutputParserException
from langchain_core.messages import HumanMessage, ToolMessage
from pydantic import BaseModel, ValidationError
from typing_extensions import TypedDict

from aimlapi_messages.testing import Emulator

pytestmark = pytest.mark.operation("create_message")

HUMAN = HumanMessage("Hello")


class Weather(BaseModel):
    """The weather in a city."""

    city: str
    degrees: int = 0


class WeatherDict(TypedDict):
    """The weather in a city."""

    city: str


THOUGHT = {"type": "thinking", "thinking": "Hm, well", "signature": "abc="}
USE = {"type": "tool_use", "id": "toolu_1", "name": "Weather", "input": {"city": 'The "Hague", [x', "degrees": 3}}
CALL = {"type": "tool_call", "id": "toolu_1", "name": "Weather", "args": USE["input"]}
SEARCH = [
    {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "x"}},
    {
        "type": "web_search_tool_result",
        "tool_use_id": "srvtoolu_1",
        "content": [{"type": "web_search_result", "url": "http://a", "title": "t", "encrypted_content": "z"}],
    },
]


def test_a_text(make: Callable[..., Any], ask: Callable[..., Any], aimlapi_server: Emulator) -> None:
    """It is a string, with what the gateway says of it, and its price where people look for it."""
    aimlapi_server.reply(
        {
            "content": "Hello to you.",
            "usage": {
                "input_tokens": 5,
                "cache_read_input_tokens": 30,
                "cache_creation_input_tokens": 20,
                "output_tokens": 7,
                "output_tokens_details": {"thinking_tokens": 2},
            },
            "meta": {"usage": {"credits_used": 998}},
        }
    )
    said = ask(make(), [HUMAN])
    assert said.content == said.text == "Hello to you."
    assert said.usage_metadata == {
        "input_tokens": 55,
        "output_tokens": 7,
        "total_tokens": 62,
        "input_token_details": {"cache_read": 30, "cache_creation": 20},
        "output_token_details": {"reasoning": 2},
    }
    metadata = said.response_metadata
    assert metadata["cost_usd"] == 0.000499
    assert metadata["model_name"] == metadata["model"] == "claude-sonnet-5"
    assert metadata["model_provider"] == "aimlapi"
    assert (metadata["stop_reason"], metadata["id"][:4]) == ("end_turn", "msg_")
    assert len(metadata["request_id"]) == 36
    json.dumps(metadata)


def test_no_price_is_none(make: Callable[..., Any], aimlapi_server: Emulator) -> None:
    """And not nothing."""
    aimlapi_server.reply("Hello")
    *_, last = make().stream([HUMAN], extra_headers={"x-emulator-stream": "cost=none"})
    assert last.response_metadata["cost_usd"] is None


@pytest.mark.parametrize(
    ("content", "kinds"),
    [
        ([THOUGHT, {"type": "text", "text": "So"}], ["reasoning", "text"]),
        ([THOUGHT, {"type": "redacted_thinking", "data": "x"}, USE], ["reasoning", "non_standard", "tool_call"]),
        ([{"type": "text", "text": "So"}, USE], ["text", "tool_call"]),
        ([USE, {**USE, "id": "toolu_2", "input": {}}], ["tool_call", "tool_call"]),
        ([*SEARCH, {"type": "text", "text": "So"}], ["server_tool_call", "server_tool_result", "text"]),
        ([{"type": "text", "text": "A"}, {"type": "text", "text": "B"}, USE], ["text", "text", "tool_call"]),
    ],
)
@pytest.mark.parametrize("version", [None, "v1"])
def test_an_answer_goes_back_as_it_came(
    make: Callable[..., Any],
    ask: Callable[..., Any],
    aimlapi_server: Emulator,
    content: list[Any],
    kinds: list[str],
    version: str | None,
) -> None:
    """Streamed or not, in the content of either version of LangChain, with its signatures."""
    aimlapi_server.reply({"content": content, "stop_reason": "tool_use" if USE in content else "end_turn"})
    model = make(output_version=version).bind_tools([Weather])
    said = ask(model, [HUMAN])
    assert [block["type"] for block in said.content_blocks] == kinds
    assert [CALL] * (USE in content) == said.tool_calls[:1]
    assert said.invalid_tool_calls == []
    aimlapi_server.reply("Thanks")
    results = [ToolMessage("ok", tool_call_id=call["id"]) for call in said.tool_calls]
    ask(model, [HUMAN, said, *(results or [HumanMessage("And?")])])
    assert aimlapi_server.requests[-1].body["messages"][1]["content"] == content


def test_citations(make: Callable[..., Any], ask: Callable[..., Any], aimlapi_server: Emulator) -> None:
    """Of a text, as LangChain has them, also where it had begun as a string."""
    cited = {"type": "char_location", "cited_text": "c", "document_index": 0, "document_title": "T"}
    cited |= {"start_char_index": 0, "end_char_index": 1}
    aimlapi_server.reply({"content": [{"type": "text", "text": "So it is", "citations": [cited]}]})
    said = ask(make(), [HUMAN])
    assert said.text == "So it is"
    assert [one["cited_text"] for block in said.content_blocks for one in block.get("annotations", [])] == ["c"]


@pytest.mark.parametrize(
    "text", ["", "{", '{"ci', '{"city": "Th', '{"city": "Th\\', '{"a": [1, {"b": [', '{"a": "]"', "{,}"]
)
def test_a_call_that_was_cut_off_is_not_one(
    make: Callable[..., Any], ask: Callable[..., Any], aimlapi_server: Emulator, text: str, tmp_path: Path
) -> None:
    """LangChain would complete its arguments. What came can be read, and goes nowhere."""
    aimlapi_server.reply(_recorded(tmp_path / "cut.sse", text))
    model = make().bind_tools([Weather])
    said = ask(model, [HUMAN])
    assert said.tool_calls == []
    (unread,) = said.invalid_tool_calls
    assert unread["args"].startswith(text)
    aimlapi_server.reply("Well")
    ask(model, [HUMAN, said, HumanMessage("Go on")])
    assert aimlapi_server.requests[-1].body["messages"][1]["content"] == [{"type": "text", "text": "So"}]


def test_what_a_proxy_repeats_is_there_once(
    make: Callable[..., Any], ask: Callable[..., Any], aimlapi_server: Emulator, tmp_path: Path
) -> None:
    """LangChain would add the second name of a call to the first, or run it twice."""
    events = _recorded(tmp_path / "twice.sse", '{"city": "Ghent"}').read_text(encoding="utf-8").split("\n\n")
    starts = [event for event in events if '"toolu_1"' in event]
    again = [event.replace('"index": 1', '"index": 2') for event in events if '"index": 1' in event]
    twice = [*events[:3], *starts, *events[3:-3], *again, *events[-3:]]
    (tmp_path / "twice.sse").write_text("\n\n".join(twice), encoding="utf-8")
    aimlapi_server.reply(tmp_path / "twice.sse")
    said = ask(make().bind_tools([Weather]), [HUMAN])
    assert [(call["name"], call["args"]) for call in said.tool_calls] == [("Weather", {"city": "Ghent"})]


@pytest.mark.parametrize("shape", [{}, {"x-emulator-shape": "legacy"}])
def test_the_shapes_of_the_gateway(
    make: Callable[..., Any], ask: Callable[..., Any], aimlapi_server: Emulator, shape: dict[str, str]
) -> None:
    """That of its older documentation too."""
    aimlapi_server.reply("So:", tool_calls=[{"name": "Weather", "input": {"city": "Ghent"}}])
    said = ask(make().bind_tools([Weather]), [HUMAN], extra_headers=shape)
    assert (said.text, said.tool_calls[0]["args"]) == ("So:", {"city": "Ghent"})
    assert said.usage_metadata["output_tokens"] > 0


def test_arguments_that_come_with_the_start_of_a_call(
    make: Callable[..., Any], ask: Callable[..., Any], aimlapi_server: Emulator, tmp_path: Path
) -> None:
    """As some proxies send them, and nothing after."""
    recorded = _recorded(tmp_path / "start.sse", "").read_text(encoding="utf-8").split("\n\n")
    events = [event for event in recorded if "partial_json" not in event]
    text = "\n\n".join(events).replace('"input": {}', '"input": {"city": "Ghent"}').replace("max_tokens", "tool_use")
    (tmp_path / "start.sse").write_text(text, encoding="utf-8")
    aimlapi_server.reply(tmp_path / "start.sse")
    (call,) = ask(make().bind_tools([Weather]), [HUMAN]).tool_calls
    assert call["args"] == {"city": "Ghent"}


def _recorded(path: Path, arguments: str) -> Path:
    """A stream of an answer whose call has these arguments when its tokens are used up."""
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-sonnet-5", "content": []}
    usage = {"input_tokens": 1, "output_tokens": 9}
    events: list[dict[str, Any]] = [
        {"type": "message_start", "message": {**message, "stop_reason": None, "usage": usage}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": "So"}},
        {"type": "content_block_stop", "index": 0},
        {"type": "content_block_start", "index": 1, "content_block": {**USE, "input": {}}},
        {"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": arguments}},
        {"type": "content_block_stop", "index": 1},
        {"type": "message_delta", "delta": {"stop_reason": "max_tokens"}, "usage": usage},
        {"type": "message_stop"},
    ]
    lines = [f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events]
    path.write_text("".join(lines), encoding="utf-8")
    return path


VALUE = {"city": "Ghent", "degrees": 3}
TYPES = [(Weather, Weather(**VALUE)), (WeatherDict, {"city": "Ghent"}), (Weather.model_json_schema(), VALUE)]


def _given(emulator: Emulator, method: str, schema: Any) -> None:
    """Let the emulator answer with the value."""
    value = {"city": "Ghent"} if schema is WeatherDict else VALUE
    name = "WeatherDict" if schema is WeatherDict else "Weather"
    if method == "function_calling":
        emulator.reply(tool_calls=[{"name": name, "input": value}])
    else:
        emulator.reply(json.dumps(value))


@pytest.mark.parametrize("method", ["function_calling", "json_schema", "json_mode"])
@pytest.mark.parametrize(("schema", "value"), TYPES, ids=["class", "typed dict", "json"])
def test_a_value(
    make: Callable[..., Any],
    value_of: Callable[..., Any],
    aimlapi_server: Emulator,
    method: str,
    schema: Any,
    value: Any,
) -> None:
    """Of a class itself, and of other types as a dict; the last piece of a stream is the whole."""
    _given(aimlapi_server, method, schema)
    assert value_of(make().with_structured_output(schema, method=method), [HUMAN]) == value
    body = aimlapi_server.requests[-1].body
    if method == "function_calling":
        assert body["tool_choice"]["name"] == body["tools"][0]["name"]
        assert body["tool_choice"]["disable_parallel_tool_use"]
    else:
        assert body["output_config"]["format"]["schema"]["additionalProperties"] is False


@pytest.mark.parametrize("method", ["function_calling", "json_schema", "json_mode"])
@pytest.mark.parametrize(("schema", "value"), TYPES, ids=["class", "typed dict", "json"])
def test_a_value_with_its_message(
    make: Callable[..., Any], ask: Callable[..., Any], aimlapi_server: Emulator, method: str, schema: Any, value: Any
) -> None:
    """For its price."""
    _given(aimlapi_server, method, schema)
    given: Any = ask(make().with_structured_output(schema, method=method, include_raw=True), [HUMAN])
    assert (given["parsed"], given["parsing_error"]) == (value, None)
    assert given["raw"].response_metadata["cost_usd"] > 0


@pytest.mark.parametrize(
    ("reply", "method", "error"),
    [
        ({"content": "No", "stop_reason": "refusal"}, "function_calling", ModelRefusalError),
        ({"content": "No", "stop_reason": "refusal"}, "json_schema", ModelRefusalError),
        ({"content": '{"city": "Gh', "stop_reason": "max_tokens"}, "json_schema", OutputParserException),
        ({"content": "So", "stop_reason": "max_tokens"}, "function_calling", OutputParserException),
        ("It is sunny.", "function_calling", OutputParserException),
        ("It is sunny.", "json_schema", OutputParserException),
        (
            {"content": [{**USE, "input": {"degrees": "x"}}], "stop_reason": "tool_use"},
            "function_calling",
            ValidationError,
        ),
    ],
)
def test_an_answer_without_the_value(
    make: Callable[..., Any],
    value_of: Callable[..., Any],
    aimlapi_server: Emulator,
    reply: Any,
    method: str,
    error: type[Exception],
) -> None:
    """It is an error and never a piece of one or None, or beside the message where that was asked for."""
    aimlapi_server.reply(reply, times=2)
    with pytest.raises(error):
        value_of(make().with_structured_output(Weather, method=method), [HUMAN])
    given = make().with_structured_output(Weather, method=method, include_raw=True).invoke([HUMAN])
    assert given["parsed"] is None
    assert isinstance(given["parsing_error"], error)


def test_a_refusal_says_why(make: Callable[..., Any], value_of: Callable[..., Any], aimlapi_server: Emulator) -> None:
    """As far as the model did."""
    details = {"type": "refusal", "category": "cyber", "explanation": "Not that."}
    aimlapi_server.reply({"content": "", "stop_reason": "refusal", "stop_details": details})
    with pytest.raises(ModelRefusalError, match=r"'cyber'.*Not that"):
        value_of(make().with_structured_output(Weather), [HUMAN])


def test_a_value_grows(make: Callable[..., Any], aimlapi_server: Emulator) -> None:
    """In a stream, as far as it has come."""
    aimlapi_server.reply(tool_calls=[{"name": "WeatherDict", "input": {"city": "Ghent and all that is around it"}}])
    pieces = list(make().with_structured_output(WeatherDict).stream([HUMAN]))
    assert len(pieces) > 2
    assert [len(piece.get("city", "")) for piece in pieces] == sorted(len(piece.get("city", "")) for piece in pieces)


@pytest.mark.parametrize("strict", [None, True, False])
def test_a_strict_tool(make: Callable[..., Any], aimlapi_server: Emulator, strict: bool | None) -> None:
    """Where it is asked for."""
    aimlapi_server.reply(tool_calls=[{"name": "Weather", "input": {"city": "Ghent"}}])
    make().with_structured_output(Weather, strict=strict).invoke([HUMAN])
    (tool,) = aimlapi_server.requests[-1].body["tools"]
    assert tool.get("strict") == strict

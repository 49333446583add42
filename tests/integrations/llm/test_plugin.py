"""What `llm` sends and gets through the plugin, whole and as streams, with threads and with asyncio."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("llm")

import llm
from llm.parts import ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from pydantic import BaseModel, ValidationError

import aimlapi_messages
from aimlapi_client.deprecations import deprecation_of
from aimlapi_messages import known_models
from aimlapi_messages.integrations.llm import AIMLAPIModel, AsyncAIMLAPIModel, register_models
from aimlapi_messages.testing import Emulator

from ...support.frameworks import BLANK_PDF, PIXEL

pytestmark = pytest.mark.operation("create_message")

MODEL = "anthropic/claude-sonnet-5"
THOUGHT = {"type": "thinking", "thinking": "Let me see.", "signature": "signed"}
HIDDEN = {"type": "redacted_thinking", "data": "secret"}


@pytest.fixture(autouse=True)
def _at_home(aimlapi_server: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AIMLAPI_BASE_URL", aimlapi_server.base_url)
    monkeypatch.setenv("AIMLAPI_API_KEY", "any")
    monkeypatch.setenv("LLM_USER_PATH", str(tmp_path))


class Reader:
    """Asks a model in one of four ways."""

    def __init__(self, name: str, *, is_async: bool, stream: bool) -> None:
        self.model: Any = (AsyncAIMLAPIModel if is_async else AIMLAPIModel)(name)
        self._is_async = is_async
        self._stream = stream

    def ask(self, *arguments: Any, of: Any = None, **options: Any) -> Any:
        """The response to a prompt, of a conversation if one is given, as it can be read with threads."""
        prompt = (of or self.model).prompt
        if not self._is_async:
            response = prompt(*arguments, stream=self._stream, **options)
            response.text()
            return response

        async def read() -> Any:
            response = prompt(*arguments, stream=self._stream, **options)
            await response.text()
            return response

        return asyncio.run(read())

    def parts(self, response: Any) -> list[Any]:
        messages = asyncio.run(response.messages()) if self._is_async else response.messages()
        return [part for message in messages for part in message.parts]


WAYS = [(is_async, stream) for is_async in (False, True) for stream in (False, True)]
NAMES = [("async " if is_async else "") + ("streamed" if stream else "whole") for is_async, stream in WAYS]
Readers = Callable[..., Reader]


@pytest.fixture(params=WAYS, ids=NAMES)
def reader(request: pytest.FixtureRequest) -> Readers:
    is_async, stream = request.param
    return lambda name=MODEL: Reader(name, is_async=is_async, stream=stream)


def sent(server: Emulator, index: int = -1) -> dict[str, Any]:
    return server.requests[index].body


def text_of(response: Any) -> str:
    return "".join(response._chunks)


def test_an_answer_with_what_is_known_of_it(reader: Readers, aimlapi_server: Emulator) -> None:
    usage = {
        **{"input_tokens": 10, "output_tokens": 5, "cache_read_input_tokens": 20, "cache_creation_input_tokens": 30},
        "output_tokens_details": {"thinking_tokens": 4},
    }
    meta = {"usage": {"credits_used": 2000, "usd_spent": 0.001}}
    content = [THOUGHT, HIDDEN, {"type": "text", "text": "Four."}]
    aimlapi_server.reply({"id": "msg_1", "content": content, "usage": usage, "meta": meta})
    ask = reader()
    response = ask.ask("2 + 2?", system="Be brief.", thinking=True, max_tokens=2000)
    assert text_of(response) == "Four."
    assert ask.parts(response) == [
        ReasoningPart("Let me see.", provider_metadata={"aimlapi": {"signature": "signed"}}),
        ReasoningPart("", provider_metadata={"aimlapi": {"redacted": "secret"}}),
        TextPart("Four."),
    ]
    assert (response.input_tokens, response.output_tokens) == (60, 5)
    assert response.token_details == {
        **{"input_tokens": 10, "cache_read_input_tokens": 20, "cache_creation_input_tokens": 30},
        "thinking_tokens": 4,
    }
    assert response.response_json["cost"] == {"usd": 0.001}
    assert response.response_json["request_id"]
    assert response.response_json["id"] == "msg_1"
    assert response.resolved_model == "claude-sonnet-5"
    assert json.dumps(response.response_json)
    body = sent(aimlapi_server)
    assert (body["model"], body["max_tokens"], body["thinking"]) == (MODEL, 2000, {"type": "adaptive"})
    assert body["system"] == [{"type": "text", "text": "Be brief."}]
    assert body.get("stream", False) is ask._stream


def test_a_conversation(reader: Readers, aimlapi_server: Emulator) -> None:
    """Thinking goes back with its signature, and the system prompt once."""
    aimlapi_server.reply({"content": [THOUGHT, HIDDEN, {"type": "text", "text": "one"}]}, "two")
    ask = reader()
    conversation = ask.model.conversation()
    ask.ask("Count", of=conversation, system="Be brief.")
    assert text_of(ask.ask("Go on", of=conversation, cache=True)) == "two"
    body = sent(aimlapi_server)
    assert body["system"] == [{"type": "text", "text": "Be brief."}]
    assert body["messages"] == [
        {"role": "user", "content": [{"type": "text", "text": "Count"}]},
        {"role": "assistant", "content": [THOUGHT, HIDDEN, {"type": "text", "text": "one"}]},
        {"role": "user", "content": [{"type": "text", "text": "Go on", "cache_control": {"type": "ephemeral"}}]},
    ]


@pytest.mark.parametrize(
    ("messages", "system"), [([llm.user("Hi")], "Be brief."), ([llm.system("Be long."), llm.user("Hi")], "Be long.")]
)
def test_messages_of_your_own(aimlapi_server: Emulator, messages: Any, system: str) -> None:
    """Say what the system prompt is, if they do."""
    aimlapi_server.reply("Hello")
    AIMLAPIModel(MODEL).prompt("Well?", system="Be brief.", messages=messages).text()
    assert sent(aimlapi_server)["system"] == [{"type": "text", "text": system}]
    assert [turn["content"][0]["text"] for turn in sent(aimlapi_server)["messages"]] == ["Hi", "Well?"]


def weather(city: str) -> Any:
    """The weather in a city."""
    if city == "Atlantis":
        raise ValueError("No such city")
    return llm.ToolOutput(output="18 degrees", attachments=[llm.Attachment(type="image/png", content=PIXEL)])


def test_tools(reader: Readers, aimlapi_server: Emulator) -> None:
    calls = [{"name": "weather", "input": {"city": city}} for city in ("Ghent", "Atlantis")]
    aimlapi_server.reply("Let me see.", tool_calls=calls)
    aimlapi_server.reply("18 degrees")
    ask = reader()
    is_async, stream = isinstance(ask.model, AsyncAIMLAPIModel), ask._stream

    async def answer() -> str:
        return await ask.model.chain("The weather?", tools=[weather], stream=stream).text()

    said = asyncio.run(answer()) if is_async else ask.model.chain("The weather?", tools=[weather], stream=stream).text()
    assert said.endswith("18 degrees")
    (tool,) = sent(aimlapi_server)["tools"]
    assert (tool["name"], tool["description"]) == ("weather", "The weather in a city.")
    _, called, results, files = sent(aimlapi_server)["messages"]
    assert called["content"][0] == {"type": "text", "text": "Let me see."}
    ids = [block["id"] for block in called["content"][1:]]
    assert [block["tool_use_id"] for block in results["content"]] == ids
    assert [block.get("is_error", False) for block in results["content"]] == [False, True]
    assert results["content"][0]["content"] == [{"type": "text", "text": "18 degrees"}]
    assert "No such city" in results["content"][1]["content"][0]["text"]
    assert [block["type"] for block in files["content"]] == ["image"]


class Dog(BaseModel):
    name: str
    age: int


@pytest.mark.parametrize(
    ("name", "options", "choice"),
    [
        (MODEL, {}, {"type": "tool", "name": "final_output", "disable_parallel_tool_use": True}),
        ("anthropic/claude-sonnet-5-5", {}, None),
        ("anthropic/claude-haiku-4.5", {"thinking_budget": 1024}, None),
    ],
    ids=["forced", "not to be forced", "not while it thinks"],
)
def test_a_schema(reader: Readers, aimlapi_server: Emulator, name: str, options: Any, choice: Any) -> None:
    """The answer is what the schema says, and nothing else that the model says beside it."""
    aimlapi_server.reply("Well:", tool_calls=[{"name": "final_output", "input": {"name": "Bo", "age": 3}}])
    ask = reader(name)
    response = ask.ask("A dog", schema=Dog, **options)
    assert json.loads(text_of(response)) == {"name": "Bo", "age": 3}
    assert [type(part) for part in ask.parts(response)] == [TextPart]
    assert sent(aimlapi_server).get("tool_choice") == choice
    assert ("final_output" in str(sent(aimlapi_server).get("system"))) is (choice is None)


def test_a_schema_that_is_answered_in_words(reader: Readers, aimlapi_server: Emulator) -> None:
    aimlapi_server.reply('{"name": "Bo", "age": 3}')
    assert json.loads(text_of(reader("anthropic/claude-sonnet-5-5").ask("A dog", schema=Dog)))["age"] == 3


def test_a_schema_beside_tools(reader: Readers, aimlapi_server: Emulator) -> None:
    aimlapi_server.reply("Let me see.", tool_calls=[{"name": "weather", "input": {"city": "Ghent"}}])
    ask = reader()
    response = ask.ask("A dog", schema=Dog, tools=[weather])
    assert ask.parts(response) == [ToolCallPart("weather", {"city": "Ghent"}, response._tool_calls[0].tool_call_id)]
    assert "tool_choice" not in sent(aimlapi_server)


@pytest.mark.parametrize("schema", [{"type": "array", "items": {}}, {"type": "string"}])
def test_a_schema_of_no_object(reader: Readers, schema: Any) -> None:
    with pytest.raises(llm.ModelError, match="object"):
        reader().ask("A dog", schema=schema)


@pytest.mark.parametrize("named", ["weather", "final_output"])
def test_a_call_that_was_cut_off(reader: Readers, aimlapi_server: Emulator, named: str) -> None:
    """Is neither run nor taken for the answer."""
    call = {"type": "tool_use", "id": "toolu_1", "name": named, "input": {}}
    aimlapi_server.reply({"content": [call], "stop_reason": "max_tokens"})
    with pytest.raises(llm.ModelError, match="not one JSON object"):
        reader().ask("A dog", schema=Dog, tools=[weather])


@pytest.mark.parametrize(
    ("details", "words"),
    [
        ({"category": "cyber", "explanation": "Not that."}, "The model refused to answer: cyber: Not that."),
        ({"category": None, "explanation": "Not that."}, "The model refused to answer: Not that."),
        (None, "The model refused to answer"),
    ],
)
@pytest.mark.parametrize("schema", [None, Dog])
def test_a_refusal(reader: Readers, aimlapi_server: Emulator, details: Any, words: str, schema: Any) -> None:
    """Is an error, also after some text, and no empty answer."""
    told = details and {"type": "refusal", **details}
    aimlapi_server.reply({"content": "Well", "stop_reason": "refusal", "stop_details": told})
    with pytest.raises(llm.ModelError) as caught:
        reader().ask("A dog", schema=schema)
    assert str(caught.value) == words


@pytest.mark.parametrize("stop_reason", ["max_tokens", "model_context_window_exceeded", "pause_turn", "stop_sequence"])
def test_text_that_is_cut_off(reader: Readers, aimlapi_server: Emulator, stop_reason: str) -> None:
    """Is the answer, which says why it stopped."""
    aimlapi_server.reply({"content": "One, two", "stop_reason": stop_reason})
    response = reader().ask("Count")
    assert (text_of(response), response.response_json["stop_reason"]) == ("One, two", stop_reason)


def test_attachments(reader: Readers, aimlapi_server: Emulator, tmp_path: Path) -> None:
    """By content, by path and by URL; the type is found where it is not given."""
    picture, page = tmp_path / "picture", tmp_path / "page.pdf"
    picture.write_bytes(PIXEL)
    page.write_bytes(BLANK_PDF)
    aimlapi_server.reply("I see.")
    attachments = [
        llm.Attachment(content=PIXEL),
        llm.Attachment(path=str(picture)),
        llm.Attachment(type="image/jpeg", url="https://example.com/a.jpg"),
        llm.Attachment(path=str(page)),
        llm.Attachment(type="application/pdf", url="https://example.com/a.pdf"),
        llm.Attachment(type="text/plain", content=b"Some words"),
    ]
    reader().ask("What is it?", attachments=attachments)
    blocks = sent(aimlapi_server)["messages"][0]["content"]
    assert [(block["type"], block.get("source", {}).get("type")) for block in blocks] == [
        *(("text", None), ("image", "base64"), ("image", "base64"), ("image", "url")),
        *(("document", "base64"), ("document", "url"), ("document", "text")),
    ]


@pytest.mark.parametrize(
    "attachment",
    [
        llm.Attachment(type="audio/wav", content=b"RIFF"),
        llm.Attachment(type="image/png", content=b"no picture"),
        llm.Attachment(type="application/pdf", content=PIXEL),
    ],
    ids=["audio", "no image", "no document"],
)
def test_attachments_that_cannot_be_sent(reader: Readers, aimlapi_server: Emulator, attachment: Any) -> None:
    with pytest.raises((ValueError, llm.ModelError)):
        reader().ask("What is it?", attachments=[attachment])
    assert not aimlapi_server.requests


@pytest.mark.parametrize(
    ("name", "options", "expected"),
    [
        (MODEL, {}, {"max_tokens": 16_384}),
        ("anthropic/claude-3-haiku", {"temperature": 0.0}, {"max_tokens": 4_096, "temperature": 0.0}),
        (MODEL, {"stop_sequences": "."}, {"stop_sequences": ["."]}),
        (MODEL, {"stop_sequences": '[".", "!"]'}, {"stop_sequences": [".", "!"]}),
        (MODEL, {"top_p": 0.5, "top_k": 3, "timeout": 60}, {"top_p": 0.5, "top_k": 3}),
        (
            MODEL,
            {"thinking": False, "effort": "low"},
            {"thinking": {"type": "disabled"}, "output_config": {"effort": "low"}},
        ),
        (
            MODEL,
            {"thinking_budget": 2000},
            {"thinking": {"type": "enabled", "budget_tokens": 2000}, "max_tokens": 18_384},
        ),
        (MODEL, {"user_id": "me"}, {"metadata": {"user_id": "me"}}),
    ],
)
def test_options(aimlapi_server: Emulator, name: str, options: Any, expected: dict[str, Any]) -> None:
    aimlapi_server.reply("Hello")
    AIMLAPIModel(name).prompt("Hi", **options).text()
    assert {name: sent(aimlapi_server)[name] for name in expected} == expected


@pytest.mark.parametrize(
    "options",
    [
        {"max_tokens": 0},
        {"temperature": 2},
        {"effort": "much"},
        {"thinking_budget": 5},
        {"stop_sequences": "[1"},
        {"no": 1},
    ],
)
def test_options_that_cannot_be(options: Any) -> None:
    with pytest.raises(ValidationError):
        AIMLAPIModel(MODEL).prompt("Hi", **options)


@pytest.mark.parametrize(
    ("switches", "cause"),
    [
        ({"x-emulator-fail": "400"}, "BadRequestError"),
        ({"x-emulator-fail": "401"}, "AuthenticationError"),
        ({"x-emulator-stream": "cut-after=5"}, "StreamIncompleteError"),
        ({"x-emulator-stream": "error-after=5"}, "OverloadedError"),
        ({"x-emulator-stream": "html"}, "UnexpectedResponseError"),
    ],
)
@pytest.mark.parametrize("is_async", [False, True])
def test_errors(aimlapi_server: Emulator, switches: Any, cause: str, is_async: bool) -> None:
    """A stream that breaks off is never taken for a whole answer."""
    aimlapi_server.script(switches)
    with pytest.raises(llm.ModelError) as caught:
        Reader(MODEL, is_async=is_async, stream=True).ask("Hello")
    assert isinstance(caught.value.__cause__, getattr(aimlapi_messages, cause))
    assert str(caught.value) == str(caught.value.__cause__)


def test_a_stream_that_is_left_is_closed(aimlapi_server: Emulator) -> None:
    """The server would wait for ever."""
    aimlapi_server.script({"x-emulator-stream": "stall-after=8"})
    pieces = iter(AIMLAPIModel(MODEL).prompt("Hello"))
    assert next(pieces)
    del pieces
    aimlapi_server.reply("next")
    assert AIMLAPIModel(MODEL).prompt("Hello").text() == "next"


def test_parts_of_other_providers() -> None:
    """Are left out where they are signed, and named where they have no id."""
    parts = [
        ReasoningPart("Hm", provider_metadata={"anthropic": {"signature": "theirs"}}),
        ToolCallPart("search", {}, "s_1", server_executed=True),
        ToolCallPart("weather", {"city": "Ghent"}),
        TextPart(" "),
    ]
    picture = llm.Attachment(type="image/png", content=PIXEL)
    results = [
        ToolResultPart("weather", "18", attachments=[picture]),
        ToolResultPart("search", "found", "s_1", server_executed=True),
    ]
    model = AIMLAPIModel(MODEL)
    messages = [llm.user("Hello"), llm.Message("assistant", parts), llm.tool_message(*results)]
    with Emulator() as emulator, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIMLAPI_BASE_URL", emulator.base_url)
        emulator.reply("Hi")
        model.prompt("Well?", messages=messages).text()
        called, (result,) = [turn["content"] for turn in sent(emulator)["messages"][1:3]]
    assert called == [{"type": "tool_use", "id": "weather", "name": "weather", "input": {"city": "Ghent"}}]
    assert (result["tool_use_id"], [block["type"] for block in result["content"]]) == ("weather", ["text", "image"])


def registered() -> Iterator[tuple[Any, Any, list[str]]]:
    found: list[tuple[Any, Any, list[str]]] = []
    register_models(lambda model, async_model, aliases: found.append((model, async_model, aliases)))
    yield from found


def test_models() -> None:
    """Those of the document that have not been withdrawn, each once, by all its spellings."""
    found = list(registered())
    names = [name for model, _, aliases in found for name in (model.model_id, *aliases)]
    assert len(names) == len(set(names))
    served = [name for name in known_models() if (end := deprecation_of(name)) is None or end.status != "withdrawn"]
    assert {f"aimlapi/{name.removeprefix('anthropic/')}" for name in served} <= set(names)
    assert all(model.model_id == other.model_id for model, other, _ in found)
    by_id = {model.model_id: (model.name, aliases) for model, _, aliases in found}
    assert by_id["aimlapi/claude-sonnet-5"] == (MODEL, ["aimlapi/sonnet-5"])
    assert all(model.name in known_models() for model, _, _ in found)

"""Streams: the native events, the older chat chunks, and the faults that a test may ask for."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from aimlapi_messages.testing import Emulator

Ask = Callable[..., httpx.Response]
Event = tuple[str | None, dict[str, Any]]


def read_events(text: str) -> list[Event]:
    """The events of a body: name and data."""
    events: list[Event] = []
    for record in text.removesuffix("\n\n").split("\n\n"):
        fields = dict(line.split(": ", 1) for line in record.split("\n"))
        events.append((fields.get("event"), json.loads(fields["data"])))
    return events


def join(events: list[Event], key: str) -> str:
    """The joined deltas with `key`."""
    deltas = [data["delta"] for name, data in events if name == "content_block_delta"]
    return "".join(delta[key] for delta in deltas if key in delta)


def test_the_events_of_a_text(ask: Ask) -> None:
    """A text streams as the events that Anthropic names, in their order, with the cost at the end."""
    response = ask("Hello", stream=True)
    events = read_events(response.text)
    names = [name for name, _ in events]
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert names[:3] == ["message_start", "content_block_start", "ping"]
    assert set(names[3:-4]) == {"content_block_delta"}
    assert names[-4:] == ["content_block_stop", "message_delta", "message_stop", None]
    assert all(data["type"] == name for name, data in events[:-1])


def test_a_stream_adds_up_to_the_json_answer(ask: Ask, weather_tool: dict[str, Any]) -> None:
    """The same request gives the same content, stop reason, tokens and cost in both forms."""
    request: dict[str, Any] = {"tools": [weather_tool], "thinking": {"type": "adaptive"}}
    body = ask("What is the weather in Paris?", **request).json()
    events = read_events(ask("What is the weather in Paris?", stream=True, **request).text)
    starts = [data["content_block"] for name, data in events if name == "content_block_start"]
    thought, text, call = body["content"]
    assert starts == [
        {"type": "thinking", "thinking": "", "signature": ""},
        {"type": "text", "text": ""},
        {**call, "input": {}},
    ]
    assert join(events, "thinking") == thought["thinking"]
    assert join(events, "signature") == thought["signature"]
    assert join(events, "text") == text["text"]
    assert json.loads(join(events, "partial_json")) == call["input"]
    assert events[-3][1]["delta"] == {"stop_reason": "tool_use", "stop_sequence": None}
    assert events[-3][1]["usage"]["output_tokens"] == body["usage"]["output_tokens"]
    assert events[-1] == (None, {"meta": body["meta"]})


def test_the_first_event_holds_an_empty_message(ask: Ask) -> None:
    """message_start has a message without content, stop reason or cost."""
    message = read_events(ask("Hello", stream=True).text)[0][1]["message"]
    assert re.fullmatch(r"msg_01\w{22}", message.pop("id"))
    usage = message.pop("usage")
    assert message == {
        "model": "claude-sonnet-5",
        "type": "message",
        "role": "assistant",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "stop_details": None,
    }
    assert len(usage) == 7
    assert usage["output_tokens"] == 1


def test_tool_input_begins_with_an_empty_piece(ask: Ask, weather_tool: dict[str, Any]) -> None:
    """The JSON of a tool call is sent in several pieces, the first of which is empty."""
    events = read_events(ask("weather in Paris", tools=[weather_tool], stream=True).text)
    pieces = [data["delta"]["partial_json"] for _, data in events if "partial_json" in data.get("delta", {})]
    assert pieces[0] == ""
    assert len(pieces) > 2


def test_a_stop_sequence_in_a_stream(ask: Ask) -> None:
    """message_delta names the stop sequence that ended the text."""
    events = read_events(ask("Hello", stream=True, stop_sequences=["emulator"]).text)
    assert events[-3][1]["delta"] == {"stop_reason": "stop_sequence", "stop_sequence": "emulator"}


def test_text_outside_latin_arrives_whole(ask: Ask) -> None:
    """Letters, emoji and line breaks of the question are preserved."""
    question = "Wie heißt 🦀 auf 日本語?\n\nBitte  sag es."
    assert question in join(read_events(ask(question, stream=True).text), "text")


def test_a_stream_is_paid_for_and_has_no_cost_headers(emulator: Emulator, ask: Ask) -> None:
    """The cost of a stream is in its last chunk, since the headers have already been sent."""
    response = ask("Hello", stream=True)
    spent = read_events(response.text)[-1][1]["meta"]["usage"]["usd_spent"]
    assert float(emulator.balance) == pytest.approx(10 - spent)
    assert "x-aimlapi-credits-used" not in response.headers
    assert "x-aimlapi-usd-spent" not in response.headers
    assert len(response.headers["x-inference-id"]) == 21


def test_an_error_before_the_stream_is_json(ask: Ask) -> None:
    """A rejected streaming request gets the usual error body."""
    response = ask("Hello", stream=True, max_tokens=0)
    assert response.status_code == 400
    assert response.json()["error"]["details"][0]["path"] == "max_tokens"


def test_a_stream_may_be_left_early(client: httpx.Client, ask: Ask) -> None:
    """A client that disconnects during a stream does not affect the next one."""
    body = {
        "model": "claude-opus-5",
        "messages": [{"role": "user", "content": "Hello"}],
        "stream": True,
    }
    with client.stream("POST", "/v1/messages", json=body) as response:
        assert next(response.iter_lines()) == "event: message_start"
    assert ask("Hello").status_code == 200


def test_the_legacy_stream(ask: Ask) -> None:
    """Chat chunks have no names; the first has the id, the second to last the usage, the last no delta."""
    body = ask("Hello", headers={"x-emulator-shape": "legacy"}).json()
    events = read_events(ask("Hello", headers={"x-emulator-shape": "legacy"}, stream=True).text)
    chunks = [data for _, data in events]
    cost = chunks.pop()
    choices = [chunk["choices"][0] for chunk in chunks]
    assert {name for name, _ in events} == {None}
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    assert chunks[0]["id"].startswith("msg_01")
    assert {chunk["id"] for chunk in chunks[1:]} == {""}
    assert "".join(choice["delta"]["content"] for choice in choices[:-1]) == body["choices"][0]["message"]["content"]
    assert {choice["delta"]["refusal"] for choice in choices[:-1]} == {None}
    assert choices[-2]["finish_reason"] == "stop"
    assert chunks[-2]["usage"] == body["usage"]
    assert [chunk["usage"] for chunk in chunks[:-2]] == [None] * (len(chunks) - 2)
    assert choices[-1] == {"index": 0, "finish_reason": "stop"}
    assert "credits_used" in cost["meta"]["usage"]


def test_a_cut_stream_breaks_off(client: httpx.Client) -> None:
    """The connection drops after N events, so that the transport sees an incomplete body."""
    body = {"model": "claude-opus-5", "messages": [{"role": "user", "content": "Hello"}], "stream": True}
    received: list[str] = []
    with client.stream("POST", "/v1/messages", json=body, headers={"x-emulator-stream": "cut-after=4"}) as response:
        lines = response.iter_lines()
        with pytest.raises(httpx.RemoteProtocolError):
            received.extend(lines)
    assert [line for line in received if line.startswith("event")] == [
        "event: message_start",
        "event: content_block_start",
        "event: ping",
        "event: content_block_delta",
    ]


def test_a_stream_that_ends_early(ask: Ask) -> None:
    """The body ends cleanly without message_stop."""
    events = read_events(ask("Hello", stream=True, headers={"x-emulator-stream": "end-after=2"}).text)
    assert [name for name, _ in events] == ["message_start", "content_block_start"]


def test_a_stream_that_reports_an_error(ask: Ask) -> None:
    """An error event of the type overloaded_error ends the stream."""
    events = read_events(ask("Hello", stream=True, headers={"x-emulator-stream": "error-after=3"}).text)
    assert [name for name, _ in events] == ["message_start", "content_block_start", "ping", "error"]
    assert events[-1][1]["error"]["type"] == "overloaded_error"


@pytest.mark.parametrize("stream", [True, False])
def test_html_instead_of_an_answer(ask: Ask, stream: bool) -> None:
    """An HTML page is sent with the status 200."""
    response = ask("Hello", stream=stream, headers={"x-emulator-stream": "html"})
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.text.startswith("<!doctype html>")


def test_a_stream_without_content(ask: Ask) -> None:
    """If the text starts with a stop sequence, no block is sent, and the stream ends normally."""
    events = read_events(ask("Hello", stream=True, stop_sequences=["You said"]).text)
    assert [name for name, _ in events] == ["message_start", "ping", "message_delta", "message_stop", None]

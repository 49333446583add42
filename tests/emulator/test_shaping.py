"""Switches that change the events of a stream or replace the body."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

Ask = Callable[..., httpx.Response]
Record = tuple[str | None, str]

USUAL = ["message_start", "content_block_start", "ping", "content_block_delta"]


@pytest.fixture
def records(ask: Ask, weather_tool: dict[str, Any]) -> Callable[..., list[Record]]:
    """Name and data of each event of a stream with a text and a tool call: `records("gap;done")`."""

    def read(clauses: str, **headers: str) -> list[Record]:
        response = ask(
            "weather in Paris",
            tools=[weather_tool],
            stream=True,
            headers={"x-emulator-stream": clauses, **headers},
        )
        assert response.status_code == 200
        lines = response.text.replace("\r\n", "\n").removesuffix("\n\n").split("\n\n")
        fields = [dict(line.split(": ", 1) for line in record.split("\n")) for record in lines]
        return [(record.get("event"), record["data"]) for record in fields]

    return read


Records = Callable[..., list[Record]]


def names(records: list[Record]) -> list[str | None]:
    """The names of the events."""
    return [name for name, _ in records]


@pytest.mark.parametrize(("clause", "missing"), [("no-block-stop", 2), ("no-message-stop", 1)])
def test_stops_that_are_missing(records: Records, clause: str, missing: int) -> None:
    """One type of stop event is missing, and all other events are there."""
    usual = names(records("cost=after"))
    kept = [name for name in usual if name != {"no-block-stop": "content_block_stop"}.get(clause, "message_stop")]
    assert names(records(clause)) == kept
    assert len(usual) - len(kept) == missing


def test_indexes_with_gaps(records: Records) -> None:
    """The index of each block is doubled."""
    indexes = [json.loads(data)["index"] for name, data in records("gap") if (name or "").startswith("content_block")]
    assert indexes[0] == 0
    assert set(indexes) == {0, 2}


def test_events_without_names(records: Records) -> None:
    """No event has a name; the data are the usual ones."""
    unnamed = records("unnamed")
    assert set(names(unnamed)) == {None}
    types = [json.loads(data).get("type") for _, data in unnamed]
    assert types == names(records("cost=after"))


def test_done_comes_last(records: Records) -> None:
    """The end mark of OpenAI's streams follows the cost."""
    *_, cost, done = records("done")
    assert "credits_used" in cost[1]
    assert done == (None, "[DONE]")


@pytest.mark.parametrize(
    ("clauses", "end"),
    [
        ("cost=after", ["message_delta", "message_stop", None]),
        ("cost=before", ["message_delta", None, "message_stop"]),
        ("cost=none", ["content_block_stop", "message_delta", "message_stop"]),
        ("cost=named", ["message_delta", "message_stop", "meta"]),
        ("cost=before;no-message-stop", ["content_block_stop", "message_delta", None]),
    ],
)
def test_the_place_of_the_cost(records: Records, clauses: str, end: list[str | None]) -> None:
    """The cost is at the requested place, at most once."""
    events = records(clauses)
    assert names(events)[-3:] == end
    assert sum("credits_used" in data for _, data in events) == ("cost=none" not in clauses)


@pytest.mark.parametrize(("clauses", "place"), [("cost=before", -2), ("cost=named", -1)])
def test_the_place_of_the_cost_in_the_older_shape(records: Records, clauses: str, place: int) -> None:
    """Chat chunks have the cost at the requested place, too."""
    events = records(clauses, **{"x-emulator-shape": "legacy"})
    assert [("credits_used" in data) for _, data in events].index(True) == len(events) + place


def test_tool_input_that_is_no_json(records: Records) -> None:
    """The pieces of the tool's input join to malformed JSON."""
    deltas = [json.loads(data)["delta"] for name, data in records("bad-tool-json") if name == "content_block_delta"]
    joined = "".join(delta.get("partial_json", "") for delta in deltas)
    assert joined == '{,"location": "Paris"}'


def test_lines_that_end_in_crlf(ask: Ask) -> None:
    """Every line ends in CRLF, and nothing else changes."""
    body = ask("Hello", stream=True, headers={"x-emulator-stream": "crlf;cost=none"}).content
    assert body.startswith(b"event: message_start\r\ndata: ")
    assert body.endswith(b"\r\n\r\n")
    assert body.count(b"\n") == body.count(b"\r\n")


@pytest.mark.parametrize("count", [0, 4])
def test_garbage_in_a_stream(records: Records, count: int) -> None:
    """An event with half of a JSON object follows N events; then the stream continues."""
    events = records(f"garbage-after={count}")
    name, data = events.pop(count)
    assert name == "content_block_delta"
    with pytest.raises(json.JSONDecodeError):
        json.loads(data)
    assert names(events) == names(records("cost=after"))


@pytest.mark.parametrize("count", [0, 1, 5])
def test_garbage_in_a_json_answer(ask: Ask, count: int) -> None:
    """A JSON answer with something before or after it is not valid JSON."""
    response = ask("Hello", headers={"x-emulator-stream": f"garbage-after={count}"})
    assert response.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        response.json()


@pytest.mark.parametrize("kind", ["rate_limit_error", "api_error", "overloaded_error", "new_error"])
def test_the_type_of_an_error(records: Records, kind: str) -> None:
    """The error event has the requested type and a message, and is the last."""
    events = records(f"error-after=4; type={kind}")
    assert names(events) == [*USUAL, "error"]
    error = json.loads(events[-1][1])["error"]
    assert error["type"] == kind
    assert error["message"]


def test_shapes_add_up(records: Records) -> None:
    """Independent clauses can be combined; N counts the events that are sent."""
    events = records("no-block-stop;gap;crlf;error-after=6;garbage-after=1;done")
    assert names(events) == [
        "message_start",
        "content_block_delta",
        *USUAL[1:],
        "content_block_delta",
        "content_block_start",
        "error",
    ]
    assert json.loads(events[-2][1])["index"] == 2


@pytest.mark.parametrize("stream", [True, False])
def test_another_content_type(ask: Ask, stream: bool) -> None:
    """The content type is the requested one, and the body is unchanged."""
    response = ask("Hello", stream=stream, headers={"x-emulator-stream": "content-type=text/plain"})
    assert response.headers["content-type"] == "text/plain"
    assert response.text.startswith("event: message_start" if stream else '{"model"')


@pytest.mark.parametrize("stream", [True, False])
def test_an_empty_body(ask: Ask, stream: bool) -> None:
    """A success with its usual content type has an empty body."""
    response = ask("Hello", stream=stream, headers={"x-emulator-stream": "empty"})
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["content-type"].startswith("text/event-stream" if stream else "application/json")


@pytest.mark.parametrize("stream", [True, False])
def test_json_instead_of_a_stream(ask: Ask, stream: bool) -> None:
    """The message is sent as JSON, whether a stream was requested or not."""
    response = ask("Hello", stream=stream, headers={"x-emulator-stream": "json"})
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert response.json()["stop_reason"] == "end_turn"


def test_a_page_with_another_content_type(ask: Ask) -> None:
    """An HTML page can be sent as JSON."""
    response = ask("Hello", headers={"x-emulator-stream": "html;content-type=application/json"})
    assert response.headers["content-type"] == "application/json"
    assert response.text.startswith("<!doctype html>")

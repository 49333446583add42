"""Calls of tools in chat-like streams, whose pieces may come in any order, and texts that are refusals."""

from __future__ import annotations

from typing import Any

import pytest

from aimlapi_messages import ContentBlockStopEvent

from ..support.streams import helper_events, new_core, read
from ..support.wire import sse

Piece = dict[str, Any]


def chunk(*pieces: Piece, **delta: Any) -> dict[str, Any]:
    calls = {"tool_calls": list(pieces)} if pieces else {}
    return {"id": "c", "model": "m", "choices": [{"index": 0, "delta": {**delta, **calls}}]}


def piece(arguments: str = "", **members: Any) -> Piece:
    name = {"name": members.pop("name")} if "name" in members else {}
    return {**members, "function": {**name, "arguments": arguments}}


F, G = {"id": "a", "name": "f", "index": 0}, {"id": "b", "name": "g", "index": 1}
END = {"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]}


@pytest.mark.parametrize(
    "chunks",
    [
        [chunk(piece(**F), piece(**G)), chunk(piece('{"x":1}', index=0), piece('{"y":2}', index=1))],
        [
            chunk(piece('{"x"', **F)),
            chunk(piece('{"y"', **G)),
            chunk(piece(":1}", index=0)),
            chunk(piece(":2}", index=1)),
        ],
        [chunk(piece(**F)), chunk(piece('{"x":1}', index=0), content=" "), chunk(piece('{"y":2}', **G))],
        [chunk(piece("", **F)), chunk(content="I see."), chunk(piece('{"x":1}', **F)), chunk(piece('{"y":2}', **G))],
    ],
    ids=["at once", "in turns", "beside text", "named again behind text"],
)
def test_pieces_find_their_call(chunks: list[dict[str, Any]]) -> None:
    """By its number; no piece makes a call that nobody named."""
    message = read(*chunks, END)
    assert [(tool.name, tool.input, tool.input_complete) for tool in message.tool_uses] == [
        ("f", {"x": 1}, True),
        ("g", {"y": 2}, True),
    ]


def test_a_name_again_behind_a_text_is_another_call() -> None:
    """Of a server that neither numbers its calls nor gives them ids."""
    message = read(chunk(piece('{"x":1}', name="f")), chunk(content="And"), chunk(piece('{"x":2}', name="f")), END)
    assert [tool.input for tool in message.tool_uses] == [{"x": 1}, {"x": 2}]
    assert message.text == "And"


def test_each_block_stops_once_and_whole() -> None:
    """Those of calls when the answer ends, for only then nothing more can come for them."""
    chunks = [chunk(content="Look"), chunk(piece(**F), piece(**G)), chunk(piece('{"x":1}', index=0))]
    events = list(helper_events(new_core(), sse(*chunks, END)))
    stops = [event for event in events if isinstance(event, ContentBlockStopEvent)]
    assert [(stop.index, getattr(stop.content_block, "input", None)) for stop in stops] == [
        (0, None),
        (1, {"x": 1}),
        (2, {}),
    ]


def test_a_refusal_is_a_text_and_a_reason() -> None:
    """As the gateway's own shape has it."""
    end = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    message = read(chunk(refusal="I can"), chunk(refusal="not."), end)
    assert (message.text, message.stop_reason) == ("I cannot.", "refusal")

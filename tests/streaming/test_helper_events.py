"""The events of `messages.stream(...)`: those of the wire, and after each what is made of it."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest

from aimlapi_client.models import (
    ContentBlockStopEvent as PlainStopEvent,
    MessageStopEvent as PlainEndEvent,
    TextBlock,
    ThinkingBlock,
)
from aimlapi_client.types import Answer
from aimlapi_messages import ContentBlockStopEvent, MessageStopEvent, StreamIncompleteError, ToolUseBlock

from ..support.callers import AsyncCaller, Caller, in_process
from ..support.streams import COST, helper_events, input_of, new_core, stream_of, types
from ..support.wire import (
    KEY,
    MODEL,
    STOP,
    TEXT_EVENTS,
    TOOL_EVENTS,
    Gateway,
    answer,
    block_start,
    block_stop,
    delta,
    end,
    sse,
    start,
    text_block,
    tool_block,
)

CITATION = {"type": "char_location", "cited_text": "c", "document_index": 0, "document_title": None,
            "start_char_index": 0, "end_char_index": 1}  # fmt: skip
THINKING_BLOCK = {"type": "thinking", "thinking": "", "signature": ""}
HIGH, LOW = "\ud83d", "\ude00"


def derived(*payloads: dict[str, Any]) -> list[Any]:
    """The events of a stream whose events come one by one, taken when all of them have come."""
    return list(helper_events(new_core(), *(sse(json.dumps(payload)) for payload in payloads)))


def one_block(block: dict[str, Any], *deltas: dict[str, Any]) -> list[Any]:
    """The events of the one block of a message, after its start and up to its stop."""
    events = derived(start(), block_start(block), *deltas, block_stop(), end(), STOP)
    return events[2:-2]


def of_kind(events: list[Any], kind: str) -> list[Any]:
    return [event for event in events if event.type == kind]


async def read_stream(caller: Caller, seen: list[Any], **options: Any) -> Any:
    """`messages.stream(...)`, its events put into `seen`; gives the stream."""
    manager: Any = caller.client.messages.stream(model=MODEL, messages="Hi", **options)
    if isinstance(caller, AsyncCaller):
        async with manager as stream:
            async for event in stream:
                seen.append(event)
    else:
        with manager as stream:
            seen.extend(stream)
    return stream


# --- which events come


@pytest.mark.anyio
async def test_what_is_made_of_an_event_follows_it(caller: Caller) -> None:
    """Nothing of the wire is left out, and the two stops are the richer ones."""
    caller.meet(answer(sse(*TOOL_EVENTS, COST)))
    events: list[Any] = []
    await read_stream(caller, events)
    assert types(events) == [
        "message_start",
        "content_block_start",
        "content_block_delta",
        "text",
        "content_block_stop",
        "content_block_start",
        *["content_block_delta", "input_json"] * 3,
        "content_block_stop",
        "message_delta",
        "message_stop",
        "cost",
    ]
    assert [event.to_dict() for event in events if isinstance(event, Answer)] == [*TOOL_EVENTS, COST]
    assert isinstance(events[4], ContentBlockStopEvent)
    assert isinstance(events[-2], MessageStopEvent)


@pytest.mark.anyio
async def test_create_gives_the_events_of_the_wire_alone(caller: Caller) -> None:
    """Those who asked for events get what came."""
    caller.meet(answer(sse(*TOOL_EVENTS)))
    events: list[Any] = []
    await caller.events(events)
    assert [event.to_dict() for event in events] == TOOL_EVENTS
    assert (type(events[3]), type(events[-1])) == (PlainStopEvent, PlainEndEvent)


def test_text_comes_with_the_text_so_far() -> None:
    """Each event keeps its own, though it is asked when all is over; what a block starts with counts."""
    events = of_kind(one_block(text_block("Oh: "), delta(text="Hel"), delta(text=""), delta(text="lo")), "text")
    assert [(event.index, event.text, event.snapshot, event.length) for event in events] == [
        (0, "Oh: ", "Oh: ", 4),
        (0, "Hel", "Oh: Hel", 7),
        (0, "lo", "Oh: Hello", 9),
    ]


def test_a_snapshot_asked_at_once_is_the_one_asked_later() -> None:
    """Joining the pieces for one event changes nothing for the others."""
    made = helper_events(new_core(), sse(*TEXT_EVENTS))
    events = [(event, event.snapshot) for event in made if event.type == "text"]
    assert [at_once for _, at_once in events] == ["Hel", "Hello"]
    assert [event.snapshot for event, _ in events] == ["Hel", "Hello"]


def test_thinking_comes_with_its_signature() -> None:
    """The signature is one event, and stands in the finished block."""
    events = one_block(THINKING_BLOCK, delta(thinking="Hm, "), delta(thinking="yes."), delta(signature="sig"))
    assert [(event.thinking, event.snapshot) for event in of_kind(events, "thinking")] == [
        ("Hm, ", "Hm, "),
        ("yes.", "Hm, yes."),
    ]
    assert [(event.index, event.signature) for event in of_kind(events, "signature")] == [(0, "sig")]
    assert events[-1].content_block == ThinkingBlock(thinking="Hm, yes.", signature="sig")


def test_citations_come_with_those_before_them() -> None:
    """As JSON, the ones that the block began with among them."""
    second = {**CITATION, "cited_text": "d"}
    block = {**text_block(""), "citations": [CITATION]}
    events = of_kind(one_block(block, delta(citation=second), delta(citation=CITATION)), "citation")
    assert [event.citation.to_dict() for event in events] == [second, CITATION]
    assert [event.snapshot for event in events] == [[CITATION, second], [CITATION, second, CITATION]]


def test_a_tool_s_input_is_read_as_far_as_it_has_come() -> None:
    """Before anything can be read it is empty."""
    events = of_kind(derived(*TOOL_EVENTS), "input_json")
    assert [(event.index, event.partial_json, event.snapshot) for event in events] == [
        (1, "", {}),
        (1, '{"city": "Par', {"city": "Par"}),
        (1, 'is"}', {"city": "Paris"}),
    ]


def test_an_unknown_delta_is_handed_on_and_nothing_made_of_it() -> None:
    """So is a known one with something else where its text belongs."""
    unknown = {"type": "content_block_delta", "index": 0, "delta": {"type": "future_delta", "text": "x"}}
    wrong = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": None}}
    events = one_block(text_block(""), unknown, wrong)
    assert types(events) == ["content_block_delta", "content_block_delta", "content_block_stop"]
    assert events[0].to_dict() == unknown


def test_a_refusal_is_told_by_the_end() -> None:
    """It brings no content, and the message says why it stopped."""
    events = derived(start(), end("refusal"), STOP)
    assert types(events) == ["message_start", "message_delta", "message_stop"]
    assert (events[-1].message.stop_reason, events[-1].message.content) == ("refusal", [])


# --- finished blocks and messages


def test_the_stop_of_a_block_holds_the_block() -> None:
    """Typed as in the message, and decoded once."""
    events = derived(*TOOL_EVENTS)
    text, tool = (event.content_block for event in of_kind(events, "content_block_stop"))
    assert text == TextBlock(text="Let me look.")
    assert isinstance(tool, ToolUseBlock)
    assert (tool.name, tool.input, tool.input_complete) == ("weather", {"city": "Paris"}, True)
    assert of_kind(events, "content_block_stop")[1].content_block is tool
    assert events[-1].message.content == [text, tool]


def test_the_block_of_a_call_that_was_cut_is_marked() -> None:
    """So that nobody runs it."""
    tool = one_block(tool_block(), delta(partial_json='{"city": "Par'))[-1].content_block
    assert isinstance(tool, ToolUseBlock)
    assert input_of(tool) == (None, '{"city": "Par')


def test_a_block_whose_index_comes_again_is_a_block_of_its_own() -> None:
    """Its snapshots begin anew, with no half of the one before it, and the first block stays as it was."""
    events = derived(
        start(),
        block_start(text_block("")),
        delta(text="one" + HIGH),
        block_start(text_block("")),
        delta(text=LOW + "two"),
        block_stop(),
        end(),
        STOP,
    )
    assert [(event.text, event.snapshot, event.length) for event in of_kind(events, "text")] == [
        ("one", "one", 3),
        (LOW + "two", LOW + "two", 4),
    ]
    assert of_kind(events, "content_block_stop")[0].content_block == TextBlock(text=LOW + "two")


# --- characters in two halves


@pytest.mark.parametrize(
    ("block", "member"),
    [(text_block(""), "text"), (THINKING_BLOCK, "thinking"), (tool_block(), "partial_json")],
    ids=["text", "thinking", "input"],
)
def test_a_character_whose_halves_came_apart_comes_whole(block: dict[str, Any], member: str) -> None:
    """In each kind of piece, and each length is that of what came before."""
    pieces = ['["a' + HIGH, LOW + "b" + HIGH, LOW, 'c"]']
    events = one_block(block, *(delta(**{member: piece}) for piece in pieces))
    texts = [event for event in events if event.type in ("text", "thinking", "input_json")]
    assert [getattr(event, member) for event in texts] == ['["a', "😀b", "😀", 'c"]']
    assert [event.length for event in texts] == [3, 5, 6, 9]
    assert texts[1].snapshot in ('["a😀b', ["a😀b"])


@pytest.mark.parametrize(("block", "member"), [(text_block(""), "text"), (THINKING_BLOCK, "thinking")])
def test_a_half_without_its_other_half_comes_with_the_end_of_the_block(block: dict[str, Any], member: str) -> None:
    """Nothing that was said is kept back."""
    *_, last, _ = one_block(block, delta(**{member: "a" + HIGH}))
    assert (getattr(last, member), last.snapshot) == (HIGH, "a" + HIGH)


def test_text_that_is_only_a_half_waits() -> None:
    """An empty piece of text is no event."""
    events = one_block(text_block(""), delta(text=HIGH), delta(text=LOW))
    assert types(events) == ["content_block_delta", "content_block_delta", "text", "content_block_stop"]


def test_texts_end_with_a_half_whose_block_never_ended() -> None:
    """The message has said why it stopped, and nothing that was said is kept back."""
    stream = stream_of(
        new_core(), [sse(*map(json.dumps, [start(), block_start(text_block("")), delta(text="a" + HIGH)]), end(), STOP)]
    )
    assert list(stream.text_stream) == ["a", HIGH]


# --- events and texts of one stream


def test_texts_go_on_behind_the_events_that_were_read() -> None:
    """And events behind texts, with the text so far; what was read as one is not given as the other."""
    with Gateway(answer(sse(*TEXT_EVENTS))).client().messages.stream(model=MODEL, messages="Hi") as stream:
        read = [next(stream) for _ in range(4)]
        text = next(stream.text_stream)
        rest: list[Any] = list(stream)
    assert types(read) == ["message_start", "content_block_start", "ping", "content_block_delta"]
    assert text == "lo"
    assert types(rest) == ["content_block_stop", "message_delta", "message_stop"]


def test_a_text_event_behind_texts_has_the_text_so_far() -> None:
    """Its length counts what was read as text."""
    with Gateway(answer(sse(*TEXT_EVENTS))).client().messages.stream(model=MODEL, messages="Hi") as stream:
        text = next(stream.text_stream)
        event: Any = of_kind(list(stream), "text")[0]
    assert (text, event.text, event.snapshot, event.length) == ("Hel", "lo", "Hello", 5)


# --- events kept


def everything() -> list[Any]:
    return derived(
        *TOOL_EVENTS[:-2],
        block_start(THINKING_BLOCK, 2),
        delta(2, thinking="Hm"),
        delta(2, signature="sig"),
        block_stop(2),
        block_start({**text_block(""), "citations": []}, 3),
        delta(3, citation=CITATION),
        {**block_stop(3), "future": 1},
        end("tool_use"),
        {**STOP, "future": 2},
    )


def told(event: Any) -> tuple[Any, ...]:
    """All that an event says."""
    written = event.to_dict() if hasattr(event, "to_dict") else None
    derived_members = ("snapshot", "length", "content_block", "message")
    return type(event), event, written, [getattr(event, name, None) for name in derived_members]


def test_events_pickle() -> None:
    """Each says afterwards what it said before, alone and when it is pickled again."""
    events = everything()
    revived = [pickle.loads(pickle.dumps(event)) for event in events]
    assert list(map(told, revived)) == list(map(told, events))
    assert list(map(told, pickle.loads(pickle.dumps(revived)))) == list(map(told, events))
    assert len({type(event) for event in events}) == 11


def test_events_show_what_they_say_and_not_how_they_are_made() -> None:
    """A repr is for reading."""
    shown = [repr(event) for event in everything()]
    assert "TextEvent(index=0, text='Let me look.', type='text')" in shown
    assert not any("lambda" in text or "Builder" in text for text in shown)


# --- the reply's head


@in_process
@pytest.mark.anyio
async def test_a_stream_tells_what_came_before_its_body(caller: Caller) -> None:
    """Without cookies, without the query, and without the key that a server repeats."""
    headers = {"Set-Cookie": "a=b", "X-Echo": f"you sent {KEY}", "X-Other": "c"}
    caller.meet(answer(sse(*TEXT_EVENTS), 201, headers))
    response = (await read_stream(caller, [], extra_query={"q": "1"})).response
    assert (response.status_code, response.request_id) == (201, "req-1")
    assert response.url == "https://api.aimlapi.com/v1/messages"
    assert response.headers["X-OTHER"] == response.headers["x-other"] == "c"
    assert response.headers["x-echo"] == "you sent ***"
    assert "set-cookie" not in response.headers
    assert "headers" not in repr(response)


@pytest.mark.anyio
async def test_the_head_stays_when_the_stream_fails(caller: Caller) -> None:
    """It is what support asks for."""
    caller.meet(answer(sse(*TEXT_EVENTS[:4])))
    manager: Any = caller.client.messages.stream(model=MODEL, messages="Hi")
    if isinstance(caller, AsyncCaller):
        stream = await manager.__aenter__()
        with pytest.raises(StreamIncompleteError):
            await stream.until_done()
    else:
        stream = manager.__enter__()
        with pytest.raises(StreamIncompleteError):
            stream.until_done()
    assert stream.response.request_id == stream.request_id == "req-1"

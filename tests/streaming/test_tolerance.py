"""What a stream may leave out, add or get wrong without harm."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from aimlapi_client.models import (
    ContentBlockDeltaEvent,
    UnknownContentBlock,
    UnknownContentBlockDelta,
)
from aimlapi_messages import (
    Cost,
    StreamIncompleteError,
    UnknownEvent,
)
from aimlapi_messages.streaming.accumulator import MessageAccumulator

from ..support.callers import Caller
from ..support.streams import COST, SPENT, input_of, new_core, read, read_bytes
from ..support.wire import (
    PING,
    STOP,
    TEXT_EVENTS,
    TOOL_EVENTS,
    answer,
    block_start,
    block_stop,
    delta,
    end,
    meta,
    sse,
    start,
    text_block,
    tool_block,
)

# --- tolerance


@pytest.mark.parametrize("named", [True, False])
def test_the_event_line_is_not_needed(named: bool) -> None:
    """What an event is stands in its data."""
    assert read(*TOOL_EVENTS, named=named) == read(*TOOL_EVENTS)


def test_the_event_line_is_enough() -> None:
    """Where the data does not say its type, the line does."""
    stream = b'event: message_stop\ndata: {"meta": {"usage": {"credits_used": 2}}}\n\n'
    message = read_bytes(sse(*TEXT_EVENTS[:-1]), stream)
    assert (message.text, message.cost) == ("Hello", Cost(credits=Decimal(2), usd=Decimal("0.000001"), source="stream"))


@pytest.mark.parametrize(
    "extra", ["[DONE]", "", " ", PING, {"type": "future", "x": 1}, {"x": 1}, {"type": 5}, {"type": None}]
)
@pytest.mark.parametrize("place", [0, 1, 4, 8])
def test_what_says_nothing_changes_nothing(extra: dict[str, Any] | str, place: int) -> None:
    """[DONE], empty data, pings and unknown events may come anywhere."""
    assert read(*TEXT_EVENTS[:place], extra, *TEXT_EVENTS[place:]) == read(*TEXT_EVENTS)


@pytest.mark.anyio
async def test_unknown_events_are_passed_on(caller: Caller) -> None:
    """An event of tomorrow reaches the reader with all its data, and can be written back."""
    future = {"type": "future", "x": [1]}
    caller.meet(answer(sse(*TEXT_EVENTS[:1], future, *TEXT_EVENTS[1:])))
    events: list[Any] = []
    await caller.events(events)
    assert isinstance(events[1], UnknownEvent)
    assert (events[1].type, events[1].to_dict()) == ("future", future)


def test_unknown_deltas_and_blocks_are_passed_on() -> None:
    """A block of tomorrow keeps its data, takes known deltas, and spoils nothing."""
    unknown = {"type": "content_block_delta", "index": 0, "delta": {"type": "future_delta", "x": 1}}
    core = new_core()
    block = {"type": "future", "x": 1, "text": 5}
    shapeless = {"type": "content_block_delta", "index": 0, "delta": {"no": "type"}}
    events = list(core.feed(sse(start(), block_start(block), unknown, shapeless, delta(text="a"), end())))
    assert isinstance(events[2], ContentBlockDeltaEvent)
    assert isinstance(events[2].delta, UnknownContentBlockDelta)
    assert isinstance(core.snapshot().content[0], UnknownContentBlock)
    assert core.snapshot().content[0].to_dict() == {"type": "future", "x": 1, "text": "a"}


def test_a_block_without_a_type_is_kept_as_it_is() -> None:
    """Not even that much can be counted on. Where deltas follow they say what it is."""
    message = read(start(), block_start({"text": "x"}), end())
    assert message.to_dict()["content"] == [{"text": "x"}]
    assert message.text == ""
    assert message.to_param()["content"] == [{"text": "x"}]


@pytest.mark.parametrize("order", [[0, 5], [5, 0]])
def test_gaps_between_indexes_are_tolerated(order: list[int]) -> None:
    """Blocks stand in the order of their indexes, whatever these are."""
    blocks = [part for index in order for part in (block_start(text_block(str(index)), index), block_stop(index))]
    assert read(start(), *blocks, end()).text == "05"


def test_a_block_that_never_started_is_what_its_deltas_say() -> None:
    """Deltas to an unknown index begin a block; a stop alone begins none."""
    message = read(
        start(),
        delta(0, text="a"),
        delta(1, thinking="b"),
        delta(2, partial_json="{}"),
        block_stop(3),
        end(),
    )
    kinds = [block["type"] for block in message.to_dict()["content"]]
    assert kinds == ["text", "thinking", "tool_use"]
    assert message.text == "a"


def test_null_pieces_are_no_pieces() -> None:
    """Null text adds nothing, and breaks nothing."""
    assert read(*TEXT_EVENTS[:4], delta(text=None), *TEXT_EVENTS[4:]).text == "Hello"


def test_an_end_that_says_null_takes_nothing_back() -> None:
    """A last event that only brings counts leaves the reason as it was."""
    message = read(start(), end("max_tokens"), end(None))
    assert message.stop_reason == "max_tokens"


def test_the_events_given_out_are_not_changed_afterwards() -> None:
    """What was added to a block later does not show in the event that started it."""
    core = new_core()
    block = {"type": "future", "citations": [{"x": 1}]}
    cited = delta(citation={"type": "t", "cited_text": "c"})
    events = list(core.feed(sse(start(), block_start(block), cited, end())))
    assert events[1].to_dict()["content_block"] == block
    assert core.snapshot().content[0].to_dict()["citations"] == [{"x": 1}, {"type": "t", "cited_text": "c"}]


def test_a_start_with_content_keeps_it() -> None:
    """A message that is not empty when it starts goes on from there."""
    assert read(start(content=[text_block("He")]), delta(text="llo"), end()).text == "Hello"


@pytest.mark.parametrize("hole", ["content", "usage", "stop_reason", "stop_sequence"])
def test_a_start_with_a_hole_is_filled(hole: str) -> None:
    """What proxies leave out of the first event is empty."""
    opening = start()
    del opening["message"][hole]
    assert read(opening, *TEXT_EVENTS[1:]).text == "Hello"


@pytest.mark.parametrize("usage", [{}, {"input_tokens": 8}, None, []])
def test_an_end_without_counts_changes_no_count(usage: Any) -> None:
    """What is not said is not nought."""
    last = {**end(), "usage": usage}
    assert read(start(), last).usage.output_tokens == 3


@pytest.mark.parametrize(
    "events",
    [
        [{**TEXT_EVENTS[0], **COST}, *TEXT_EVENTS[1:]],
        [start(**COST), *TEXT_EVENTS[1:]],
        [*TEXT_EVENTS[:6], {**end(), **COST}, STOP],
        [*TEXT_EVENTS[:7], {**STOP, **COST}],
        [*TEXT_EVENTS[:7], COST, STOP],
        [*TEXT_EVENTS, COST],
        [*TEXT_EVENTS, {"type": "cost", **COST}],
        [*TEXT_EVENTS, COST, "[DONE]"],
        [*TEXT_EVENTS[:4], {"type": "ping", "meta": meta(credits_used=1)}, *TEXT_EVENTS[4:], COST],
    ],
)
def test_the_cost_is_found_wherever_it_is(events: list[Any]) -> None:
    """On any event, named or not, before or after the end; the last one counts."""
    assert read(*events).cost == SPENT


@pytest.mark.parametrize("told", [{"meta": {}}, {"meta": {"usage": None}}, {"meta": 5}, {"meta": None}])
def test_a_cost_that_makes_no_sense_is_no_cost(told: dict[str, Any]) -> None:
    """A hostile price breaks no answer."""
    message = read(*TEXT_EVENTS, told)
    assert (message.text, message.cost) == ("Hello", None)


@pytest.mark.anyio
async def test_a_cost_before_a_cut_is_counted(caller: Caller) -> None:
    """Money is spent whether or not the answer arrived."""
    caller.meet(answer(sse(*TEXT_EVENTS[:4], {**PING, **COST})))
    with pytest.raises(StreamIncompleteError):
        await caller.final()
    assert caller.client.spent == Decimal("0.000788")


# --- tool inputs that are not what they should be


@pytest.mark.parametrize(
    ("events", "reason", "input", "partial"),
    [
        ([delta(partial_json='{"a": 1'), block_stop()], "tool_use", None, '{"a": 1'),
        ([delta(partial_json='{"a": 1')], "max_tokens", None, '{"a": 1'),
        ([delta(partial_json='{"a": 1}')], "max_tokens", {"a": 1}, ""),
        ([delta(partial_json="[1]"), block_stop()], "tool_use", None, "[1]"),
        ([delta(partial_json='{"a": NaN}'), block_stop()], "tool_use", None, '{"a": NaN}'),
        ([delta(partial_json=""), block_stop()], "tool_use", {}, ""),
        ([block_stop()], "tool_use", {}, ""),
        ([block_stop()], "max_tokens", None, ""),
        ([], "max_tokens", None, ""),
        ([block_stop(), block_stop()], "tool_use", {}, ""),
    ],
)
def test_a_tool_s_input_is_only_complete_when_it_is(
    events: list[dict[str, Any]], reason: str, input: dict[str, Any] | None, partial: str
) -> None:
    """Malformed or cut input is kept as text and marked; the rest of the answer is unharmed."""
    message = read(start(), block_start(tool_block()), *events, end(reason))
    (tool,) = message.tool_uses
    assert input_of(tool) == (input, partial)


def test_an_input_that_came_with_the_start_is_kept() -> None:
    """Some servers do not stream a tool's input."""
    (tool,) = read(start(), block_start(tool_block(input={"a": 1})), end("tool_use")).tool_uses
    assert (tool.input, tool.input_complete) == ({"a": 1}, True)


def test_a_snapshot_within_a_tool_s_input_is_marked() -> None:
    """Half an input is not run by whoever looks too early."""
    whole = MessageAccumulator()
    for payload in TOOL_EVENTS[:7]:
        whole.add(payload)
    (tool,) = whole.snapshot().tool_uses
    assert input_of(tool) == (None, '{"city": "Par')


def test_an_open_tool_without_input_is_not_complete() -> None:
    """The moment after its start, nothing is known of its input."""
    whole = MessageAccumulator()
    for payload in (start(), block_start(tool_block())):
        whole.add(payload)
    assert [tool.input_complete for tool in whole.snapshot().tool_uses] == [False]

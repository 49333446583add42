"""Streams cut at every byte: what comes out is the whole message or a typed error, never half of one as a success."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from aimlapi_client.models import TextBlock
from aimlapi_messages import APIConnectionError, APIError, Message, StreamError, StreamIncompleteError, ToolUseBlock
from aimlapi_messages.streaming.core import StreamCore

from ..support.callers import Caller
from ..support.parts import new_head
from ..support.streams import COST, SPENT, input_of, new_core, new_state, read_bytes
from ..support.wire import (
    EVENT_STREAM,
    STOP,
    Chunks,
    block_start,
    block_stop,
    delta,
    end,
    sse,
    start,
    text_block,
    tool_block,
)

pytestmark = pytest.mark.slow

NATIVE = sse(
    start(),
    block_start(text_block("")),
    delta(text="Ça va 😀"),
    delta(text=" \u2028 one moment."),
    block_stop(),
    block_start(tool_block(), 1),
    delta(1, partial_json=""),
    delta(1, partial_json='{"city": "Par'),
    delta(1, partial_json='is", "days": [1, 2'),
    delta(1, partial_json="]}"),
    block_stop(1),
    end(None),
    end("tool_use"),
    STOP,
    COST,
)
INPUT = '{"city": "Paris", "days": [1, 2]}'
RECORDED = ["chat_stream_after_2026-02-13.sse", "chat_stream_before_2026-02-13.sse"]

_REASON = re.compile(rb'"(?:stop_reason|finish_reason|finishReason)": ?"')


@dataclass
class Cut:
    """What a stream holds, read off its bytes. Its places are the ends of lines, before the line end."""

    stream: bytes

    def __post_init__(self) -> None:
        self.whole = read_bytes(self.stream)
        self.begun = self.stream.index(b"\n", self.stream.index(b"data:"))
        self.said_why = self.stream.index(b"\n", found.end()) if (found := _REASON.search(self.stream)) else 0
        self.priced = self.stream.find(b"\n", self.stream.find(b'{"meta"')) if b'{"meta"' in self.stream else None

    def judge(self, outcome: Message | APIError, place: int, *, broken: bool) -> None:
        """What has become of the bytes before a place. An event that is broken off needs its blank line to count."""
        arrived = place - 2 if broken else place
        if arrived >= self.said_why:
            assert isinstance(outcome, Message), f"the answer was whole at {place}: {outcome!r}"
            assert (
                outcome == self.whole if self.is_priced(arrived) else without_cost(outcome) == without_cost(self.whole)
            )
            assert outcome.cost == (self.whole.cost if self.is_priced(arrived) else None)
        elif arrived >= self.begun:
            assert type(outcome) is StreamIncompleteError, f"the answer was not whole at {place}: {outcome!r}"
            assert outcome.partial is not None
            check_beginning(outcome.partial, self.whole)
        else:
            # Nothing of the message was there. A connection that broke is told as just that.
            assert type(outcome) is (APIConnectionError if broken else StreamIncompleteError), f"at {place}"
            assert outcome.partial is None

    def is_priced(self, arrived: int) -> bool:
        return self.priced is None or arrived >= self.priced


def without_cost(message: Message) -> dict[str, Any]:
    data = message.to_dict()
    data.pop("meta", None)
    return data


def check_beginning(partial: Message, whole: Message) -> None:
    """Whether a message is what the whole one was at some time before its end."""
    assert (partial.id, partial.model, partial.role) == (whole.id, whole.model, whole.role)
    assert partial.stop_reason is None
    assert len(partial.content) <= len(whole.content)
    if not partial.content:
        return
    *done, last = partial.content
    assert done == whole.content[: len(done)]
    goal = whole.content[len(done)]
    if isinstance(last, TextBlock) and isinstance(goal, TextBlock):
        assert goal.text.startswith(last.text)
    else:
        assert isinstance(last, ToolUseBlock)
        assert isinstance(goal, ToolUseBlock)
        assert (last.id, last.name) == (goal.id, goal.name)
        assert input_of(last)[0] in (goal.input, None)
        assert INPUT.startswith(last.partial_json)


@pytest.fixture(params=["native", *RECORDED], scope="module")
def cut(request: pytest.FixtureRequest) -> Cut:
    if request.param == "native":
        return Cut(NATIVE)
    shared: Path = request.getfixturevalue("shared")
    return Cut((shared / "wire" / request.param).read_bytes())


# --- every place, in the core


def test_the_streams_hold_what_is_to_be_cut(cut: Cut) -> None:
    """All of them begin, say why they end, and end; the native one has a text, a tool call and a price."""
    assert 0 < cut.begun < cut.said_why < len(cut.stream)
    assert cut.whole.stop_reason in ("end_turn", "tool_use")
    if cut.stream is NATIVE:
        assert [block.type for block in cut.whole.content] == ["text", "tool_use"]
        assert cut.whole.tool_uses[0].input == {"city": "Paris", "days": [1, 2]}
        assert cut.whole.cost == SPENT
        assert cut.priced == len(NATIVE) - 2


def forks(stream: bytes) -> Iterator[tuple[int, StreamCore, StreamCore]]:
    """For every place, two streams that have read up to there.

    They are copies of one that goes on, since to read each from its beginning would take a minute. The clients below
    do read from the beginning.
    """
    head, state = new_head(), new_state()
    core = StreamCore(head, state)
    for place in range(len(stream) + 1):
        list(core.feed(stream[place - 1 : place] if place else b""))
        one, two = (copy.deepcopy(core, {id(head): head, id(state): state}) for _ in range(2))
        yield place, one, two


def ended(core: StreamCore) -> Message | APIError:
    """What becomes of a stream whose bytes end here."""
    try:
        list(core.finish())
    except APIError as error:
        return core.record_error(error) or core.snapshot()
    return core.snapshot()


def broken(core: StreamCore) -> Message | APIError:
    """What becomes of a stream whose connection breaks here."""
    return core.record_error(APIConnectionError("the peer closed the connection")) or core.snapshot()


def test_a_stream_cut_at_any_byte_is_whole_or_a_typed_error(cut: Cut) -> None:
    """Whether it then ends or breaks: whole from the moment that it has said why it stops, and never before."""
    for place, one, two in forks(cut.stream):
        cut.judge(ended(one), place, broken=False)
        cut.judge(broken(two), place, broken=True)


def test_what_is_partial_grows_until_only_the_reason_is_missing(cut: Cut) -> None:
    """No text that has come is left out of the error, and none is taken back."""
    texts = [""]
    for place in range(0, cut.said_why, 10):
        core = new_core()
        list(core.feed(cut.stream[:place]))
        error = ended(core)
        assert isinstance(error, StreamError)
        if error.partial is not None:
            assert error.partial.text.startswith(texts[-1])
            texts.append(error.partial.text)
    assert texts[-1] == cut.whole.text


# --- a sample of places, in the clients


@pytest.mark.anyio
@pytest.mark.parametrize("breaks", [False, True], ids=["ends", "breaks"])
async def test_both_clients_give_a_whole_message_or_a_typed_error(cut: Cut, caller: Caller, breaks: bool) -> None:
    """Over the transport, with the pieces as they come there: the same as in the core."""
    step = 7 if cut.stream is NATIVE else 61  # an event has some 220 bytes; the places wander through its parts
    places = sorted({*range(0, len(cut.stream), step), cut.said_why, cut.said_why + 2, len(cut.stream)})
    error = httpx.ReadError("the peer closed the connection") if breaks else None
    caller.meet(*(lambda place=place: reply(cut.stream[:place], error) for place in places))
    for place in places:
        cut.judge(await outcome_of(caller), place, broken=breaks)
    assert len(caller.gateway.requests) == len(places)


@pytest.mark.anyio
@pytest.mark.parametrize("breaks", [False, True], ids=["ends", "breaks"])
async def test_events_end_quietly_only_after_the_reason(caller: Caller, breaks: bool) -> None:
    """Whoever reads the events of the wire himself is told of a cut, too."""
    cut = Cut(NATIVE)
    error = httpx.ReadError("the peer closed the connection") if breaks else None
    quiet = []
    places = range(cut.begun + 2, len(NATIVE), 7)
    caller.meet(*(lambda place=place: reply(NATIVE[:place], error) for place in places))
    for place in places:
        seen: list[Any] = []
        try:
            await caller.events(seen, max_tokens=100)
        except StreamIncompleteError:
            continue
        quiet.append(place)
    assert quiet == [place for place in places if place - 2 * breaks >= cut.said_why]


def reply(stream: bytes, error: Exception | None) -> httpx.Response:
    pieces = [stream[place : place + 1000] for place in range(0, len(stream), 1000)]
    return httpx.Response(200, headers=EVENT_STREAM, stream=Chunks(pieces, error))


async def outcome_of(caller: Caller) -> Message | APIError:
    try:
        return await caller.final(max_tokens=100)
    except APIError as error:
        return error

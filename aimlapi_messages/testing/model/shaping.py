"""Shapes the events of a stream as the clauses of a switch ask: events in, events out.

Pure, and with no notion of the connection: what happens on the way is up to `server/delivery.py`. Shapes that
belong to named events leave the older chat chunks as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, TypeVar

from ..document.json_values import as_object
from ..faults.clauses import Clauses
from .events import Event, error_event

_T = TypeVar("_T")
# Half a JSON object; it comes in an event of a known name, so that a reader has to look at it.
GARBAGE = b'{"type": "content_block_delta", "index": '


def shape(events: Iterable[Event], cost: Event, clauses: Clauses) -> Iterator[Event]:
    """The events as asked for, with that of the cost. What comes after N events counts those that are sent."""
    stops = {"content_block_stop": clauses.no_block_stop, "message_stop": clauses.no_message_stop}
    events = (event for event in _place_cost(events, cost, clauses) if not stops.get(event.name or ""))
    if clauses.gap:
        events = map(_double_index, events)
    if clauses.bad_tool_json:
        events = map(_spoil_tool_input, events)
    if clauses.done:
        events = insert(events, None, Event(None, b"[DONE]"))
    if clauses.error_after is not None:
        events = insert(islice(events, clauses.error_after), None, error_event(clauses.error_type))
    if clauses.garbage_after is not None:
        events = insert(events, clauses.garbage_after, Event("content_block_delta", GARBAGE))
    return (dress(event, clauses) for event in events)


def dress(event: Event, clauses: Clauses) -> Event:
    """The event with the line endings, and with or without the name, that were asked for."""
    name = None if clauses.unnamed else event.name
    return replace(event, name=name, newline=b"\r\n" if clauses.crlf else b"\n")


def insert(items: Iterable[_T], position: int | None, item: _T) -> Iterator[_T]:
    """The items with one more after the first `position` of them; None is the end, as for fewer items."""
    iterator = iter(items)
    yield from islice(iterator, position)
    yield item
    yield from iterator


def _place_cost(events: Iterable[Event], cost: Event, clauses: Clauses) -> list[Event]:
    placed = list(events)
    match clauses.cost:
        case "before":
            placed.insert(-1, cost)
        case "after":
            placed.append(cost)
        case "named":
            placed.append(replace(cost, name="meta"))
        case "none":
            pass
    return placed


def _double_index(event: Event) -> Event:
    data = as_object(event.data)
    return replace(event, data={**data, "index": data["index"] * 2}) if "index" in data else event


def _spoil_tool_input(event: Event) -> Event:
    """A comma where JSON allows none, right after the brace that opens a tool's input."""
    data = as_object(event.data)
    delta: dict[str, Any] = as_object(data.get("delta"))
    piece = delta.get("partial_json", "")
    if not piece.startswith("{"):
        return event
    return replace(event, data={**data, "delta": {**delta, "partial_json": "{," + piece[1:]}})

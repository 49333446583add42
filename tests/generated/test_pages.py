"""Listings: each item once and in order, whatever a server makes of its pages, for both kinds of client."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count, islice
from typing import Any

import pytest

from aimlapi_client.errors import DecodeError
from aimlapi_client.models import BatchStatus
from aimlapi_client.operation import Endpoint, Operation, Parameter
from aimlapi_client.pages import REMEMBERED, AsyncPages, Pages, Paging, find

from ..support.interrupts import Interrupts, spread

LISTING: Endpoint[Any] = Endpoint(
    "list_things",
    "GET",
    "/v1/things",
    (Parameter("cursor", "cursor"), Parameter("offset", "offset"), Parameter("key", "key")),
    decoder=dict,
)
CURSOR = Paging(items="data", cursor="cursor", following="next", more="more")
OFFSET = Paging(items="data", offset="offset", more="more", identity="id")

#: From the arguments of a call to its answer.
Server = Callable[[dict[str, Any]], object]


class FakeSender:
    """Sends to a function, and remembers the calls and their options."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.asked: list[dict[str, Any]] = []
        self.options: list[Any] = []

    def send(self, operation: Operation[Any], **options: Any) -> Any:
        self.asked.append({name: value for name, value in operation.arguments.items() if value is not None})
        self.options.append(options)
        return operation.decode(200, json.dumps(self._server(self.asked[-1])).encode())


class FakeAsyncSender(FakeSender):
    """The same, to be awaited."""

    async def send(self, operation: Operation[Any], **options: Any) -> Any:
        return super().send(operation, **options)


class Walk:
    """A listing of the synchronous client."""

    def __init__(self, server: Server, paging: Paging, **arguments: Any) -> None:
        self.sender: Any = FakeSender(server)
        self.pages: Any = Pages(self.sender, Operation(LISTING, arguments), paging, max_retries=3)

    def items(self) -> list[Any]:
        return list(self.pages)

    def take(self, most: int) -> list[Any]:
        return list(islice(self.pages, most))

    def read_on(self) -> list[Any]:
        """The next item, without an event loop, so that it may be read in the middle of another read."""
        return self.take(1)


class AsyncWalk(Walk):
    """A listing of the asynchronous client."""

    def __init__(self, server: Server, paging: Paging, **arguments: Any) -> None:
        self.sender = FakeAsyncSender(server)
        self.pages = AsyncPages(self.sender, Operation(LISTING, arguments), paging, max_retries=3)

    def items(self) -> list[Any]:
        async def read() -> list[Any]:
            return [item async for item in self.pages]

        return asyncio.run(read())

    def take(self, most: int) -> list[Any]:
        async def read() -> list[Any]:
            return [await anext(self.pages) for _ in range(most)]

        return asyncio.run(read())

    def read_on(self) -> list[Any]:
        try:
            anext(self.pages).send(None)
        except StopIteration as found:
            return [found.value]
        except StopAsyncIteration:
            return []
        raise AssertionError("nothing is waited for")


Walker = Callable[..., Walk]


@pytest.fixture(params=[Walk, AsyncWalk])
def walk(request: pytest.FixtureRequest) -> Walker:
    kind: Walker = request.param
    return kind


def by_cursor(pages: dict[str | None, dict[str, Any]]) -> Server:
    """A server with a page for each cursor."""
    return lambda arguments: pages[arguments.get("cursor")]


def rows(*ids: Any) -> list[dict[str, Any]]:
    return [{"id": one} for one in ids]


THREE = by_cursor(
    {
        None: {"data": rows(1, 2), "next": "b", "more": True},
        "b": {"data": [], "next": "c", "more": True},
        "c": {"data": rows(3), "next": None, "more": False},
    }
)


def test_a_cursor_leads_from_page_to_page(walk: Walker) -> None:
    """Other arguments and the options are those of every call; an empty page in the middle is no end."""
    listing = walk(THREE, CURSOR, key="k")
    assert listing.items() == rows(1, 2, 3)
    assert listing.sender.asked == [{"key": "k"}, {"key": "k", "cursor": "b"}, {"key": "k", "cursor": "c"}]
    assert listing.sender.options == [{"max_retries": 3}] * 3


def test_pages_are_fetched_as_they_are_needed(walk: Walker) -> None:
    """Nothing is asked before the first item, and no page before its first item is wanted."""
    listing = walk(THREE, CURSOR)
    assert listing.sender.asked == []
    assert listing.take(2) == rows(1, 2)
    assert len(listing.sender.asked) == 1


def test_a_listing_that_has_ended_stays_ended(walk: Walker) -> None:
    """Nothing more is asked."""
    listing = walk(THREE, CURSOR)
    assert (len(listing.items()), listing.items()) == (3, [])
    assert len(listing.sender.asked) == 3


def test_a_listing_goes_on_where_another_was(walk: Walker) -> None:
    """Its cursor is where the page after those that were fetched begins."""
    listing = walk(THREE, CURSOR)
    assert listing.pages.cursor is None
    listing.take(1)
    assert listing.pages.cursor == "b"
    assert walk(THREE, CURSOR, cursor="b").items() == rows(3)
    listing.items()
    assert listing.pages.cursor is None


@pytest.mark.parametrize(
    "last",
    [
        {"data": rows(1), "next": "b", "more": False},
        {"data": rows(1), "next": None, "more": True},
        {"data": rows(1), "next": "", "more": True},
        {"data": rows(1), "next": None},
        {"data": rows(1), "more": None},
        {"data": rows(1)},
    ],
)
def test_a_cursor_ends(walk: Walker, last: dict[str, Any]) -> None:
    """Where the answer says so, or says no next cursor."""
    listing = walk(by_cursor({None: last}), CURSOR)
    assert listing.items() == rows(1)
    assert len(listing.sender.asked) == 1


def test_a_cursor_goes_on_where_only_it_says_so(walk: Walker) -> None:
    """An answer that leaves out whether there is more, but has a cursor, has more."""
    pages = {None: {"data": rows(1), "next": 7}, 7: {"data": rows(2)}}
    assert walk(by_cursor(pages), CURSOR).items() == rows(1, 2)


def numbered(total: int, size: int, **members: Any) -> Server:
    """A server with numbered items, a few on a page."""

    def answer(arguments: dict[str, Any]) -> object:
        start = arguments.get("offset", 0)
        return {"data": rows(*range(total)[start : start + size]), "more": start + size < total, **members}

    return answer


@pytest.mark.parametrize(("total", "asked"), [(0, [0]), (1, [0]), (4, [0, 2]), (5, [0, 2, 4])])
def test_an_offset_counts(walk: Walker, total: int, asked: list[int]) -> None:
    """What was on a page is passed over for the next."""
    listing = walk(numbered(total, 2), OFFSET)
    assert listing.items() == rows(*range(total))
    assert [arguments.get("offset", 0) for arguments in listing.sender.asked] == asked


def test_an_offset_may_begin_in_the_middle(walk: Walker) -> None:
    """And counts from there."""
    assert walk(numbered(9, 2), OFFSET, offset=5).items() == rows(5, 6, 7, 8)


@pytest.mark.parametrize(("members", "found"), [({"more": None}, 2), ({"more": False}, 2), ({"more": True}, 5)])
def test_an_offset_ends(walk: Walker, members: dict[str, Any], found: int) -> None:
    """Where the answer does not say that there is more; and at a page without items, whatever it says."""
    assert walk(numbered(5, 2, **members), OFFSET).items() == rows(*range(found))


def test_an_offset_without_a_word_for_more_ends_at_an_empty_page(walk: Walker) -> None:
    """There is no other sign."""
    listing = walk(numbered(4, 2), Paging(items="data", offset="offset"))
    assert listing.items() == rows(0, 1, 2, 3)
    assert len(listing.sender.asked) == 3


def growing(new: int) -> Server:
    """A server that gets new items, put first, between its pages; there are two at first."""
    versions = count()

    def answer(arguments: dict[str, Any]) -> object:
        everything = list(range(4 + new * next(versions)))[::-1]
        start = arguments.get("offset", 0)
        return {"data": rows(*everything[start : start + 2]), "more": start + 2 < len(everything)}

    return answer


def test_what_is_pushed_down_is_given_once(walk: Walker) -> None:
    """New items at the head of a listing shift the others; those that were given already are left out."""
    assert walk(growing(1), OFFSET).items() == rows(3, 2, 1, 0)


def test_what_cannot_be_told_apart_is_given(walk: Walker) -> None:
    """An item without the member that tells items apart is not taken for another one."""
    data = [{"id": None}, {}, {}, "text", {"id": ["a"]}, {"id": ["a"]}, {"id": 1}, {"id": 1}]
    assert walk(lambda _: {"data": data}, OFFSET).items() == data[:-1]


def test_items_are_remembered_for_a_while(walk: Walker) -> None:
    """Memory does not grow with the listing."""
    pages = [range(REMEMBERED + 1), [0, REMEMBERED], []]
    served = iter(pages)
    found = walk(lambda _: {"data": rows(*next(served)), "more": True}, OFFSET).items()
    assert found[REMEMBERED:] == rows(REMEMBERED, 0)


@pytest.mark.parametrize("length", range(1, 8))
@pytest.mark.parametrize("lead", [0, 1, 5])
def test_a_circle_is_an_error(walk: Walker, lead: int, length: int) -> None:
    """Of any length and wherever it begins; each page was asked for a few times at most."""

    def answer(arguments: dict[str, Any]) -> object:
        here = int(arguments.get("cursor", 0))
        return {"data": [], "next": str(here + 1 if here + 1 < lead + length else lead), "more": True}

    listing = walk(answer, CURSOR)
    with pytest.raises(DecodeError, match="'next' of list_things leads back to an earlier page"):
        listing.items()
    assert len(listing.sender.asked) <= 3 * (lead + length) + 1


def test_a_long_listing_is_no_circle(walk: Walker) -> None:
    """Each of its cursors is new."""
    server: Server = lambda arguments: {  # noqa: E731 (a page is one expression)
        "data": rows(arguments.get("cursor", 0)),
        "next": arguments.get("cursor", 0) + 1,
        "more": arguments.get("cursor", 0) < 500,
    }
    assert walk(server, CURSOR).items() == rows(*range(501))


def failing(pages: Iterator[Any]) -> Server:
    """A server that gives these answers in turn; an exception is raised."""

    def answer(_: dict[str, Any]) -> object:
        page = next(pages)
        if isinstance(page, Exception):
            raise page
        return page

    return answer


FIRST = {"data": rows(1), "next": "b", "more": True}
LAST = {"data": rows(2), "more": False}


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (OSError("reset"), OSError),
        ({"more": True}, DecodeError),
        ({"data": None}, DecodeError),
        ({"data": {"id": 1}}, DecodeError),
        ({"data": "text"}, DecodeError),
        ({"data": 5}, DecodeError),
        (FIRST, DecodeError),
    ],
)
def test_an_error_in_the_middle_leaves_the_walk_where_it_was(
    walk: Walker, fault: object, error: type[Exception]
) -> None:
    """Iterating on asks for the same page again, and no item is lost or given twice."""
    listing = walk(failing(iter([FIRST, fault, LAST])), CURSOR)
    assert listing.take(1) == rows(1)
    with pytest.raises(error):
        listing.take(1)
    assert listing.pages.cursor == "b"
    assert listing.items() == rows(2)
    assert listing.sender.asked == [{}, {"cursor": "b"}, {"cursor": "b"}]


PAGED: dict[str, tuple[Server, Paging, list[Any]]] = {
    "cursor": (THREE, CURSOR, rows(1, 2, 3)),
    "offset": (numbered(5, 2), OFFSET, rows(*range(5))),
    "an even offset": (numbered(4, 2), OFFSET, rows(*range(4))),
    "one page": (by_cursor({None: {"data": rows(1, 2)}}), CURSOR, rows(1, 2)),
    "pages of one": (numbered(3, 1), OFFSET, rows(*range(3))),
}
paged = pytest.mark.parametrize(("server", "paging", "whole"), PAGED.values(), ids=PAGED.keys())


@paged
@pytest.mark.filterwarnings("ignore:.*was never awaited:RuntimeWarning")  # between its call and its `await`
def test_an_interrupt_leaves_the_walk_where_it_was(
    walk: Walker, server: Server, paging: Paging, whole: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between any two instructions; what is lost at most is the item that was being handed out."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(signal, "getsignal", lambda _: interrupt)
    interrupts = Interrupts(everywhere=True)
    with interrupts.at(0):
        walk(server, paging).items()
    for step in spread(interrupts.steps, 200):
        listing, found = walk(server, paging), list[Any]()
        with suppress(KeyboardInterrupt), interrupts.at(step):
            while len(found) < len(whole):
                found += listing.read_on()
        found += listing.items()
        missing = [item for item in whole if item not in found]
        assert len(missing) <= 1
        assert found == [item for item in whole if item not in missing]


@paged
def test_a_listing_is_read_on_while_it_waits(walk: Walker, server: Server, paging: Paging, whole: list[Any]) -> None:
    """By a signal handler, another thread or another task: each item is given once, whose page comes first or last."""
    between: list[Any] = []
    asked: list[object] = []

    def answer(arguments: dict[str, Any]) -> object:
        asked.append(arguments)
        if len(asked) % 2:  # not while that is read
            between.extend(listing.read_on())
        return server(arguments)

    listing = walk(answer, paging)
    assert sorted([*listing.items(), *between], key=lambda item: item["id"]) == whole
    assert between


def test_places_are_joined_with_dots(walk: Walker) -> None:
    """Items, cursor and the sign of more may stand anywhere in an answer."""
    paging = Paging(items="page.items", cursor="cursor", following="page.info.next", more="page.info.more")
    pages = {
        None: {"page": {"items": [1], "info": {"next": "b", "more": True}}},
        "b": {"page": {"items": [2], "info": None}},
    }
    assert walk(by_cursor(pages), paging).items() == [1, 2]


@pytest.mark.parametrize(
    ("value", "place", "found"),
    [
        ({"a": {"b": 1}}, "a.b", 1),
        ({"a": {"b": 0}}, "a.b", 0),
        ({"a": False}, "a", False),
        ({"a": None}, "a.b", None),
        ({}, "a.b", None),
        (BatchStatus(id="x", status="s"), "id", "x"),
        (BatchStatus(id="x", status="s"), "id.more", None),
        ({"a": BatchStatus(id="x", status="s")}, "a.status", "s"),
        (None, "a", None),
        (5, "a", None),
    ],
)
def test_a_place_is_found(value: object, place: str, found: object) -> None:
    """In mappings and models, at any depth; None where there is nothing."""
    assert find(value, place) == found

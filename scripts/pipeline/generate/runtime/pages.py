"""Listings that come page by page, by cursor or by offset: iterate, and pages are fetched as they are needed.

Each item is given once, also when new ones arrive meanwhile: a cursor keeps its place by itself, and what an offset
shows twice because it was pushed down is left out.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, Final, Generic, TypeVar, Unpack

from attrs import field, frozen

from .errors import DecodeError
from .operation import AsyncSender, Operation, RequestOptions, Sender
from .types import Extensible, is_list, is_object

T = TypeVar("T")

# More than can arrive between two pages. Remembering every item would grow with the listing.
REMEMBERED: Final = 10_000


@frozen
class Paging:
    """How the pages of a listing follow each other; places in an answer are written with dots.

    items: where the items stand.
    cursor: the argument that chooses a page, and `following` where an answer says its next value; or
    offset: the argument that counts the items before a page.
    more: where an answer says whether another page follows; "" where it does not say.
    identity: the attribute that tells items apart where pages may overlap; "" where they cannot.
    """

    items: str
    cursor: str = ""
    following: str = ""
    offset: str = ""
    more: str = ""
    identity: str = ""


#: So many pages in a row that hold nothing but what was given already are a listing that goes in a circle.
STALE: Final = 10


@frozen(eq=False)
class _Place(Generic[T]):
    """A place in a walk: its items, and what is asked after them. It never changes, so that an error loses nothing."""

    following: Operation[Any] | None
    ready: Iterator[T]
    seen: OrderedDict[object, None]
    mark: Mapping[str, Any]  # an earlier page, to find circles by Brent's algorithm
    steps: int = 0  # from there
    limit: int = 1
    stale: int = 0
    # The next place, as soon as there is one, and never another.
    after: dict[str, _Place[T]] = field(factory=dict[str, Any])


class _Walk(Generic[T]):
    """A walk, which threads, tasks and signal handlers may share without a lock: the first page that comes counts."""

    def __init__(self, operation: Operation[Any], paging: Paging) -> None:
        self._paging = paging
        self._place = _Place[T](operation, iter(()), OrderedDict(), operation.arguments)  # the latest or one before it

    @property
    def place(self) -> _Place[T]:
        """The place after the pages taken so far."""
        place = self._place
        while following := place.after.get("next"):
            place = self._place = following
        return place

    def take(self, place: _Place[T], page: object) -> None:
        """Take the page after a place. Raises DecodeError for one that leads back to itself, or holds no items."""
        operation, paging = place.following, self._paging
        assert operation is not None, "a page was taken that nobody asked for"
        items = find(page, paging.items)
        if items is None and not isinstance(page, Extensible):
            raise DecodeError(operation.name, paging.items)
        if items is not None and not is_list(items):
            raise DecodeError(operation.name, paging.items, f"is a {type(items).__name__} and not a list")
        entries: list[Any] = items or []
        following = self._following(operation, page, len(entries))
        mark, steps, limit = place.mark, place.steps, place.limit
        if following is not None:
            if following.arguments == mark:
                at = paging.following or paging.offset
                raise DecodeError(following.name, at, "leads back to an earlier page; it cannot be read on")
            steps += 1
            if steps == limit:
                mark, steps, limit = following.arguments, 0, limit * 2
        seen = place.seen.copy()
        fresh = [entry for entry in entries if self._is_new(entry, seen)]
        # New entries push a whole page down at times, but not again and again.
        stale = 0 if fresh or not entries else place.stale + 1
        if stale == STALE:
            raise DecodeError(operation.name, paging.items, f"brings nothing new, {STALE} pages in a row")
        place.after.setdefault("next", _Place(following, iter(fresh), seen, mark, steps, limit, stale))

    def _following(self, operation: Operation[Any], page: object, count: int) -> Operation[Any] | None:
        paging = self._paging
        more = find(page, paging.more) if paging.more else True
        if more is False or (more is None and not paging.cursor):
            return None
        if paging.cursor:
            cursor = find(page, paging.following)
            return None if cursor in (None, "") else operation.with_arguments(**{paging.cursor: cursor})
        if not count:
            return None
        offset = operation.arguments.get(paging.offset) or 0
        return operation.with_arguments(**{paging.offset: offset + count})

    def _is_new(self, item: object, seen: OrderedDict[object, None]) -> bool:
        if not self._paging.identity:
            return True
        name = find(item, self._paging.identity)
        if not isinstance(name, (str, int)):
            return True  # nothing tells it apart
        if name in seen:
            return False
        seen[name] = None
        if len(seen) > REMEMBERED:
            seen.popitem(last=False)
        return True

    @property
    def cursor(self) -> str | None:
        following = self.place.following
        found = None if following is None else following.arguments.get(self._paging.cursor)
        return found if isinstance(found, str) else None


@frozen
class _Page(Operation[Any]):
    """The call for a walk's next page. To read its answer is to go on, so that a page that cannot be read is an
    error of the call."""

    walk: _Walk[Any] = field(kw_only=True, repr=False, eq=False)
    place: _Place[Any] = field(kw_only=True, repr=False, eq=False)

    def decode(self, status_code: int, content: bytes, content_type: str = "") -> Any:
        page = self.endpoint.decode(status_code, content, content_type)
        self.walk.take(self.place, page)
        return page


def _next_page(walk: _Walk[Any], place: _Place[Any], asked: Operation[Any]) -> Operation[Any]:
    return _Page(asked.endpoint, asked.arguments, asked.body, asked.content_type, walk=walk, place=place)


def find(value: object, place: str) -> Any:
    """What stands at a place in an answer, its steps joined with dots; None where there is nothing."""
    for name in place.split("."):
        found = value.get(name) if is_object(value) else getattr(value, name, None)
        if found is None:
            return None
        value = found
    return value


class Pages(Iterator[T]):
    """A listing. Iterate for its items: pages are fetched as they are needed.

    An error in the middle leaves the walk where it was, so that iterating on asks for the same page again.
    Threads and signal handlers may share it: each item is given once, though a page may be asked for by several.
    """

    def __init__(
        self, client: Sender, operation: Operation[Any], paging: Paging, **options: Unpack[RequestOptions]
    ) -> None:
        self._client = client
        self._walk = _Walk[T](operation, paging)
        self._options = options

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        while True:
            place = self._walk.place
            for item in place.ready:  # no signal is handled between here and the caller
                return item
            if place.following is None:
                raise StopIteration
            self._client.send(_next_page(self._walk, place, place.following), **self._options)

    @property
    def cursor(self) -> str | None:
        """Where the page after those fetched so far begins, for a later listing; None without one."""
        return self._walk.cursor


class AsyncPages(AsyncIterator[T]):
    """A listing. Iterate for its items: pages are fetched as they are needed.

    An error in the middle leaves the walk where it was, so that iterating on asks for the same page again.
    Tasks may share it: each item is given once, though a page may be asked for by several.
    """

    def __init__(
        self, client: AsyncSender, operation: Operation[Any], paging: Paging, **options: Unpack[RequestOptions]
    ) -> None:
        self._client = client
        self._walk = _Walk[T](operation, paging)
        self._options = options

    def __aiter__(self) -> AsyncIterator[T]:
        return self

    async def __anext__(self) -> T:
        while True:
            place = self._walk.place
            for item in place.ready:
                return item
            if place.following is None:
                raise StopAsyncIteration
            await self._client.send(_next_page(self._walk, place, place.following), **self._options)

    @property
    def cursor(self) -> str | None:
        """Where the page after those fetched so far begins, for a later listing; None without one."""
        return self._walk.cursor


__all__: Final = ["AsyncPages", "Pages", "Paging", "find"]

"""Pages of a listing, walked one after the other: by cursor or by offset. `PageWalk` is pure, `Pages` sends.

Each entry is given once, in the order of the gateway, the latest first, also when new ones arrive meanwhile: a cursor
keeps its place by itself, and what an offset shows twice because it was pushed down is left out.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from ..core.errors import InvalidRequestError, UnexpectedResponseError
from ..message.request import QueryValue
from .asking import Ask

__all__ = ["LARGEST_PAGE", "Page", "PageWalk", "Pages", "check_page_size"]

_T = TypeVar("_T")

LARGEST_PAGE: Final = 100

# More than can arrive between two pages. Remembering every entry would grow with the listing.
_REMEMBERED: Final = 10_000


@dataclass(frozen=True, slots=True)
class Page(Generic[_T]):
    """Some entries, and where the next page begins: the members of its query, None after the last."""

    entries: tuple[_T, ...]
    following: dict[str, QueryValue] | None


class PageWalk(Generic[_T]):
    """The state of a walk: which page to ask for next, and which entries were given already.

    make: from the members of a query that choose a page to the call that asks for it.
    identity: what tells entries apart where pages may overlap; None where they cannot.
    """

    def __init__(
        self,
        make: Callable[[dict[str, QueryValue]], Ask[Page[_T]]],
        identity: Callable[[_T], str] | None = None,
        first: dict[str, QueryValue] | None = None,
    ) -> None:
        self._make = make
        self._identity = identity
        self._seen: OrderedDict[str, None] = OrderedDict()
        self.following: dict[str, QueryValue] | None = first or {}
        make(self.following)  # what cannot be sent is refused here, and not when the walk begins

    def next_ask(self) -> Ask[Page[_T]] | None:
        """The call for the next page, None after the last."""
        return None if self.following is None else self._make(self.following)

    def took(self, page: Page[_T]) -> list[_T]:
        """The entries of a page that are new. Raises UnexpectedResponseError for a page that leads back to itself."""
        if page.following is not None and page.following == self.following:
            raise UnexpectedResponseError.advised(
                f"The listing says that after the page {page.following} comes that page again. It cannot be read on."
            )
        self.following = page.following
        return [entry for entry in page.entries if self._is_new(entry)]

    def _is_new(self, entry: _T) -> bool:
        if self._identity is None:
            return True
        name = self._identity(entry)
        if name in self._seen:
            return False
        self._seen[name] = None
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return True


class Pages(Iterator[_T]):
    """A listing of the account. Iterate for its entries: pages are fetched as they are needed.

    An error in the middle leaves the walk where it was, so that iterating on asks for the same page again.
    """

    def __init__(self, walk: PageWalk[_T], send: Callable[[Ask[Page[_T]]], Page[_T]]) -> None:
        self._walk = walk
        self._send = send
        self._ready: Iterator[_T] = iter(())

    def __iter__(self) -> Iterator[_T]:
        return self

    def __next__(self) -> _T:
        while True:
            for entry in self._ready:
                return entry
            asked = self._walk.next_ask()
            if asked is None:
                raise StopIteration
            self._ready = iter(self._walk.took(self._send(asked)))

    @property
    def cursor(self) -> str | None:
        """Where the page after those fetched so far begins, for a later `cursor=...`; None without one."""
        found = (self._walk.following or {}).get("cursor")
        return found if isinstance(found, str) else None


def check_page_size(limit: object) -> None:
    """Raise InvalidRequestError unless it is a whole number that a page may hold."""
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= LARGEST_PAGE:
        raise InvalidRequestError(f"page_size is {limit!r}. Give a whole number from 1 to {LARGEST_PAGE}.")

"""Pages of a listing for the asynchronous client: `Pages` of `resources/pages.py` with awaits in it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import TypeVar

from .asking import Ask
from .pages import Page, PageWalk

__all__ = ["AsyncPages"]

_T = TypeVar("_T")


class AsyncPages(AsyncIterator[_T]):
    """A listing of the account. Iterate for its entries: pages are fetched as they are needed.

    An error in the middle leaves the walk where it was, so that iterating on asks for the same page again.
    """

    def __init__(self, walk: PageWalk[_T], send: Callable[[Ask[Page[_T]]], Awaitable[Page[_T]]]) -> None:
        self._walk = walk
        self._send = send
        self._ready: Iterator[_T] = iter(())

    def __aiter__(self) -> AsyncIterator[_T]:
        return self

    async def __anext__(self) -> _T:
        while True:
            for entry in self._ready:
                return entry
            asked = self._walk.next_ask()
            if asked is None:
                raise StopAsyncIteration
            self._ready = iter(self._walk.took(await self._send(asked)))

    @property
    def cursor(self) -> str | None:
        """Where the page after those fetched so far begins, for a later `cursor=...`; None without one."""
        found = (self._walk.following or {}).get("cursor")
        return found if isinstance(found, str) else None

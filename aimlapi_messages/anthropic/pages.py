"""Models, and listings as the pages that the `anthropic` SDK gives. The gateway has one page of everything."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator, Sequence
from typing import Any, Generic, TypeVar

from aimlapi_client import models

from .answers import Model

_T = TypeVar("_T")


class ModelInfo(Model, models.ModelInfo):
    """A model of the gateway's catalogue."""

    __slots__ = ()

    @property
    def display_name(self) -> str:
        return self.info.name or self.id

    @property
    def created_at(self) -> str | None:
        """The day of its release, None where the gateway does not say."""
        return self.info.released_at


class _Page(Generic[_T]):
    def __init__(self, data: Sequence[_T]) -> None:
        self.data: list[_T] = list(data)
        self.has_more: bool = False
        self.first_id: str | None = getattr(data[0], "id", None) if data else None
        self.last_id: str | None = getattr(data[-1], "id", None) if data else None

    def has_next_page(self) -> bool:
        return False

    def next_page_info(self) -> None:
        return None


class Paginator(_Page[_T]):
    """The items, in `data` and when iterated over."""

    def __init__(self, fetch: Callable[[], Sequence[_T]]) -> None:
        super().__init__(fetch())

    def __iter__(self) -> Iterator[_T]:
        return iter(self.data)


class AsyncPage(_Page[_T]):
    """The items, in `data` and when iterated over."""

    async def __aiter__(self) -> AsyncIterator[_T]:
        for item in self.data:
            yield item


class AsyncPaginator(Generic[_T]):
    """A listing that is asked for once it is awaited, for its page, or iterated over, for its items."""

    def __init__(self, fetch: Callable[[], Awaitable[Sequence[_T]]]) -> None:
        self._fetch = fetch

    def __await__(self) -> Generator[Any, None, AsyncPage[_T]]:
        return self._page().__await__()

    async def __aiter__(self) -> AsyncIterator[_T]:
        for item in (await self).data:
            yield item

    async def _page(self) -> AsyncPage[_T]:
        return AsyncPage(await self._fetch())

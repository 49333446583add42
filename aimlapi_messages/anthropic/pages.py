"""Models, and listings as the pages that the `anthropic` SDK gives. The gateway has one page of everything."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator, Sequence
from typing import Any, TypeVar

from aimlapi_client import models

from .answers import Model, turned

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


class Page:
    """The models, in `data` and when iterated over."""

    has_more = False

    def __init__(self, data: Sequence[models.ModelInfo]) -> None:
        self.data: list[ModelInfo] = [turned(one, ModelInfo) for one in data]
        self.first_id: str | None = data[0].id if data else None
        self.last_id: str | None = data[-1].id if data else None

    def has_next_page(self) -> bool:
        return False

    def next_page_info(self) -> None:
        return None

    def __iter__(self) -> Iterator[ModelInfo]:
        return iter(self.data)

    async def __aiter__(self) -> AsyncIterator[ModelInfo]:
        for item in self.data:
            yield item


class Paginator(Page):
    """A listing that is asked for at once."""

    def __init__(self, fetch: Callable[[], Sequence[models.ModelInfo]]) -> None:
        super().__init__(fetch())


class AsyncPaginator:
    """A listing that is asked for once it is awaited, for its page, or iterated over, for its items."""

    def __init__(self, fetch: Callable[[], Awaitable[Sequence[models.ModelInfo]]]) -> None:
        self._fetch = fetch

    async def _page(self) -> Page:
        return Page(await self._fetch())

    def __await__(self) -> Generator[Any, None, Page]:
        return self._page().__await__()

    async def __aiter__(self) -> AsyncIterator[ModelInfo]:
        for item in await self:
            yield item

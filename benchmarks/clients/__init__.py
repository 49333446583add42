"""One file for each client that is measured. Each does the same work in the way that its own manual shows.

A file has `NAME`, `PACKAGES` (whose versions are told), `IMPORT` (the line that a user writes), and the classes `Sync`
and `Async` with the methods of `SyncClient` and `AsyncClient` below; None where there is no such client.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any, Final, Protocol

__all__ = ["FILES", "QUESTION", "AsyncClient", "SyncClient", "load"]

# In the order of the table.
FILES: Final = (
    *("floor", "plain_httpx", "plain_aiohttp"),
    *("anthropic_sdk", "openai_sdk"),
    *("ours", "ours_httpx2", "ours_fast"),
)

QUESTION: Final = "Say something about the sea."


class SyncClient(Protocol):
    """Made with the base URL that says what the server shall answer; see `payloads.py`."""

    def __init__(self, base_url: str) -> None: ...

    def reply(self) -> str:
        """One call that is not streamed; gives the answer's text."""
        ...

    def text(self, first: Callable[[], object]) -> int:
        """One stream of text; calls `first` at the first piece, and gives the number of characters."""
        ...

    def tool(self) -> dict[str, Any]:
        """One stream of a tool call, through the helper that a client has for it; gives the tool's input."""
        ...


class AsyncClient(Protocol):
    """The same for asyncio."""

    def __init__(self, base_url: str) -> None: ...

    async def reply(self) -> str: ...

    async def text(self, first: Callable[[], object]) -> int: ...

    async def close(self) -> None: ...


def load(name: str) -> ModuleType:
    """The file of this name. Imports what the client needs."""
    return import_module(f".{name}", __name__)

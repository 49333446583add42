"""A value of a type, while the asynchronous client gets it: a shell around `OutputRun`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from ..core.errors import AIMLAPIError, StreamIncompleteError
from ..message.message import Message
from ..message.request import CreateMessage
from ..streaming.async_streams import AsyncMessageStream
from .output import OutputRun

if TYPE_CHECKING:
    from ..resources.protocols import AsyncMessageClient

__all__ = ["AsyncOutputStream"]

_T = TypeVar("_T")


class AsyncOutputStream(Generic[_T]):
    """Iterate for the value as far as it has come, as plain JSON, then take it by `get_final_output()`; then close it.

    A value that does not fit is asked for again, and the partial values begin anew.
    """

    def __init__(
        self, client: AsyncMessageClient, run: OutputRun[_T], next_operation: Callable[[], CreateMessage]
    ) -> None:
        self._run = run
        self._client = client
        self._next_operation = next_operation
        self._stream: AsyncMessageStream | None = None
        self._message: Message | None = None
        self._error: AIMLAPIError | None = None
        self._closed = False
        self._values = self._read()

    def __aiter__(self) -> AsyncIterator[Any]:
        return self

    async def __anext__(self) -> Any:
        try:
            return await anext(self._values)
        except AIMLAPIError as error:
            self._error = error
            raise

    async def get_final_output(self) -> _T:
        """Read to the end, and give the value. Raises as `messages.parse` does."""
        async for _ in self:
            pass
        if not self._run.done:
            raise self._error or StreamIncompleteError.advised("The stream was closed before the value was there.")
        return self._run.value

    async def get_final_message(self) -> Message:
        """Read to the end, and give the last message, for its cost and usage."""
        await self.get_final_output()
        assert self._message is not None
        return self._message

    async def close(self) -> None:
        """Stop reading and give the connection back."""
        self._closed = True
        if self._stream is not None:
            await self._stream.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _read(self) -> AsyncIterator[Any]:
        while not self._run.done and not self._closed:
            self._stream = await AsyncMessageStream.open(self._client, self._next_operation())
            async for event in self._stream:
                for value in self._run.partial(event):
                    yield value
            self._message = await self._stream.get_final_message()
            self._run.take(self._message)

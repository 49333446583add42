"""Output streams. `OutputRun` has the state; here the streams are read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from ..core.errors import AIMLAPIError, StreamIncompleteError
from ..message.message import Message
from ..streaming.async_streams import AsyncMessageStream
from .output import OutputRun

if TYPE_CHECKING:
    from ..resources.async_protocols import AsyncMessageClient

_T = TypeVar("_T")


class AsyncOutputStream(Generic[_T]):
    """Iterate for the value so far, as plain JSON, call `get_final_output()` for the value itself, then close it.

    If the value does not have the wanted type, it is requested again, and the partial values start over.
    """

    def __init__(self, client: AsyncMessageClient, run: OutputRun[_T]) -> None:
        self._client = client
        self._run = run
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
        """Read to the end, and return the value. Raises as `messages.parse` does."""
        async for _ in self:
            pass
        if not self._run.done:
            raise self._error or StreamIncompleteError.advised("The stream was closed before the value was there.")
        return self._run.value

    async def get_final_message(self) -> Message:
        """Read to the end, and return the last message, for its cost and usage."""
        await self.get_final_output()
        assert self._message is not None
        return self._message

    async def close(self) -> None:
        """Stop reading and release the connection."""
        self._closed = True
        if self._stream is not None:
            await self._stream.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _read(self) -> AsyncIterator[Any]:
        while not self._run.done and not self._closed:
            self._stream = await AsyncMessageStream.open(self._client, self._run.next_operation())
            async for event in self._stream:
                for value in self._run.partial(event):
                    yield value
            self._message = await self._stream.get_final_message()
            self._run.take(self._message)

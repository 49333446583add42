# Made from async_output_stream.py by `make twins`; do not edit.
"""Output streams. `OutputRun` has the state; here the streams are read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from ..core.errors import AIMLAPIError, StreamIncompleteError
from ..message.message import Message
from ..streaming.streams import MessageStream
from .output import OutputRun

if TYPE_CHECKING:
    from ..resources.protocols import MessageClient

_T = TypeVar("_T")


class OutputStream(Generic[_T]):
    """Iterate for the value so far, as plain JSON, call `get_final_output()` for the value itself, then close it.

    If the value does not have the wanted type, it is requested again, and the partial values start over.
    """

    def __init__(self, client: MessageClient, run: OutputRun[_T]) -> None:
        self._client = client
        self._run = run
        self._stream: MessageStream | None = None
        self._message: Message | None = None
        self._error: AIMLAPIError | None = None
        self._closed = False
        self._values = self._read()

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        try:
            return next(self._values)
        except AIMLAPIError as error:
            self._error = error
            raise

    def get_final_output(self) -> _T:
        """Read to the end, and return the value. Raises as `messages.parse` does."""
        for _ in self:
            pass
        if not self._run.done:
            raise self._error or StreamIncompleteError.advised("The stream was closed before the value was there.")
        return self._run.value

    def get_final_message(self) -> Message:
        """Read to the end, and return the last message, for its cost and usage."""
        self.get_final_output()
        assert self._message is not None
        return self._message

    def close(self) -> None:
        """Stop reading and release the connection."""
        self._closed = True
        if self._stream is not None:
            self._stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self) -> Iterator[Any]:
        while not self._run.done and not self._closed:
            self._stream = MessageStream.open(self._client, self._run.next_operation())
            for event in self._stream:
                yield from self._run.partial(event)
            self._message = self._stream.get_final_message()
            self._run.take(self._message)

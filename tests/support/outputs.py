"""One way to ask for a value of a type, with each of the four ways that the clients have. Not a test."""

from __future__ import annotations

from typing import Any

from .wire import (
    MODEL,
    STOP,
    Gateway,
    answer,
    block_start,
    block_stop,
    body,
    delta,
    end,
    sse,
    start,
    text_block,
    tool_block,
)


def value(given: Any, name: str = "Trip", **changes: Any) -> Any:
    """An answer that gives a value as the input of the tool of this name."""
    return answer(body(tool_block(name=name, input=given), stop_reason="tool_use", **changes))


def said(text: str, **changes: Any) -> Any:
    """An answer that only says something."""
    return answer(body(text_block(text), **changes))


def written(*pieces: str, name: str = "Trip", stop_reason: str = "tool_use") -> Any:
    """A stream in which the input of the tool comes in these pieces."""
    deltas = [delta(partial_json=piece) for piece in pieces]
    return answer(sse(start(), block_start(tool_block(name=name)), *deltas, block_stop(), end(stop_reason), STOP))


class Outputs:
    """`parse` or `stream_output` of either client behind one interface."""

    def __init__(self, *, asynchronous: bool, stream: bool) -> None:
        self.asynchronous = asynchronous
        self.stream = stream
        self.opened: Any = None
        self.partial: list[Any] = []

    def open(self, gateway: Gateway, output: Any) -> None:
        """`stream_output(...)`, which stays in `self.opened`."""
        self.opened = self._messages(gateway).stream_output(model=MODEL, messages="Hi", output=output)

    async def get(self, gateway: Gateway, output: Any, **options: Any) -> Any:
        """The value; partial ones, if there are any, stay in `self.partial`."""
        given = {"model": MODEL, "messages": "Hi", "output": output, **options}
        if not self.stream:
            made = self._messages(gateway).parse(**given)
            return await made if self.asynchronous else made
        self.opened = self._messages(gateway).stream_output(**given)
        return await self._read_async() if self.asynchronous else self._read()

    async def again(self) -> Any:
        """`get_final_output()` of the same stream."""
        made = self.opened.get_final_output()
        return await made if self.asynchronous else made

    async def message(self) -> Any:
        """`get_final_message()` of the same stream."""
        made = self.opened.get_final_message()
        return await made if self.asynchronous else made

    async def begin(self) -> Any:
        """The first partial value of the same stream, which is then closed."""
        if self.asynchronous:
            async with self.opened:
                return await anext(self.opened)
        with self.opened:
            return next(self.opened)

    async def close(self) -> None:
        """`close()` of the same stream."""
        closing = self.opened.close()
        if self.asynchronous:
            await closing

    def _messages(self, gateway: Gateway) -> Any:
        client: Any = gateway.async_client(max_retries=0) if self.asynchronous else gateway.client(max_retries=0)
        return client.messages

    def _read(self) -> Any:
        with self.opened as stream:
            self.partial = list(stream)
            return stream.get_final_output()

    async def _read_async(self) -> Any:
        async with self.opened as stream:
            self.partial = [one async for one in stream]
            return await stream.get_final_output()

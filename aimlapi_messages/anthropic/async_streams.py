"""Streams, and answers before they are read, of the asynchronous client."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, cast

import httpx

from ..client.steps import decode
from ..core.reply import Cost
from ..message.error_bodies import shown_headers
from ..streaming import async_streams as ours
from ..streaming.create import CreateMessage
from ..transport.retries import NO_WATCH
from .answers import Message, adopted, turned
from .errors import APIStatusError, headers_of_text, translated
from .outputs import OutputCore, SeenCore, parsed

if TYPE_CHECKING:
    from ..client.async_client import AsyncAIMLAPI
    from ..client.async_exchange import AsyncExchange
    from ..transport.async_http import AsyncReply
    from ..transport.retries import Deadline, RetryState
    from .outputs import Output
    from .types import MessageStreamEvent, StreamEvent

_T = TypeVar("_T")


class AsyncStream(ours.AsyncEventStream):
    """The events of the wire: what `messages.create(..., stream=True)` returns."""

    async def __anext__(self) -> StreamEvent:
        return cast("StreamEvent", adopted(await super().__anext__()))


class AsyncMessageStream(ours.AsyncMessageStream):
    """The events of the wire and helper events: what `messages.stream(...)` opens."""

    output: Output | None = None  # what its text is a value of

    async def __anext__(self) -> MessageStreamEvent:
        return cast("MessageStreamEvent", adopted(await super().__anext__()))

    @property
    def current_message_snapshot(self) -> Message:
        return cast("Message", super().current_message_snapshot)

    async def get_final_message(self) -> Message:
        message = await super().get_final_message()
        return cast("Message", message if self.output is None else parsed(message, self.output))


class _AsyncCalledStream(AsyncMessageStream):
    """The same where a tool was asked for the value."""

    def _attach(self, source: ours.AsyncSource) -> None:
        turned(source.core, OutputCore)
        super()._attach(source)


class AsyncMessageStreamManager(ours.AsyncMessageStreamManager):
    """Opens a stream on entry and closes it on exit: `async with client.messages.stream(...) as stream:`."""

    __slots__ = ("_output",)

    def __init__(self, client: AsyncAIMLAPI, output: Output) -> None:
        super().__init__(client, output.next_operation())
        self._output = output

    async def __aenter__(self) -> AsyncMessageStream:
        kind = AsyncMessageStream if self._output.operation else _AsyncCalledStream
        while True:
            try:
                self._stream = stream = await kind.open(self._client, self._operation)
            except APIStatusError as error:
                if not self._output.relax(error):
                    raise
                self._operation = self._output.next_operation()
            else:
                stream.output = self._output
                return stream


class _AsyncBody(httpx.AsyncByteStream):
    """The body of an open reply, as httpx takes it."""

    def __init__(self, reply: AsyncReply, deadline: Deadline | None) -> None:
        self._reply = reply
        self._deadline = deadline

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with translated():
            async for chunk in self._reply.iter_bytes(self._deadline):
                yield chunk

    async def aclose(self) -> None:
        await self._reply.close()


class AsyncAPIResponse(Generic[_T]):
    """An answer before it is parsed; it has the members of `http_response` too, such as `status_code` and `headers`.

    Read it to its end, or close it; `with_streaming_response` does so at the end of its `async with`.
    """

    http_response: httpx.Response

    def __init__(self, exchange: AsyncExchange, operation: CreateMessage, stream: bool) -> None:
        self._exchange = exchange
        self._operation = operation
        self._is_stream = stream
        self._parsed: Any = None

    async def open(self, *, eager: bool) -> Self:
        """Send the request, and read the head of the answer; if `eager`, all of it."""
        watch = self._exchange.state.watch
        with watch or NO_WATCH:
            await self._exchange.run(self._take, eager)
        if watch is not None:
            watch.keep(self)  # whoever reads it otherwise does not say when that has ended
        return self

    async def _take(self, state: RetryState, reply: AsyncReply, eager: bool) -> None:
        self._reply = reply
        self.http_response = httpx.Response(
            reply.head.status,
            headers=headers_of_text(shown_headers(reply.head)),
            stream=_AsyncBody(reply, state.deadline),
            request=httpx.Request("POST", reply.head.url),
        )
        if eager and not self._is_stream:
            await self.read()

    async def __aenter__(self) -> Self:
        return await self.open(eager=False)

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    if TYPE_CHECKING:
        status_code: int
        headers: httpx.Headers
        url: httpx.URL
        is_closed: bool
    else:

        def __getattr__(self, name: str) -> Any:
            return getattr(vars(self)["http_response"], name)

    @property
    def request_id(self) -> str | None:
        return self._reply.head.request_id

    @property
    def http_request(self) -> httpx.Request:
        """The address of the request, without headers and body."""
        return self.http_response.request

    async def read(self) -> bytes:
        """The whole body."""
        return await self.http_response.aread()

    async def text(self) -> str:
        """The whole body as text."""
        return (await self.read()).decode("utf-8", "replace")

    async def json(self) -> Any:
        """The whole body as JSON."""
        return json.loads(await self.read())

    def iter_bytes(self, chunk_size: int | None = None) -> AsyncIterator[bytes]:
        """The body as it comes."""
        return self.http_response.aiter_bytes(chunk_size)

    def iter_text(self, chunk_size: int | None = None) -> AsyncIterator[str]:
        """The body as text, as it comes."""
        return self.http_response.aiter_text(chunk_size)

    def iter_lines(self) -> AsyncIterator[str]:
        """The lines of the body, as they come."""
        return self.http_response.aiter_lines()

    async def parse(self) -> _T:
        """What the method itself would have given."""
        if self._parsed is None:
            watch = self._exchange.state.watch
            with translated():
                try:
                    self._parsed = await self._parse()
                except BaseException as error:
                    if watch is not None and not isinstance(error, GeneratorExit):
                        watch.end(error=error, complete=False)
                    raise
            if watch is not None and not self._is_stream:
                watch.end(self._parsed)
        return cast("_T", self._parsed)

    async def _parse(self) -> Any:
        state = self._exchange.state
        if self._is_stream:
            source = await ours.AsyncSource.of(state, self._reply)
            turned(source.core, SeenCore)
            return AsyncStream(self._exchange, source)
        parsed = adopted(decode(state, self._reply.head, await self.read(), self._operation))
        state.succeeded(self._reply.head)
        return parsed

    async def close(self) -> None:
        """Give the connection back."""
        await self.http_response.aclose()
        if self._parsed is None:  # the cost is in the body, which nobody has read
            state = self._exchange.state
            state.charge.settle(Cost.from_headers(self._reply.head.headers), None)
            if state.watch is not None:
                state.watch.end(complete=False)

# Made from async_streams.py by `make twins`; do not edit.
"""Streams, and answers before they are read, of the synchronous client."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, cast

import httpx

from ..client.steps import decode
from ..core.reply import Cost
from ..message.error_bodies import shown_headers
from ..streaming import streams as ours
from ..streaming.create import CreateMessage
from ..transport.retries import NO_WATCH
from .answers import Message, adopted, turned
from .errors import APIStatusError, headers_of_text, translated
from .outputs import OutputCore, SeenCore, parsed

if TYPE_CHECKING:
    from ..client.client import AIMLAPI
    from ..client.exchange import Exchange
    from ..transport.http import SyncReply
    from ..transport.retries import Deadline, RetryState
    from .outputs import Output
    from .types import MessageStreamEvent, StreamEvent

_T = TypeVar("_T")


class Stream(ours.EventStream):
    """The events of the wire: what `messages.create(..., stream=True)` returns."""

    def __next__(self) -> StreamEvent:
        return cast("StreamEvent", adopted(super().__next__()))


class MessageStream(ours.MessageStream):
    """The events of the wire and helper events: what `messages.stream(...)` opens."""

    output: Output | None = None  # what its text is a value of

    def __next__(self) -> MessageStreamEvent:
        return cast("MessageStreamEvent", adopted(super().__next__()))

    @property
    def current_message_snapshot(self) -> Message:
        return cast("Message", super().current_message_snapshot)

    def get_final_message(self) -> Message:
        message = super().get_final_message()
        return cast("Message", message if self.output is None else parsed(message, self.output))


class _CalledStream(MessageStream):
    """The same where a tool was asked for the value."""

    def _attach(self, source: ours.Source) -> None:
        turned(source.core, OutputCore)
        super()._attach(source)


class MessageStreamManager(ours.MessageStreamManager):
    """Opens a stream on entry and closes it on exit: `with client.messages.stream(...) as stream:`."""

    __slots__ = ("_output",)

    def __init__(self, client: AIMLAPI, output: Output) -> None:
        super().__init__(client, output.next_operation())
        self._output = output

    def __enter__(self) -> MessageStream:
        kind = MessageStream if self._output.operation else _CalledStream
        while True:
            try:
                self._stream = stream = kind.open(self._client, self._operation)
            except APIStatusError as error:
                if not self._output.relax(error):
                    raise
                self._operation = self._output.next_operation()
            else:
                stream.output = self._output
                return stream


class _Body(httpx.ByteStream):
    """The body of an open reply, as httpx takes it."""

    def __init__(self, reply: SyncReply, deadline: Deadline | None) -> None:
        self._reply = reply
        self._deadline = deadline

    def __iter__(self) -> Iterator[bytes]:
        with translated():
            yield from self._reply.iter_bytes(self._deadline)

    def close(self) -> None:
        self._reply.close()


class APIResponse(Generic[_T]):
    """An answer before it is parsed; it has the members of `http_response` too, such as `status_code` and `headers`.

    Read it to its end, or close it; `with_streaming_response` does so at the end of its `with`.
    """

    http_response: httpx.Response

    def __init__(self, exchange: Exchange, operation: CreateMessage, stream: bool) -> None:
        self._exchange = exchange
        self._operation = operation
        self._is_stream = stream
        self._parsed: Any = None

    def open(self, *, eager: bool) -> Self:
        """Send the request, and read the head of the answer; if `eager`, all of it."""
        watch = self._exchange.state.watch
        with watch or NO_WATCH:
            self._exchange.run(self._take, eager)
        if watch is not None:
            watch.keep(self)  # whoever reads it otherwise does not say when that has ended
        return self

    def _take(self, state: RetryState, reply: SyncReply, eager: bool) -> None:
        self._reply = reply
        self.http_response = httpx.Response(
            reply.head.status,
            headers=headers_of_text(shown_headers(reply.head)),
            stream=_Body(reply, state.deadline),
            request=httpx.Request("POST", reply.head.url),
        )
        if eager and not self._is_stream:
            self.read()

    def __enter__(self) -> Self:
        return self.open(eager=False)

    def __exit__(self, *_: object) -> None:
        self.close()

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

    def read(self) -> bytes:
        """The whole body."""
        return self.http_response.read()

    def text(self) -> str:
        """The whole body as text."""
        return (self.read()).decode("utf-8", "replace")

    def json(self) -> Any:
        """The whole body as JSON."""
        return json.loads(self.read())

    def iter_bytes(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """The body as it comes."""
        return self.http_response.iter_bytes(chunk_size)

    def iter_text(self, chunk_size: int | None = None) -> Iterator[str]:
        """The body as text, as it comes."""
        return self.http_response.iter_text(chunk_size)

    def iter_lines(self) -> Iterator[str]:
        """The lines of the body, as they come."""
        return self.http_response.iter_lines()

    def parse(self) -> _T:
        """What the method itself would have given."""
        if self._parsed is None:
            watch = self._exchange.state.watch
            with translated():
                try:
                    self._parsed = self._parse()
                except BaseException as error:
                    if watch is not None and not isinstance(error, GeneratorExit):
                        watch.end(error=error, complete=False)
                    raise
            if watch is not None and not self._is_stream:
                watch.end(self._parsed)
        return cast("_T", self._parsed)

    def _parse(self) -> Any:
        state = self._exchange.state
        if self._is_stream:
            source = ours.Source.of(state, self._reply)
            turned(source.core, SeenCore)
            return Stream(self._exchange, source)
        parsed = adopted(decode(state, self._reply.head, self.read(), self._operation))
        state.succeeded(self._reply.head)
        return parsed

    def close(self) -> None:
        """Give the connection back."""
        self.http_response.close()
        if self._parsed is None:  # the cost is in the body, which nobody has read
            state = self._exchange.state
            state.charge.settle(Cost.from_headers(self._reply.head.headers), None)
            if state.watch is not None:
                state.watch.end(complete=False)

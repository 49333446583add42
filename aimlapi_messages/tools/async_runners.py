"""Runs of tools and of structured output: requests are sent and calls run here; `ToolRun` and `OutputRun` decide."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, cast

from ..core.arguments import async_check_hook
from ..core.errors import AIMLAPIError, APIStatusError, InvalidRequestError, StreamIncompleteError
from ..message.message import Message
from ..streaming.async_streams import AsyncMessageStream
from ..streaming.create import CreateMessage
from ..transport.retries import NO_WATCH
from .concurrency import async_ask, async_run_calls, watched
from .output import OutputRun
from .run import AsyncAfterCall, AsyncBeforeCall, PlannedCall, ToolRun

if TYPE_CHECKING:
    from ..client.async_client import AsyncAIMLAPI
    from ..streaming.calls import CallHook

_T = TypeVar("_T")


class _Runner(AsyncIterator[_T]):
    def __init__(
        self,
        client: AsyncAIMLAPI,
        run: ToolRun,
        before_call: AsyncBeforeCall | None,
        after_call: AsyncAfterCall | None,
    ) -> None:
        async_check_hook("before_call", before_call, InvalidRequestError)
        async_check_hook("after_call", after_call, InvalidRequestError)
        self._client = client
        self._on_call: CallHook | None = cast("Any", client)._settings.on_call
        self._run = run
        self._before = before_call
        self._after = after_call
        self._message: Message | None = None

    @property
    def transcript(self) -> list[Any]:
        """The turns so far, as `messages` of a request: plain dicts of JSON to save, load, and give to a new run.

        Each has a `role`, and a `content` that is a string or a list of blocks. Type checkers take the list both as
        `list[dict[str, Any]]`, to read it, and as `list[MessageParam]`, to go on with.
        Of a run that was stopped between calls, the last turn has the results of those that were done. A new run does
        the others.
        """
        return self._run.so_far()

    @contextmanager
    def _attach_transcript(self) -> Generator[None]:
        """Errors of a run get its transcript, so that nothing is lost."""
        try:
            yield
        except AIMLAPIError as error:
            error.transcript = error.transcript or self.transcript
            raise

    async def until_done(self) -> Message:
        """Go on until the model calls no more tools, and return its last answer.

        Raises ToolRunError and its children, and what `messages.create` raises; each has the `transcript`.
        """
        async for _ in self:
            pass
        return cast("Message", self._message)

    async def _next_operation(self) -> CreateMessage:
        """Run the calls of the last answer, and return the next request."""
        self._run.start_turn()
        if self._run.calls:
            try:
                for group in self._run.calls:
                    await self._run_group(group)
            except StopAsyncIteration as error:  # it would look like the end of the run
                raise RuntimeError("a hook raised StopAsyncIteration") from error
            self._run.add_results()
        return self._run.next_operation()

    async def _run_group(self, group: list[PlannedCall]) -> None:
        """Run the calls that have not run yet concurrently, once the hook has seen all of them."""
        run = self._run
        for one in group:
            if one not in run.outcomes:
                run.refuse(one)
            if one not in run.outcomes and self._before is not None:
                run.decide(one, await async_ask(self._before, one.call))
        calls = [one for one in group if one not in run.outcomes]
        with NO_WATCH if self._on_call is None else watched(self._on_call, calls, run.outcomes):
            await async_run_calls(calls, run.settle)
        for one in group:
            if one not in run.seen and self._after is not None:
                run.decide(one, await async_ask(self._after, one.call, run.outcomes[one]))
                run.seen.add(one)


class AsyncToolRunner(_Runner[Message]):
    """Asks the model, runs the tools it calls, and asks again. Iterate for its answers, or call `until_done()`."""

    async def __anext__(self) -> Message:
        if self._run.done:
            raise StopAsyncIteration
        with self._attach_transcript():
            operation = await self._next_operation()
            self._message = await self._client.send(operation)
            self._run.take(self._message)
        return self._message


class AsyncToolStreamRunner(_Runner[AsyncMessageStream]):
    """Like `AsyncToolRunner`, with each answer as a stream: iterate for `AsyncMessageStream`s.

    A stream is read to its end and closed before the next one opens, whether you have read it or not.
    """

    _stream: AsyncMessageStream | None = None

    async def __anext__(self) -> AsyncMessageStream:
        with self._attach_transcript():
            await self._finish()
            if self._run.done:
                raise StopAsyncIteration
            self._stream = await AsyncMessageStream.open(self._client, await self._next_operation())
        return self._stream

    async def close(self) -> None:
        """Close the open stream."""
        if self._stream is not None:
            await self._stream.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _finish(self) -> None:
        """Read the rest of the open stream, and take its message."""
        if self._stream is not None:
            stream, self._stream = self._stream, None
            async with stream:
                self._message = await stream.get_final_message()
            self._run.take(self._message)


async def async_ask_for_output(client: AsyncAIMLAPI, run: OutputRun[Any]) -> Message:
    """Ask until the value is there, and return the answer that it is in. Raises as `messages.parse` does."""
    while True:
        try:
            message = await client.send(run.next_operation())
        except APIStatusError as error:
            if not run.relax(error):
                raise
        else:
            run.take(message)
            if run.done:
                return message


class AsyncOutputStream(AsyncIterator[Any], Generic[_T]):
    """Iterate for the value so far, as plain JSON, call `get_final_output()` for the value itself, then close it.

    If the value does not have the wanted type, it is requested again, and the partial values start over.
    """

    def __init__(self, client: AsyncAIMLAPI, run: OutputRun[_T]) -> None:
        self._client = client
        self._run = run
        self._stream: AsyncMessageStream | None = None
        self._message: Message | None = None
        self._error: AIMLAPIError | None = None
        self._closed = False
        self._values = self._read()

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
            try:
                self._stream = await AsyncMessageStream.open(self._client, self._run.next_operation())
                async for event in self._stream:
                    for value in self._run.partial(event):
                        yield value
                    del event  # which no frame shall show of what the next one raises
                self._message = await self._stream.get_final_message()
            except APIStatusError as error:
                if not self._run.relax(error):
                    raise
            else:
                self._run.take(self._message)

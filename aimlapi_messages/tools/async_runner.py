"""The tool runners of the asynchronous client: `tools/runner.py` with tasks instead of threads."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self, TypeAlias, cast

from ..core.threads import Job
from ..message.message import Message
from ..streaming.async_streams import AsyncMessageStream
from ..streaming.create import CreateMessage
from .run import PlannedCall, Refuse, Replace, TooLate, ToolCall, ToolOutcome, ToolRun
from .runner import RunnerState, within

if TYPE_CHECKING:
    from ..resources.async_protocols import AsyncMessageClient

AsyncBeforeCall: TypeAlias = Callable[[ToolCall], Refuse | Replace | Awaitable[Refuse | Replace | None] | None]
AsyncAfterCall: TypeAlias = Callable[[ToolCall, ToolOutcome], Replace | Awaitable[Replace | None] | None]


class _AsyncRunner(RunnerState):
    def __init__(
        self,
        client: AsyncMessageClient,
        run: ToolRun,
        before_call: AsyncBeforeCall | None,
        after_call: AsyncAfterCall | None,
    ) -> None:
        super().__init__(run)
        self._client = client
        self._before = before_call
        self._after = after_call

    async def _next_operation(self) -> CreateMessage:
        """Run the calls of the last answer, and return the next request."""
        self._run.start_turn()
        if self._run.calls:
            try:
                groups = [await self._run_group(group) for group in self._run.calls]
            except StopAsyncIteration as error:  # it would look like the end of the run
                raise RuntimeError("a hook raised StopAsyncIteration") from error
            self._run.add_results([outcome for group in groups for outcome in group])
        return self._run.next_operation()

    async def _run_group(self, group: list[PlannedCall]) -> list[ToolOutcome]:
        """Run calls concurrently, and return their outcomes in order."""
        run = self._run
        decided = [run.decide(one, await self._ask(one)) for one in group]
        tasks = [
            None if outcome else asyncio.create_task(self._call(one))
            for one, outcome in zip(group, decided, strict=True)
        ]
        await _all_ended([task for task in tasks if task is not None])
        outcomes: list[ToolOutcome] = []
        for one, outcome, task in zip(group, decided, tasks, strict=True):
            if task is not None:
                outcome = run.outcome(one, task.result)
            outcome = cast("ToolOutcome", outcome)
            if self._after is not None:
                outcome = run.replace(one, outcome, await _await_value(self._after(one.call, outcome)))
            outcomes.append(outcome)
        return outcomes

    async def _ask(self, planned: PlannedCall) -> Refuse | Replace | None:
        return None if self._before is None or planned.problem else await _await_value(self._before(planned.call))

    async def _call(self, planned: PlannedCall) -> Any:
        """Call the tool: an async function in this task, any other in a thread."""
        tool, limit = cast("Any", planned.tool), self._run.timeout_of(planned)
        if not tool.is_async:
            job = Job(lambda: tool(*planned.args, **planned.kwargs))
            await _ended(job, limit)
            value = job.result()
        else:
            value = tool(*planned.args, **planned.kwargs)
        return await within(limit, value) if inspect.isawaitable(value) else value


class AsyncToolRunner(_AsyncRunner):
    """Asks the model, runs the tools it calls, and asks again. Iterate for its answers, or call `until_done()`."""

    def __aiter__(self) -> AsyncIterator[Message]:
        return self

    async def __anext__(self) -> Message:
        if self._run.done:
            raise StopAsyncIteration
        with self._attach_transcript():
            operation = await self._next_operation()
            self._message = await self._client.send(operation, **operation.options)
            self._run.take(self._message)
        return self._message

    async def until_done(self) -> Message:
        """Go on until the model calls no more tools, and return its last answer.

        Raises ToolRunError and its children, and what `messages.create` raises; each has the `transcript`.
        """
        async for _ in self:
            pass
        return cast("Message", self._message)


class AsyncToolStreamRunner(_AsyncRunner):
    """Like `AsyncToolRunner`, with each answer as a stream: iterate for `AsyncMessageStream`s.

    A stream is read to its end and closed before the next one opens, whether you have read it or not.
    """

    _stream: AsyncMessageStream | None = None

    def __aiter__(self) -> AsyncIterator[AsyncMessageStream]:
        return self

    async def __anext__(self) -> AsyncMessageStream:
        with self._attach_transcript():
            await self._finish()
            if self._run.done:
                raise StopAsyncIteration
            self._stream = await AsyncMessageStream.open(self._client, await self._next_operation())
        return self._stream

    async def until_done(self) -> Message:
        """Go on until the model calls no more tools, and return its last answer; see `AsyncToolRunner.until_done`."""
        async for _ in self:
            pass
        return cast("Message", self._message)

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


async def _await_value(value: Any) -> Any:
    return await value if inspect.isawaitable(value) else value


async def _all_ended(tasks: list[asyncio.Task[Any]]) -> None:
    """Wait for all tasks. If this is cancelled, so are they, and they are waited for."""
    if not tasks:
        return
    try:
        await asyncio.wait(tasks)
    except asyncio.CancelledError:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        raise
    finally:
        for task in tasks:
            if task.done() and not task.cancelled():
                task.exception()  # retrieved, so that the event loop does not log it


async def _ended(job: Job[Any], limit: float | None) -> None:
    """Wait for a thread. It cannot be stopped: if this is cancelled, wait for it all the same, up to the limit.

    Raises TooLate.
    """
    ended = asyncio.get_running_loop().create_task(_waited(job))
    try:
        done, _ = await asyncio.wait([ended], timeout=limit)
        if not done:
            raise TooLate
    except asyncio.CancelledError:
        await asyncio.wait([ended], timeout=job.rest_of(limit))
        raise
    finally:
        ended.cancel()


async def _waited(job: Job[Any]) -> None:
    # A future of the event loop cannot hold a StopIteration.
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    job.future.add_done_callback(lambda _: _set(loop, ended))
    await ended.wait()
    job.is_done(None)


def _set(loop: asyncio.AbstractEventLoop, ended: asyncio.Event) -> None:
    with suppress(RuntimeError):  # the event loop is closed
        loop.call_soon_threadsafe(ended.set)

"""Runs tools for the asynchronous client: `tools/runner.py` with tasks in the place of threads."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeAlias, cast

from ..core.errors import AIMLAPIError
from ..core.threads import Job
from ..message.message import Message
from ..message.request import CreateMessage
from ..streaming.async_streams import AsyncMessageStream
from .run import PlannedCall, Refuse, Replace, ToolCall, ToolOutcome, ToolRun

if TYPE_CHECKING:
    from aimlapi_client.params import AnyMessageParam

    from ..resources.protocols import AsyncMessageClient

__all__ = ["AsyncAfterCall", "AsyncBeforeCall", "AsyncToolRunner", "AsyncToolStreamRunner"]

AsyncBeforeCall: TypeAlias = Callable[[ToolCall], Refuse | Replace | Awaitable[Refuse | Replace | None] | None]
AsyncAfterCall: TypeAlias = Callable[[ToolCall, ToolOutcome], Replace | Awaitable[Replace | None] | None]


class _AsyncRunner:
    """What both runners do: run the calls of one answer, and say how far the run has come."""

    def __init__(
        self,
        run: ToolRun,
        call: Callable[[Sequence[dict[str, Any]], int], CreateMessage],
        before_call: AsyncBeforeCall | None,
        after_call: AsyncAfterCall | None,
    ) -> None:
        self._run = run
        self._call = call
        self._before = before_call
        self._after = after_call

    @property
    def transcript(self) -> list[AnyMessageParam]:
        """The turns so far, as `messages` of a request: plain JSON to save, load, and give to a new run."""
        return cast("list[AnyMessageParam]", list(self._run.transcript))

    async def _next_operation(self) -> CreateMessage:
        """Run the calls of the last answer, and give the next request."""
        self._run.begin_turn()
        if self._run.calls:
            try:
                self._run.answer([outcome for group in self._run.calls for outcome in await self._results(group)])
            except StopAsyncIteration as error:  # it would pass for the end of the run
                raise RuntimeError("a hook raised StopAsyncIteration") from error
        return self._call(self._run.transcript, self._run.iteration + 1)

    async def _results(self, group: list[PlannedCall]) -> list[ToolOutcome]:
        """The outcomes of calls that may run at the same time, in their order."""
        decided = [self._run.decided(one, await self._asked(one)) for one in group]
        tasks = [
            None if outcome else asyncio.create_task(self._value(one))
            for one, outcome in zip(group, decided, strict=True)
        ]
        await _all_ended([task for task in tasks if task is not None])
        outcomes: list[ToolOutcome] = []
        for one, outcome, task in zip(group, decided, tasks, strict=True):
            if task is not None:
                outcome = self._outcome(one, task)
            outcome = cast("ToolOutcome", outcome)
            if self._after is not None:
                outcome = self._run.replaced(one, outcome, await _now(self._after(one.call, outcome)))
            outcomes.append(outcome)
        return outcomes

    async def _asked(self, planned: PlannedCall) -> Refuse | Replace | None:
        return None if self._before is None or planned.problem else await _now(self._before(planned.call))

    async def _value(self, planned: PlannedCall) -> Any:
        """What the tool returns. An async function runs in this task, any other on a thread."""
        tool, limit = cast("Any", planned.tool), self._run.timeout_of(planned)
        if not tool.is_async:
            job = Job(lambda: tool(*planned.args, **planned.kwargs))
            await _ended(job, limit)
            value = job.result()
        else:
            value = tool(*planned.args, **planned.kwargs)
        scope = asyncio.timeout(limit)
        try:
            async with scope:
                return await _now(value)
        except TimeoutError:
            if scope.expired():
                raise _TooLate from None
            raise

    def _outcome(self, planned: PlannedCall, task: asyncio.Task[Any]) -> ToolOutcome:
        try:
            value = task.result()
        except _TooLate:
            return self._run.timed_out(planned)
        except asyncio.CancelledError:
            return self._run.failure(planned, CancelledError("What the tool waited for was cancelled."))
        except Exception as error:
            return self._run.failure(planned, error)
        return self._run.outcome(planned, value)

    @contextmanager
    def _telling(self) -> Generator[None]:
        """Errors from within a run hold its turns, so that nothing of it is lost."""
        try:
            yield
        except AIMLAPIError as error:
            error.transcript = error.transcript or self.transcript
            raise


class AsyncToolRunner(_AsyncRunner):
    """Asks, runs the tools that the model calls, asks again. Iterate for its answers, or call `until_done()`."""

    def __init__(self, client: AsyncMessageClient, *args: Any) -> None:
        super().__init__(*args)
        self._client = client
        self._message: Message | None = None

    def __aiter__(self) -> AsyncIterator[Message]:
        return self

    async def __anext__(self) -> Message:
        if self._run.done:
            raise StopAsyncIteration
        with self._telling():
            operation = await self._next_operation()
            self._message = await self._client.send(operation, **operation.options)
            self._run.take(self._message)
        return self._message

    async def until_done(self) -> Message:
        """Go on until the model calls no tool any more, and give its last answer.

        Raises ToolRunError and its children, and what `messages.create` raises; each holds the `transcript`.
        """
        async for _ in self:
            pass
        return cast("Message", self._message)


class AsyncToolStreamRunner(_AsyncRunner):
    """As `AsyncToolRunner`, with each answer as a stream: iterate for `AsyncMessageStream`s.

    A stream is read to its end and closed before the next begins, whether you have read it or not.
    """

    def __init__(self, client: AsyncMessageClient, *args: Any) -> None:
        super().__init__(*args)
        self._client = client
        self._stream: AsyncMessageStream | None = None
        self._message: Message | None = None

    def __aiter__(self) -> AsyncIterator[AsyncMessageStream]:
        return self

    async def __anext__(self) -> AsyncMessageStream:
        with self._telling():
            await self._finish()
            if self._run.done:
                raise StopAsyncIteration
            self._stream = await AsyncMessageStream.open(self._client, await self._next_operation())
        return self._stream

    async def until_done(self) -> Message:
        """Go on until the model calls no tool any more, and give its last answer; see `AsyncToolRunner.until_done`."""
        async for _ in self:
            pass
        return cast("Message", self._message)

    async def close(self) -> None:
        """Stop: close the stream that is open."""
        if self._stream is not None:
            await self._stream.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _finish(self) -> None:
        """Read what is left of the present stream, and take its message."""
        if self._stream is not None:
            stream, self._stream = self._stream, None
            async with stream:
                self._message = await stream.get_final_message()
            self._run.take(self._message)


class _TooLate(Exception):
    """A tool took longer than it may."""


async def _now(value: Any) -> Any:
    return await value if inspect.isawaitable(value) else value


async def _all_ended(tasks: list[asyncio.Task[Any]]) -> None:
    """Wait for all. When this is cancelled they are too, and waited for, so that none is left behind."""
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
                task.exception()  # seen: one that is raised for all is enough, and the loop logs no other


async def _ended(job: Job[Any], limit: float | None) -> None:
    """Wait for a thread. It cannot be stopped: when this is cancelled it is waited for all the same, up to the limit.

    Raises _TooLate.
    """
    ended = asyncio.get_running_loop().create_task(_waited(job))
    try:
        done, _ = await asyncio.wait([ended], timeout=limit)
        if not done:
            raise _TooLate
    except asyncio.CancelledError:
        await asyncio.wait([ended], timeout=job.rest_of(limit))
        raise
    finally:
        ended.cancel()


async def _waited(job: Job[Any]) -> None:
    # Not as a future of the loop, which cannot hold a StopIteration.
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    job.future.add_done_callback(lambda _: _tell(loop, ended))
    await ended.wait()
    job.is_done(None)


def _tell(loop: asyncio.AbstractEventLoop, ended: asyncio.Event) -> None:
    with suppress(RuntimeError):  # the loop is closed: nobody waits any more
        loop.call_soon_threadsafe(ended.set)

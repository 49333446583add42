"""Runs tools for the synchronous client: a shell around `ToolRun`, which decides, and `Job`, which runs."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Generator, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeAlias, cast

from ..core.errors import AIMLAPIError
from ..core.threads import Job
from ..message.message import Message
from ..message.request import CreateMessage
from ..streaming.streams import MessageStream
from .run import PlannedCall, Refuse, Replace, ToolCall, ToolOutcome, ToolRun

if TYPE_CHECKING:
    from aimlapi_client.params import AnyMessageParam

    from ..resources.protocols import MessageClient

__all__ = ["AfterCall", "BeforeCall", "ToolRunner", "ToolStreamRunner"]

BeforeCall: TypeAlias = Callable[[ToolCall], Refuse | Replace | None]
AfterCall: TypeAlias = Callable[[ToolCall, ToolOutcome], Replace | None]

# A coroutine that is cancelled gets this long to end.
_GRACE = 1.0


class _Runner:
    """What both runners do: run the calls of one answer, and say how far the run has come."""

    def __init__(
        self,
        run: ToolRun,
        call: Callable[[Sequence[dict[str, Any]], int], CreateMessage],
        before_call: BeforeCall | None,
        after_call: AfterCall | None,
    ) -> None:
        self._run = run
        self._call = call
        self._before = before_call
        self._after = after_call

    @property
    def transcript(self) -> list[AnyMessageParam]:
        """The turns so far, as `messages` of a request: plain JSON to save, load, and give to a new run."""
        return cast("list[AnyMessageParam]", list(self._run.transcript))

    def _next_operation(self) -> CreateMessage:
        """Run the calls of the last answer, and give the next request."""
        self._run.begin_turn()
        if self._run.calls:
            try:
                self._run.answer([outcome for group in self._run.calls for outcome in self._results(group)])
            except StopIteration as error:  # it would pass for the end of the run
                raise RuntimeError("a hook raised StopIteration") from error
        return self._call(self._run.transcript, self._run.iteration + 1)

    def _results(self, group: list[PlannedCall]) -> list[ToolOutcome]:
        """The outcomes of calls that may run at the same time, in their order."""
        decided = [self._run.decided(one, self._asked(one)) for one in group]
        alone = decided.count(None) == 1
        jobs = [None if outcome else self._started(one, alone) for one, outcome in zip(group, decided, strict=True)]
        # All are waited for before any error is raised, so that none goes on behind it.
        done = [job is None or job.is_done(self._patience(one)) for one, job in zip(group, jobs, strict=True)]
        outcomes: list[ToolOutcome] = []
        for one, outcome, job, ended in zip(group, decided, jobs, done, strict=True):
            if outcome is None:
                outcome = self._outcome(one, job) if job is not None and ended else self._run.timed_out(one)
            if self._after is not None:
                outcome = self._run.replaced(one, outcome, self._after(one.call, outcome))
            outcomes.append(outcome)
        return outcomes

    def _asked(self, planned: PlannedCall) -> Refuse | Replace | None:
        return None if self._before is None or planned.problem else self._before(planned.call)

    def _started(self, planned: PlannedCall, alone: bool) -> Job[Any] | _Done:
        limit = self._run.timeout_of(planned)
        tool = cast("Any", planned.tool)

        def work() -> Any:
            return awaited(tool(*planned.args, **planned.kwargs))

        def awaited(value: Any) -> Any:
            return asyncio.run(_within(limit, value)) if inspect.isawaitable(value) else value

        if not alone or limit is not None or tool.is_async:
            return Job(work)
        done = _Done(lambda: tool(*planned.args, **planned.kwargs))
        # On a thread of its own, for this one may have a loop that runs.
        return Job(lambda: awaited(done.value)) if inspect.isawaitable(done.value) else done

    def _patience(self, planned: PlannedCall) -> float | None:
        limit = self._run.timeout_of(planned)
        return limit if limit is None or planned.tool is None or not planned.tool.is_async else limit + _GRACE

    def _outcome(self, planned: PlannedCall, job: Job[Any] | _Done) -> ToolOutcome:
        try:
            value = job.result()
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


class ToolRunner(_Runner):
    """Asks, runs the tools that the model calls, asks again. Iterate for its answers, or call `until_done()`."""

    def __init__(self, client: MessageClient, *args: Any) -> None:
        super().__init__(*args)
        self._client = client
        self._message: Message | None = None

    def __iter__(self) -> Iterator[Message]:
        return self

    def __next__(self) -> Message:
        if self._run.done:
            raise StopIteration
        with self._telling():
            operation = self._next_operation()
            self._message = self._client.send(operation, **operation.options)
            self._run.take(self._message)
        return self._message

    def until_done(self) -> Message:
        """Go on until the model calls no tool any more, and give its last answer.

        Raises ToolRunError and its children, and what `messages.create` raises; each holds the `transcript`.
        """
        for _ in self:
            pass
        return cast("Message", self._message)


class ToolStreamRunner(_Runner):
    """As `ToolRunner`, with each answer as a stream: iterate for `MessageStream`s, and over each for its events.

    A stream is read to its end and closed before the next begins, whether you have read it or not.
    """

    def __init__(self, client: MessageClient, *args: Any) -> None:
        super().__init__(*args)
        self._client = client
        self._stream: MessageStream | None = None
        self._message: Message | None = None

    def __iter__(self) -> Iterator[MessageStream]:
        return self

    def __next__(self) -> MessageStream:
        with self._telling():
            self._finish()
            if self._run.done:
                raise StopIteration
            self._stream = MessageStream.open(self._client, self._next_operation())
        return self._stream

    def until_done(self) -> Message:
        """Go on until the model calls no tool any more, and give its last answer; see `ToolRunner.until_done`."""
        for _ in self:
            pass
        return cast("Message", self._message)

    def close(self) -> None:
        """Stop: close the stream that is open."""
        if self._stream is not None:
            self._stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _finish(self) -> None:
        """Read what is left of the present stream, and take its message."""
        if self._stream is not None:
            stream, self._stream = self._stream, None
            with stream:
                self._message = stream.get_final_message()
            self._run.take(self._message)


class _Done:
    """What a function returned or raised, run here and now; it has the face of a `Job`."""

    def __init__(self, function: Callable[[], Any]) -> None:
        self.value: Any = None
        self._error: BaseException | None = None
        try:
            self.value = function()
        except (Exception, asyncio.CancelledError) as error:
            self._error = error

    def is_done(self, within: float | None) -> bool:
        return True

    def result(self) -> Any:
        if self._error is not None:
            raise self._error
        return self.value


class _TooLate(Exception):
    """A coroutine took longer than it may."""


async def _within(seconds: float | None, value: Awaitable[Any]) -> Any:
    scope = asyncio.timeout(seconds)
    try:
        async with scope:
            return await value
    except TimeoutError:
        if scope.expired():
            raise _TooLate from None
        raise

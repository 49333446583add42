"""The tool runners of the synchronous client. `ToolRun` has the state; here the requests are sent and the tools run."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Generator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self, TypeAlias, cast

from ..core.errors import AIMLAPIError
from ..core.threads import Job
from ..message.message import Message
from ..streaming.create import CreateMessage
from ..streaming.streams import MessageStream
from .run import PlannedCall, Refuse, Replace, TooLate, ToolCall, ToolOutcome, ToolRun

if TYPE_CHECKING:
    from aimlapi_client.params import AnyMessageParam

    from ..resources.protocols import MessageClient

BeforeCall: TypeAlias = Callable[[ToolCall], Refuse | Replace | None]
AfterCall: TypeAlias = Callable[[ToolCall, ToolOutcome], Replace | None]

# A cancelled coroutine gets this long to end.
_GRACE = 1.0


class RunnerState:
    """What the runners of both clients know."""

    def __init__(self, run: ToolRun) -> None:
        self._run = run
        self._message: Message | None = None

    @property
    def transcript(self) -> list[AnyMessageParam]:
        """The turns so far, as `messages` of a request: plain JSON to save, load, and give to a new run."""
        return cast("list[AnyMessageParam]", list(self._run.transcript))

    @contextmanager
    def _attach_transcript(self) -> Generator[None]:
        """Errors of a run get its transcript, so that nothing is lost."""
        try:
            yield
        except AIMLAPIError as error:
            error.transcript = error.transcript or self.transcript
            raise


class _Runner(RunnerState):
    def __init__(
        self, client: MessageClient, run: ToolRun, before_call: BeforeCall | None, after_call: AfterCall | None
    ) -> None:
        super().__init__(run)
        self._client = client
        self._before = before_call
        self._after = after_call

    def _next_operation(self) -> CreateMessage:
        """Run the calls of the last answer, and return the next request."""
        self._run.start_turn()
        if self._run.calls:
            try:
                self._run.add_results([outcome for group in self._run.calls for outcome in self._run_group(group)])
            except StopIteration as error:  # it would look like the end of the run
                raise RuntimeError("a hook raised StopIteration") from error
        return self._run.next_operation()

    def _run_group(self, group: list[PlannedCall]) -> list[ToolOutcome]:
        """Run calls concurrently, and return their outcomes in order."""
        run, before = self._run, self._before
        decided = [run.decide(one, before(one.call) if before and not one.problem else None) for one in group]
        alone = decided.count(None) == 1
        jobs = [None if outcome else self._start(one, alone) for one, outcome in zip(group, decided, strict=True)]
        # Wait for all before any error is raised, so that none goes on in the background.
        ended = [job is None or job.is_done(self._wait_limit(one)) for one, job in zip(group, jobs, strict=True)]
        outcomes: list[ToolOutcome] = []
        for one, outcome, job, is_done in zip(group, decided, jobs, ended, strict=True):
            if outcome is None:
                outcome = run.outcome(one, job.result) if job is not None and is_done else run.timed_out(one)
            if self._after is not None:
                outcome = run.replace(one, outcome, self._after(one.call, outcome))
            outcomes.append(outcome)
        return outcomes

    def _start(self, planned: PlannedCall, alone: bool) -> Job[Any] | _Finished:
        limit = self._run.timeout_of(planned)
        tool = cast("Any", planned.tool)

        def call() -> Any:
            return tool(*planned.args, **planned.kwargs)

        def await_value(value: Any) -> Any:
            return asyncio.run(within(limit, value)) if inspect.isawaitable(value) else value

        if not alone or limit is not None or tool.is_async:
            return Job(lambda: await_value(call()))
        done = _Finished(call)
        # In a thread, because an event loop may be running in this one.
        return Job(lambda: await_value(done.value)) if inspect.isawaitable(done.value) else done

    def _wait_limit(self, planned: PlannedCall) -> float | None:
        limit = self._run.timeout_of(planned)
        return limit if limit is None or planned.tool is None or not planned.tool.is_async else limit + _GRACE


class ToolRunner(_Runner):
    """Asks the model, runs the tools it calls, and asks again. Iterate for its answers, or call `until_done()`."""

    def __iter__(self) -> Iterator[Message]:
        return self

    def __next__(self) -> Message:
        if self._run.done:
            raise StopIteration
        with self._attach_transcript():
            operation = self._next_operation()
            self._message = self._client.send(operation, **operation.options)
            self._run.take(self._message)
        return self._message

    def until_done(self) -> Message:
        """Go on until the model calls no more tools, and return its last answer.

        Raises ToolRunError and its children, and what `messages.create` raises; each has the `transcript`.
        """
        for _ in self:
            pass
        return cast("Message", self._message)


class ToolStreamRunner(_Runner):
    """Like `ToolRunner`, with each answer as a stream: iterate for `MessageStream`s, and over each for its events.

    A stream is read to its end and closed before the next one opens, whether you have read it or not.
    """

    _stream: MessageStream | None = None

    def __iter__(self) -> Iterator[MessageStream]:
        return self

    def __next__(self) -> MessageStream:
        with self._attach_transcript():
            self._finish()
            if self._run.done:
                raise StopIteration
            self._stream = MessageStream.open(self._client, self._next_operation())
        return self._stream

    def until_done(self) -> Message:
        """Go on until the model calls no more tools, and return its last answer; see `ToolRunner.until_done`."""
        for _ in self:
            pass
        return cast("Message", self._message)

    def close(self) -> None:
        """Close the open stream."""
        if self._stream is not None:
            self._stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _finish(self) -> None:
        """Read the rest of the open stream, and take its message."""
        if self._stream is not None:
            stream, self._stream = self._stream, None
            with stream:
                self._message = stream.get_final_message()
            self._run.take(self._message)


class _Finished:
    """The result of a function that was called in this thread, with the interface of a `Job`."""

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


async def within(seconds: float | None, value: Awaitable[Any]) -> Any:
    """Await a value. Raises TooLate if it takes longer than that."""
    scope = asyncio.timeout(seconds)
    try:
        async with scope:
            return await value
    except TimeoutError:
        if scope.expired():
            raise TooLate from None
        raise

"""Runs of tools of the asynchronous client."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Self, cast

from ..tools import async_runners as ours
from .answers import Message, adopted, turned
from .async_streams import AsyncMessageStream
from .errors import translated
from .runs import ToolRun

if TYPE_CHECKING:
    from aimlapi_client.params import AnyMessageParam, MessageParam

    from ..message.message import ToolUseBlock
    from ..tools.run import PlannedCall


class _Steering:
    """What both runners have beside those of `aimlapi_messages`."""

    __slots__ = ()
    _run: Any  # a `ToolRun` of this package once it is steered

    def steer(self, max_iterations: int | None) -> None:
        """Let the run be changed, and end after so many answers."""
        turned(self._run, ToolRun).limit = max_iterations

    def append_messages(self, *messages: AnyMessageParam | Message) -> None:
        """Add messages in place of the latest answer and the results of its calls."""
        self._run.append(*messages)

    def set_messages_params(self, params: Mapping[str, Any] | Callable[[dict[str, Any]], Mapping[str, Any]]) -> None:
        """Send other arguments from the next request on: these, or what a function makes of those so far."""
        self._run.change(params)


async def async_answer_calls(
    run: Any, run_group: Callable[[list[PlannedCall]], Awaitable[None]]
) -> MessageParam | None:
    """Run the calls of the latest answer, and return the turn with their results; None without calls."""
    if not run.calls:
        return None
    for group in run.calls:
        await run_group(group)
    return cast("MessageParam", run.so_far()[-1])


class AsyncToolRunner(ours.AsyncToolRunner, _Steering):
    """Asks the model, runs the tools it calls, and asks again. Iterate for its answers, or call `until_done()`."""

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Message:
        with translated():
            return cast("Message", adopted(await super().__anext__()))

    async def until_done(self) -> Message:
        return cast("Message", await super().until_done())

    async def generate_tool_call_response(self) -> MessageParam | None:
        """Run the calls of the latest answer now, and return the turn with their results; None without calls.

        No call runs twice: the next request has these results.
        """
        with self._attach_transcript():
            return await async_answer_calls(self._run, self._run_group)


class AsyncToolStreamRunner(ours.AsyncToolStreamRunner, _Steering):
    """Like `AsyncToolRunner`, with each answer as a stream: iterate for `AsyncMessageStream`s."""

    _held: frozenset[str] = frozenset()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> AsyncMessageStream:
        with translated():
            stream = await super().__anext__()
        self._held = frozenset()
        return turned(stream, AsyncMessageStream)

    async def until_done(self) -> Message:
        return cast("Message", await super().until_done())

    async def generate_tool_call_response(self) -> MessageParam | None:
        """As of `AsyncToolRunner`; what is left of the stream is read first."""
        with translated(), self._attach_transcript():
            await self._finish()
            return await async_answer_calls(self._run, self._run_group)

    def defer_tool_call(self, tool_use: ToolUseBlock | str) -> None:
        """List a call in `deferred_tool_calls`. No call runs before the body of the loop is left."""
        self._held |= {tool_use if isinstance(tool_use, str) else tool_use.id}

    @property
    def deferred_tool_calls(self) -> list[ToolUseBlock]:
        """The calls to list that have come."""
        found = self._message if self._stream is None else self._stream.current_message_snapshot
        return [use for use in found.tool_uses if use.id in self._held] if found else []

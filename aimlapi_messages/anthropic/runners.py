# Made from async_runners.py by `make twins`; do not edit.
"""Runs of tools of the synchronous client."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Self, cast

from ..tools import runners as ours
from .answers import Message, turned
from .runs import ToolRun
from .streams import MessageStream

if TYPE_CHECKING:
    from aimlapi_client.params import AnyMessageParam, MessageParam

    from ..message.message import ToolUseBlock


class _Steering:
    """What both runners have beside those of `aimlapi_messages`."""

    __slots__ = ()
    _run: Any  # a `ToolRun` of this package once it is steered

    def steered(self, max_iterations: int | None) -> Self:
        """Itself: the run can be changed, and ends after so many answers."""
        turned(self._run, ToolRun).limit = max_iterations
        return self

    def append_messages(self, *messages: AnyMessageParam | Message) -> None:
        """Add messages in place of the latest answer and the results of its calls."""
        self._run.append(*messages)

    def set_messages_params(self, params: Mapping[str, Any] | Callable[[dict[str, Any]], Mapping[str, Any]]) -> None:
        """Send other arguments from the next request on: these, or what a function makes of those so far."""
        self._run.change(params)

    def generate_tool_call_response(self) -> MessageParam | None:
        """Run the calls of the latest answer now, and return the turn with their results; None without calls.

        No call runs twice: the next request has these results. What is left of a stream is read first.
        """
        runner = cast("Any", self)
        with runner._attach_transcript():
            runner._finish()
            for group in self._run.calls:
                runner._run_group(group)
            return cast("MessageParam", self._run.so_far()[-1]) if self._run.calls else None


class ToolRunner(ours.ToolRunner, _Steering):
    """Asks the model, runs the tools it calls, and asks again. Iterate for its answers, or call `until_done()`."""

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Message:
        return cast("Message", super().__next__())

    def until_done(self) -> Message:
        return cast("Message", super().until_done())

    def _finish(self) -> None:
        """An answer that came whole is finished."""


class ToolStreamRunner(ours.ToolStreamRunner, _Steering):
    """Like `ToolRunner`, with each answer as a stream: iterate for `MessageStream`s."""

    _held: frozenset[str] = frozenset()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> MessageStream:
        stream = super().__next__()
        self._held = frozenset()
        return turned(stream, MessageStream)

    def until_done(self) -> Message:
        return cast("Message", super().until_done())

    def defer_tool_call(self, tool_use: ToolUseBlock | str) -> None:
        """List a call in `deferred_tool_calls`. No call runs before the body of the loop is left."""
        self._held |= {tool_use if isinstance(tool_use, str) else tool_use.id}

    @property
    def deferred_tool_calls(self) -> list[ToolUseBlock]:
        """The calls to list that have come."""
        found = self._message if self._stream is None else self._stream.current_message_snapshot
        return [use for use in found.tool_uses if use.id in self._held] if found else []

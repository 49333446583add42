"""A run of tools whose turns the caller may change between two requests. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..message.message import Message
from ..message.request import message_list, to_plain
from ..tools import run as ours


class ToolRun(ours.ToolRun):
    """`ToolRun` with what `append_messages` and `set_messages_params` do. They find the turns without the latest answer
    and its results, which the run adds itself unless messages were appended.

    limit: after so many answers the run is over, and that is no error.
    """

    limit: int | None = None
    _sent: int | None = None  # how many turns the latest answer was asked with
    _is_appended: bool = False

    def take(self, message: Message) -> None:
        self._sent, self._is_appended = len(self.transcript), False
        try:
            super().take(message)
        finally:
            self.done = self.done or self.iteration == self.limit

    def append(self, *turns: object) -> None:
        """Add turns in place of the answer and its results. Calls of it that have not run do not run any more."""
        if self._sent is not None and not self._is_appended:
            del self.transcript[self._sent :]
            for kept in (self.calls, self.outcomes, self._deferred):
                kept.clear()
            self._is_appended = True
        self.add(*turns)

    def change(self, params: Mapping[str, Any] | Callable[[dict[str, Any]], Mapping[str, Any]]) -> None:
        """Send other arguments from the next request on."""
        end = len(self.transcript) if self._is_appended else self._sent
        answer = [] if end is None else self.transcript[end:]
        given = dict(params({**self._body, "messages": self.transcript[:end]}) if callable(params) else params)
        self.transcript[:] = [*message_list(given.pop("messages", self.transcript[:end])), *answer]
        kept = {name: self._body[name] for name in ("stream",) if name in self._body}
        self._body: dict[str, Any] = {**kept, **to_plain(given, "params"), "messages": self.transcript}

"""Conversations that are held here, so that a request need only have its new messages.

`"thread": {"type": "create"}` has one held under the id of the answer, which a request whose thread is of the type
`continue` names as its `previous_message_id`, as with Anthropic. The tool runner of `anthropic` does so by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..document.json_values import as_object, as_text
from ..faults.errors import Issue, invalid_request

_MOST_THREADS = 1_000


class Threads:
    """The newest conversations, by the id of the last answer of each."""

    def __init__(self) -> None:
        self._held: dict[str, dict[str, Any]] = {}

    def expand(self, body: dict[str, Any]) -> dict[str, Any]:
        """The body with the messages, system prompt and tools that are held. Raises GatewayError 400 if none are."""
        thread, messages = as_object(body.get("thread")), body.get("messages")
        if thread.get("type") != "continue" or not isinstance(messages, list):
            return body
        held = self._held.get(as_text(thread.get("previous_message_id")))
        if held is None:
            reason = "Expected the id of an answer to a request with a thread"
            raise invalid_request([Issue("thread.previous_message_id", reason)])
        return {**held, **body, "messages": [*held["messages"], *messages]}

    def hold(self, body: dict[str, Any], message_id: str, content: Sequence[dict[str, Any]]) -> None:
        """Hold an expanded body and its answer, if the body asks for it."""
        if "thread" in body:
            kept: dict[str, Any] = {name: body[name] for name in ("system", "tools") if name in body}
            answer = {"role": "assistant", "content": list(content)}
            self._held[message_id] = {**kept, "messages": [*body["messages"], answer]}
            for oldest in list(self._held)[:-_MOST_THREADS]:
                del self._held[oldest]

"""Parts of the package that tests of other folders stand on, so that a part that moves is followed here. Not a test."""

from __future__ import annotations

from aimlapi_messages.core.arguments import warn_if_deprecated
from aimlapi_messages.core.errors import Phase, Sent
from aimlapi_messages.core.reply import ReplyHead
from aimlapi_messages.core.request import Request, Secrets
from aimlapi_messages.core.spending import Charge, SpendTracker
from aimlapi_messages.streaming.create import CreateMessage, message_from_body, message_operation

__all__ = [
    "Charge",
    "CreateMessage",
    "Phase",
    "ReplyHead",
    "Secrets",
    "Sent",
    "SpendTracker",
    "message_from_body",
    "message_operation",
    "new_head",
    "new_request",
    "warn_if_deprecated",
]


def new_head(status: int = 200, headers: dict[str, str] | None = None, **others: int) -> ReplyHead:
    """The head of an answer to a message."""
    return ReplyHead(status, headers or {}, "https://host/v1/messages", **others)


def new_request() -> Request:
    """A request that nobody needs to understand."""
    return Request("POST", "https://host/v1/messages", {}, None, None, Secrets(()))

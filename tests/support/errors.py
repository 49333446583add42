"""The errors of replies, read without a client. Not a test."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from aimlapi_messages import APIStatusError
from aimlapi_messages.core.reply import ReplyHead
from aimlapi_messages.core.request import Secrets
from aimlapi_messages.message.error_bodies import error_from_response

from .wire import KEY

URL = "https://api.aimlapi.com/v1/messages"


def error_of(
    content: Any,
    status: int = 400,
    headers: Mapping[str, str] | None = None,
    *,
    operation: str = "create_message",
    model: str = "",
) -> APIStatusError:
    """The error of a reply; what is not bytes is sent as JSON."""
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    head = ReplyHead(status, headers or {}, URL, Secrets([KEY]), operation=operation, model=model)
    return error_from_response(head, data)

"""From a 2xx response to a `Message`, in either of the shapes the gateway has used. Pure.

A 2xx does not make a message: proxies answer with web pages, and the gateway has put errors there.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from ..core import json as _json
from ..core.errors import APIError
from ..core.json import is_object
from ..core.reply import ReplyHead
from ..message.error_bodies import error_from_event, error_from_response, is_error_body, unexpected_response
from ..message.message import Message, with_defaults
from .accumulator import MessageAccumulator
from .legacy import LegacyReader, failure_of, has_choices, is_legacy
from .wire_events import decode_native


def read_message(head: ReplyHead, body: bytes) -> Message:
    """The message of a 2xx reply. Raises UnexpectedResponseError, or the error that the body speaks of."""
    if not body.strip():
        raise unexpected_response(head, body, "an empty body")
    try:
        data = _json.loads(body)
    except ValueError as error:
        raise unexpected_response(head, body, "something that is not JSON") from error
    if not is_object(data):
        raise unexpected_response(head, body, "JSON that is not an object")
    if (data.get("type") != "message" or "error" in data) and _speaks_of_error(data):
        raise _error_of(head, body, data)
    try:
        message = message_from_body(data)
    except (ValueError, RecursionError) as error:
        raise unexpected_response(head, body, f"JSON that is not a message ({error})") from error
    message.set_response_metadata(head)
    return message


def _speaks_of_error(data: dict[str, Any]) -> bool:
    return is_error_body(data) or (is_legacy(data) and failure_of(data) is not None)


def _error_of(head: ReplyHead, body: bytes, data: dict[str, Any]) -> APIError:
    """The error that a body speaks of, with the answer that it broke off."""
    failure = failure_of(data) if is_legacy(data) else None
    text = body.decode("utf-8-sig", "replace")
    error = error_from_response(head, body) if failure is None else error_from_event(failure, head, text)
    with suppress(ValueError, RecursionError):
        error.partial = message_from_body(data)
    return error


def message_from_body(data: Mapping[str, Any]) -> Message:
    """A message from its JSON: the gateway's own shape, or the chat-like one of its older page.

    Raises ValueError, the generated models' DecodeError among them, when it is neither.
    """
    if ("choices" in data or "event" in data) and has_choices(data):
        message = _from_legacy(data)
    elif isinstance(data.get("content"), list) and all(map(is_object, data["content"])):
        message = Message.from_dict(with_defaults(data))
    else:
        raise ValueError("it has neither a list of content blocks nor a choice")
    message.raw = data
    return message


def _from_legacy(data: Mapping[str, Any]) -> Message:
    """Told as the events of a stream, so that the older shape has one reading and not two."""
    whole = MessageAccumulator()
    reader = LegacyReader()
    for payload in [*reader.read_body(data), *reader.end()]:
        whole.add(decode_native(payload))
    return whole.snapshot("body")

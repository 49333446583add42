"""From a 2xx reply to a `Message`, in either of the shapes the gateway has used. Pure.

A 2xx does not make a message: proxies answer with web pages, and the gateway has put errors there.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from aimlapi_client import models
from aimlapi_client.errors import DecodeError, UnreadableBody
from aimlapi_client.operation import Operation

from ..core import json as _json
from ..core.cost import Cost
from ..core.errors import APIError
from ..core.headers import Headers
from ..core.json import is_object
from ..core.types import ReplyHead
from ..streaming.accumulator import MessageAccumulator
from ..streaming.legacy import LegacyReader, failure_of, has_choices, is_legacy
from ..streaming.wire_events import decode_native
from .error_bodies import error_from_event, error_from_response, is_error_body, shown_headers, unexpected_response
from .message import Message, with_defaults

__all__ = ["ResponseHead", "cost_of", "message_from_body", "read_answer", "read_message"]

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class ResponseHead:
    """What came before the body. `url` is without its query, `headers` are without cookies and secrets."""

    status_code: int
    headers: Headers = field(repr=False)
    url: str
    request_id: str | None

    @classmethod
    def of(cls, head: ReplyHead) -> ResponseHead:
        return cls(head.status, Headers(shown_headers(head)), head.url, head.request_id)


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


def read_answer(operation: Operation[_T], head: ReplyHead, body: bytes) -> _T:
    """The value of a 2xx reply. Raises UnexpectedResponseError, or the error that the body speaks of."""
    secret = operation.endpoint.secret
    shown = b"" if secret else body
    _check_error_body(head, body, secret=secret)
    try:
        return operation.decode(head.status, body)
    except (UnreadableBody, DecodeError) as error:
        problem = error.problem if isinstance(error, UnreadableBody) else str(error)
        raise unexpected_response(head, shown, f"a body that cannot be read ({problem})") from (
            None if secret else error
        )


def _check_error_body(head: ReplyHead, body: bytes, *, secret: bool) -> None:
    """Raise the error that a 2xx body speaks of. A secret body is not kept in it."""
    if b'"error"' not in body and b'"status' not in body:  # every error body has one of them
        return
    try:
        data = _json.loads(body)
    except ValueError:
        return
    if is_error_body(data):
        error = error_from_response(head, body)
        if secret:
            error.body = None
        raise error


def cost_of(head: ReplyHead, value: object) -> Cost | None:
    """What a call cost, as its answer says, or else the headers."""
    cost = getattr(value, "cost", None)
    if isinstance(cost, Cost):
        return cost
    meta = getattr(value, "meta", None)
    return (Cost.from_meta(meta, "body") if isinstance(meta, models.Meta) else None) or Cost.from_headers(head.headers)


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

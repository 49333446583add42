"""The head of a response, and the answer of a generated operation in its body. Pure.

A 2xx does not make an answer: proxies answer with web pages, and the gateway has put errors there.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

import attrs

from aimlapi_client.errors import DecodeError, UnreadableBody
from aimlapi_client.operation import Operation, RequestOptions

from ..core.arguments import NotGiven
from ..core.json import TooLargeError, check_count, loads
from ..core.reply import Headers, ReplyHead
from .error_bodies import error_from_event, is_error_body, shown_headers, unexpected_response

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


@attrs.frozen
class ClientOperation(Operation[_T]):
    """An operation whose answer needs the head of the response too, or more than one model.

    models: those that it names, for the warning about models that have ended.
    options: of the call, as `client.send` takes them, and checked.
    idle_timeout: seconds that its answer may go without content; NOT_GIVEN is the client's, None no limit.
    """

    models: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    options: RequestOptions = attrs.field(factory=RequestOptions, kw_only=True, repr=False)
    idle_timeout: float | NotGiven | None = attrs.field(default=None, kw_only=True)

    def read(self, head: ReplyHead, content: bytes) -> _T:
        """The value of a 2xx response. Raises UnexpectedResponseError, or the error that the body speaks of."""
        raise NotImplementedError


def read_answer(operation: Operation[_T], head: ReplyHead, body: bytes) -> _T:
    """The value of a 2xx reply. Raises UnexpectedResponseError, or the error that the body speaks of."""
    if len(body) > head.max_values:
        try:
            check_count(body, head.max_values)
        except TooLargeError as error:
            raise head.too_large(f"more than {error}") from None
    secret = operation.endpoint.secret
    shown = b"" if secret else body
    if b'"error"' in body or b'"status' in body:  # nearly none has these
        data: Any = None
        with suppress(ValueError):
            data = loads(body)
        if is_error_body(data):
            raise error_from_event(data, head, shown.decode("utf-8", "replace"))
    try:
        return operation.decode(head.status, body, head.headers.get("content-type", ""))
    except (UnreadableBody, DecodeError) as error:  # the one holds the body
        problem = error.problem if isinstance(error, UnreadableBody) else str(error)
    raise unexpected_response(head, shown, f"a body that cannot be read ({problem})")

"""The request for a message, checked and encoded, and the `Message` that its answer is. Pure: nothing is sent.

A 2xx does not make a message: proxies answer with web pages, and the gateway has put errors there. The streams have
modules of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from itertools import chain
from typing import Any, Final, cast

from attrs import evolve, frozen

from aimlapi_client.operation import Endpoint, RequestOptions

from ..core import json as _json
from ..core.arguments import NOT_GIVEN, NotGiven, check_limit
from ..core.errors import APIError, InvalidRequestError
from ..core.json import is_array, is_object
from ..core.reply import ReplyHead
from ..core.request import Request
from ..core.spending import SpendTracker
from ..message.error_bodies import error_from_event, is_error_body, unexpected_response
from ..message.message import Message, with_defaults
from ..message.request import body_options, check_names, message_body
from ..message.response import ClientOperation
from ..transport.arguments import checked_options
from ..transport.retries import RetryPolicy, RetryState
from .accumulator import MessageAccumulator
from .legacy import LegacyReader, failure_of, has_choices, is_legacy
from .sse import BEGINNING

_BETAS = "anthropic-beta"
_BETA = re.compile(r"[A-Za-z0-9._-]+")
# An event of a message has two values or more, and three lines or four.
_LINES_OF_A_VALUE: Final = 4
_CLIENT_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")


@frozen
class CreateMessage(ClientOperation[Message]):
    """A request for a message."""

    def read(self, head: ReplyHead, content: bytes) -> Message:
        return read_message(head, content)


@cache
def _endpoint(stream: bool) -> Endpoint[Any]:
    from aimlapi_client.api.messages.create_message import ENDPOINT  # noqa: PLC0415 (a document may lack it)

    return evolve(ENDPOINT, accept="text/event-stream, application/json;q=0.9") if stream else ENDPOINT


def message_operation(
    *,
    model: str,
    messages: object,
    max_tokens: int | None,
    stream: bool,
    options: Mapping[str, Any],
) -> CreateMessage:
    """Check the arguments as far as a client can, and encode them.

    Raises InvalidRequestError for what cannot be sent, TypeError for an argument that does not exist. What `extra_body`
    says is not checked.
    """
    if options:
        check_names(options, body_options())
    body = message_body(model=model, messages=messages, max_tokens=max_tokens, stream=stream, options=options)
    idle_timeout = options.get("idle_timeout", NOT_GIVEN)
    if not isinstance(idle_timeout, NotGiven):
        check_limit("idle_timeout", idle_timeout, InvalidRequestError)
    return CreateMessage(
        _endpoint(stream),
        body=_json.dumps(body),
        models=(str(body.get("model", "")),),
        options=_request_options(options) if options else RequestOptions(),
        idle_timeout=idle_timeout if stream else None,
    )


def _request_options(options: Mapping[str, Any]) -> RequestOptions:
    chosen = {name: value for name, value in options.items() if name in RequestOptions.__annotations__}
    request_id = options.get("client_request_id")
    if request_id is not None:
        # The gateway drops an id it does not like without a word, so it is checked here.
        if not _CLIENT_REQUEST_ID.fullmatch(request_id):
            raise InvalidRequestError(
                f"client_request_id {request_id[:140]!r} is not 1 to 128 characters of A-Z a-z 0-9 . _ : -"
            )
        chosen["extra_headers"] = {**(options.get("extra_headers") or {}), "x-client-request-id": request_id}
    if betas := options.get("betas"):
        chosen["extra_headers"] = _with_betas(chosen.get("extra_headers") or {}, betas)
    return checked_options(chosen)


def _with_betas(headers: Mapping[str, str | None], betas: object) -> dict[str, str | None]:
    """The headers with one that names betas, after those that it names already. Raises InvalidRequestError."""
    is_list = isinstance(betas, Iterable) and not isinstance(betas, (str, bytes, Mapping))
    names = list(cast("Iterable[object]", betas)) if is_list else [None]
    given = [one for one in names if isinstance(one, str) and _BETA.fullmatch(one)]
    if len(given) < len(names):
        raise InvalidRequestError("betas is no list of names. Give one, such as ['files-api-2025-04-14'].")
    named = [value for name, value in headers.items() if name.lower() == _BETAS and value]
    others = {name: value for name, value in headers.items() if name.lower() != _BETAS}
    return {**others, _BETAS: ",".join(dict.fromkeys([*named, *given]))}


def read_message(head: ReplyHead, body: bytes) -> Message:
    """The message of a 2xx reply, which may be a whole stream of events.

    Raises UnexpectedResponseError, the error that the body speaks of, and as a stream does.
    """
    if not body.strip():
        raise unexpected_response(head, body, "an empty body")
    try:
        data = _json.loads(body, most=head.max_values)
    except _json.TooLargeError as error:
        raise head.too_large(f"more than {error}") from None
    except ValueError as error:
        if BEGINNING.match(body):
            return _message_of_events(head, body)
        raise unexpected_response(head, body, "something that is not JSON") from error
    if not is_object(data):
        raise unexpected_response(head, body, "JSON that is not an object")
    failure = _error_in(head, body, data) if data.get("type") != "message" or "error" in data else None
    if failure is not None:
        raise failure
    try:
        message = message_from_body(data)
    except (ValueError, RecursionError) as error:
        raise unexpected_response(head, body, f"JSON that is not a message ({error})") from error
    message.set_response_metadata(head)
    if not body.isascii():  # as few are
        message.doubt_calls(body)
    return message


def _message_of_events(head: ReplyHead, body: bytes) -> Message:
    """The message of a stream that nobody asked for: some proxies send one whatever is asked."""
    from .core import StreamCore  # noqa: PLC0415 (as rare as they are)

    most = _LINES_OF_A_VALUE * head.max_values
    if sum(map(body.count, (b"\n", b"\r"))) > most:  # what has no data has no values
        raise head.too_large(f"more than {most:,} lines")
    request = Request("POST", head.url, {}, None, None, head.secrets)
    core = StreamCore(head, RetryState(request, RetryPolicy(), SpendTracker()))
    try:
        # Blanks before the first field would make another one of it.
        for _ in chain(core.feed(body.lstrip(b"\xef\xbb\xbf \t\r\n")), core.finish()):
            pass
    except APIError as error:
        raised = core.record_error(error)
        if raised is not None:
            raise raised from error.__cause__
    return core.snapshot()


def _error_in(head: ReplyHead, body: bytes, data: dict[str, Any]) -> APIError | None:
    """The error that a body speaks of, with the answer that it broke off; None if it speaks of none."""
    failure = failure_of(data) if is_legacy(data) else None
    if failure is None and not is_error_body(data):
        return None
    error = error_from_event(data if failure is None else failure, head, body.decode("utf-8-sig", "replace"))
    with suppress(ValueError, RecursionError):
        error.partial = message_from_body(head.scrub_json(data))
    return error


def message_from_body(data: Mapping[str, Any]) -> Message:
    """A message from its JSON: the gateway's own shape, or the chat-like one of its older page.

    Raises ValueError, the generated models' DecodeError among them, when it is neither.
    """
    if ("choices" in data or "event" in data) and has_choices(data):
        # Told as the events of a stream, so that the older shape has one reading and not two.
        whole, reader = MessageAccumulator(), LegacyReader()
        for payload in chain(reader.read(data), reader.end()):
            whole.add(payload)
        message = whole.snapshot("body")
    elif all(map(is_object, _blocks_of(data))):
        message = Message.from_dict(with_defaults(data))
    else:
        raise ValueError("it has content that is no block")
    message.raw = data
    return message


def _blocks_of(data: Mapping[str, Any]) -> list[Any]:
    """The blocks of a message; none where its content is null or left out, if all else says that it is a message."""
    content = data.get("content")
    if is_array(content):
        return content
    if content is None and (data.get("type") == "message" or data.get("role") == "assistant"):
        return []
    raise ValueError("it has neither a list of content blocks nor a choice")

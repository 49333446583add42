"""The request for a message: checked, encoded, with the options of its call. Pure: nothing is sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen

from aimlapi_client.operation import Endpoint, RequestOptions

from ..core import json as _json
from ..core.arguments import NOT_GIVEN, NotGiven, check_limit
from ..core.errors import InvalidRequestError
from ..core.reply import ReplyHead
from ..message.operation import ClientOperation
from ..message.request import body_options, check_names, message_body
from ..transport.arguments import checked_options

if TYPE_CHECKING:
    from ..message.message import Message

_CLIENT_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")


@frozen
class CreateMessage(ClientOperation["Message"]):
    """A request for a message. idle_timeout: seconds that its stream may go without content."""

    idle_timeout: float | NotGiven | None = field(default=NOT_GIVEN, kw_only=True)

    def read(self, head: ReplyHead, content: bytes) -> Message:
        from .whole import read_message  # noqa: PLC0415 (models load when they are needed)

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

    Raises InvalidRequestError for what cannot be sent, ContentError for images and documents that no model takes,
    TypeError for an argument that does not exist. What `extra_body` says is not checked.
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
        idle_timeout=idle_timeout,
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
    return checked_options(chosen)

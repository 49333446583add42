"""From what a server says went wrong to the exception that says it. Pure: bytes and JSON in, exceptions out.

The gateway has had four ways to say it: problem+json (`status`, `title`, `requestId`), the older NestJS body
(`statusCode` as number or text), either of them with the provider's own error as text inside `message`
("400 {...}"), and the provider's error bare (`{"type": "error", "error": {...}}`), as it comes inside a stream.
A body that is none of them still gives the exception of its status.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aimlapi_client import models

from ..core import json as _json
from ..core.errors import (
    APIStatusError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    InternalServerError,
    ModelWithdrawnError,
    NotFoundError,
    OutOfCreditError,
    OverloadedError,
    PermissionDeniedError,
    RateLimitError,
    RequestTooLargeError,
    UnexpectedResponseError,
    UnprocessableEntityError,
)
from ..core.json import is_array, is_object
from ..core.reply import Cost, ReplyHead, retry_after

HEAD_LENGTH: Final = 200
BODY_LENGTH: Final = 10_000

_CLASS_BY_STATUS: Final[Mapping[int, type[APIStatusError]]] = {
    400: BadRequestError,
    401: AuthenticationError,
    402: OutOfCreditError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    413: RequestTooLargeError,
    422: UnprocessableEntityError,
    429: RateLimitError,
    529: OverloadedError,
}

# The HTTP status that stands for an error type. It gives an error inside a 200 stream the class it would
# have had as a reply of its own.
_STATUS_BY_TYPE: Final[Mapping[str, int]] = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "conflict_error": 409,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}

_ADVICE: Final = frozenset({"retry-after", "retry-after-ms"})

_SPEAKS_OF_CREDIT = re.compile(r"\b(funds?|credits?|balance|payment method)\b", re.IGNORECASE)
_SPEAKS_OF_MODEL = re.compile(r"\bmodels?\b|\bno endpoints\b", re.IGNORECASE)
_UPSTREAM_STATUS = re.compile(r"\s*([45]\d\d)\b[\s:,-]*")


@dataclass(slots=True)
class _Account:
    """What a body says, whichever envelope it used. `status` is None where it names no failure status.

    enveloped: the body is a JSON object, so that it is an API that speaks and no web server.
    issues: the path and the reason of each.
    """

    enveloped: bool = True
    status: int | None = None
    text: str = ""
    type: str | None = None
    request_id: str | None = None
    path: str | None = None
    issues: Sequence[tuple[str, str]] = ()
    upstream_status: int | None = None


def error_from_response(head: ReplyHead, body: bytes) -> APIStatusError:
    """The error of a reply, whose body may be any of the envelopes, or anything else, or nothing."""
    text = body.decode("utf-8-sig", "replace")
    data = json_object(text)
    if data is None:
        return _build(_Account(enveloped=False, text=_one_line(head.scrub(text))), head, text, {})
    return error_from_event(data, head, text)


def error_from_event(payload: Mapping[str, Any], head: ReplyHead, text: str) -> APIStatusError:
    """The error that an event of a stream holds, in any of the envelopes; `text` is the event's data as it came."""
    return _build(_read(payload), head, text, payload)


def json_object(text: bytes | str) -> dict[str, Any] | None:
    """The JSON object that a text is, None if it is not one."""
    try:
        data = _json.loads(text)
    except ValueError:
        return None
    return data if is_object(data) else None


def is_error_type(kind: object) -> bool:
    """Whether it is one of the types that providers give their errors."""
    return isinstance(kind, str) and kind in _STATUS_BY_TYPE


def is_error_body(data: Any) -> bool:
    """Whether a JSON value is one of the error envelopes, whatever status it came with."""
    if not is_object(data):
        return False
    if "content" in data or "choices" in data:
        return bool(data.get("error"))
    return data.get("type") == "error" or data.get("error") is not None or _failure_status(data) is not None


def unexpected_response(head: ReplyHead, body: bytes, problem: str) -> UnexpectedResponseError:
    """The error of a 2xx reply that is not what was asked for; `problem` says what it is instead."""
    text = head.scrub(body.decode("utf-8-sig", "replace"))
    kind = head.content_type or "no content type"
    shown = f" It begins: {_one_line(text)!r}." if text.strip() else ""
    message = f"{head.url} answered {head.status} ({kind}) with {problem}.{shown} {UnexpectedResponseError.advice}"
    return UnexpectedResponseError(
        head.scrub(message),
        status_code=head.status,
        request_id=head.request_id,
        body=text[:BODY_LENGTH],
        url=head.url,
        headers=shown_headers(head),
    )


def _read(data: Mapping[str, Any]) -> _Account:
    account = _Account(
        status=_failure_status(data),
        text=_first_text(data, "message", "error.message", "error", "title"),
        type=_first_text(data, "error.type") or None,
        request_id=_first_text(data, "requestId", "request_id") or None,
        path=_first_text(data, "instance", "path") or None,
        issues=[*_issues(_member(data, "error.details")), *_validation_issues(data.get("meta"))],
    )
    found = _UPSTREAM_STATUS.match(account.text)
    if found:
        account.upstream_status = int(found[1])
        upstream = json_object(account.text[found.end() :])
        if upstream is not None and is_object(upstream.get("error")):
            account.type = _first_text(upstream, "error.type") or None
            account.text = _first_text(upstream, "error.message") or account.text
    return account


def _member(data: Mapping[str, Any], place: str) -> object:
    """The member of a body, or the member of one of its members: "error.type"."""
    owner, _, name = place.rpartition(".")
    source: object = data.get(owner)
    if not owner:
        return data.get(name)
    return source.get(name) if is_object(source) else None


def _first_text(data: Mapping[str, Any], *places: str) -> str:
    """The text at the first of these places that has one, "" if none has."""
    return next(filter(None, (_text(_member(data, place)) for place in places)), "")


def _failure_status(data: Mapping[str, Any]) -> int | None:
    """The failure status that a body names, as a number or as text."""
    for place in ("status", "statusCode", "error.code"):
        value = _member(data, place)
        if isinstance(value, (int, str)) and re.fullmatch(r"[45]\d\d", str(value)):
            return int(value)
    return None


def _issues(details: object) -> Iterator[tuple[str, str]]:
    for issue in details if is_array(details) else []:
        if is_object(issue):
            yield _text(issue.get("path")), _text(issue.get("reason"))


def _validation_issues(meta: object) -> Iterator[tuple[str, str]]:
    """The issues in an older body's `meta`: a tree whose nodes list their complaints under `_errors`."""
    waiting: list[tuple[str, object]] = [("", meta)]
    while waiting:
        path, node = waiting.pop()
        if is_object(node):
            reason = _text(node.get("_errors"))
            if reason:
                yield path, reason
            children = [(f"{path}.{name}".lstrip("."), child) for name, child in node.items()]
            waiting.extend(reversed(children))


def _build(account: _Account, head: ReplyHead, body: str, data: Mapping[str, Any]) -> APIStatusError:
    status = account.status or (_STATUS_BY_TYPE.get(account.type or "", 500) if head.ok else head.status)
    kind = _class_for(status, account, head.operation)
    request_id = head.scrub(account.request_id) if account.request_id else head.request_id
    parts = [f"{status} from {account.path or head.url}: {account.text or 'no text'}"]
    parts += [f"{path or 'body'}: {reason}" for path, reason in account.issues if reason not in account.text]
    known = f" (request id {request_id})" if request_id else ""
    error = kind(
        head.scrub(f"{'; '.join(parts).rstrip('. ')}{known}. {_advice(kind, account, head)}"),
        status_code=status,
        type=account.type and head.scrub(account.type),
        request_id=request_id,
        path=account.path and head.scrub(account.path),
        details=tuple(models.ProblemIssue(path=head.scrub(p), reason=head.scrub(r)) for p, r in account.issues),
        upstream_status=account.upstream_status,
        body=head.scrub(body)[:BODY_LENGTH],
        url=head.url,
        headers=shown_headers(head),
    )
    error.cost = Cost.from_meta(data.get("meta"), "body") or Cost.from_headers(head.headers)
    return error


def _class_for(status: int, account: _Account, operation: str) -> type[APIStatusError]:
    if account.type == "overloaded_error":
        return OverloadedError
    if status == 403 and _SPEAKS_OF_CREDIT.search(account.text):
        return OutOfCreditError
    if status == 404 and account.enveloped and operation == "create_message" and _SPEAKS_OF_MODEL.search(account.text):
        return ModelWithdrawnError
    default = InternalServerError if status >= 500 else APIStatusError
    return _CLASS_BY_STATUS.get(status, default)


def _advice(kind: type[APIStatusError], account: _Account, head: ReplyHead) -> str:
    if 300 <= head.status < 400:
        return "Redirects are not followed, lest the key go elsewhere; set base_url to the final address."
    if kind is NotFoundError and not account.enveloped:
        return UnexpectedResponseError.advice
    # When the provider's refusal is wrapped in a gateway's 500, it is the refusal that can be dealt with.
    return _CLASS_BY_STATUS.get(account.upstream_status or 0, kind).advice


def _text(value: object) -> str:
    """Whatever stands where a text belongs, as one text: lists are joined, anything absent is ""."""
    found: list[str] = []
    waiting: list[object] = [value]
    while waiting:  # and no recursion: a hostile list is nested as deeply as it likes
        item = waiting.pop()
        if is_array(item):
            waiting.extend(reversed(item))
        elif isinstance(item, str):
            found.append(item.strip())
    return "; ".join(filter(None, found))


def shown_headers(head: ReplyHead) -> dict[str, str]:
    """The headers without cookies and secrets; advice on when to come back is read from them, and stays."""
    return {
        name: value if name in _ADVICE and retry_after({name: value}) is not None else head.scrub(value)
        for name, value in head.headers.items()
        if name != "set-cookie"
    }


def _one_line(text: str) -> str:
    return " ".join(text.split())[:HEAD_LENGTH]

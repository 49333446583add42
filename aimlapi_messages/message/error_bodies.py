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
from http import HTTPStatus
from itertools import islice
from typing import Any, Final

from aimlapi_client import models
from aimlapi_client.deprecations import deprecation_of

from ..core import json as _json
from ..core.arguments import did_you_mean
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
# Bytes of a body that are looked at to show its beginning.
_MOST_SHOWN: Final = 256 * 1024

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

# The members that hold what is told of an error, in the order of telling, as `_plain_name` has their names.
_TEXTS: Final = ("title", "message", "msg", "error", "description", "detail", "reason", "details", "errors")
# Where the place in the request stands, beside the text of one of several complaints.
_PLACES: Final = ("path", "loc", "location", "field", "param", "parameter", "property", "pointer", "instancepath")
# Not the names of fields that a complaint is about.
_CODES: Final = frozenset({"type", "code", "status", "statuscode", "name", "id", "requestid"})
# Of a body that is long, enough is told and kept.
_MOST_TEXTS: Final = 1000
_MOST_TOLD: Final = 50

# A title that says no more than the status does.
_PHRASES: Final = frozenset(status.phrase.casefold() for status in HTTPStatus)

_SPEAKS_OF_CREDIT = re.compile(r"\b(funds?|credits?|balance|payment method)\b", re.IGNORECASE)
# What a refusal of any other status says when it is for money. A limit of requests also speaks of quota and billing.
_OUT_OF_CREDIT = re.compile(
    r"\b(insufficient|not enough|out of|low|exhausted) (\w+ ){0,2}(funds?|credits?|balance)\b"
    r"|\b(no|more) (\w+ )?(funds|credits)\b|\b(insufficient (\w+ )?|current )quota\b|\btop up\b"
    r"|\b(funds?|credits?|balance) (\w+ ){0,3}(low|insufficient|exhausted|depleted|exceeded|used up|negative)\b"
    r"|余额不足|额度不足",
    re.IGNORECASE,
)
_SPEAKS_OF_MODEL = re.compile(r"\bmodels?\b|\bno endpoints?\b", re.IGNORECASE)
_UNKNOWN_MODEL = re.compile(
    r"\b(unknown|invalid|no such|valid) model\b"
    r"|\bmodel\b.{0,200}\b(not found|not exist|not valid|unknown|invalid enum)",
    re.IGNORECASE | re.DOTALL,
)
_WITHDRAWN = re.compile(
    r"\b(withdrawn|deprecated|retired|discontinued|removed|delisted|decommissioned|sunset|end[- ]of[- ]life|no longer"
    r"|shut ?down)\b",
    re.IGNORECASE,
)
_UPSTREAM_STATUS = re.compile(r"\s*([45]\d\d)\b[\s:,-]*")
_WORD = re.compile(r"[^\W_]+")
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n+")


@dataclass(slots=True)
class _Account:
    """What a body says, whichever envelope it used. `status` is None where it names no failure status.

    enveloped: the body is a JSON object, so that it is an API that speaks and no web server.
    texts: what it says of the whole request. issues: the path and the reason of each complaint about a part.
    codes: words that are for programs.
    """

    enveloped: bool = True
    status: int | None = None
    texts: Sequence[str] = ()
    type: str | None = None
    request_id: str | None = None
    path: str | None = None
    issues: Sequence[tuple[str, str]] = ()
    upstream_status: int | None = None
    codes: Sequence[str] = ()

    @property
    def words(self) -> str:
        """The head of all that it says, to look for words in."""
        said = [*self.codes, *self.texts, *(reason for _, reason in self.issues)]
        return "; ".join(said)[:BODY_LENGTH].replace("_", " ")


def error_from_response(head: ReplyHead, body: bytes) -> APIStatusError:
    """The error of a reply, whose body may be any of the envelopes, or anything else, or nothing."""
    text = body.decode("utf-8-sig", "replace")
    data = json_object(text)
    if data is None:
        return _build(_Account(enveloped=False, texts=[_one_line(head.scrub(text))]), head, text, {})
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
    text = head.scrub(body[:_MOST_SHOWN].decode("utf-8-sig", "replace"), BODY_LENGTH)
    kind = head.content_type or "no content type"
    shown = f" It begins: {_one_line(text)!r}." if text.strip() else ""
    message = f"{head.url} answered {head.status} ({kind}) with {problem}.{shown} {UnexpectedResponseError.advice}"
    return UnexpectedResponseError(
        head.scrub(message),
        status_code=head.status,
        request_id=head.request_id,
        body=text,
        url=head.url,
        headers=shown_headers(head),
    )


def _read(data: Mapping[str, Any]) -> _Account:
    said = list(islice(_said(data), _MOST_TEXTS))
    account = _Account(
        status=_failure_status(data),
        texts=[text for place, text in said if place is None],
        type=_first_text(data, "error.type") or None,
        request_id=_first_text(data, "requestId", "request_id") or None,
        path=_first_text(data, "instance", "path") or None,
        issues=[
            *((place, text) for place, text in said if place is not None),
            *islice(_validation_issues(data.get("meta")), _MOST_TEXTS),
        ],
        codes=[_text(_member(data, place)) for place in ("type", "code", "error.type", "error.code")],
    )
    found = next(filter(None, map(_UPSTREAM_STATUS.match, account.texts)), None)
    if found:
        account.upstream_status = int(found[1])
        upstream = json_object(found.string[found.end() :])
        if upstream is not None and is_object(upstream.get("error")):
            inner = _read({**upstream, "error": {**upstream["error"]}})
            account.type = inner.type
            account.codes = [*account.codes, *inner.codes]
            rest = [text for text in account.texts if text != found.string]
            account.texts = [*(inner.texts or [found.string]), *rest]
            account.issues = [*account.issues, *inner.issues]
    return account


def _said(data: Mapping[str, Any]) -> Iterator[tuple[str | None, str]]:
    """The texts of a body, each with the place in the request that it is about, None where that is not said."""
    waiting: list[tuple[str | None, object, bool]] = [(None, data, False)]
    while waiting:  # and no recursion: a hostile body is nested as deeply as it likes
        place, value, listed = waiting.pop()
        if isinstance(value, str) and value.strip():
            yield place, value.strip()
        elif is_array(value):
            waiting.extend((place, item, True) for item in reversed(value))
        elif is_object(value):
            by_name = {_plain_name(name): member for name, member in value.items()}
            if listed:
                place = next((_path(by_name[name]) for name in _PLACES if name in by_name), place)
            found = [(place, by_name[name], False) for name in _TEXTS if name in by_name]
            if not found and value is not data:  # complaints by the names of fields
                found = [
                    (f"{place or ''}.{name}".lstrip(".")[:HEAD_LENGTH], member, False)
                    for name, member in value.items()
                    if _plain_name(name) not in _CODES
                ]
            waiting.extend(reversed(found))


def _plain_name(name: str) -> str:
    """`message` for `Message`, `_message`, `error_message` and `errorMessage`."""
    plain = re.sub(r"[^a-z]", "", name.lower())
    return plain if plain in ("error", "errors") else plain.removeprefix("error")


def _path(value: object) -> str:
    return (".".join(map(str, value)) if is_array(value) else _text(value))[:HEAD_LENGTH]


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


def _validation_issues(meta: object) -> Iterator[tuple[str, str]]:
    """The issues in an older body's `meta`: a tree whose nodes list their complaints under `_errors`."""
    waiting: list[tuple[str, object]] = [("", meta)]
    while waiting:
        path, node = waiting.pop()
        if is_object(node):
            reason = _text(node.get("_errors"))
            if reason:
                yield path, reason
            children = [(f"{path}.{name}".lstrip(".")[:HEAD_LENGTH], child) for name, child in node.items()]
            waiting.extend(reversed(children))


def _build(account: _Account, head: ReplyHead, body: str, data: Mapping[str, Any]) -> APIStatusError:
    status = account.status or (_STATUS_BY_TYPE.get(account.type or "", 500) if head.ok else head.status)
    kind = _class_for(status, account, head)
    request_id = head.scrub(account.request_id) if account.request_id else head.request_id
    texts = account.texts
    if len(texts) > 1 and texts[0].casefold() in _PHRASES:
        texts = texts[1:]
    said = _once([*texts, *(f"{path or 'body'}: {reason}" for path, reason in account.issues)])
    known = f" (request id {request_id})" if request_id else ""
    shown = head.scrub(body, BODY_LENGTH)
    what = head.scrub("; ".join(said))[:BODY_LENGTH].rstrip(". ") or _one_line(shown) or "no text"
    wait = retry_after(head.headers)
    later = f" Wait {wait:g} s, as the server asks." if wait is not None else ""
    error = kind(
        head.scrub(f"{status} from {account.path or head.url}: {what}{known}.{later} {_advice(kind, account, head)}"),
        status_code=status,
        type=account.type and head.scrub(account.type),
        request_id=request_id,
        path=account.path and head.scrub(account.path),
        details=tuple(models.ProblemIssue(path=head.scrub(p), reason=head.scrub(r)) for p, r in account.issues),
        upstream_status=account.upstream_status,
        body=shown,
        retry_after=wait,
        url=head.url,
        headers=shown_headers(head),
    )
    error.cost = Cost.from_meta(data.get("meta"), "body") or Cost.from_headers(head.headers)
    return error


def _once(parts: Sequence[str]) -> list[str]:
    """The parts without those that another one holds, and without a sentence that stood in an earlier one."""
    parts = parts[:_MOST_TOLD]
    plain = [f" {' '.join(_WORD.findall(part.casefold()))} " for part in parts]
    told: list[str] = []
    known = set[str]()
    for place, part in enumerate(parts):
        others = [*plain[:place], *(other for other in plain[place + 1 :] if other != plain[place])]
        if any(plain[place] in other for other in others):
            continue
        sentences = dict[str, str]()
        for one in map(str.strip, _SENTENCE_END.split(part)):
            sentences.setdefault(one.casefold().rstrip(".;!"), one)
        told.append(" ".join(one for key, one in sentences.items() if key not in known).rstrip(". "))
        known.update(sentences)
    return [*filter(None, told)]


def _class_for(status: int, account: _Account, head: ReplyHead) -> type[APIStatusError]:
    if account.type == "overloaded_error":
        return OverloadedError
    words = account.words
    out_of_credit = _OUT_OF_CREDIT.search(words) or (status == 403 and _SPEAKS_OF_CREDIT.search(words))
    if out_of_credit and 400 <= (account.upstream_status or status) < 500:  # a 500 may wrap a refusal
        return OutOfCreditError
    if status == 404 and _names_model(account, head):
        ended = deprecation_of(head.model)
        if _WITHDRAWN.search(words) or (ended is not None and ended.status == "withdrawn"):
            return ModelWithdrawnError
    default = InternalServerError if status >= 500 else APIStatusError
    return _CLASS_BY_STATUS.get(status, default)


def _names_model(account: _Account, head: ReplyHead) -> bool:
    """Whether it is an API that speaks, about the model that was asked for."""
    if not account.enveloped or head.operation != "create_message":
        return False
    name = head.model.rpartition("/")[2].casefold().replace("_", " ")
    return bool(_SPEAKS_OF_MODEL.search(account.words)) or bool(name and name in account.words.casefold())


def _advice(kind: type[APIStatusError], account: _Account, head: ReplyHead) -> str:
    if 300 <= head.status < 400:
        return "Redirects are not followed, lest the key go elsewhere; set base_url to the final address."
    if kind is NotFoundError and not account.enveloped:
        return UnexpectedResponseError.advice
    if kind is not OutOfCreditError:
        # When the provider's refusal is wrapped in a gateway's 500, it is the refusal that can be dealt with.
        kind = _CLASS_BY_STATUS.get(account.upstream_status or 0, kind)
    unknown = _names_model(account, head) if kind is NotFoundError else _doubts_model(account)
    return f"{did_you_mean(head.model) if unknown else ''} {kind.advice}".lstrip()


def _doubts_model(account: _Account) -> bool:
    """Whether a refusal of the whole request is about its model."""
    about = any(path.rpartition(".")[2] == "model" for path, _ in account.issues)
    return about or bool(_UNKNOWN_MODEL.search(account.words))


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
    """The headers without cookies and secrets."""
    return {name: head.scrub(value) for name, value in head.headers.items() if name != "set-cookie"}


def _one_line(text: str) -> str:
    return " ".join(text.split())[:HEAD_LENGTH]

"""From what a server says went wrong to the exception that says it. Pure: bytes and JSON in, exceptions out.

The gateway has had four ways to say it: problem+json (`status`, `title`, `requestId`), the older NestJS body
(`statusCode` as number or text), either of them with the provider's own error as text inside `message`
("400 {...}"), and the provider's error bare (`{"type": "error", "error": {...}}`), as it comes inside a stream.
What stands before the gateway has others, and all are read by the names of their members. A body that is none of
them still gives the exception of its status.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from itertools import islice
from typing import Any, Final, TypeAlias

from aimlapi_client import models
from aimlapi_client.deprecations import deprecation_of

from ..core import json as _json
from ..core.arguments import did_you_mean
from ..core.errors import (
    APIStatusError,
    AuthenticationError,
    InternalServerError,
    ModelWithdrawnError,
    NotFoundError,
    OutOfCreditError,
    OverloadedError,
    PermissionDeniedError,
    UnexpectedResponseError,
)
from ..core.json import is_array, is_object
from ..core.reply import Cost, ReplyHead, retry_after
from .body_text import BODY_LENGTH, HEAD_LENGTH, decoded, one_line, without_markup
from .error_words import ABOUT_MODEL, UNKNOWN_MODEL, WITHDRAWN, speaks_of_money

# Bytes of a body that are looked at to show its beginning, or characters to tell what it says.
_MOST_SHOWN: Final = 256 * 1024

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
_TEXTS: Final = (
    *("title", "message", "errormessages", "msg", "error", "faultstring", "description", "detail", "reason", "details"),
    *("metadata", "raw"),
)
# Those that hold complaints, by the names of fields if they are objects.
_COMPLAINTS: Final = ("errors", "violations", "issues", "invalidparams", "fielderrors", "fieldviolations", "modelstate")
# The text of an object that has none of these: `status_msg`, `defaultMessage`, `hydra:title`.
_LIKE_A_TEXT = re.compile(r".*(title|message|msg|description)")
# What is put around an error and says nothing itself.
_WRAPPERS: Final = ("response", "responsemetadata", "result", "data", "fault", "status", "baseresp", "odataerror")
# Where the place in the request stands, beside the text of one of several complaints.
_PLACES: Final = (
    *("path", "loc", "location", "field", "param", "parameter", "property", "propertypath", "pointer", "instancepath"),
    *("source", "target", "header"),
)
# Not the names of fields that a complaint is about.
_CODES: Final = frozenset({"type", "code", "status", "statuscode", "name", "id", "requestid"})
# Of a body that is long, enough is told and kept.
_MOST_TEXTS: Final = 1000
_MOST_TOLD: Final = 50

# A title that says no more than the status does.
_PHRASES: Final = frozenset(status.phrase.casefold() for status in HTTPStatus)

_UPSTREAM_STATUS = re.compile(r"\s*(?:error(?: code)?:\s*)?([45]\d\d)\b[\s:,-]*", re.IGNORECASE)
_BEGIN_OF_JSON = re.compile(r"\{|\[\s*\{")
# What a prefix of an error in a text says no more than.
_NO_PREFIX = re.compile(r"(?:\s*(?:event:\s*error|data:|error:))*[\s:;,'\"-]*", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_ADDRESS = re.compile(r"https://[\w./]*\w")
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n+")


# A part of a body: the place in the request that it is about, its value, and the name of the member that holds it.
_Part: TypeAlias = tuple[str | None, object, str]


@dataclass(slots=True)
class _Account:
    """What a body says, whichever envelope it used. `status` is None where it names no failure status.

    enveloped: the body is or holds a JSON object, so that it is an API that speaks and no web server.
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
        return "; ".join(self.told)[:BODY_LENGTH].replace("_", " ")

    @property
    def told(self) -> list[str]:
        return [*self.codes, *self.texts, *(reason for _, reason in self.issues)]


def error_from_response(head: ReplyHead, body: bytes) -> APIStatusError:
    """The error of a reply, whose body may be any of the envelopes, or anything else, or nothing."""
    text = head.scrub(decoded(body, head))
    try:
        data = _json.loads(text)
    except ValueError:
        data = None if _embedded(text) is None else text
    if is_object(data):
        return error_from_event(data, head, text)
    if data is not None and not isinstance(data, (int, float)):
        account = _read({"errors": data})
        account.enveloped = "{" in text
        return _build(account, head, text, {})
    texts = [one_line(part) for part in without_markup(text)]
    return _build(_Account(enveloped=False, texts=[*filter(None, texts)]), head, text, {})


def error_from_event(payload: Mapping[str, Any], head: ReplyHead, text: str) -> APIStatusError:
    """The error that an event of a stream holds, in any of the envelopes; `text` is the event's data as it came."""
    shown = head.scrub(text, _MOST_SHOWN)
    if shown != text:  # it is long, or holds a secret, of which half would stay where it is cut
        payload = {name: _beginning(member, head) for name, member in payload.items()}
    account = _read(payload)
    if not account.texts and not account.issues:  # whatever it is, its words may be about money
        account.texts = [one_line(shown)]
    return _build(account, head, shown, payload)


def _beginning(value: object, head: ReplyHead, depth: int = 20) -> object:
    """What may be told of a value: the beginnings of its first texts, without secrets."""
    if isinstance(value, str):
        return head.scrub(value, BODY_LENGTH)
    if is_object(value) and depth:
        members = islice(value.items(), _MOST_TOLD)
        return {head.scrub(name): _beginning(member, head, depth - 1) for name, member in members}
    if is_array(value) and depth:
        return [_beginning(item, head, depth - 1) for item in islice(value, _MOST_TOLD)]
    return None if is_object(value) or is_array(value) else value


def is_error_type(kind: object) -> bool:
    """Whether it is one of the types that providers give their errors."""
    return isinstance(kind, str) and kind in _STATUS_BY_TYPE


def is_error_body(data: Any) -> bool:
    """Whether a JSON value is one of the error envelopes, whatever status it came with."""
    if not is_object(data):
        return False
    if "content" in data or "choices" in data:
        return bool(data.get("error"))
    if data.get("type") == "error" or data.get("error") is not None or _failure_status(data) is not None:
        return True
    told = data.get("message", data.get("msg"))
    if not isinstance(told, str):
        return False
    return data.get("success") is False or bool(_failure_status(data, "code") or _UPSTREAM_STATUS.match(told))


def unexpected_response(head: ReplyHead, body: bytes, problem: str) -> UnexpectedResponseError:
    """The error of a 2xx reply that is not what was asked for; `problem` says what it is instead."""
    text = head.scrub(decoded(body[:_MOST_SHOWN], head), BODY_LENGTH)
    kind = head.content_type or "no content type"
    begin = one_line("; ".join(map(str.strip, without_markup(text)))) or one_line(text)
    shown = f" It begins: {begin!r}." if begin else ""
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
    path = _first_text(data, "instance", "path")[:HEAD_LENGTH]
    account = _Account(
        status=_failure_status(data),
        texts=[text for place, text in said if place is None],
        type=_first_text(data, "error.type")[:HEAD_LENGTH] or None,
        request_id=_first_text(data, "requestId", "request_id", "RequestId")[:HEAD_LENGTH] or None,
        path=path if path.startswith(("/", "http")) else None,  # and no id of an occurrence
        issues=[
            *((place, text) for place, text in said if place is not None),
            *islice(_validation_issues(data.get("meta")), _MOST_TEXTS),
        ],
        codes=[_text(_member(data, place)) for place in ("type", "code", "error.type", "error.code")],
    )
    upstream = next(filter(None, map(_UPSTREAM_STATUS.match, account.texts)), None)
    if upstream:
        account.upstream_status = int(upstream[1])
    texts: list[str] = []
    for text in dict.fromkeys(account.texts):  # the gateway says the same in `message` and in `error.message`
        found = _embedded(text)
        if found is None:
            texts.append(text)
        else:
            prefix, inner = found
            account.type = inner.type or account.type
            account.codes = [*account.codes, *inner.codes]
            texts += [*filter(None, [prefix]), *inner.texts]
            account.issues = [*account.issues, *inner.issues]
    account.texts = texts
    return account


def _embedded(text: str) -> tuple[str, _Account] | None:
    """The error that stands as JSON in a text, `400 {...}` or `SomeError: {...}`, and what comes before it."""
    start = _BEGIN_OF_JSON.search(text)
    if start is None or text.lstrip().startswith("<"):
        return None
    try:
        value, _ = _json.DECODER.raw_decode(text, start.start())
    except (ValueError, RecursionError):
        return None
    account = _read(value if is_object(value) else {"errors": value})
    prefix = text[: start.start()]
    for nothing in (_UPSTREAM_STATUS, _NO_PREFIX):
        found = nothing.match(prefix)
        prefix = prefix[found.end() if found else 0 :]
    prefix = prefix.rstrip().removesuffix("b'").rstrip(" \n:-")
    return (prefix, account) if account.texts or account.issues else None


def _said(data: Mapping[str, Any]) -> Iterator[tuple[str | None, str]]:
    """The texts of a body, each with the place in the request that it is about, None where that is not said."""
    # What holds the body, and what is wrapped in it, is "", and what holds a part of a list "[]".
    waiting: list[_Part] = [(None, data, "")]
    while waiting:  # and no recursion: a hostile body is nested as deeply as it likes
        place, value, holder = waiting.pop()
        if isinstance(value, str) and value.strip():
            yield place, value.strip()
        elif is_array(value):
            waiting.extend((place, item, "[]") for item in reversed(value))
        elif is_object(value):
            by_name = {_plain_name(name): member for name, member in value.items()}
            if holder == "[]":
                places = [*_PLACES, "name"] if "reason" in by_name else _PLACES
                place = next(filter(None, (_path(by_name.get(name)) for name in places)), place)
            waiting.extend(reversed(_parts(value, by_name, place, holder)))


def _parts(value: dict[str, Any], by_name: dict[str, Any], place: str | None, holder: str) -> list[_Part]:
    """What an object says, each part with its place and the name of what holds it."""
    by_field = holder in _COMPLAINTS
    found: list[_Part] = [
        (place, by_name[name], name)
        for name in (*_TEXTS, *_COMPLAINTS)
        if name in by_name and (isinstance(by_name[name], str) or not by_field)
    ]
    if not found and not by_field:
        found = [(place, text, "") for name, text in by_name.items() if _LIKE_A_TEXT.fullmatch(name)]
    if not found and not holder:
        return [(None, by_name[name], "") for name in _WRAPPERS if is_object(by_name.get(name))]
    if not found:  # complaints by the names of fields; of other texts, those that are lists
        found = [
            (f"{place or ''}.{name}".lstrip(".")[:HEAD_LENGTH], member, holder)
            for name, member in value.items()
            if (by_field and _plain_name(name) not in _CODES) or is_array(member) or is_object(member)
        ]
    if not found and place and "code" in by_name:
        found = [(place, by_name["code"], "")]
    return found


def _plain_name(name: str) -> str:
    """`message` for `Message`, `_message`, `error_message` and `errorMessage`."""
    plain = re.sub(r"[^a-z]", "", name.lower())
    return plain if plain in ("error", "errors", "errormessages") else plain.removeprefix("error")


def _path(value: object) -> str:
    if is_object(value):  # {"pointer": "/model"}
        value = next((part for part in value.values() if isinstance(part, str)), "")
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


def _failure_status(data: Mapping[str, Any], *more: str) -> int | None:
    """The failure status that a body names, as a number or as text; `more` are other places for it."""
    for place in ("status", "statusCode", "status_code", "error.code", *more):
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
    status = account.status or head.status
    if head.ok and account.status is None:
        implied = _failure_status(data, "code") or account.upstream_status or 500
        status = _STATUS_BY_TYPE.get(account.type or "", implied)
    kind = _class_for(status, account, head)
    request_id = head.scrub(account.request_id) if account.request_id else head.request_id
    dull = [data.get("title"), data.get("error"), *account.texts[:1]]
    texts = [text for text in account.texts if text not in dull or text.casefold() not in _PHRASES] or account.texts
    said = _once([*texts, *(f"{path or 'body'}: {reason}" for path, reason in account.issues)])
    shown = head.scrub(body, BODY_LENGTH)
    what = head.scrub("; ".join(said))[:BODY_LENGTH].rstrip(". ") or one_line(shown) or "no text"
    wait = retry_after(head.headers)
    later = f" Wait {wait:g} s, as the server asks." if wait is not None else ""
    advice = _unsaid(_advice(kind, account, head), what)
    known = f" (request id {request_id})" if request_id else ""
    error = kind(
        head.scrub(f"{status} from {head.url}: {what}.{later}{advice}{known}"),
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
    loosely = status == 403 and account.enveloped
    is_refusal = 400 <= (account.upstream_status or status) < 500  # a 500 may wrap one
    if is_refusal and speaks_of_money(account.told, loosely=loosely):
        return OutOfCreditError
    if status == 404 and _names_model(account, head):
        ended = deprecation_of(head.model)
        if WITHDRAWN.search(words) or (ended is not None and ended.status == "withdrawn"):
            return ModelWithdrawnError
    default = InternalServerError if status >= 500 else APIStatusError
    return APIStatusError.by_status.get(status, default)


def _names_model(account: _Account, head: ReplyHead) -> bool:
    """Whether it is an API that speaks, about the model that was asked for."""
    if not account.enveloped or head.operation != "create_message":
        return False
    name = head.model.rpartition("/")[2].casefold().replace("_", " ")
    return bool(ABOUT_MODEL.search(account.words) or (name and name in account.words.casefold()))


def _advice(kind: type[APIStatusError], account: _Account, head: ReplyHead) -> str:
    if 300 <= head.status < 400:
        return "Redirects are not followed, lest the key go elsewhere; set base_url to the final address."
    refused = kind in (AuthenticationError, PermissionDeniedError) and account.texts
    if not account.enveloped and (refused or kind is NotFoundError):  # by a proxy, and not because of the key
        return UnexpectedResponseError.advice
    if kind is not OutOfCreditError:
        # When the provider's refusal is wrapped in a gateway's 500, it is the refusal that can be dealt with.
        kind = APIStatusError.by_status.get(account.upstream_status or 0, kind)
    if kind is NotFoundError:
        unknown = _names_model(account, head)
    else:
        blamed = any(re.split(r"[./]", path)[-1] == "model" for path, _ in account.issues)
        unknown = blamed or UNKNOWN_MODEL.search(account.words) is not None
    return f"{did_you_mean(head.model) if unknown else ''} {kind.advice}".lstrip()


def _unsaid(advice: str, said: str) -> str:
    """The advice after a space, without that to go to an address to which the server has sent the caller already."""
    found = _ADDRESS.search(advice)
    if found is None or not re.search(rf"{re.escape(found[0])}/?(?![\w/])", said):
        return f" {advice}"
    rest = advice[found.end() :].removeprefix(", ").removeprefix(".")
    return rest and f" {rest[0].upper()}{rest[1:]}"


def _text(value: object) -> str:
    """Whatever stands where a text belongs, as one text: a list is joined, anything else is ""."""
    items: list[object] = value if is_array(value) else [value]
    return "; ".join(text for item in items if isinstance(item, str) and (text := item.strip()))


def shown_headers(head: ReplyHead) -> dict[str, str]:
    """The headers without cookies and secrets."""
    return {head.scrub(name): head.scrub(value) for name, value in head.headers.items() if name != "set-cookie"}

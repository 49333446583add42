"""One call and how its answer is read, for everything but messages. Pure: the shells send it.

An answer is read into the generated model of its shape, and from there into the values that callers get. Fractions
are read as Decimal, so that money stays exact.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import quote

from ..core import json as _json
from ..core.errors import InvalidRequestError
from ..core.headers import request_headers
from ..core.types import NOT_GIVEN, Effect, ReplyHead
from ..message.request import Call, QueryValue, RequestOptions, query_text, request_limits

__all__ = ["Ask", "AsyncSend", "Send", "ask", "id_in_path", "read_value"]

_T = TypeVar("_T")
_U = TypeVar("_U")


@dataclass(frozen=True, slots=True)
class Ask(Generic[_T]):
    """A call, and what makes a value of its answer: the head and the whole body."""

    call: Call
    read: Callable[[ReplyHead, bytes], _T] = field(repr=False)


class Send(Protocol):
    """Sends a call and gives the value of its answer."""

    def __call__(self, asked: Ask[_T], /) -> _T: ...


class AsyncSend(Protocol):
    """Sends a call and gives the value of its answer."""

    async def __call__(self, asked: Ask[_T], /) -> _T: ...


def ask(
    method: str,
    path: str,
    read: Callable[[ReplyHead, bytes], _T],
    options: RequestOptions,
    *,
    query: Mapping[str, QueryValue | Sequence[str]] | None = None,
    body: bytes | None = None,
    effect: Effect = "none",
    accept: str = "application/json",
    headers: Mapping[str, str | None] | None = None,
    models: tuple[str, ...] = (),
) -> Ask[_T]:
    """A call with its options checked.

    Raises InvalidRequestError for what cannot be sent, TypeError for an option that does not exist.
    """
    unknown = sorted(options.keys() - RequestOptions.__annotations__.keys())
    if unknown:
        raise TypeError(f"unexpected argument {unknown[0]!r}")
    extra = {**(headers or {}), **(options.get("extra_headers") or {})}
    call = Call(
        body=body,
        headers=request_headers(accept, extra, body=body is not None),
        query=query_text({**(query or {}), **(options.get("extra_query") or {})}),
        **request_limits(options),
        idle_timeout=NOT_GIVEN,
        method=method,
        path=path,
        effect=effect,
        models=models,
    )
    return Ask(call, read)


def id_in_path(name: str, value: object) -> str:
    """An id as one segment of a path. Raises InvalidRequestError for one that is empty, no text, or a way upwards."""
    if not isinstance(value, str) or not value.strip() or value in (".", ".."):
        raise InvalidRequestError(f"{name} is {value!r}. Give the text that the gateway gave.")
    return quote(value, safe="")


def read_value(head: ReplyHead, body: bytes, model: type[_U], make: Callable[[_U], _T], *, secret: bool = False) -> _T:
    """The value of a 2xx reply. `make` raises ValueError, TypeError or AttributeError for a member of a wrong kind.

    secret: the body must not be shown, whatever is wrong with it.
    Raises UnexpectedResponseError, or the error that the body speaks of.
    """
    from ..message.error_bodies import error_from_response, is_error_body, unexpected_response  # noqa: PLC0415 (loads models)

    shown = b"" if secret else body
    try:
        data = _json.loads(body, exact=True)
    except ValueError as error:
        problem = "something that is not JSON" if body.strip() else "an empty body"
        raise unexpected_response(head, shown, problem) from (None if secret else error)
    if is_error_body(data):
        raise error_from_response(head, body)
    if not _json.is_object(data):
        raise unexpected_response(head, shown, "JSON that is not an object")
    try:
        reader: Any = model
        return make(reader.from_dict(data))
    except (ValueError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        problem = f"JSON that is no {model.__name__}"
        if secret:
            raise unexpected_response(head, shown, problem) from None
        raise unexpected_response(head, shown, f"{problem} ({error})") from error

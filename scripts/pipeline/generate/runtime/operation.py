"""One call of the gateway as a value: what to send, and how to read its answer. No I/O.

`Endpoint` is what the document says of an operation, once; `Operation` is one call of it, with its arguments. Whoever
sends it asks `request()` for the method, the address, the headers and the bytes, and `decode` for the answer.
"""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Mapping
from decimal import Decimal
from io import BytesIO
from typing import (
    TYPE_CHECKING,
    Any,
    BinaryIO,
    Final,
    Generic,
    Literal,
    Protocol,
    TypeAlias,
    TypedDict,
    TypeVar,
    Unpack,
    cast,
)
from urllib.parse import quote, urlencode

from attrs import evolve, field, frozen

from .errors import ArgumentError
from .types import Decoder, File, Unset, encode, is_object, is_sequence, read_body

if TYPE_CHECKING:
    import httpx

    from .pages import AsyncPages, Pages, Paging

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

QueryValue: TypeAlias = str | int | float | bool | None

#: What sending it twice does: nothing, another answer that is paid for, or another thing that is made.
Repeat: TypeAlias = Literal["safe", "billed", "unsafe"]


class Span(Protocol):
    """A length of time that a datetime can be moved by, such as a timedelta or dateutil's relativedelta."""

    def __rsub__(self, other: datetime.datetime, /) -> datetime.datetime: ...


#: A point in time: aware, a date (its midnight in UTC), ISO 8601 text with an offset, or a span before now.
Moment: TypeAlias = datetime.datetime | datetime.date | datetime.timedelta | str | Span


class RequestOptions(TypedDict, total=False):
    """The arguments that every method of a resource takes beside its own.

    extra_headers: request headers; None takes away one of the client's.
    extra_query: members of the URL's query.
    timeout: of each wait: seconds, an `httpx.Timeout`, or None for no limit; not given, the client's.
    total_timeout: seconds that the whole call may take, None for no limit; not given, the client's.
    max_retries: attempts after the first, 0 or more; not given, the client's.
    """

    extra_headers: Mapping[str, str | None] | None
    extra_query: Mapping[str, QueryValue] | None
    timeout: float | httpx.Timeout | None
    total_timeout: float | None
    max_retries: int | None


@frozen
class Parameter:
    """One argument that does not travel in the body.

    argument, name: what it is called in Python and on the wire.
    place: "path", "query", "header" or "cookie".
    kind: "date-time" and "date" are written as such; of the rest each value is its own text.
    joined: a list is one value with commas, and not the name again and again.
    minimum, maximum: of a number. most: how many values a list may have.
    """

    argument: str
    name: str
    place: Literal["path", "query", "header", "cookie"] = "query"
    kind: str = ""
    joined: bool = False
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    most: int | None = None

    def texts(self, value: object) -> list[str]:
        """The value as it travels, a text for each time that the name is written. Raises ArgumentError."""
        values = list(value) if is_sequence(value) else [value]
        if not values and self.required:
            raise ArgumentError(self.argument, "is empty. Give at least one value.")
        if self.most is not None and len(values) > self.most:
            raise ArgumentError(self.argument, f"holds {len(values)} values. Give at most {self.most}.")
        texts = [self._sendable(self._text(each)) for each in values]
        return [",".join(texts)] if self.joined and texts else texts

    def _text(self, value: object) -> str:
        if self.kind == "date-time":
            return moment(self.argument, value).isoformat()
        if self.kind == "date":
            return moment(self.argument, value).date().isoformat()
        if isinstance(value, bool):
            if self.minimum is not None or self.maximum is not None:
                raise ArgumentError(self.argument, f"is {value!r}. Give a number.")
            return str(value).lower()
        if isinstance(value, (int, float, Decimal)):
            self._check_size(value)
            return str(value)
        if isinstance(value, (datetime.datetime, datetime.date)):
            return value.isoformat()
        if not isinstance(value, str):
            raise ArgumentError(self.argument, f"is a {type(value).__name__}. Give text or a number.")
        if self.minimum is not None or self.maximum is not None:
            raise ArgumentError(self.argument, f"is {value[:40]!r}. Give a number.")
        if not value.strip() or (self.place == "path" and value in (".", "..")):
            raise ArgumentError(self.argument, f"is {value!r}. Give a text that names something.")
        return value

    def _sendable(self, text: str) -> str:
        """The text itself. Raises ArgumentError for one that has no form where it goes."""
        try:
            if self.place == "header" and not text.encode("ascii").decode().isprintable():
                raise ArgumentError(self.argument, "holds a control character, which no header may.")
            if self.place == "path" and any(character < " " for character in text):
                raise ArgumentError(self.argument, "holds a control character, which no path may.")
            text.encode()
        except UnicodeEncodeError as error:
            held = f"holds {text[error.start]!r}"
            raise ArgumentError(self.argument, f"{held}. Give text that {error.encoding} can encode.") from error
        return text

    def _check_size(self, value: float | Decimal) -> None:
        low, high = self.minimum, self.maximum
        if not math.isfinite(value):
            raise ArgumentError(self.argument, f"is {value}. Give a finite number.")
        if (low is not None and value < low) or (high is not None and value > high):
            allowed = f"from {low:g} to {high:g}" if low is not None and high is not None else ""
            allowed = allowed or (f"of at least {low:g}" if low is not None else f"of at most {high:g}")
            raise ArgumentError(self.argument, f"is {value}. Give a number {allowed}.")


@frozen
class Endpoint(Generic[T]):
    """What the document says of an operation.

    name: the operation's, such as "get_usage". method: in capitals. path: with `{name}` where a parameter stands.
    repeat: what sending it twice does.
    secret: its answer holds a secret, and is never shown, whatever is wrong with it.
    decoder: of the answer's JSON; lines: of each line, where the answer may be JSON Lines. media: "json", "text",
        "bytes" or "" for none.
    """

    name: str
    method: str
    path: str
    parameters: tuple[Parameter, ...] = ()
    repeat: Repeat = "unsafe"
    secret: bool = False
    accept: str = "application/json"
    media: Literal["json", "text", "bytes", ""] = "json"
    decoder: Decoder | None = field(default=None, repr=False)
    lines: Decoder | None = field(default=None, repr=False)

    def decode(self, status_code: int, content: bytes) -> T:
        """The answer of a success. Raises UnreadableBody for what is not what the document promises."""
        value: Any = None
        if self.media == "json":
            value = read_body(status_code, content, self.decoder, self.lines, secret=self.secret)
        elif self.media == "text":
            value = content.decode("utf-8", "replace")
        elif self.media == "bytes":
            value = File(BytesIO(content))
        return cast("T", value)


@frozen
class HTTPRequest:
    """A call, ready to send: `target` is the path and the query, `headers` are only those that follow from the call."""

    method: str
    target: str
    headers: Mapping[str, str] = field(repr=False)
    content: bytes | None = field(default=None, repr=False)


@frozen
class Operation(Generic[T]):
    """One call of an endpoint: a value, made by the `request` function of its module in `aimlapi_client.api`.

    arguments: by their names in Python; None is not given.
    body: JSON, a model, a `File`, or bytes; None for none. content_type: how it is written.
    """

    endpoint: Endpoint[T]
    arguments: Mapping[str, Any] = field(factory=dict[str, Any], repr=False)
    body: Any = field(default=None, repr=False)
    content_type: str = "application/json"

    @property
    def name(self) -> str:
        return self.endpoint.name

    @property
    def method(self) -> str:
        return self.endpoint.method

    def with_arguments(self, **arguments: Any) -> Operation[T]:
        """The same call with other arguments, such as the next page's cursor. Raises ArgumentError."""
        known = {parameter.argument for parameter in self.endpoint.parameters}
        for name in arguments:
            if name not in known:
                raise ArgumentError(name, f"is no argument of {self.name}.")
        return evolve(self, arguments={**self.arguments, **arguments})

    def request(self) -> HTTPRequest:
        """What to send. Raises ArgumentError for what cannot be sent."""
        endpoint, arguments = self.endpoint, self.arguments
        path = endpoint.path
        query: list[tuple[str, str]] = []
        headers: dict[str, str] = {}
        cookies: list[str] = []
        for parameter in endpoint.parameters:
            value = arguments.get(parameter.argument)
            if value is None or isinstance(value, Unset):
                if parameter.required:
                    raise ArgumentError(parameter.argument, "is missing.")
                continue
            texts = parameter.texts(value)
            if not texts:
                continue
            if parameter.place == "query":
                query += [(parameter.name, text) for text in texts]
            elif parameter.place == "path":
                path = path.replace(f"{{{parameter.name}}}", quote(",".join(texts), safe=""))
            elif parameter.place == "header":
                headers[parameter.name.lower()] = ",".join(texts)
            else:
                cookies += [f"{parameter.name}={quote(text, safe='')}" for text in texts]
        if cookies:
            headers["cookie"] = "; ".join(cookies)
        content, written_as = _content(self.body, self.content_type)
        if content is not None:
            headers["content-type"] = written_as
        headers["accept"] = endpoint.accept
        return HTTPRequest(endpoint.method, f"{path}?{urlencode(query)}" if query else path, headers, content)

    def decode(self, status_code: int, content: bytes) -> T:
        """The answer of a success; see `Endpoint.decode`."""
        return self.endpoint.decode(status_code, content)


class Sender(Protocol):
    """What the resources of a synchronous client need of it."""

    def send(self, operation: Operation[T], /, **options: Unpack[RequestOptions]) -> T:
        """Send a call, and read its answer."""
        ...

    def pages(self, operation: Operation[Any], paging: Paging, /, **options: Unpack[RequestOptions]) -> Pages[Any]:
        """The items of a listing, fetched page by page as they are needed."""
        ...


class AsyncSender(Protocol):
    """What the resources of an asynchronous client need of it."""

    async def send(self, operation: Operation[T], /, **options: Unpack[RequestOptions]) -> T:
        """Send a call, and read its answer."""
        ...

    def pages(self, operation: Operation[Any], paging: Paging, /, **options: Unpack[RequestOptions]) -> AsyncPages[Any]:
        """The items of a listing, fetched page by page as they are needed."""
        ...


def json_bytes(value: object) -> bytes:
    """Compact UTF-8 JSON of models and plain values. Raises ArgumentError for what JSON has no form for."""
    try:
        plain = encode(value)
        try:
            return _json_text(plain, ascii_only=False).encode()
        except UnicodeEncodeError:
            return _json_text(plain, ascii_only=True).encode()  # half of a surrogate pair has an escape only
    except (TypeError, ValueError, RecursionError) as error:
        raise ArgumentError("body", f"cannot be written as JSON: {error}.") from error


def _json_text(value: object, *, ascii_only: bool) -> str:
    return json.dumps(value, ensure_ascii=ascii_only, allow_nan=False, separators=(",", ":"), default=_number)


def _number(value: object) -> float:
    if isinstance(value, Decimal) and value.is_finite():
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"a {type(value).__name__} has no form in JSON")


def _content(body: object, content_type: str) -> tuple[bytes | None, str]:
    """The bytes of a body, and the media type that they have."""
    if body is None or isinstance(body, Unset):
        return None, content_type
    if content_type == "application/x-www-form-urlencoded" or content_type == "multipart/form-data":
        return _form(body, content_type)
    if isinstance(body, File):
        return _file_bytes(body.payload), body.mime_type or content_type
    if isinstance(body, (bytes, bytearray, memoryview)):
        return bytes(cast("bytes", body)), content_type
    return json_bytes(body), content_type


def _file_bytes(payload: BinaryIO | bytes) -> bytes:
    """What is left of a file. Its position stays where it can, so that the same call can be sent again."""
    if isinstance(payload, bytes):
        return payload
    if not payload.seekable():
        return payload.read()
    start = payload.tell()
    content = payload.read()
    payload.seek(start)
    return content


def _form(body: object, content_type: str) -> tuple[bytes, str]:
    """A form, as httpx writes it."""
    import httpx  # noqa: PLC0415 (forms are rare, and all else does without)

    try:
        if content_type == "multipart/form-data":
            to_multipart = getattr(body, "to_multipart", None)
            files: Any = to_multipart() if to_multipart else body
            request = httpx.Request("POST", "http://form", files=files)
        else:
            value = encode(body)
            if not is_object(value):
                raise TypeError(f"it is a {type(body).__name__}, which has no members")
            request = httpx.Request("POST", "http://form", data=value)
        return request.read(), request.headers["content-type"]
    except (TypeError, ValueError, AttributeError) as error:
        raise ArgumentError("body", f"cannot be written as a form: {error}.") from error


def moment(argument: str, value: object) -> datetime.datetime:
    """A point in time from what stands for one. Raises ArgumentError."""
    if isinstance(value, str):
        try:
            text = value.strip()
            value = datetime.date.fromisoformat(text) if len(text) == 10 else datetime.datetime.fromisoformat(text)
        except ValueError as error:
            raise ArgumentError(
                argument, f"is {str(value)[:60]!r}, and not ISO 8601, such as 2026-08-01T00:00:00Z."
            ) from error
    if isinstance(value, datetime.datetime):
        if value.tzinfo is None:
            raise ArgumentError(
                argument,
                f"is {value.isoformat()}, which does not say its time zone. Give an aware datetime, such as "
                "datetime(2026, 8, 1, tzinfo=UTC), or a date, which begins at midnight in UTC.",
            )
        return value
    if isinstance(value, datetime.date):
        return datetime.datetime(value.year, value.month, value.day, tzinfo=datetime.UTC)
    if not isinstance(value, (int, float, bool)) and hasattr(value, "__rsub__"):
        span: Any = value
        try:
            point: datetime.datetime = datetime.datetime.now(datetime.UTC) - span
            return point
        except (OverflowError, ValueError) as error:
            raise ArgumentError(argument, "reaches back further than a datetime can.") from error
        except TypeError:
            pass
    raise ArgumentError(
        argument, f"is a {type(value).__name__}. Give a datetime, a date, ISO 8601 text, or a timedelta."
    )


__all__: Final = [
    "AsyncSender",
    "Endpoint",
    "HTTPRequest",
    "Moment",
    "Operation",
    "Parameter",
    "QueryValue",
    "Repeat",
    "RequestOptions",
    "Sender",
    "Span",
    "json_bytes",
    "moment",
]

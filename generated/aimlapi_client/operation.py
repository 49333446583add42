"""One call of the gateway as a value: what to send, and how to read its answer. No I/O.

`Endpoint` is what the document says of an operation, once; `Operation` is one call of it, with its arguments. Whoever
sends it asks `request()` for the method, the address, the headers and the bytes, and `decode` for the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import (
    TYPE_CHECKING,
    Any,
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

from attrs import evolve, field, frozen

from .errors import ArgumentError
from .parameters import Moment, ObjectValue, Parameter, Span, moment
from .types import Decoder, File, Unset, read_body, read_text
from .wire import json_bytes

if TYPE_CHECKING:
    import httpx
    import httpx2

    from .bodies import RequestBody
    from .pages import AsyncPages, Pages, Paging

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

QueryValue: TypeAlias = str | int | float | bool | None

#: What sending it twice does: nothing, another answer that is paid for, or another thing that is made.
Repeat: TypeAlias = Literal["safe", "billed", "unsafe"]
#: How an answer is read.
Media: TypeAlias = Literal["json", "text", "bytes", ""]


class RequestOptions(TypedDict, total=False):
    """The arguments that every method of a resource takes beside its own.

    extra_headers: request headers; None takes away one of the client's.
    extra_query: members of the URL's query.
    timeout: of each wait: seconds, a `Timeout` of httpx or httpx2, or None for no limit; not given, the client's.
    total_timeout: seconds that the whole call may take, None for no limit; not given, the client's.
    max_retries: attempts after the first, 0 or more; not given, the client's.
    """

    extra_headers: Mapping[str, str | None] | None
    extra_query: Mapping[str, QueryValue] | None
    timeout: float | httpx.Timeout | httpx2.Timeout | None
    total_timeout: float | None
    max_retries: int | None


@frozen
class Endpoint(Generic[T]):
    """What the document says of an operation.

    name: the operation's, such as "get_usage". method: in capitals. path: with `{name}` where a parameter stands.
    repeat: what sending it twice does.
    secret: its answer holds a secret, and is never shown, whatever is wrong with it.
    needs_body: it has a body in every call. bodies: what that may be, where it is not JSON alone.
    decoder: of the answer's JSON; lines: of each line, where the answer may be JSON Lines. media: "json", "text",
        "bytes" or "" for none. others: what an answer is if it has another media type.
    """

    name: str
    method: str
    path: str
    parameters: tuple[Parameter, ...] = ()
    repeat: Repeat = "unsafe"
    secret: bool = False
    needs_body: bool = False
    bodies: tuple[RequestBody, ...] = ()
    accept: str = "application/json"
    media: Media = "json"
    others: Mapping[str, Media] = field(factory=dict[str, "Media"], repr=False)
    decoder: Decoder | None = field(default=None, repr=False)
    lines: Decoder | None = field(default=None, repr=False)

    def decode(self, status_code: int, content: bytes, content_type: str = "") -> T:
        """The answer of a success, which says that it is `content_type`.

        Raises UnreadableBody for what is not what the document promises.
        """
        value: Any = None
        media = self.media
        if self.others:
            media = self.others.get(content_type.partition(";")[0].strip().lower(), media)
        if media == "json":
            value = read_body(status_code, content, self.decoder, self.lines, secret=self.secret)
        elif media == "text":
            value = read_text(content, content_type)
        elif media == "bytes":
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
    body: JSON, a model, a `File`, or bytes; None for none.
    content_type: how it is written, where the document leaves a choice; "" for what fits the body.
    """

    endpoint: Endpoint[T]
    arguments: Mapping[str, Any] = field(factory=dict[str, Any], repr=False)
    body: Any = field(default=None, repr=False)
    content_type: str = ""

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
        query: list[str] = []
        headers: dict[str, str] = {}
        cookies: list[str] = []
        for parameter in endpoint.parameters:
            value = arguments.get(parameter.argument)
            if value is None or isinstance(value, Unset):
                if parameter.required:
                    raise ArgumentError(parameter.argument, "is missing.")
                continue
            if parameter.place == "query":
                query += parameter.in_query(value)
            elif parameter.place == "path":
                path = path.replace(f"{{{parameter.name}}}", parameter.in_path(value))
            elif parameter.place == "cookie":
                cookies += parameter.in_cookie(value)
            else:
                written = parameter.in_header(value)
                if written is not None:
                    headers[parameter.name.lower()] = written
        if cookies:
            headers["cookie"] = "; ".join(cookies)
        content = self._content(headers)
        headers["accept"] = endpoint.accept
        target = f"{path}{'&' if '?' in path else '?'}{'&'.join(query)}" if query else path
        return HTTPRequest(endpoint.method, target, headers, content)

    def _content(self, headers: dict[str, str]) -> bytes | None:
        """The bytes of the body, with the header that says what they are."""
        endpoint, body = self.endpoint, self.body
        if body is None or isinstance(body, Unset):
            if endpoint.needs_body:
                raise ArgumentError("body", "is missing.")
            return None
        if endpoint.bodies or self.content_type:
            from .bodies import write_body

            content, headers["content-type"] = write_body(endpoint.bodies, body, self.content_type)
            return content
        headers["content-type"] = "application/json"
        return body if isinstance(body, bytes) else json_bytes(body)

    def decode(self, status_code: int, content: bytes, content_type: str = "") -> T:
        """The answer of a success; see `Endpoint.decode`."""
        return self.endpoint.decode(status_code, content, content_type)


class Sender(Protocol):
    """What the resources of a synchronous client need of it."""

    def send(self, operation: Operation[T], /, **options: Unpack[RequestOptions]) -> T:
        """Send a call, and read its answer."""
        ...

    def pages(
        self, operation: Operation[Any], paging: Paging, /, **options: Unpack[RequestOptions]
    ) -> Pages[Any]:
        """The items of a listing, fetched page by page as they are needed."""
        ...


class AsyncSender(Protocol):
    """What the resources of an asynchronous client need of it."""

    async def send(self, operation: Operation[T], /, **options: Unpack[RequestOptions]) -> T:
        """Send a call, and read its answer."""
        ...

    def pages(
        self, operation: Operation[Any], paging: Paging, /, **options: Unpack[RequestOptions]
    ) -> AsyncPages[Any]:
        """The items of a listing, fetched page by page as they are needed."""
        ...


__all__: Final = [
    "AsyncSender",
    "Endpoint",
    "HTTPRequest",
    "Moment",
    "ObjectValue",
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

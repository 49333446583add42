"""The small values that travel between the modules. No I/O, no models, nearly no behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar, runtime_checkable

if TYPE_CHECKING:
    from ..transport.arguments import TimeoutTypes
    from .errors import Phase
    from .scrub import Secrets


class NotGiven(Enum):
    """The type of `NOT_GIVEN`: an argument that was left out, where `None` has a meaning of its own.

    `timeout=None` means "wait for ever"; `timeout=NOT_GIVEN` means "as the client says".
    """

    NOT_GIVEN = "NOT_GIVEN"

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "NOT_GIVEN"


NOT_GIVEN: Final = NotGiven.NOT_GIVEN

_T = TypeVar("_T")


def given(value: _T | NotGiven, default: _T) -> _T:
    """The value, or the default for one that was left out."""
    return default if isinstance(value, NotGiven) else value


def without_query(url: str) -> str:
    """A URL as it may be shown: its query may hold anything."""
    return url.partition("?")[0]


@runtime_checkable
class SupportsToDict(Protocol):
    """Anything that can say itself as a JSON object: generated models, `Message`, other libraries' models."""

    def to_dict(self) -> dict[str, Any]: ...


@runtime_checkable
class SupportsModelDump(Protocol):
    """A model of pydantic, which this package neither needs nor imports."""

    def model_dump(self, *, mode: str, exclude_none: bool) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, ready to send. What may hold secrets stays out of the repr.

    operation: its name, such as "get_usage".
    wait_limit: the longest that any wait of it may last, in seconds, and the name of the limit that says so.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)
    timeout: TimeoutTypes
    secrets: Secrets = field(repr=False)
    wait_limit: tuple[float, Phase] | None = None
    operation: str = ""


@dataclass(frozen=True, slots=True)
class ReplyHead:
    """What a server says before the body: status and headers (lower case); with the URL (no query) and the operation
    that were asked for."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    url: str
    secrets: Secrets | None = field(default=None, repr=False)
    operation: str = ""

    def scrub(self, text: str) -> str:
        """A text of this reply as it may be shown: without the key and other secrets of the request."""
        return text if self.secrets is None else self.secrets.scrub(text)

    @property
    def ok(self) -> bool:
        """Any 2xx. The gateway has answered 201 where its document says 200."""
        return 200 <= self.status < 300

    @property
    def content_type(self) -> str:
        """The media type in lower case without parameters, "" when the server sent none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def request_id(self) -> str | None:
        given = self.headers.get("x-request-id") or self.headers.get("request-id")
        return self.secrets.scrub(given) if given and self.secrets is not None else given or None

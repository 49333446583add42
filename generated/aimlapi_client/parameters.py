"""The arguments of a call that do not travel in its body: what each may be, and how it is written."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, Literal, Protocol, TypeAlias
from urllib.parse import unquote

from attrs import frozen

from . import wire
from .errors import ArgumentError
from .types import Extensible, is_list, is_sequence


class Span(Protocol):
    """A length of time that a datetime can be moved by, such as a timedelta or dateutil's relativedelta."""

    def __rsub__(self, other: datetime.datetime, /) -> datetime.datetime: ...


#: A point in time: aware, a date (its midnight in UTC), ISO 8601 text with an offset, or a span before now.
Moment: TypeAlias = datetime.datetime | datetime.date | datetime.timedelta | str | Span

#: What is written with its members: a mapping, or a model.
ObjectValue: TypeAlias = Mapping[str, Any] | Extensible


@frozen
class Parameter:
    """One argument that does not travel in the body.

    argument, name: what it is called in Python and on the wire.
    place: "path", "query", "header" or "cookie".
    kind: "date-time" and "date" are written as such; of the rest each value is its own text.
    style, explode: as the document says them; not given, those of the place.
    media: of a value that has a media type instead of a style: "json" or "text".
    reserved: reserved characters are not escaped. empty: a value of nothing is sent as an empty text. Where it is not,
        a text of nothing is refused if it is required, or one of a list with commas.
    minimum, maximum: of a number. most: how many values a list may have.
    """

    argument: str
    name: str
    place: Literal["path", "query", "header", "cookie"] = "query"
    kind: str = ""
    style: wire.Style | None = None
    explode: bool | None = None
    media: Literal["json", "text", ""] = ""
    reserved: bool = False
    empty: bool = False
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    most: int | None = None

    def in_path(self, value: object) -> str:
        """What stands for it in a path. Raises ArgumentError."""
        if self.media:
            return wire.escape(self._content(value))
        texts = self._texts(value)
        if is_list(texts) and not texts:
            raise self._nothing()
        made = wire.in_path(self.style or "simple", self.name, texts, explode=self._explodes)
        if made in (".", "..") or not unquote(made).strip():
            raise ArgumentError(self.argument, f"is {value!r}. Give a text that names something.")
        return made

    def in_query(self, value: object) -> list[str]:
        """The members of a query that stand for it, none for an empty list or object. Raises ArgumentError."""
        escaped = wire.escape_reserved if self.reserved else wire.escape
        return [f"{name}={text}" for name, text in self._pairs(value, escaped)]

    def in_cookie(self, value: object) -> list[str]:
        """The cookies that stand for it. Raises ArgumentError."""
        if self.media:
            content = self._content(value)
            return [
                f"{self.name}={self._unescaped(content) if self.media == 'text' else wire.escape(content)}"
            ]
        return [f"{name}={text}" for name, text in self._pairs(value, wire.escape)]

    def in_header(self, value: object) -> str | None:
        """The value of a header; None for an empty list or object. Raises ArgumentError."""
        if self.media:
            return self._unescaped(self._content(value))
        texts = self._texts(value)
        if is_list(texts) and not texts:
            if self.required:
                raise self._nothing()
            return None
        return self._unescaped(wire.in_header(texts, explode=self._explodes))

    @property
    def _explodes(self) -> bool:
        if self.explode is not None:
            return self.explode
        return (self.style or "form") == "form" and self.place in ("query", "cookie")

    def _pairs(self, value: object, escaped: Callable[[str], str]) -> list[tuple[str, str]]:
        if self.media:
            return [(wire.escape(self.name), escaped(self._content(value)))]
        if self.style == "deepObject":
            pairs = list(wire.in_depth(self.name, value, self.text, escaped))
        else:
            pairs = wire.in_query(
                self.style or "form", self.name, self._texts(value), escaped, explode=self._explodes
            )
        if not pairs and self.empty:
            return [(wire.escape(self.name), "")]
        if not pairs and self.required:
            raise self._nothing()
        return pairs

    def _texts(self, value: object) -> wire.Texts:
        texts = wire.texts(value, self.text)
        if self.most is not None and is_sequence(value) and len(texts) > self.most:
            raise ArgumentError(self.argument, f"holds {len(texts)} values. Give at most {self.most}.")
        return texts

    def _content(self, value: object) -> str:
        """The value in its media type."""
        if self.media == "text":
            return self.text(value)
        return wire.json_bytes(value, self.argument, ascii_only=self.place == "header").decode()

    def text(self, value: object) -> str:
        """The text of one value. Raises ArgumentError for one that has none, or none that can go where it goes."""
        text = self._text(value)
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise ArgumentError(
                self.argument, f"holds {text[error.start]!r}. Give text that utf-8 can encode."
            ) from error
        if self.place == "path" and any(character < " " for character in text):
            raise ArgumentError(self.argument, "holds a control character, which no path may.")
        return text

    def _text(self, value: object) -> str:
        if self.kind == "date-time":
            return moment(self.argument, value).isoformat()
        if self.kind == "date":
            return moment(self.argument, value).date().isoformat()
        if self.minimum is not None or self.maximum is not None:
            self._check_size(value)
        text = wire.scalar(self.argument, value)
        if (
            not text.strip()
            and not self.empty
            and (self.required or self.explode is False)
            and not self.style
        ):
            raise ArgumentError(self.argument, f"is {text!r}. Give a text that names something.")
        return text

    def _unescaped(self, text: str) -> str:
        """A text that has no escapes where it goes. Raises ArgumentError for one that would need some."""
        foreign = next((character for character in text if not character.isascii()), "")
        if foreign:
            raise ArgumentError(self.argument, f"holds {foreign!r}. Give text that ascii can encode.")
        if not text.isprintable():
            raise ArgumentError(self.argument, f"holds a control character, which no {self.place} may.")
        if self.place == "cookie" and ";" in text:
            raise ArgumentError(self.argument, "holds ';', which ends a cookie.")
        return text

    def _nothing(self) -> ArgumentError:
        return ArgumentError(self.argument, "is empty. Give at least one value.")

    def _check_size(self, value: object) -> None:
        if isinstance(value, bool):
            raise ArgumentError(self.argument, f"is {value!r}. Give a number.")
        if isinstance(value, str):
            raise ArgumentError(self.argument, f"is {value[:40]!r}. Give a number.")
        if not isinstance(value, (int, float, Decimal)):
            return
        low, high = self.minimum, self.maximum
        size = (
            float(value) if isinstance(value, Decimal) else value
        )  # a context may trap a comparison with a float
        if math.isfinite(size) and ((low is not None and size < low) or (high is not None and size > high)):
            allowed = f"from {low:g} to {high:g}" if low is not None and high is not None else ""
            allowed = allowed or (f"of at least {low:g}" if low is not None else f"of at most {high:g}")
            raise ArgumentError(self.argument, f"is {value}. Give a number {allowed}.")


def moment(argument: str, value: object) -> datetime.datetime:
    """A point in time from what stands for one. Raises ArgumentError."""
    if isinstance(value, str):
        try:
            text = value.strip()
            value = (
                datetime.date.fromisoformat(text)
                if len(text) == 10
                else datetime.datetime.fromisoformat(text)
            )
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


__all__: Final = ["Moment", "ObjectValue", "Parameter", "Span", "moment"]

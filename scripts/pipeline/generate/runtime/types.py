"""The types that the models share, and the decoders that their modules are built from.

A decoder takes a JSON value and returns what it stands for. It never refuses a value: of the wrong kind, it is
returned as it is, so that nothing a server sends is lost, and writing a model back gives what was read.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Mapping, MutableMapping
from contextvars import ContextVar
from decimal import Decimal, InvalidOperation
from importlib import import_module
from io import BytesIO
from typing import Any, BinaryIO, Generic, Literal, NoReturn, SupportsIndex, TypeAlias, TypeGuard, TypeVar

from attrs import define, field

from .errors import DecodeError, UnreadableBody


class Unset:
    """The type of `UNSET`: a field that was not given, in contrast to one that is null."""

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"

    def __copy__(self) -> Unset:
        return self

    def __deepcopy__(self, memo: object) -> Unset:
        return self

    def __reduce__(self) -> str:
        return "UNSET"


UNSET: Unset = Unset()


@define
class File:
    """A file to upload. headers: of its part of a form, beside its name and its type."""

    payload: BinaryIO
    file_name: str | None = None
    mime_type: str | None = None
    headers: Mapping[str, str] = field(factory=dict[str, str])


T = TypeVar("T")


@define
class Response(Generic[T]):
    """A response with its parsed body; ``parsed`` is None where the status is no success."""

    status_code: int
    content: bytes
    headers: MutableMapping[str, str]
    parsed: T | None


class Extensible:
    """What every model shares: fields that it does not know, by name, in ``additional_properties``."""

    __slots__ = ()
    additional_properties: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that it stands for."""
        raise NotImplementedError

    def to_json(self, *, indent: int | None = None) -> str:
        """The JSON text that it stands for. Half of a surrogate pair has no bytes in any encoding, and is escaped."""
        text = json.dumps(self.to_dict(), ensure_ascii=False, indent=indent)
        return re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", text)

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: object) -> bool:
        return key in self.additional_properties


class Answer(Extensible):
    """A model of something that the gateway says. A field that it left out is None, and so is one that it gave as
    null; `to_dict` tells the two apart, and gives back what came."""

    __slots__ = ()
    _nulls: frozenset[str]


class UnknownAnswer(Answer):
    """An answer of a kind that this client does not know. Its fields can be read as attributes."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        # Copying and pickling ask before there is anything.
        if not name.startswith("_") and name != "additional_properties" and name in self.additional_properties:
            return self.additional_properties[name]
        raise AttributeError(f"{type(self).__name__!r} has no {name!r}")


NO_NULLS: frozenset[str] = frozenset()

# Among the nulls of an answer that lacked fields which its class has: a None that is no null was absent.
_GAPS = "\0gaps"


def nulls_of(data: Mapping[str, Any]) -> frozenset[str]:
    """The fields of a JSON object that are null."""
    return frozenset([name for name, value in data.items() if value is None])


def as_it_came(data: dict[str, Any], nulls: frozenset[str]) -> dict[str, Any]:
    """The JSON object of an answer without the fields that it lacked."""
    if _GAPS not in nulls:
        return data
    return {name: value for name, value in data.items() if value is not None or name in nulls}


class Secret:
    """A text that does not show itself: not in a repr, an f-string, a log line or a pickle."""

    __slots__ = ("__text",)

    def __init__(self, text: str) -> None:
        self.__text = text

    def reveal(self) -> str:
        """The text itself."""
        return self.__text

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other.reveal() == self.__text

    def __hash__(self) -> int:
        return hash(self.__text)

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is never pickled; use reveal() where its text is needed")


Decoder: TypeAlias = Callable[[Any], Any]
#: A class, or the classes that share a tag, each with the fields that tell it apart.
Target: TypeAlias = str | list[tuple[str, tuple[str, ...]]]
#: What a value may be: a class, or a tuple of what the items of a list may be.
Kind: TypeAlias = "type | tuple[Kind, ...]"
#: By field, the kinds that an exact answer may hold there.
Kinds: TypeAlias = Mapping[str, tuple[Kind, ...]]

_classes: dict[str, Any] = {}

# Not told apart by type checkers, for which a value of JSON would then hold the unknown. A guard is a call more.
_OBJECT: Any = dict
_LIST: Any = list


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def is_sequence(value: object) -> TypeGuard[list[Any] | tuple[Any, ...]]:
    return isinstance(value, (list, tuple))


def is_list(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def _class(name: str) -> Any:
    """A model class by name, imported on first use."""
    found = _classes.get(name)
    if found is None:
        found = _classes[name] = getattr(import_module(".models", __package__), name)
    return found


# Whether what is decoded is part of an object whose tag is known, so that it may lack fields.
_may_lack: ContextVar[bool] = ContextVar("may_lack", default=False)


def _with_gaps(made_class: Any, data: dict[str, Any]) -> Any:
    """The model of an answer that lacks fields, which are None. Raises DecodeError where that cannot be."""
    filled, lacking = data, set[str]()
    may_lack: bool = issubclass(made_class, Answer)
    token = _may_lack.set(True)
    try:
        while True:
            try:
                made = made_class.from_dict(filled)
                break
            except DecodeError as error:
                if not may_lack or error.model != made_class.__name__ or error.field in filled:
                    raise
                lacking.add(error.field)
                filled = {**filled, error.field: None}
    finally:
        _may_lack.reset(token)
    made._nulls = (nulls_of(filled) - lacking) | {_GAPS}
    return made


def model(name: str) -> Decoder:
    """A decoder of one model."""

    def decode(value: Any) -> Any:
        if not isinstance(value, _OBJECT):
            return value
        try:
            return _class(name).from_dict(value)
        except DecodeError:
            if not _may_lack.get():
                raise
            return _with_gaps(_class(name), value)

    return decode


def list_of(item: Decoder) -> Decoder:
    """A decoder of a list."""

    def decode(value: Any) -> Any:
        if not isinstance(value, _LIST):
            return value
        decoded: list[Any] = []
        each: Any
        for each in value:  # and no comprehension, which is a call of its own
            decoded.append(item(each))
        return decoded

    return decode


def one_of(*decoders: Decoder) -> Decoder:
    """A decoder of a union of different kinds of JSON; each decoder leaves the other kinds alone."""

    def decode(value: Any) -> Any:
        for decoder in decoders:
            decoded = decoder(value)
            if decoded is not value:
                return decoded
        return value

    return decode


def tagged(tag: str, cases: dict[str, Target], *, absent: str = "", unknown: str = "") -> Decoder:
    """A decoder of objects that a property tells apart.

    ``absent`` is the class of an object without that property, ``unknown`` the class of one whose value is new: it
    keeps everything. An answer that lacks a field of its class is of that class all the same; the field is None.
    """

    def decode(value: Any) -> Any:
        if not isinstance(value, _OBJECT):
            return value
        key = value.get(tag)
        target = cases.get(key) if isinstance(key, str) else absent if tag not in value else None
        if target:
            found = _class(target if isinstance(target, str) else _fitting(value, target))
            try:
                return found.from_dict(value)
            except DecodeError:
                pass
            try:
                return _with_gaps(found, value)
            except DecodeError:
                pass
        if unknown and isinstance(key, str):
            return _class(unknown).from_dict(value)
        return value

    return decode


def shaped(variants: list[tuple[str, tuple[str, ...]]]) -> Decoder:
    """A decoder of objects that only their fields tell apart: the first variant whose fields are all there."""

    def decode(value: Any) -> Any:
        if not isinstance(value, _OBJECT):
            return value
        try:
            return _class(_fitting(value, variants)).from_dict(value)
        except DecodeError:
            return value

    return decode


def _fitting(data: dict[str, Any], variants: list[tuple[str, tuple[str, ...]]]) -> str:
    for name, required in variants:
        if all(field in data for field in required):
            return name
    return variants[-1][0]


class _WireTime(datetime.datetime):
    """A point in time that remembers the text it was read from; one that is computed from it has none."""

    wire: str = ""

    def __repr__(self) -> str:
        return super().__repr__().replace("_WireTime", "datetime.datetime", 1)

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[Any, ...]:
        return (date_time, (self.wire,)) if self.wire else super().__reduce_ex__(protocol)


def date_time(value: Any) -> Any:
    """A decoder of a point in time; UTC where it names no offset. Its text is kept, and written back as it was."""
    if not isinstance(value, str):
        return value
    try:
        read = _WireTime.fromisoformat(value)
    except ValueError:
        return value
    if read.tzinfo is None:
        read = read.replace(tzinfo=datetime.UTC)
    read.wire = value
    return read


class _WireDate(datetime.date):
    """A day that remembers the text it was read from."""

    wire: str = ""

    def __repr__(self) -> str:
        return super().__repr__().replace("_WireDate", "datetime.date", 1)

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[Any, ...]:
        return (date, (self.wire,)) if self.wire else super().__reduce_ex__(protocol)


def date(value: Any) -> Any:
    """A decoder of a day: a date, or the day of a point in time."""
    if not isinstance(value, str):
        return value
    try:
        day = datetime.datetime.fromisoformat(value)
    except ValueError:
        return value
    read = _WireDate(day.year, day.month, day.day)
    read.wire = value
    return read


class _Number(float):
    """A fraction as JSON wrote it, for what must be exact."""

    __slots__ = ("text",)
    text: str

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[Any, ...]:
        return (_number, (self.text,))


def _number(text: str) -> _Number:
    number = _Number(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"the number {text[:40]} is too large")
    number.text = text
    return number


class _WireDecimal(Decimal):
    """An exact number that remembers the value it was read from."""

    wire: Any = None

    def __reduce__(self) -> tuple[Any, ...]:
        return (decimal, (self.wire,)) if self.wire is not None else (Decimal, (str(self),))

    def __copy__(self) -> _WireDecimal:
        return self

    def __deepcopy__(self, memo: object) -> _WireDecimal:
        return self


def decimal(value: Any) -> Any:
    """A decoder of an exact number, which may come as text. The value is kept, and written back as it was."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return value
    try:
        read = _WireDecimal(value.text if isinstance(value, _Number) else str(value).strip())
    except (InvalidOperation, ValueError):
        return value
    if not read.is_finite():
        return value
    read.wire = value
    return read


def secret(value: Any) -> Any:
    """A decoder of a text that is not to be shown."""
    return Secret(value) if isinstance(value, str) and value else value


def check(made: Any, kinds: Kinds) -> None:
    """Raise DecodeError where a field of an exact answer holds another kind than it promises."""
    for name, allowed in kinds.items():
        value = getattr(made, name)
        kind = value.__class__
        # Nearly always it is the kind itself or what a decoder makes of it; the rest is told apart at leisure.
        if kind in allowed or (kind.__base__ in allowed and kind is not bool) or _is_of(value, allowed):
            continue
        if isinstance(value, float) and int in allowed and value.is_integer():
            setattr(made, name, int(value))
            continue
        raise DecodeError(type(made).__name__, name, f"is {_kind_of(value)}, which the document rules out")


def _kind_of(value: object) -> str:
    """What a value is in JSON; of a list, with what it holds."""
    if value is None:
        return "null"
    if is_list(value):
        return f"a list of {' and '.join(sorted({_kind_of(item) for item in value}))}" if value else "an empty list"
    kinds = ((bool, "a boolean"), ((int, float, Decimal), "a number"), (dict, "an object"), (Extensible, "an object"))
    return next((name for kind, name in kinds if isinstance(value, kind)), "a text")


def _is_of(value: object, allowed: tuple[Kind, ...]) -> bool:
    flat = tuple(kind for kind in allowed if isinstance(kind, type))
    if isinstance(value, flat):
        return not isinstance(value, bool) or bool in flat or object in flat
    lists = [kind for kind in allowed if isinstance(kind, tuple)]
    return is_list(value) and any(all(_is_of(item, inner) for item in value) for inner in lists)


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_JSON = json.JSONDecoder(parse_float=_number, parse_constant=_refuse)


def _read_json(content: bytes) -> Any:
    try:
        return _JSON.decode(content.decode("utf-8-sig", "replace"))
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def read_body(
    status_code: int, content: bytes, decode: Decoder | None, lines: Decoder | None = None, *, secret: bool = False
) -> Any:
    """The body of a success: JSON or, where ``lines`` is given, JSON Lines, which become a list.

    Raises UnreadableBody for anything else, so that what is typed as a model is one. ``secret`` bodies are not shown.
    """
    if status_code == 204 and decode is None:
        return None
    problem = "something that is not JSON" if content.strip() else "an empty body"
    try:
        value = _read_json(content)
        problem = "JSON of another kind"
        decoded = decode(value) if decode else value
        if decode is None or decoded is not value:
            return decoded
    except DecodeError as error:
        problem = str(error)
    except (ValueError, RecursionError):
        pass  # JSON Lines, or no JSON at all
    if lines is not None and content.strip():
        try:
            values = [_read_json(line) for line in BytesIO(content) if line.strip()]
            decoded_lines = [lines(each) for each in values]
            if all(decoded is not each for decoded, each in zip(decoded_lines, values, strict=True)):
                return decoded_lines
        except ValueError:
            pass
    raise UnreadableBody(status_code, b"" if secret else content, problem)


def charset_of(content_type: str) -> str:
    """The charset that a media type names, UTF-8 where it names none."""
    for parameter in content_type.split(";")[1:]:
        name, _, charset = parameter.partition("=")
        if name.strip().lower() == "charset":
            return charset.strip(" \"'") or "utf-8"
    return "utf-8"


def read_text(content: bytes, content_type: str) -> str:
    """The text of a body, in the charset that it came with."""
    try:
        return content.decode(charset_of(content_type), "replace")
    except LookupError:
        return content.decode("utf-8", "replace")


def given(members: Mapping[str, Any]) -> dict[str, Any]:
    """The members of a body that were given; null is a value."""
    return {name: value for name, value in members.items() if not isinstance(value, Unset)}


def encode(value: Any) -> Any:
    """The JSON value of a model, a point in time, anything that is JSON already, or a collection of these."""
    if isinstance(value, (str, int, float)) or value is None:
        return value
    if is_sequence(value):
        return [encode(each) for each in value]
    if is_object(value):
        return {key: encode(each) for key, each in value.items()}
    if isinstance(value, datetime.date):
        return value.wire if isinstance(value, (_WireTime, _WireDate)) and value.wire else value.isoformat()
    if isinstance(value, Decimal):
        return value.wire if isinstance(value, _WireDecimal) and value.wire is not None else value
    if isinstance(value, Secret):
        return value.reveal()
    to_dict = getattr(value, "to_dict", None)
    return to_dict() if to_dict is not None else value


__all__ = [
    "NO_NULLS",
    "UNSET",
    "Answer",
    "Decoder",
    "Extensible",
    "File",
    "Kinds",
    "Response",
    "Secret",
    "UnknownAnswer",
    "Unset",
    "as_it_came",
    "charset_of",
    "check",
    "date",
    "date_time",
    "decimal",
    "encode",
    "given",
    "is_list",
    "is_object",
    "is_sequence",
    "list_of",
    "model",
    "nulls_of",
    "one_of",
    "read_body",
    "read_text",
    "secret",
    "shaped",
    "tagged",
]

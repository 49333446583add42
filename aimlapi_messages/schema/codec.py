"""What a codec does, and the codecs of single values: text, numbers, null, dates and the like, and choices among them.

A codec gives the JSON Schema of a type, parses JSON into its values, and encodes them as JSON. Those of values with
parts are in `containers`; `annotations` finds the one for an annotation.
"""

from __future__ import annotations

import base64
import dataclasses
import json
import math
import re
import typing
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, MappingView, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import cached_property
from pathlib import Path, PurePath
from typing import Any, Final, cast, final
from uuid import UUID

import attrs

from ..core import json as _json
from ..core.arguments import NOT_GIVEN, dump_model
from ..core.json import is_array

_BINARY: Final = (bytes, bytearray, memoryview)
_MAX_SHOWN: Final = 80  # characters of a value
_MAX_ISSUES: Final = 20  # in the text of an error
_MAX_CHOICES: Final = 20  # in a reason


@dataclass(frozen=True, slots=True)
class Issue:
    """What is wrong with one value.

    path: where it is, such as `days` or `stops[1].name`; "" for the whole.
    reason: what was expected, or why it was refused.
    value: the value itself; NOT_GIVEN if it is missing.
    """

    path: str
    reason: str
    value: Any = field(repr=False)

    def __str__(self) -> str:
        text = f"{self.path}: {self.reason}" if self.path else self.reason
        return text if self.value is NOT_GIVEN else f"{text}, got {_shown(self.value)}"


class InvalidValue(ValueError):
    """A JSON value does not fit its annotation.

    issues: everything that is wrong with it.
    """

    def __init__(self, *issues: Issue) -> None:
        super().__init__(*issues)
        self.issues = issues

    def __str__(self) -> str:
        text = "; ".join(map(str, self.issues[:_MAX_ISSUES]))
        more = len(self.issues) - _MAX_ISSUES
        return f"{text}; and {more} more" if more > 0 else text


class TypeCodec(ABC):
    """How the values of one type are written as JSON, and read again."""

    __slots__ = ()

    # The members of `Field` that may constrain the values, each with its keyword in JSON Schema, or "" if JSON Schema
    # has none and only `parse` enforces it.
    constraints: Mapping[str, str] = {}

    @final
    def schema(self) -> dict[str, Any]:
        """The JSON Schema of the type, with its `$defs`. Its outermost level is never a reference."""
        first = Definitions()
        self.json_schema(first)
        definitions = Definitions(inline={named for named, uses in first.uses.items() if uses == 1})
        schema = self.json_schema(definitions)
        if "$ref" in schema:
            reference = schema.pop("$ref")
            schema = {**definitions.schemas[reference.rpartition("/")[2]], **schema}
        return {**schema, "$defs": definitions.schemas} if definitions.schemas else schema

    @final
    def convert(self, value: Any, path: str = "") -> Any:
        """The Python value of a JSON value. Raises InvalidValue with all that is wrong with it.

        Models write a list or object as JSON text now and then: it is read if nothing else is wrong.
        """
        try:
            try:
                return self.parse(value, path)
            except InvalidValue as error:
                if any(_read_text(issue.value) is not None for issue in error.issues):
                    with suppress(InvalidValue):
                        return self._parse_texts(value, path)
                raise
        except RecursionError:
            pass  # raised below, where the stack is no longer full
        raise InvalidValue(Issue(path, "expected less nesting", value))

    def _parse_texts(self, value: Any, path: str) -> Any:
        """`parse`, with the texts that are wrong read as JSON."""
        try:
            return self.parse(value, path)
        except InvalidValue as error:
            wrong = {issue.path: issue.value for issue in error.issues}
            left = dict(wrong)
            value = _with_texts_read(value, path, left)
            if len(left) == len(wrong):
                raise
        return self._parse_texts(value, path)

    @final
    def encode(self, value: Any) -> Any:
        """The JSON value of a Python value. Raises TypeError or ValueError for a value that is not of the type."""
        written = to_json(value, as_argument=True)
        self.parse(written, "")
        _json.dumps(written)  # which refuses infinity
        return written

    def unwrapped(self) -> TypeCodec:
        """The codec itself, without a name and constraints."""
        return self

    @abstractmethod
    def json_schema(self, definitions: Definitions) -> dict[str, Any]:
        """The JSON Schema as a part of a larger one."""

    @abstractmethod
    def parse(self, value: Any, path: str) -> Any:
        """`convert` for use in other codecs; deep nesting may escape as RecursionError."""


@dataclass(eq=False, slots=True)
class Named(TypeCodec):
    """The codec of a type that may hold itself; its schema goes into `$defs` if it is used more than once.

    target: the codec itself; missing while it is being built.
    reused: whether it was asked for again while it was being built, because the type holds itself.
    """

    name: str
    reused: bool = field(default=False, init=False)
    target: TypeCodec = field(init=False, repr=False)

    def unwrapped(self) -> TypeCodec:
        return self.target.unwrapped()

    def json_schema(self, definitions: Definitions) -> dict[str, Any]:
        return definitions.use(self)

    def parse(self, value: Any, path: str) -> Any:
        return self.target.parse(value, path)


class Definitions:
    """The `$defs` of one schema.

    inline: codecs whose schemas are written where they are used.
    schemas: the definitions by name.
    uses: how often each codec was used.
    """

    def __init__(self, inline: Set[Named] = frozenset()) -> None:
        self.schemas: dict[str, dict[str, Any]] = {}
        self.uses: Counter[Named] = Counter()
        self._inline = inline
        self._names: dict[Named, str] = {}

    def use(self, named: Named) -> dict[str, Any]:
        """The schema of a named codec, or a reference to it."""
        self.uses[named] += 1
        if named in self._inline:
            return named.target.json_schema(self)
        if named not in self._names:
            name, number = named.name, 1
            while name in self.schemas:
                number += 1
                name = f"{named.name}_{number}"
            self._names[named] = name
            self.schemas[name] = {}  # taken, while what it refers to is described
            self.schemas[name] = named.target.json_schema(self)
        return {"$ref": f"#/$defs/{self._names[named]}"}


def child(path: str, name: str) -> str:
    """The path of a member of what is at `path`."""
    return f"{path}.{name}" if path else str(name)


def _read_text(value: Any) -> Any:
    """The list or object that a text is as JSON; None if it is none."""
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        with suppress(ValueError):
            return _json.loads(value, finite=True)
    return None


def _with_texts_read(value: Any, path: str, wrong: dict[str, Any]) -> Any:
    """A JSON value with what its wrong texts are as JSON; those, by path, are taken out of `wrong`."""
    if isinstance(value, str) and value == wrong.get(path) and (read := _read_text(value)) is not None:
        del wrong[path]
        return read
    if is_array(value):
        return [_with_texts_read(item, f"{path}[{index}]", wrong) for index, item in enumerate(value)]
    if isinstance(value, Mapping):
        members = cast("Mapping[str, Any]", value).items()
        return {name: _with_texts_read(member, child(path, name), wrong) for name, member in members}
    return value


def _shown(value: Any) -> str:
    """A value as JSON, shortened."""
    try:
        text = json.dumps(value, ensure_ascii=False, default=repr)
    except (TypeError, ValueError, RecursionError):
        return f"a {type(value).__name__}"
    return text if len(text) <= _MAX_SHOWN else f"{text[: _MAX_SHOWN - 3]}..."


def to_json(value: object, *, as_argument: bool = False) -> Any:
    """A Python value as JSON.

    Takes dataclasses, attrs, pydantic and generated models, enums, dates, decimals, sets and paths too.

    as_argument: as a codec reads it: bytes in base64, and of an object only what its class is made from. Else a number
        that JSON has no form for becomes text, such as "NaN".
    Raises TypeError for a value that has no form in JSON.
    """

    def plain(value: Any) -> Any:
        match value:
            case Enum():
                return plain(value.value)
            case float() if not as_argument and not math.isfinite(value):
                return json.dumps(float(value))
            case None | str() | int() | float():
                return value
            case date() | time():
                return value.isoformat()
            case timedelta():
                return _duration(value)
            case Decimal():
                return f"{value:f}"
            case UUID() | PurePath():
                return str(value)
            case bytes() if as_argument:
                return base64.b64encode(value).decode()
            case set() | frozenset():
                return sorted(map(plain, cast("Set[Any]", value)), key=repr)
            case Mapping():
                members = [(plain(key), plain(member)) for key, member in cast("Any", value).items()]
                named = {key if isinstance(key, str) else json.dumps(key): member for key, member in members}
                if len(named) < len(members):
                    raise TypeError("a dict has two keys that are the same text in JSON; give one of them")
                return named
            case MappingView():
                return [plain(item) for item in cast("Iterable[Any]", value)]
            case Sequence() if not hasattr(cast("object", value), "_asdict") and not isinstance(value, _BINARY):
                return [plain(item) for item in cast("Any", value)]
            case _:
                return plain(_members(value, as_argument))

    return plain(value)


def _members(value: Any, as_argument: bool) -> Any:
    """The members of an object, by the names that the arguments of its class have."""
    cls: Any = type(cast("object", value))
    model = dump_model(value)
    if model is not value:
        return model
    if hasattr(cls, "_asdict"):
        return cls._asdict(value)
    if not hasattr(cls, "__attrs_attrs__") and not hasattr(cls, "__dataclass_fields__"):
        raise TypeError(f"a {cls.__name__} has no form in JSON; give text, content blocks or plain values")
    fields: Any = attrs.fields(cls) if hasattr(cls, "__attrs_attrs__") else dataclasses.fields(cls)
    return {getattr(one, "alias", one.name): getattr(value, one.name) for one in fields if one.init or not as_argument}


@dataclass(frozen=True, slots=True)
class Scalar(TypeCodec):
    """A value without members.

    keywords: the JSON Schema.
    expected: what an error says was expected.
    load: from JSON; raises ValueError, TypeError or ArithmeticError for what does not fit.
    """

    keywords: Mapping[str, Any]
    expected: str
    load: Callable[[Any], Any]
    constraints: Mapping[str, str] = field(default_factory=dict[str, str])

    def json_schema(self, definitions: Definitions) -> dict[str, Any]:
        return dict(self.keywords)

    def parse(self, value: Any, path: str) -> Any:
        try:
            return self.load(value)
        except (ValueError, TypeError, ArithmeticError):
            pass
        raise InvalidValue(Issue(path, f"expected {self.expected}", value))


def _exactly(python: type) -> Callable[[Any], Any]:
    def load(value: Any) -> Any:
        if type(value) is not python:
            raise TypeError
        return value

    return load


def _load_int(value: Any) -> Any:
    """A whole number, also when it is written as 5.0."""
    return _exactly(int)(int(value) if type(value) is float and value.is_integer() else value)


def _load_float(value: Any) -> float:
    number = float(value) if type(value) in (int, float) else math.nan
    if not math.isfinite(number):
        raise ValueError
    return number


def _matching(pattern: str, load: Callable[[str], Any]) -> Callable[[Any], Any]:
    """`load` for text that matches a pattern as a whole; it takes more forms than JSON Schema's formats have."""
    compiled = re.compile(pattern, re.ASCII)

    def load_matching(text: Any) -> Any:
        if not compiled.fullmatch(text):
            raise ValueError
        return load(text)

    return load_matching


_DATE: Final = r"\d{4}-\d\d-\d\d"
_TIME: Final = r"\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)?"
_UUID: Final = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_DECIMAL: Final = "^-?[0-9]+(\\.[0-9]+)?$"
_DURATION: Final = re.compile(
    r"(?P<sign>-?)P(?=.)((?P<weeks>\d+)W)?((?P<days>\d+)D)?"
    r"(T(?=.)((?P<hours>\d+)H)?((?P<minutes>\d+)M)?((?P<seconds>\d+)(\.(?P<fraction>\d{1,6})\d*)?S)?)?",
    re.ASCII,
)
_load_datetime: Final = _matching(f"{_DATE}[Tt ]{_TIME}", lambda text: datetime.fromisoformat(text.upper()))
_load_time: Final = _matching(_TIME, lambda text: time.fromisoformat(text.upper()))


def _load_decimal(value: Any) -> Any:
    """From text, which keeps every digit, or from a number."""
    if type(value) is int or (type(value) is float and math.isfinite(value)):
        return Decimal(str(value))
    return _matching(_DECIMAL, Decimal)(value)


def _load_duration(text: Any) -> timedelta:
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueError
    units = {name: int(found[name] or 0) for name in ("weeks", "days", "hours", "minutes", "seconds")}
    length = timedelta(**units, microseconds=int((found["fraction"] or "").ljust(6, "0")))
    return -length if found["sign"] else length


def _duration(length: timedelta) -> str:
    """A duration in its ISO 8601 form, such as -P1DT2H30M0S."""
    sign, length = ("-", -length) if length < timedelta(0) else ("", length)
    minutes, seconds = divmod(length.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{length.microseconds:06}" if length.microseconds else ""
    return f"{sign}P{length.days}DT{hours}H{minutes}M{seconds}{fraction}S"


# The constraints of scalars.
_NONE: Final[Mapping[str, str]] = {}
_NUMBER: Final = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
    "multiple_of": "multipleOf",
}
_ORDER: Final[Mapping[str, str]] = dict.fromkeys(("ge", "gt", "le", "lt"), "")
_TEXT: Final = {"min_length": "minLength", "max_length": "maxLength", "pattern": "pattern"}


def _text(expected: str, load: Callable[[Any], Any], constraints: Mapping[str, str] = _NONE, **keywords: str) -> Scalar:
    """A scalar that is text in JSON."""
    return Scalar({"type": "string", **keywords}, expected, load, constraints)


ANY: Final = Scalar({}, "JSON", lambda value: value)
NULL: Final = Scalar({"type": "null"}, "null", _exactly(type(None)))
STR: Final = _text("a string", _exactly(str), _TEXT)

# A datetime or time without an offset is naive. A duration has no months, whose length varies.
SCALARS: Final[Mapping[Any, Scalar]] = {
    Any: ANY,
    object: ANY,
    None: NULL,
    type(None): NULL,
    str: STR,
    typing.LiteralString: STR,
    bool: Scalar({"type": "boolean"}, "true or false", _exactly(bool)),
    int: Scalar({"type": "integer"}, "an integer", _load_int, _NUMBER),
    float: Scalar({"type": "number"}, "a number", _load_float, _NUMBER),
    datetime: _text("a date and time like 2025-01-31T09:30:00Z", _load_datetime, _ORDER, format="date-time"),
    date: _text("a date like 2025-01-31", _matching(_DATE, date.fromisoformat), _ORDER, format="date"),
    time: _text("a time like 09:30:00", _load_time, _ORDER, format="time"),
    timedelta: _text("a duration like P1DT2H30M, without years and months", _load_duration, _ORDER, format="duration"),
    UUID: _text("a UUID", _matching(_UUID, UUID), format="uuid"),
    Decimal: _text('a decimal number like "19.99"', _load_decimal, {**_ORDER, "multiple_of": ""}, pattern=_DECIMAL),
    Path: _text("a path", Path, format="path"),
    PurePath: _text("a path", PurePath, format="path"),
    bytes: _text(
        "bytes in base64",
        lambda text: base64.b64decode(text, validate=True),
        {"min_length": "", "max_length": ""},
        contentEncoding="base64",
    ),
}

_TYPES: Final = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}


@dataclass(frozen=True)
class Choice(TypeCodec):
    """One of some values: a Literal, or an Enum by its values.

    choices: the JSON value of each, which is a str, int, float, bool or None, and the Python value.
    """

    choices: Sequence[tuple[Any, Any]]
    description: str = ""

    @cached_property
    def by_key(self) -> dict[Any, Any]:
        return {_key(value): python for value, python in self.choices}

    def json_schema(self, definitions: Definitions) -> dict[str, Any]:
        values = [value for value, _ in self.choices]
        types = {_TYPES[type(value)] for value in values}
        schema: dict[str, Any] = {"type": types.pop()} if len(types) == 1 else {}
        schema |= {"const": values[0]} if len(values) == 1 else {"enum": values}
        return {**schema, "description": self.description} if self.description else schema

    def parse(self, value: Any, path: str) -> Any:
        if type(value) in _TYPES and (key := _key(value)) in self.by_key:
            return self.by_key[key]
        values = [json.dumps(value, ensure_ascii=False) for value, _ in self.choices[:_MAX_CHOICES]]
        more = ["..."] if len(self.choices) > _MAX_CHOICES else []
        one_of = "one of " if len(self.choices) > 1 else ""
        raise InvalidValue(Issue(path, f"expected {one_of}{', '.join(values + more)}", value))


def _key(value: Any) -> tuple[bool, Any]:
    """What tells values apart as JSON does: 1 is 1.0, but not true."""
    return isinstance(value, bool), value

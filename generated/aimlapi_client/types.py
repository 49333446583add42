"""The types that the models share, and the decoders that their modules are built from.

A decoder takes a JSON value and returns what it stands for. It never refuses a value: of the wrong kind, it is
returned as it is, so that nothing a server sends is lost, and writing a model back gives what was read.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Mapping, MutableMapping
from importlib import import_module
from typing import IO, Any, BinaryIO, Generic, Literal, SupportsIndex, TypeGuard, TypeVar

from attrs import define

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

FileContent = IO[bytes] | bytes | str
#: What ``httpx.Client(files=...)`` takes: name, content, media type and, in the longer form, headers.
FileTypes = (
    tuple[str | None, FileContent, str | None] | tuple[str | None, FileContent, str | None, Mapping[str, str]]
)
RequestFiles = list[tuple[str, FileTypes]]


@define
class File:
    """A file to upload."""

    payload: BinaryIO
    file_name: str | None = None
    mime_type: str | None = None

    def to_tuple(self) -> FileTypes:
        """The form that httpx takes."""
        return self.file_name, self.payload, self.mime_type


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

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: object) -> bool:
        return key in self.additional_properties


Decoder = Callable[[Any], Any]
#: A class, or the classes that share a tag, each with the fields that tell it apart.
Target = str | list[tuple[str, tuple[str, ...]]]

_classes: dict[str, Any] = {}


def _is_object(value: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def _is_sequence(value: object) -> TypeGuard[list[Any] | tuple[Any, ...]]:
    return isinstance(value, (list, tuple))


def _is_list(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def _class(name: str) -> Any:
    """A model class by name, imported on first use."""
    found = _classes.get(name)
    if found is None:
        found = _classes[name] = getattr(import_module(".models", __package__), name)
    return found


def model(name: str) -> Decoder:
    """A decoder of one model."""

    def decode(value: Any) -> Any:
        return _class(name).from_dict(value) if _is_object(value) else value

    return decode


def list_of(item: Decoder) -> Decoder:
    """A decoder of a list."""

    def decode(value: Any) -> Any:
        return [item(each) for each in value] if _is_list(value) else value

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

    ``absent`` is the class of an object without that property, ``unknown`` the class of one whose value is new
    or which lacks a field of its class: it keeps everything.
    """

    def decode(value: Any) -> Any:
        if not _is_object(value):
            return value
        key = value.get(tag)
        target = cases.get(key) if isinstance(key, str) else absent if tag not in value else None
        if target:
            try:
                return _class(target if isinstance(target, str) else _fitting(value, target)).from_dict(value)
            except DecodeError:
                pass
        if unknown and isinstance(key, str):
            return _class(unknown).from_dict(value)
        return value

    return decode


def shaped(variants: list[tuple[str, tuple[str, ...]]]) -> Decoder:
    """A decoder of objects that only their fields tell apart: the first variant whose fields are all there."""

    def decode(value: Any) -> Any:
        if not _is_object(value):
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

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[Any, ...]:
        return (date_time, (self.wire,)) if self.wire else super().__reduce_ex__(protocol)


def date_time(value: Any) -> Any:
    """A decoder of a point in time. Its text is kept, so that it is written back as it was read."""
    if not isinstance(value, str):
        return value
    try:
        read = _WireTime.fromisoformat(value)
    except ValueError:
        return value
    read.wire = value
    return read


def read_body(status_code: int, content: bytes, decode: Decoder | None, lines: Decoder | None = None) -> Any:
    """The body of a success: JSON or, where ``lines`` is given, JSON Lines, which become a list.

    Raises UnreadableBody for anything else, so that what is typed as a model is one.
    """
    if status_code == 204:
        return None
    try:
        value = json.loads(content)
        decoded = decode(value) if decode else value
        if decode is None or decoded is not value:
            return decoded
    except ValueError:
        pass  # JSON Lines, or no JSON at all
    if lines is not None and content.strip():
        try:
            values = [json.loads(line) for line in content.splitlines() if line.strip()]
            decoded_lines = [lines(each) for each in values]
            if all(decoded is not each for decoded, each in zip(decoded_lines, values, strict=True)):
                return decoded_lines
        except ValueError:
            pass
    raise UnreadableBody(status_code, content)


def encode(value: Any) -> Any:
    """The JSON value of a model, a point in time, anything that is JSON already, or a collection of these."""
    if isinstance(value, (str, int, float)) or value is None:
        return value
    if _is_sequence(value):
        return [encode(each) for each in value]
    if _is_object(value):
        return {key: encode(each) for key, each in value.items()}
    if isinstance(value, datetime.datetime):
        return value.wire if isinstance(value, _WireTime) and value.wire else value.isoformat()
    to_dict = getattr(value, "to_dict", None)
    return to_dict() if to_dict is not None else value


__all__ = [
    "UNSET",
    "Decoder",
    "Extensible",
    "File",
    "FileTypes",
    "RequestFiles",
    "Response",
    "Unset",
    "date_time",
    "encode",
    "list_of",
    "model",
    "one_of",
    "read_body",
    "shaped",
    "tagged",
]

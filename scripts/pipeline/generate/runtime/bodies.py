"""How a body travels that is not JSON alone: text, bytes, forms, or a choice of several. Pure.

Forms follow the encoding object of https://spec.openapis.org/oas/v3.1.2#encoding-object. Generated code says only
what a value does not tell by itself: a text is text/plain, an object is JSON, a list is written item by item, bytes
and files are application/octet-stream.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, Final, Literal, NoReturn, TypeAlias, TypeGuard, cast
from urllib.parse import quote_plus

from attrs import field, frozen

from . import wire
from .errors import ArgumentError
from .types import File, charset_of, is_list, is_sequence

#: What a media type is to this client. A "range", such as `*/*`, is any of the others.
Form: TypeAlias = Literal["json", "lines", "form", "multipart", "text", "bytes", "range"]

_OCTETS: Final = "application/octet-stream"
#: Which forms a value may take, the best first.
_OF_BYTES: Final[tuple[Form, ...]] = ("bytes", "range", "text", "json", "lines")
_OF_TEXT: Final[tuple[Form, ...]] = ("text", "range", "json", "lines", "bytes")
_OF_FILES: Final[tuple[Form, ...]] = ("multipart", "json", "lines", "form", "range")
_OF_DATA: Final[tuple[Form, ...]] = ("json", "lines", "form", "multipart", "range")
_OF_SCALARS: Final[tuple[Form, ...]] = ("json", "text", "lines", "range")


@frozen
class FormPart:
    """How a member of a form is written, where its value does not tell.

    content_type: its media type. headers: of its part of a multipart body.
    style, explode, reserved: as a parameter of the query, and not by a media type.
    encoding: of bytes.
    """

    content_type: str = ""
    headers: Mapping[str, str] = field(factory=dict[str, str])
    style: wire.Style | None = None
    explode: bool | None = None
    reserved: bool = False
    encoding: Literal["", "base64", "base64url"] = ""


@frozen
class RequestBody:
    """One media type that a body may have. model: the class that is written so. parts: of a form, by member."""

    media_type: str
    form: Form
    model: str = ""
    parts: Mapping[str, FormPart] = field(factory=dict[str, FormPart])


_PLAIN: Final = FormPart()
_JSON: Final = (RequestBody("application/json", "json"),)


def write_body(bodies: Sequence[RequestBody], value: object, content_type: str = "") -> tuple[bytes, str]:
    """The bytes of a body, and its media type.

    content_type: which of several is meant, or which of a range. Raises ArgumentError.
    """
    bodies = bodies or _JSON
    body = _named(bodies, content_type) if content_type else _fitting(bodies, value)
    media_type = content_type if content_type and body.form == "range" else body.media_type
    match body.form:
        case "form":
            return _url_encoded(body, value), media_type
        case "multipart":
            return _multipart(body, value)
        case "range":
            return _in_range(body, value, content_type)
        case _ if _is_binary(value):
            mime_type = value.mime_type if isinstance(value, File) and body.form == "bytes" else None
            return binary(value), mime_type or media_type
        case "json":
            return wire.json_bytes(value), media_type
        case "lines":
            items: list[Any] = list(value) if is_sequence(value) else [value]
            return b"".join(wire.json_bytes(item) + b"\n" for item in items), media_type
        case _:
            return _text(value, media_type), media_type


def _named(bodies: Sequence[RequestBody], content_type: str) -> RequestBody:
    wanted = _bare(content_type)
    exact = [body for body in bodies if content_type == body.media_type or wanted == _bare(body.media_type)]
    found = exact or [body for body in bodies if _covers(body.media_type, wanted)]
    if not found:
        offered = " or ".join(repr(body.media_type) for body in bodies) or "none"
        raise ArgumentError("content_type", f"is {content_type!r}. Give {offered}.")
    return found[0]


def _fitting(bodies: Sequence[RequestBody], value: object) -> RequestBody:
    """What a value is written as, where nobody says: by its kind, and by its class."""
    if isinstance(value, File) and value.mime_type:
        for body in bodies:
            if body.form in ("bytes", "text", "range") and _covers(body.media_type, _bare(value.mime_type)):
                return body
    if _is_binary(value):
        order = _OF_BYTES
    elif isinstance(value, str):
        order = _OF_TEXT
    elif wire.compound(value):
        given = wire.members(value)
        inner: list[Any] = list(cast("Mapping[str, Any]", given).values()) if isinstance(given, Mapping) else []
        files = any(_is_binary(one) or (is_list(one) and any(map(_is_binary, one))) for one in inner)
        order = _OF_FILES if files else _OF_DATA
    else:
        order = _OF_SCALARS
    able = [body for form in order for body in bodies if body.form == form]
    own = [body for body in able if body.model == type(value).__name__]
    if not able:
        offered = " or ".join(body.media_type for body in bodies)
        raise ArgumentError("body", f"is a {type(value).__name__}, which cannot be written as {offered}.")
    return (own or able)[0]


def _is_binary(value: object) -> TypeGuard[File | bytes | bytearray]:
    return isinstance(value, (File, bytes, bytearray, memoryview))


def _bare(media_type: str) -> str:
    """A media type without its parameters."""
    return media_type.partition(";")[0].strip().lower()


def _covers(media_type: str, wanted: str) -> bool:
    """Whether a media type or range covers another media type."""
    return fnmatchcase(wanted, _bare(media_type))


def _in_range(body: RequestBody, value: object, content_type: str) -> tuple[bytes, str]:
    """A body of which the document says no more than a range of media types."""
    if _is_binary(value):
        content, natural = binary(value), (value.mime_type if isinstance(value, File) else "") or _OCTETS
    elif isinstance(value, str):
        natural = content_type or "text/plain"
        content = _text(value, natural)
    else:
        content, natural = wire.json_bytes(value), "application/json"
        if content_type and "json" not in _bare(content_type):
            raise ArgumentError("body", f"is a {type(value).__name__}. Give text or bytes for {content_type}.")
    if not content_type and not _covers(body.media_type, _bare(natural)):
        raise ArgumentError("content_type", f"is missing. Give one of {body.media_type}.")
    return content, content_type or natural


def _text(value: object, media_type: str) -> bytes:
    if _is_binary(value):
        return binary(value)
    if wire.compound(value):
        raise ArgumentError("body", f"is a {type(value).__name__}. Give text or bytes for {media_type}.")
    return _encoded(wire.scalar("body", value), media_type)


def _encoded(text: str, media_type: str) -> bytes:
    """A text in the charset that its media type names, or else UTF-8."""
    charset = charset_of(media_type)
    try:
        return text.encode(charset)
    except (UnicodeEncodeError, LookupError) as error:
        raise ArgumentError("body", f"holds what {charset} cannot encode.") from error


def binary(value: File | bytes | bytearray) -> bytes:
    """The bytes of a file, from where it stands. Its position stays where it can, so that it can be sent again."""
    if not isinstance(value, File):
        return bytes(value)
    payload: Any = value.payload
    if isinstance(payload, bytes):
        return payload
    start = payload.tell() if payload.seekable() else None
    content: Any = payload.read()
    if start is not None:
        payload.seek(start)
    if not isinstance(content, bytes):
        raise ArgumentError("body", "holds a file that gives text. Open it in binary mode.")
    return content


def _members(body: RequestBody, value: object) -> Iterator[tuple[str, FormPart, object]]:
    """The members of a form that are there, and how each is written."""
    given = wire.members(value)
    if not isinstance(given, Mapping):
        _no_form(f"it is a {type(value).__name__}, which has no members")
    for name, each in cast("Mapping[str, object]", given).items():
        yield name, body.parts.get(name, _PLAIN), each


def _styled(name: str, part: FormPart, value: object, style: wire.Style, escaped: wire.Escape) -> list[tuple[str, str]]:
    """A member that is written as a parameter of a query is."""

    def text(one: object) -> str:
        return wire.scalar(name, one)

    if style == "deepObject":
        return list(wire.in_depth(name, value, text, escaped))
    explode = style == "form" if part.explode is None else part.explode
    return wire.in_query(style, name, wire.texts(value, text), escaped, explode=explode)


def _url_encoded(body: RequestBody, value: object) -> bytes:
    pairs: list[str] = []
    for name, part, each in _members(body, value):
        if part.style:
            escaped = wire.escape_reserved if part.reserved else wire.escape
            pairs += ["=".join(pair) for pair in _styled(name, part, each, part.style, escaped)]
            continue
        for one in _items(each):
            content = _content(name, part, one, in_base64=True)[0]
            pairs.append(f"{quote_plus(name)}={quote_plus(content)}")
    return "&".join(pairs).encode()


def _items(value: object) -> list[Any]:
    """A list item by item, which are parts of one name, and anything else as it is."""
    given = wire.members(value) if is_sequence(value) else value
    return given if is_list(given) else [given]


def _multipart(body: RequestBody, value: object) -> tuple[bytes, str]:
    """Parts in the order of the members, see RFC 7578."""
    boundary = os.urandom(16).hex()
    parts: list[bytes] = []

    def add(content: bytes, headers: Mapping[str, str]) -> None:
        head = "".join(f"{name}: {text}\r\n" for name, text in headers.items())
        parts.append(f"--{boundary}\r\n{head}\r\n".encode() + content + b"\r\n")

    for name, part, each in _members(body, value):
        if part.style:
            for key, text in _styled(name, part, each, part.style, wire.as_it_is):
                add(_utf8(name, text), {"Content-Disposition": f'form-data; name="{_quoted(key)}"', **part.headers})
            continue
        for one in _items(each):
            content, headers = _content(name, part, one)
            add(content, headers)
    kind, _, parameters = body.media_type.partition(";")
    return b"".join(parts) + f"--{boundary}--\r\n".encode(), f"{kind.strip()}; boundary={boundary}" + (
        f";{parameters}" if parameters else ""
    )


def _content(name: str, part: FormPart, value: object, *, in_base64: bool = False) -> tuple[bytes, dict[str, str]]:
    """One value of a form by its media type, and the headers of its part."""
    concrete = part.content_type.partition(",")[0].strip()
    media_type = concrete if "*" not in concrete else ""
    disposition = f'form-data; name="{_quoted(name)}"'
    headers: dict[str, str] = dict(part.headers)
    if _is_binary(value):
        content = binary(value)
        if isinstance(value, File):
            media_type = value.mime_type or media_type
            headers.update(value.headers)
        if part.encoding or in_base64:
            content = base64.urlsafe_b64encode(content) if part.encoding == "base64url" else base64.b64encode(content)
        file_name = value.file_name if isinstance(value, File) else None
        disposition += f'; filename="{_quoted(file_name or name)}"'
        natural = _OCTETS
    elif "json" in _bare(media_type):
        content, natural = wire.json_bytes(value), media_type
    elif wire.compound(value) and _bare(media_type) in ("", "text/plain", _OCTETS):
        content, natural = wire.json_bytes(value), "application/json"
        media_type = "" if _bare(media_type) == _OCTETS else media_type
    elif wire.compound(value):
        _no_form(f"{name} is a {type(value).__name__}. Give text or bytes for {media_type}")
    else:
        content, natural = _encoded(wire.scalar(name, value), media_type), "text/plain"
    if part.encoding:
        headers.setdefault("Content-Transfer-Encoding", part.encoding)
    kept = {key: text for key, text in headers.items() if key.lower() != "content-type"}
    _check_headers(name, kept)
    return content, {"Content-Disposition": disposition, "Content-Type": media_type or natural, **kept}


def _check_headers(name: str, headers: Mapping[str, str]) -> None:
    for key, text in headers.items():
        if not f"{key}{text}".isprintable():
            raise ArgumentError("body", f"cannot be written as a form: a header of {name} holds a control character.")


def _utf8(name: str, text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        _no_form(f"{name} holds what utf-8 cannot encode")


def _quoted(text: str) -> str:
    """A name inside a header, as https://html.spec.whatwg.org/#multipart-form-data has it."""
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _no_form(problem: str) -> NoReturn:
    raise ArgumentError("body", f"cannot be written as a form: {problem}.")


__all__ = ["Form", "FormPart", "RequestBody", "write_body"]

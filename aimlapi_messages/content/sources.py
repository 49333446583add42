"""Loads the bytes of a file from a path, bytes, a file object, a data URL or a PIL image.

Raises ContentError, which never shows the content.
"""

from __future__ import annotations

import io
import os
import re
from binascii import a2b_base64, b2a_base64
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, cast
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from ..core.errors import ContentError
from .media_types import named_type, type_by_name

# A single letter is a drive of Windows. Without "//" a colon is mostly part of a file's name.
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):(?://)?")
_SCHEMES_WITHOUT_SLASHES: Final = ("data", "file")

_FILE_OBJECT: Final = "The file object"
_PIECE: Final = 1024 * 1024
_LONGEST_SHOWN_PATH: Final = 200
_LONGEST_DATA_URL_HEAD: Final = 1000
_BASE64_MARKS: Final = ("iVBORw0KGgo", "/9j/", "R0lGOD", "UklGR", "JVBERi0")

# The formats in which PIL images are saved, PNG by default, and the modes that are converted for PNG.
_PILLOW_FORMATS: Final[Mapping[str, str]] = {"GIF": "GIF", "JPEG": "JPEG", "MPO": "JPEG", "WEBP": "WEBP"}
_MODES_FOR_RGB: Final = ("CMYK", "YCbCr", "HSV")


class Readable(Protocol):
    """A binary file object."""

    def read(self, size: int, /) -> bytes: ...


class PillowImage(Protocol):
    """An image of PIL, which is not a dependency."""

    @property
    def mode(self) -> str: ...

    @property
    def size(self) -> tuple[int, int]: ...

    def save(self, fp: Any, format: str | None = None, **params: Any) -> None: ...


@dataclass(slots=True)
class Payload:
    """The bytes of one file.

    name: its name in errors, such as "The file 'cat.png'".
    claim: the claimed media type, and where it was claimed; None if it was not.
    size: the bytes of the file; None if only the first were read and the rest cannot be counted.
    """

    name: str
    data: bytes = field(repr=False)
    claim: tuple[str, str] | None = None
    size: int | None = None

    def take_base64(self) -> str:
        """The bytes in base64. They are released before the text is made, so that memory has two copies, not three."""
        encoded = b2a_base64(self.data, newline=False)
        self.data = b""
        return str(encoded, "ascii")


def web_address(source: object) -> str | None:
    """The source if it is an http(s) URL, None if it is a data URL or no URL.

    Raises ContentError for other URLs, such as ftp: and file:.
    """
    scheme = _scheme(source)
    if not isinstance(source, str) or scheme in ("", "data"):
        return None
    if scheme not in ("http", "https"):
        raise ContentError(f"A URL of scheme {scheme!r} cannot be sent. Give an http(s) URL, a path or the bytes.")
    try:
        host = urlsplit(source).hostname
    except ValueError:
        host = None
    if not host or not source.isprintable() or " " in source:
        raise ContentError(f"A {scheme} URL cannot be sent as it is: it has no valid host, or holds white space.")
    return source


def _scheme(source: object) -> str:
    match = _SCHEME.match(source) if isinstance(source, str) else None
    if match is None:
        return ""
    scheme = match[1].lower()
    return scheme if match[0].endswith("//") or scheme in _SCHEMES_WITHOUT_SLASHES else ""


def load(source: object, limit: int, caller: str) -> Payload:
    """Read a source that is no web address. At most `limit` + 1 bytes of a file are read.

    caller: the function that the user called, for errors.
    """
    if isinstance(source, str) and _scheme(source) == "data":
        payload = _load_data_url(source)
    elif isinstance(source, (str, os.PathLike)):
        payload = _load_path(os.fsdecode(cast("str | os.PathLike[str]", source)), limit)
    elif isinstance(source, (bytes, bytearray, memoryview)):
        data = bytes(cast("bytes", source))
        payload = Payload("What was given as bytes", data, size=len(data))
    elif hasattr(source, "save") and hasattr(source, "mode") and hasattr(source, "size"):
        data = _save(source)
        payload = Payload("The PIL image", data, size=len(data))
    elif hasattr(source, "read"):
        data = _read(cast("Readable", source), limit)
        payload = Payload(_FILE_OBJECT, data, size=len(data) if len(data) <= limit else None)
    else:
        kind = type(source).__name__
        raise ContentError(
            f"{caller} was given a {kind}. Give a path, an http(s) or data URL, bytes or a binary file object."
        )
    if not payload.data:
        hint = ", or at its end: seek(0) goes back to its start" if payload.name == _FILE_OBJECT else ""
        raise ContentError(f"{payload.name} is empty{hint}.")
    return payload


def _load_path(path: str, limit: int) -> Payload:
    try:
        with open(path, "rb") as file:
            data = _read(file, limit)
            size = max(os.fstat(file.fileno()).st_size, len(data))
    except (OSError, ValueError) as error:
        # The cause would show the path, which may be content that was passed by mistake.
        raise ContentError(_why_not(path, error)) from None
    claimed = type_by_name(os.path.splitext(path)[1])
    return Payload(f"The file {path!r}", data, (claimed, "its name") if claimed else None, size)


def _why_not(path: str, error: Exception) -> str:
    if not path:
        return "The path is empty."
    if path.startswith(_BASE64_MARKS):
        return "The text is no path of a file; it looks like base64. Give base64.b64decode(text), or a data URL."
    if len(path) > _LONGEST_SHOWN_PATH or not path.isprintable():
        return f"The text of {len(path)} characters is neither a URL nor the path of a file. For content, give bytes."
    full = os.path.abspath(path)
    shown = repr(path) if path == full else f"{path!r} (which is {full!r})"
    if os.path.isdir(path):
        return f"{shown} is a directory. Give one file."
    if isinstance(error, FileNotFoundError):
        return f"There is no file {shown}."
    if isinstance(error, PermissionError):
        return f"The file {shown} may not be read. Check its permissions."
    return f"The file {shown} cannot be read: {_reason(error)}."


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__


def _load_data_url(url: str) -> Payload:
    comma = url.find(",", 0, _LONGEST_DATA_URL_HEAD)
    if comma < 0:
        raise ContentError("The data URL has no comma between its media type and its data.")
    head, body = url[5:comma], url[comma + 1 :]
    if head.lower().rstrip().endswith(";base64"):
        data = _decoded(unquote(body) if "%" in body else body)
    else:
        data = unquote_to_bytes(body)
    claimed = named_type(head)
    return Payload("The data URL", data, (claimed, "the data URL") if claimed else None, len(data))


def _decoded(text: str) -> bytes:
    with suppress(ValueError):
        return a2b_base64(text, strict_mode=True)
    try:
        return a2b_base64("".join(text.split()), strict_mode=True)  # line breaks are common, and harmless
    except ValueError:
        raise ContentError("The data of the data URL is not valid base64.") from None


def _read(file: Readable, limit: int) -> bytes:
    pieces: list[bytes] = []
    missing = limit + 1
    while missing > 0:
        try:
            piece = cast("object", file.read(min(missing, _PIECE)))
        except (OSError, ValueError) as error:
            raise ContentError(f"The file object cannot be read: {_reason(error)}.") from error
        if not isinstance(piece, (bytes, bytearray, memoryview)):
            kind = type(piece).__name__
            raise ContentError(f"The file object gives {kind}, not bytes. Open the file in binary mode, with 'rb'.")
        if not piece:
            break
        pieces.append(bytes(cast("bytes", piece)))
        missing -= len(pieces[-1])
    return b"".join(pieces)


def _save(image: Any) -> bytes:
    original = str(getattr(image, "format", None))
    kind = _PILLOW_FORMATS.get(original, "PNG")
    buffer = io.BytesIO()
    try:
        if kind == "PNG" and image.mode in _MODES_FOR_RGB:
            image = image.convert("RGB")
        image.save(buffer, format=kind, **_quality(image, original))
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise ContentError(
            f"The PIL image of mode {image.mode} cannot be saved as {kind}. "
            "Convert it first, for example with image.convert('RGB')."
        ) from error
    return buffer.getvalue()


def _quality(image: Any, original: str) -> dict[str, Any]:
    if original == "JPEG" and hasattr(image, "quantization"):
        return {"quality": "keep"}
    return {"quality": 95} if original in ("JPEG", "MPO", "WEBP") else {}

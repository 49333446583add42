"""Loads the bytes of a file from a path, bytes, a file object, a data URL or a PIL image, and tells what they are.

Raises ContentError, which never shows the content.
"""

from __future__ import annotations

import codecs
import io
import os
import re
from binascii import a2b_base64, b2a_base64
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Final, Protocol, cast
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from ..core.errors import ContentError

PDF: Final = "application/pdf"
TEXT: Final = "text/plain"
MAX_REQUEST: Final = 32 * 1024 * 1024  # bytes that a request must stay below, as Anthropic documents

# The media types that are told by the bytes of a file, and what such a file is called.
_NAMES: Final[Mapping[str, str]] = {
    "image/jpeg": "a JPEG image",
    "image/png": "a PNG image",
    "image/gif": "a GIF image",
    "image/webp": "a WebP image",
    PDF: "a PDF",
}
_SUFFIXES: Final[Mapping[str, str]] = {
    ".gif": "image/gif",
    ".jfif": "image/jpeg",
    ".jpe": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".pdf": PDF,
    ".png": "image/png",
    ".webp": "image/webp",
}
_OTHER_NAMES: Final[Mapping[str, str]] = {
    "application/x-pdf": PDF,
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/x-png": "image/png",
}

# What the first bytes of a file match, and its media type, or the name of what is often tried and never taken.
_KINDS: Final = (
    (rb"\xff\xd8\xff", "image/jpeg"),
    (rb"\x89PNG\r\n\x1a\n", "image/png"),
    (rb"GIF8[79]a", "image/gif"),
    (rb"RIFF.{4}WEBP", "image/webp"),
    (rb"%PDF-", PDF),
    (rb".{4}ftypavi[fs]", "an AVIF image"),
    (rb".{4}ftyp(hei[cmsx]|hevc|mif1|msf1)", "a HEIC image"),
    (rb".{4}ftyp", "an MP4 or QuickTime file"),
    (rb"BM.{4}\0{4}", "a BMP image"),  # text may begin with these two letters, but has no zeros
    (rb"II\*\0|MM\0\*", "a TIFF image"),
    (rb"\0\0\x01\0", "an icon (ICO)"),
    (rb"8BPS", "a Photoshop file"),
    (rb"\xff\n|.{4}JXL \r\n\x87\n", "a JPEG XL image"),
    (rb".{4}jP  \r\n\x87\n", "a JPEG 2000 image"),
    (rb"PK\x03\x04", "a ZIP archive or an Office document"),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
    (rb"\x1f\x8b", "a gzip archive"),
    (rb"BZh[1-9]1AY|\xfd7zXZ\0|7z\xbc\xaf|Rar!\x1a|\x28\xb5\x2f\xfd|.{257}ustar", "an archive"),
    (rb"\x7fELF|MZ.{58}|\xcf\xfa\xed\xfe|\xca\xfe\xba\xbe|\0asm", "a program"),
    (rb"ID3|\xff[\xf2\xf3\xfb]|OggS|fLaC|RIFF.{4}(WAVE|AVI )|\x1aE\xdf\xa3", "audio or video"),
    (rb"SQLite format 3\0|PAR1|ARROW1", "a database or table"),
    (rb"\xff\xfe|\xfe\xff", "UTF-16 text"),
)
_HEAD: Final = 512  # bytes, enough to recognise a file

# What may stand before a PDF and is none of it: a byte order mark and white space, or the header of a part of a form.
_BEFORE_PDF: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:(?:--[^\r\n]*\r?\n)?(?=[^%]*(?i:content-))(?:[A-Za-z-]+:[^\r\n]*\r?\n)+\r?\n\s*)?(?=%PDF-\d)"
)
_LONGEST_BEFORE_PDF: Final = 2048

# A single letter is a drive of Windows. Without "//" a colon is mostly part of a file's name.
_SCHEME: Final = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]+):(?://)?")
_SCHEMES_WITHOUT_SLASHES: Final = ("data", "file")

_FILE_OBJECT: Final = "The file object"
_PIECE: Final = 1024 * 1024
_LONGEST_SHOWN_PATH: Final = 200
_LONGEST_DATA_URL_HEAD: Final = 1000
_MEDIA_TYPE: Final = re.compile(r"[a-z-]+/[a-z0-9.+_-]{1,100}")
_KNOWN_BASE64: Final = "(iVBORw0KGgo|/9j/|R0lGOD|UklGR|JVBERi0)"  # as that of images and PDFs begins
_BASE64: Final = re.compile(_KNOWN_BASE64 + r".*|(?!/)[A-Za-z0-9+/_-]{40,200}={0,2}", re.DOTALL)

# A text with spaces is rather content than a path, unless it ends as the names of files do.
_CONTENT: Final = re.compile(r".*\s.*(?<!\.\w)(?<!\.\w{2})(?<!\.\w{3})(?<!\.\w{4})(?<!\.\w{5})")

# For each format of PIL, the one it is saved in, and the options. Any other is saved as PNG; for that, some modes
# become RGB.
_PILLOW_FORMATS: Final[Mapping[str | None, tuple[str, Mapping[str, Any]]]] = {
    "GIF": ("GIF", {"comment": b""}),
    "JPEG": ("JPEG", {"quality": "keep", "comment": b""}),
    "MPO": ("JPEG", {"quality": 95, "comment": b""}),
    "PNG": ("PNG", {}),
    "WEBP": ("WEBP", {"quality": 95}),
}
_ORIENTATION: Final = 0x0112  # the tag of EXIF
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
    data: all of them, or as many as show that they are too many.
    claim: the claimed media type, and where it was claimed; None if it was not.
    size: the bytes of the file, at least those of `data`.
    is_cut: whether the file may be longer than `size`.
    """

    name: str
    data: bytes = field(repr=False)
    claim: tuple[str, str] | None = None
    size: int = 0
    is_cut: bool = False

    def __post_init__(self) -> None:
        self.size = max(self.size, len(self.data))

    @property
    def media_type(self) -> str | None:
        """The media type of a JPEG, PNG, GIF or WebP image or a PDF by its first bytes; None for anything else."""
        kind = _kind(self.data[:_HEAD])
        return kind if kind in _NAMES else None

    def looks_like(self) -> str:
        """What the file seems to be, such as "a TIFF image", and what it was claimed to be."""
        is_whole = len(self.data) == self.size and not self.is_cut
        kind = _kind(self.data[:_HEAD]) or _kind_of_text(self.data, is_whole)
        claim = f", though it is {self.claim[0]} by {self.claim[1]}" if self.claim else ""
        return f"{self.name} looks like {_NAMES.get(kind, kind)}{claim}"

    def check_claim(self, actual: str) -> None:
        """Raise ContentError if the claim is not the actual media type. Plain text may claim to be any kind of text."""
        if self.claim is None or self.claim[0] == actual:
            return
        claimed, place = self.claim
        if actual == TEXT and claimed != PDF and not claimed.startswith(("image/", "audio/", "video/")):
            return
        way_out = f"Rename it, or give media_type={actual!r}" if place == "its name" else "Correct or drop the claim"
        raise ContentError(f"{self.name} is {actual} by its bytes, but {claimed} by {place}. {way_out}.")

    def check_size(self, limit: int, rule: str) -> None:
        """Raise ContentError with the rule for more bytes than the limit."""
        if self.size > limit:
            at_least = "at least " if self.is_cut else ""
            raise ContentError(f"{self.name} has {at_least}{self.size:,} bytes. {rule}")

    def take_base64(self) -> str:
        """The bytes in base64. They are released before the text is made, so that memory has two copies, not three."""
        encoded = b2a_base64(self.data, newline=False)
        self.data = b""
        return str(encoded, "ascii")


def _kind(head: bytes) -> str:
    """The media type or the name of a kind of file in `_KINDS`, "" for any other."""
    return next((kind for pattern, kind in _KINDS if re.match(pattern, head, re.DOTALL)), "")


def _kind_of_text(data: bytes, is_whole: bool) -> str:
    if b"\0" in data:
        return "unknown binary data"
    try:
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(data, is_whole)  # else a character may be cut
    except UnicodeDecodeError as error:
        is_text = error.start and all(byte >= 32 or byte in b"\t\n\f\r" for byte in data[:_HEAD])
        return f"text that is not UTF-8 at byte {error.start:,}" if is_text else "unknown binary data"
    start = text[:_HEAD].lstrip().lower()
    if start.startswith("<") and "<svg" in start:
        return "an SVG image"
    return "an HTML page" if start.startswith(("<!doctype html", "<html")) else "text"


def claim_of(media_type: str | None, place: str) -> tuple[str, str] | None:
    """What a media type claims, in its usual form and without parameters; None if it says nothing."""
    if not isinstance(cast("object", media_type), str | None):
        raise ContentError(f"media_type is a {type(media_type).__name__}. Give a str, such as 'image/png'.")
    plain = (media_type or "").partition(";")[0].strip().lower()
    if plain in ("", "application/octet-stream", "binary/octet-stream"):
        return None
    if not _MEDIA_TYPE.fullmatch(plain):
        return "no media type", place
    return _OTHER_NAMES.get(plain, plain), place


def web_address(source: object) -> str | None:
    """The source if it is an http(s) URL, None if it is a data URL or no URL.

    Raises ContentError for other URLs, such as ftp: and file:.
    """
    scheme = _scheme(source)
    if not isinstance(source, str) or scheme in ("", "data"):
        return None
    if scheme not in ("http", "https"):
        raise ContentError(f"A URL of scheme {scheme[:20]!r} cannot be sent. Give an http(s) URL, a path or the bytes.")
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


def load(source: object, limit: int, caller: str, media_type: str | None) -> Payload:
    """Read a source that is no web address. At most `limit` + 1 bytes of a file are read.

    caller: the function that the user called, for errors.
    media_type: what the user says it is; beats what the source says.
    """
    if isinstance(source, str) and _scheme(source) == "data":
        payload = _load_data_url(source)
    elif isinstance(source, (str, os.PathLike)):
        payload = _load_path(_path_of(source), limit)
    elif isinstance(source, (bytes, bytearray, memoryview)):
        payload = Payload("What was given as bytes", bytes(cast("bytes", source)))
    elif hasattr(source, "save") and hasattr(source, "mode") and hasattr(source, "size"):
        payload = Payload("The PIL image", _save(source))
    elif hasattr(source, "read"):
        data = _read(cast("Readable", source), limit)
        payload = Payload(_FILE_OBJECT, data, is_cut=len(data) > limit)
    else:
        kind = type(source).__name__
        raise ContentError(
            f"{caller} was given a {kind}. Give a path, an http(s) or data URL, bytes or a binary file object."
        )
    if not payload.data:
        hint = ", or at its end: seek(0) goes back to its start" if payload.name == _FILE_OBJECT else ""
        raise ContentError(f"{payload.name} is empty{hint}.")
    payload.claim = claim_of(media_type, "media_type") or payload.claim
    before = _BEFORE_PDF.match(payload.data, 0, _LONGEST_BEFORE_PDF)
    if before is not None and before.end():
        payload.data = payload.data[before.end() :]
    return payload


def base64_of(source: object, caller: str) -> str:
    """The base64 of a file, where a block has the file itself instead of its text; bytes may be base64 already."""
    payload = load(source, MAX_REQUEST, caller, None)
    if re.match(_KNOWN_BASE64.encode(), payload.data):
        payload.data = _decoded(str(payload.data, "ascii", "replace"), payload.name)
    payload.check_size(MAX_REQUEST, "A request holds less than 32 MB.")
    return payload.take_base64()


def _path_of(source: Any) -> str:
    try:
        return os.fsdecode(source)
    except Exception as error:  # its own code may raise any
        raise ContentError(f"The {type(source).__name__} says no path: {_reason(error)}.") from error


def _load_path(path: str, limit: int) -> Payload:
    try:
        with open(path, "rb") as file:
            data = _read(file, limit)
            size = os.fstat(file.fileno()).st_size
    except (OSError, ValueError) as error:
        # The cause would show the path, which may be content that was passed by mistake.
        raise ContentError(_why_not(path, error)) from None
    claimed = _SUFFIXES.get(os.path.splitext(path)[1].lower())
    return Payload(f"The file {path!r}", data, claim_of(claimed, "its name"), size)


def _why_not(path: str, error: Exception) -> str:
    if not path:
        return "The path is empty."
    is_there = os.path.exists(path)
    if not is_there and _BASE64.fullmatch(path):
        return "The text is no path of a file; it looks like base64. Give base64.b64decode(text), or a data URL."
    if len(path) > _LONGEST_SHOWN_PATH or not path.isprintable() or (not is_there and _CONTENT.fullmatch(path)):
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
    head, body = "".join(url[:comma].split())[5:], url[comma + 1 :]
    if head.lower().endswith(";base64"):
        data = _decoded(unquote(body) if "%" in body else body, "The data of the data URL")
    else:
        try:
            data = unquote_to_bytes(body)
        except UnicodeEncodeError:  # which would show the content
            raise ContentError("The data URL holds half of a surrogate pair, which has no bytes.") from None
    return Payload("The data URL", data, claim_of(head, "the data URL"))


def _decoded(text: str, name: str) -> bytes:
    """The bytes of base64 as it is found: with line breaks, without padding, with the alphabet of URLs."""
    plain = "".join(text.split())
    if len(plain) % 4:
        # Forms of web pages make a space of each plus.
        restored = text.strip().replace(" ", "+")
        plain = restored if len(restored) % 4 == 0 else plain if "=" in plain else plain + "=" * (-len(plain) % 4)
    try:
        return a2b_base64(plain.replace("-", "+").replace("_", "/"), strict_mode=True)
    except ValueError:
        raise ContentError(f"{name} is not valid base64.") from None


def _read(file: Readable, limit: int) -> bytes:
    pieces: list[bytes] = []
    missing = limit + 1
    while missing > 0:
        try:
            piece = cast("object", file.read(min(missing, _PIECE)))
        except Exception as error:  # archives and connections have their own
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
    kind, options = _PILLOW_FORMATS.get(getattr(image, "format", None), _PILLOW_FORMATS["PNG"])
    try:
        if hasattr(image, "load"):
            image.load()
    except Exception as error:  # of each format's own kind
        raise ContentError(
            f"The PIL image cannot be read: {_reason(error)}. It may be cut off, or its file closed."
        ) from error
    with suppress(Exception):  # EXIF that is broken says nothing, by any error
        if image.getexif().get(_ORIENTATION, 1) != 1:
            image = import_module("PIL.ImageOps").exif_transpose(image)  # which a file without metadata cannot say
            options = {**options, "quality": 95} if kind == "JPEG" else options
    # One that was changed may have kept a format that does not take its mode any more.
    for form, how in ((kind, options), _PILLOW_FORMATS["PNG"]):
        buffer = io.BytesIO()
        try:
            one = image.convert("RGB") if form == "PNG" and image.mode in _MODES_FOR_RGB else image
            one.save(buffer, format=form, **how)
        except Exception as error:  # as above
            failure = error
        else:
            return buffer.getvalue()
    raise ContentError(
        f"The PIL image of mode {image.mode} cannot be saved as PNG. "
        "Convert it first, for example with image.convert('RGB')."
    ) from failure

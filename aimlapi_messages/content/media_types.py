"""What a file is, told from its first bytes, and how many pixels an image has. Pure; no image is decoded.

Sizes are read through a `Peek`, which gives any few bytes of a file, so that base64 text need not be decoded whole.
"""

from __future__ import annotations

import codecs
from binascii import a2b_base64
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

__all__ = [
    "HEAD",
    "IMAGE_NAMES",
    "PDF",
    "TEXT",
    "Peek",
    "agree",
    "looks_like",
    "media_type_of",
    "named_type",
    "peek_base64",
    "peek_bytes",
    "pixel_size",
    "type_by_name",
]

PDF: Final = "application/pdf"
TEXT: Final = "text/plain"
IMAGE_NAMES: Final[Mapping[str, str]] = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/webp": "WebP",
}

# As many bytes as it takes to tell what a file is.
HEAD: Final = 512

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

# What is often tried and never taken: where the mark stands, the mark, and what to call it.
_OTHERS: Final = (
    (0, b"II*\0", "a TIFF image"),
    (0, b"MM\0*", "a TIFF image"),
    (0, b"\0\0\1\0", "an icon (ICO)"),
    (0, b"8BPS", "a Photoshop file"),
    (0, b"\xff\x0a", "a JPEG XL image"),
    (4, b"JXL \r\n\x87\n", "a JPEG XL image"),
    (4, b"jP  \r\n\x87\n", "a JPEG 2000 image"),
    (0, b"PK\3\4", "a ZIP archive or an Office document"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
    (0, b"\x1f\x8b", "a gzip archive"),
    (0, b"\xff\xfe", "UTF-16 text"),
    (0, b"\xfe\xff", "UTF-16 text"),
)
_BRANDS: Final[Mapping[bytes, str]] = {
    b"avif": "an AVIF image",
    b"avis": "an AVIF image",
    b"heic": "a HEIC image",
    b"heim": "a HEIC image",
    b"heis": "a HEIC image",
    b"heix": "a HEIC image",
    b"hevc": "a HEIC image",
    b"mif1": "a HEIC image",
    b"msf1": "a HEIC image",
}

# Start-of-frame markers of JPEG; C4, C8 and CC between them mean something else.
_JPEG_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_STANDALONE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
_JPEG_END_OR_SCAN: Final = frozenset({0xD9, 0xDA})
_MOST_JPEG_MARKERS: Final = 1000

Peek: TypeAlias = Callable[[int, int], bytes]
"""`peek(offset, count)` gives those bytes of a file, or fewer where it ends."""


def media_type_of(head: bytes) -> str | None:
    """The media type of a JPEG, PNG, GIF or WebP image or a PDF by its first bytes; None for anything else."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    return PDF if head.startswith(b"%PDF-") else None


def looks_like(head: bytes) -> str:
    """What the first bytes look like, in words with an article: "a TIFF image", "text", "unknown binary data"."""
    known = media_type_of(head)
    if known is not None:
        return "a PDF" if known == PDF else f"a {IMAGE_NAMES[known]} image"
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "an MP4 or QuickTime file")
    # Two letters alone are no mark: text may begin with them. The four zeros are reserved.
    if head.startswith(b"BM") and head[6:10] == bytes(4):
        return "a BMP image"
    for offset, mark, name in _OTHERS:
        if head.startswith(mark, offset):
            return name
    return _text_like(head)


def _text_like(head: bytes) -> str:
    try:
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(head)  # a character may be cut at the end
    except UnicodeDecodeError:
        return "unknown binary data"
    if "\0" in text:
        return "unknown binary data"
    start = text.lstrip().lower()
    if start.startswith("<") and "<svg" in start:
        return "an SVG image"
    return "an HTML page" if start.startswith(("<!doctype html", "<html")) else "text"


def type_by_name(suffix: str) -> str | None:
    """The media type that a file's suffix such as ".png" claims; None for a suffix that claims none of ours."""
    return _SUFFIXES.get(suffix.lower())


def named_type(media_type: str) -> str | None:
    """A media type in its usual form, without parameters; None for one that says nothing."""
    plain = media_type.partition(";")[0].strip().lower()
    if plain in ("", "application/octet-stream", "binary/octet-stream"):
        return None
    return _OTHER_NAMES.get(plain, plain)


def agree(claimed: str, actual: str) -> bool:
    """Whether a claimed media type fits the actual one. Plain text may claim to be any kind of text."""
    if actual != TEXT:
        return claimed == actual
    return claimed != PDF and not claimed.startswith(("image/", "audio/", "video/"))


def peek_bytes(data: bytes) -> Peek:
    """A look into bytes."""
    return lambda offset, count: data[offset : offset + count]


def peek_base64(text: str, start: int = 0) -> Peek:
    """A look into base64 text that begins at `start`. Where it is not plain base64, it seems to end."""

    def peek(offset: int, count: int) -> bytes:
        first, last = offset // 3, -(-(offset + count) // 3)
        try:
            data = a2b_base64(text[start + 4 * first : start + 4 * last], strict_mode=True)
        except ValueError:
            return b""
        return data[offset - 3 * first :][:count]

    return peek


def pixel_size(peek: Peek) -> tuple[int, int] | None:
    """Width and height of a JPEG, PNG, GIF or WebP image by its header; None where that does not tell.

    Raises EOFError when the file ends within its header.
    """
    readers = {"image/jpeg": _jpeg, "image/png": _png, "image/gif": _gif, "image/webp": _webp}
    read = readers.get(media_type_of(peek(0, 12)) or "")
    size = read(peek) if read else None
    return size if size and all(size) else None


def _at(peek: Peek, offset: int, count: int) -> bytes:
    data = peek(offset, count)
    if len(data) < count:
        raise EOFError
    return data


def _little(data: bytes) -> int:
    return int.from_bytes(data, "little")


def _png(peek: Peek) -> tuple[int, int] | None:
    header = _at(peek, 8, 16)
    return (int.from_bytes(header[8:12]), int.from_bytes(header[12:16])) if header[4:8] == b"IHDR" else None


def _gif(peek: Peek) -> tuple[int, int]:
    size = _at(peek, 6, 4)
    return _little(size[:2]), _little(size[2:])


def _webp(peek: Peek) -> tuple[int, int] | None:
    kind = _at(peek, 12, 4)
    if kind == b"VP8 ":
        frame = _at(peek, 20, 10)
        # The upper two bits of each are a scale.
        size = _little(frame[6:8]) & 0x3FFF, _little(frame[8:10]) & 0x3FFF
        return size if frame[3:6] == b"\x9d\x01\x2a" else None
    if kind == b"VP8L":
        frame = _at(peek, 20, 5)
        bits = _little(frame[1:])
        return ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1) if frame[0] == 0x2F else None
    if kind == b"VP8X":
        header = _at(peek, 20, 10)
        return _little(header[4:7]) + 1, _little(header[7:10]) + 1
    return None


def _jpeg(peek: Peek) -> tuple[int, int] | None:
    position = 2
    for _ in range(_MOST_JPEG_MARKERS):
        mark, marker = _at(peek, position, 2)
        if mark != 0xFF or marker in _JPEG_END_OR_SCAN:
            return None
        if marker in _JPEG_FRAMES:
            frame = _at(peek, position + 5, 4)
            return int.from_bytes(frame[2:]), int.from_bytes(frame[:2])
        if marker == 0xFF:  # a byte of padding before the marker
            position += 1
        elif marker in _JPEG_STANDALONE:
            position += 2
        else:
            length = int.from_bytes(_at(peek, position + 2, 2))
            if length < 2:
                return None
            position += 2 + length
    return None

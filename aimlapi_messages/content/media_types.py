"""Media types: by the first bytes of a file, by its name, and by what is claimed. No I/O."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from typing import Final

PDF: Final = "application/pdf"
TEXT: Final = "text/plain"
IMAGE_NAMES: Final[Mapping[str, str]] = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/webp": "WebP",
}

# Enough bytes to recognise a file.
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

# Files that are often tried and never accepted: the offset of their mark, the mark, and their name.
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
_AVIF_BRANDS: Final = (b"avif", b"avis")
_HEIC_BRANDS: Final = (b"heic", b"heim", b"heis", b"heix", b"hevc", b"mif1", b"msf1")


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
    """A name for the file, with an article: "a TIFF image", "text", "unknown binary data"."""
    known = media_type_of(head)
    if known is not None:
        return "a PDF" if known == PDF else f"a {IMAGE_NAMES[known]} image"
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand in _AVIF_BRANDS:
            return "an AVIF image"
        return "a HEIC image" if brand in _HEIC_BRANDS else "an MP4 or QuickTime file"
    # Text may begin with these two letters, but not have the four reserved zeros.
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

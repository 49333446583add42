"""What an image is and how large, read from the first bytes of its file; nothing is decoded.

Knows the four formats that the gateway takes: PNG, JPEG, GIF and WebP.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

_FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WebP": "image/webp"}
# Start-of-frame markers of JPEG; C4, C8 and CC between them mean something else.
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_STANDALONE = frozenset({0x01, *range(0xD0, 0xD9)})


@dataclass(frozen=True)
class ImageInfo:
    """An image's `format` (PNG, JPEG, GIF, WebP) and its size in pixels."""

    format: str
    width: int
    height: int

    @property
    def media_type(self) -> str:
        """The media type that belongs to the format, such as `image/png`."""
        return _FORMATS[self.format]


def read_image(data: bytes) -> ImageInfo:
    """Tell the format and size of an image file. Raises ValueError for anything else, and for a cut one."""
    try:
        info = _read(data)
    except (struct.error, IndexError) as error:
        raise ValueError("the image ends before its size is given") from error
    if info is None:
        raise ValueError("the data is not a PNG, JPEG, GIF or WebP image")
    if info.width == 0 or info.height == 0:
        raise ValueError(f"the {info.format} image has no pixels")
    return info


def _read(data: bytes) -> ImageInfo | None:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        if data[12:16] != b"IHDR":
            raise ValueError("the PNG image does not begin with its header")
        return ImageInfo("PNG", *_unpack(">II", data, 16))
    if data.startswith(b"\xff\xd8\xff"):
        return _read_jpeg(data)
    if data.startswith((b"GIF87a", b"GIF89a")):
        return ImageInfo("GIF", *_unpack("<HH", data, 6))
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _read_webp(data)
    return None


def _unpack(layout: str, data: bytes, offset: int) -> tuple[int, int]:
    first, second = struct.unpack_from(layout, data, offset)
    return int(first), int(second)


def _read_jpeg(data: bytes) -> ImageInfo:
    position = 2
    while True:
        if data[position] != 0xFF:
            raise ValueError("the JPEG image is damaged")
        marker = data[position + 1]
        if marker == 0xFF:  # fill byte
            position += 1
        elif marker in _JPEG_STANDALONE:
            position += 2
        elif marker in _JPEG_FRAMES:
            height, width = _unpack(">HH", data, position + 5)
            return ImageInfo("JPEG", width, height)
        elif marker in (0xD9, 0xDA):
            raise ValueError("the JPEG image gives no size")
        else:
            (length,) = struct.unpack_from(">H", data, position + 2)
            if length < 2:
                raise ValueError("the JPEG image is damaged")
            position += 2 + int(length)


def _read_webp(data: bytes) -> ImageInfo:
    kind = data[12:16]
    if kind == b"VP8 ":
        if data[23:26] != b"\x9d\x01\x2a":
            raise ValueError("the WebP image is damaged")
        width, height = _unpack("<HH", data, 26)
        return ImageInfo("WebP", width & 0x3FFF, height & 0x3FFF)  # the upper two bits are a scale
    if kind == b"VP8L":
        if data[20] != 0x2F:
            raise ValueError("the WebP image is damaged")
        (bits,) = struct.unpack_from("<I", data, 21)
        return ImageInfo("WebP", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if kind == b"VP8X":
        if len(data) < 30:
            raise IndexError("cut")
        width = int.from_bytes(data[24:27], "little") + 1
        height = int.from_bytes(data[27:30], "little") + 1
        return ImageInfo("WebP", width, height)
    raise ValueError("the WebP image is of an unknown kind")

"""Describes the images and documents of a request, in Anthropic's or OpenAI's format.

URLs are not fetched. Of an image, in one of the four formats that the gateway accepts, only the header is read.
"""

from __future__ import annotations

import base64
import binascii
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from ..document.json_values import as_list, as_object, as_text
from ..faults.errors import Issue

_DATA_URL = re.compile(r"data:(?P<media_type>[\w.+-]+/[\w.+-]+);base64,(?P<data>.*)", re.DOTALL)
# The format of an image, its width and its height.
_Image = tuple[str, int, int]
# The start-of-frame markers of JPEG; C4, C8 and CC mean something else.
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_STANDALONE = frozenset({0x01, *range(0xD0, 0xD9)})


@dataclass(frozen=True)
class Media:
    """An image or document with its `description`, such as "a PNG of 640 by 480 pixels".

    `turn` is the index of its message. `pixels` is 0 unless the bytes of an image were given.
    """

    kind: Literal["image", "document"]
    turn: int
    description: str
    pixels: int = 0


def read_media(messages: list[Any]) -> tuple[list[Media], list[Issue]]:
    """The images and documents of all `messages` in order, and an issue for each unreadable one."""
    media: list[Media] = []
    issues: list[Issue] = []
    for turn, message in enumerate(messages):
        for path, block in _blocks(as_object(message).get("content"), f"messages[{turn}].content"):
            try:
                found = _read_block(block, turn)
            except ValueError as error:
                issues.append(Issue(f"{path}.source", str(error)))
            else:
                media.extend([found] if found else [])
    return media, issues


def describe(block: dict[str, Any]) -> str:
    """The description of a readable image or document block; empty for any other block."""
    found = _read_block(block, 0)
    return found.description if found else ""


def _blocks(content: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every block of a content list with its path, including those inside tool results."""
    for index, part in enumerate(as_list(content)):
        block = as_object(part)
        yield f"{path}[{index}]", block
        if block.get("type") == "tool_result":
            yield from _blocks(block.get("content"), f"{path}[{index}].content")


def _read_block(block: dict[str, Any], turn: int) -> Media | None:
    match block.get("type"):
        case "image":
            return _read_image_source(as_object(block.get("source")), turn)
        case "image_url":
            url = as_text(as_object(block.get("image_url")).get("url"))
            inline = _DATA_URL.fullmatch(url)
            source = {"type": "base64", **inline.groupdict()} if inline else {"type": "url", "url": url}
            return _read_image_source(source, turn)
        case "document":
            title = as_text(block.get("title"))
            text = _document(as_object(block.get("source")))
            return Media("document", turn, f"{text}, titled {title}" if title else text)
        case _:
            return None


def _read_image_source(source: dict[str, Any], turn: int) -> Media:
    if source.get("type") == "url":
        return Media("image", turn, f"at the URL {as_text(source.get('url'))}, which was not fetched")
    data = _decode(source)
    declared = as_text(source.get("media_type"))
    form, width, height = read_image(data)
    if declared != f"image/{form.lower()}":
        raise ValueError(f"the media type is {declared}, but the data is image/{form.lower()}")
    return Media("image", turn, f"a {form} of {width} by {height} pixels", width * height)


def _document(source: dict[str, Any]) -> str:
    match source.get("type"):
        case "url":
            return f"at the URL {as_text(source.get('url'))}, which was not fetched"
        case "text":
            return f"plain text of {len(as_text(source.get('data')))} characters"
        case "content":
            content = source.get("content")
            if isinstance(content, str):
                return f"plain text of {len(content)} characters"
            return f"a list of {len(as_list(content))} blocks"
        case "base64" if source.get("media_type") == "application/pdf":
            data = _decode(source)
            if not data.startswith(b"%PDF-"):
                raise ValueError("the media type is application/pdf, but the data is not a PDF")
            return f"a PDF of {len(data)} bytes"
        case "base64":
            return f"plain text of {len(_decode(source).decode('utf-8'))} characters"
        case other:
            return f"from a source of type {as_text(other)}"


def _decode(source: dict[str, Any]) -> bytes:
    text = as_text(source.get("data"))
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("the data is not valid base64") from error
    if not data:
        raise ValueError("the data is empty")
    return data


def read_image(data: bytes) -> _Image:
    """The format, width and height of an image file. Raises ValueError if it is not one, or is truncated."""
    try:
        form, width, height = _read(data)
    except (struct.error, IndexError) as error:
        raise ValueError("the image is truncated before its size") from error
    if width == 0 or height == 0:
        raise ValueError(f"the {form} image has no pixels")
    return form, width, height


def _read(data: bytes) -> _Image:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        if data[12:16] != b"IHDR":
            raise ValueError("the PNG image does not start with its header")
        return "PNG", *_unpack(">II", data, 16)
    if data.startswith(b"\xff\xd8\xff"):
        return _read_jpeg(data)
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "GIF", *_unpack("<HH", data, 6)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _read_webp(data)
    raise ValueError("the data is not a PNG, JPEG, GIF or WebP image")


def _unpack(layout: str, data: bytes, offset: int) -> tuple[int, int]:
    first, second = struct.unpack_from(layout, data, offset)
    return int(first), int(second)


def _read_jpeg(data: bytes) -> _Image:
    position = 2
    while True:
        marker = data[position + 1]
        if data[position] != 0xFF or marker in (0xD9, 0xDA):
            raise ValueError("the JPEG image is damaged, or has no size")
        if marker in _JPEG_FRAMES:
            height, width = _unpack(">HH", data, position + 5)
            return "JPEG", width, height
        if marker == 0xFF:  # fill byte
            position += 1
        elif marker in _JPEG_STANDALONE:
            position += 2
        else:
            position += 2 + max(2, int.from_bytes(data[position + 2 : position + 4]))


def _read_webp(data: bytes) -> _Image:
    kind = data[12:16]
    if kind == b"VP8 ":
        if data[23:26] != b"\x9d\x01\x2a":
            raise ValueError("the WebP image is damaged")
        width, height = _unpack("<HH", data, 26)
        return "WebP", width & 0x3FFF, height & 0x3FFF  # the upper two bits are a scale
    if kind == b"VP8L":
        if data[20] != 0x2F:
            raise ValueError("the WebP image is damaged")
        (bits,) = struct.unpack_from("<I", data, 21)
        return "WebP", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8X":
        if len(data) < 30:
            raise IndexError("truncated")
        return "WebP", int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    raise ValueError("the WebP image is of an unknown type")

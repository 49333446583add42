"""The images and documents of a request: decodes those that carry their bytes, and says what they are.

Nothing is fetched: a source that is a URL is taken as seen. Reads Anthropic blocks and OpenAI parts.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from ..document.json_values import as_list, as_object, as_text
from ..faults.errors import Issue
from .images import ImageInfo, read_image

_DATA_URL = re.compile(r"data:(?P<type>[\w.+-]+/[\w.+-]+);base64,(?P<data>.*)", re.DOTALL)


@dataclass(frozen=True)
class Media:
    """One image or document: what `kind`, and a `description` ("a PNG of 640 by 480 pixels").

    `turn` is the index of its message. `image` holds the size when the image's bytes were given.
    """

    kind: Literal["image", "document"]
    turn: int
    description: str
    image: ImageInfo | None = None


def read_media(messages: list[Any]) -> tuple[list[Media], list[Issue]]:
    """The images and documents of all `messages` in order, and an issue for each that cannot be read."""
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
    """What a readable image or document block is, in words; empty for any other block."""
    found = _read_block(block, 0)
    return found.description if found else ""


def _blocks(content: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every block of a content list with its path, those inside tool results included."""
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
            return _read_image_url(as_text(as_object(block.get("image_url")).get("url")), turn)
        case "document":
            title = as_text(block.get("title"))
            text = _document(as_object(block.get("source")))
            return Media("document", turn, f"{text}, titled {title}" if title else text)
        case _:
            return None


def _read_image_url(url: str, turn: int) -> Media:
    inline = _DATA_URL.fullmatch(url)
    if inline is None:
        return _read_image_source({"type": "url", "url": url}, turn)
    source = {"type": "base64", "media_type": inline["type"], "data": inline["data"]}
    return _read_image_source(source, turn)


def _read_image_source(source: dict[str, Any], turn: int) -> Media:
    if source.get("type") == "url":
        return Media("image", turn, f"known by its URL, {as_text(source.get('url'))}, and was not fetched")
    data = _decode(source)
    declared = as_text(source.get("media_type"))
    info = read_image(data)
    if declared != info.media_type:
        raise ValueError(f"the media type is {declared}, but the data is {info.media_type}")
    return Media("image", turn, f"a {info.format} of {info.width} by {info.height} pixels", info)


def _document(source: dict[str, Any]) -> str:
    match source.get("type"):
        case "url":
            return f"known by its URL, {as_text(source.get('url'))}, and was not fetched"
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

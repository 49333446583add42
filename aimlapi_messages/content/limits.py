"""What the models take at most of images and documents, and the check of a whole request. Pure.

The limits are those that Anthropic documents for its models; the gateway states none of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from ..core.errors import ContentError
from .media_types import Peek, peek_base64, pixel_size

__all__ = [
    "MAX_IMAGE_BASE64",
    "MAX_PIXELS",
    "MAX_REQUEST_BASE64",
    "base64_length",
    "check_media",
    "largest_file",
    "most_images",
]

MAX_IMAGE_BASE64: Final = 5 * 1024 * 1024
MAX_REQUEST_BASE64: Final = 32 * 1024 * 1024
MAX_PIXELS: Final = 8000

# Models with a context of 200,000 tokens take fewer images. Others, and new ones, have a larger one.
_MOST_IMAGES: Final = 600
_MOST_IMAGES_OF_FEW: Final = 100
_SMALL_CONTEXT: Final = re.compile(r"\bclaude-(3|haiku-4|opus-4(?![.-][789])|sonnet-4[.-][56])")

# With more images than that, each may be smaller only.
_MANY_IMAGES: Final = 20
_MAX_PIXELS_OF_MANY: Final = 2000


def base64_length(size: int) -> int:
    """The characters that so many bytes are in base64."""
    return -(-size // 3) * 4


def largest_file(length: int) -> int:
    """The bytes that fit into so many characters of base64."""
    return length // 4 * 3


def most_images(model: str) -> int:
    """The images that one request may hold for a model, by its id."""
    return _MOST_IMAGES_OF_FEW if _SMALL_CONTEXT.search(model) else _MOST_IMAGES


def check_media(messages: object, max_images: int) -> None:
    """Check the images and documents of a request, its messages in plain JSON kinds; what else they hold is let be.

    At most `max_images` images, each of at most 2000 by 2000 pixels when there are more than 20, and less than 32 MB
    of base64 and document text in all. Nothing is copied or decoded but the images' headers; an image whose size
    cannot be told counts, and passes.
    Raises ContentError, which names the block: "messages[0].content[3]".
    """
    images: list[tuple[str, Peek | None]] = []
    total = 0
    for path, block in _media(messages):
        text, start = _carried(block)
        total += len(text) - start
        if total >= MAX_REQUEST_BASE64:
            raise ContentError(
                f"With {path}, the images and documents of the request come to 32 MB of base64 or more. "
                "Send fewer or smaller ones, or give their URLs."
            )
        if block["type"] != "document":
            images.append((path, peek_base64(text, start) if text else None))
        if len(images) > max_images:
            raise ContentError(f"{path} is image {len(images)} of the request; at most {max_images} are taken.")
    if len(images) > _MANY_IMAGES:
        _check_pixels(images)


def _check_pixels(images: list[tuple[str, Peek | None]]) -> None:
    for path, peek in images:
        size = _size(peek) if peek else None
        if size and max(size) > _MAX_PIXELS_OF_MANY:
            raise ContentError(
                f"{path} is an image of {size[0]} by {size[1]} pixels. In a request of more than {_MANY_IMAGES} "
                f"images (this one has {len(images)}) each may have at most {_MAX_PIXELS_OF_MANY} by "
                f"{_MAX_PIXELS_OF_MANY}."
            )


def _size(peek: Peek) -> tuple[int, int] | None:
    try:
        return pixel_size(peek)
    except EOFError:
        return None


def _media(messages: object) -> Iterator[tuple[str, dict[str, Any]]]:
    for index, message in enumerate(_items(messages)):
        yield from _blocks(_members(message).get("content"), f"messages[{index}].content")


def _blocks(content: object, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The images and documents of a content, those inside tool results and documents included."""
    for index, item in enumerate(_items(content)):
        block, place = _members(item), f"{path}[{index}]"
        match block.get("type"):
            case "image" | "image_url":
                yield place, block
            case "document":
                yield place, block
                yield from _blocks(_members(block.get("source")).get("content"), f"{place}.source.content")
            case "tool_result":
                yield from _blocks(block.get("content"), f"{place}.content")
            case _:
                pass


def _carried(block: dict[str, Any]) -> tuple[str, int]:
    """The text in which a block carries its bytes, and where in it they begin; "" when it carries none."""
    if block["type"] == "image_url":
        url = _members(block.get("image_url")).get("url")
        if not isinstance(url, str) or url[:5].lower() != "data:":
            return "", 0
        return url, url.find(",") + 1
    data = _members(block.get("source")).get("data")
    return (data, 0) if isinstance(data, str) else ("", 0)


def _items(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _members(value: object) -> dict[str, Any]:
    return dict(cast("Mapping[str, Any]", value)) if isinstance(value, Mapping) else {}
